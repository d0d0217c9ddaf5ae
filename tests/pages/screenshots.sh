#!/bin/sh
# screenshots.sh BUILD OUT: pictures of the next issue of each list of the
# sample site, in both templates that are built in and as a plain digest.
set -eu
cd "$(dirname "$0")/../.."
build=$1
out=${2:?OUT=DIR is missing: where the pictures go}

sh tests/pages/install.sh "$build/pages"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shoot LIST SUFFIX SETTING: the list with this in its settings.
shoot() {
	rm -rf "$work/site"
	mkdir "$work/site"
	cp -r lists templates "$work/site"
	sed -i '/^format:/d; /^template:/d' "$work/site/lists/$1/list.yaml"
	echo "$3" >>"$work/site/lists/$1/list.yaml"
	"$build/postrider" -C "$work/site" preview "$1" \
		--out "$work/letters/$1$2" >/dev/null
}

for list in lists/*/; do
	name=$(basename "$list")
	shoot "$name" "" "template: digest"
	shoot "$name" -minimal "template: minimal"
	shoot "$name" -rfc1153 "format: rfc1153"
done
node "$build/pages/shoot.js" "$out" "$work"/letters/*
