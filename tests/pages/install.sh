#!/bin/sh
# install.sh FOLDER: puts the judges into FOLDER, with the packages that they
# need, and fetches nothing when these are there already. Scripts find their
# packages beside themselves, and nothing is generated into the source tree:
# so the scripts go where the packages are.
set -eu
from=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
cp "$from"/*.js "$from"/package.json .

# What npm left says which lock it was made from.
cmp -s "$from/package-lock.json" node_modules/.postrider-lock && exit 0
command -v npm >/dev/null || {
	echo "there is no npm"
	exit 1
} >&2
cp "$from/package-lock.json" .
# Nothing of the packages runs while they are installed. caniemail asks for a
# newer Node than Debian's, and does not need it.
npm ci --ignore-scripts --engine-strict=false --no-audit --no-fund \
	--no-update-notifier --loglevel=error --fetch-retries=1 \
	--fetch-timeout=60000 >/dev/null
cp package-lock.json node_modules/.postrider-lock
