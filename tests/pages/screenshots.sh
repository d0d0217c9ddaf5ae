#!/bin/sh
# screenshots.sh BUILD OUT: pictures of the next issue of each list of the
# sample site.
set -eu
cd "$(dirname "$0")/../.."
build=$1
out=${2:?OUT=DIR is missing: where the pictures go}

sh tests/pages/install.sh "$build/pages"
letters=$(mktemp -d)
trap 'rm -rf "$letters"' EXIT
for list in lists/*/; do
	name=$(basename "$list")
	"$build/postrider" preview "$name" --out "$letters/$name" >/dev/null
done
node "$build/pages/shoot.js" "$out" "$letters"/*
