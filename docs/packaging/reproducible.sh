#!/bin/sh
# reproducible.sh FOLDER: builds the Debian package in two folders below it,
# whose names differ in length, at other times, in another zone and language,
# and says whether every octet is the same.
set -eu
cd "$(dirname "$0")/../.."
DEB_BUILD_OPTIONS=${DEB_BUILD_OPTIONS:-nocheck}
export DEB_BUILD_OPTIONS

TZ=UTC LC_ALL=C sh docs/packaging/deb.sh "$1/one"
TZ=Asia/Tokyo LC_ALL=C.UTF-8 sh docs/packaging/deb.sh "$1/another"
for first in "$1"/one/*.deb; do
	cmp "$first" "$1/another/${first##*/}"
	sha256sum "$first"
done
echo "reproducible: equal"
