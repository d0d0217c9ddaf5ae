#!/bin/sh
# deb.sh FOLDER: builds the Debian package there, from a copy of this source,
# and has lintian look at it where that is installed. FOLDER is made anew.
# DEB_BUILD_OPTIONS says more, such as `nocheck`: without the unit tests.
set -eu
cd "$(dirname "$0")/../.."

if ! command -v dpkg-buildpackage >/dev/null || ! command -v dh >/dev/null
then
	echo "deb.sh: install dpkg-dev and debhelper" >&2
	exit 69
fi
# The same whoever builds it: what was said to the make above us is not for the
# one below.
umask 022
unset MAKEFLAGS MFLAGS MAKELEVEL BUILD PREFIX DESTDIR
unset CC CFLAGS CPPFLAGS LDFLAGS SANITIZE WARNINGS
folder=$1
source=$folder/postrider
rm -rf "$folder"
mkdir -p "$source"
cp -R Makefile README.md LICENSE src docs lists templates tests "$source/"
cp -R docs/packaging/debian "$source/debian"

log=$folder/build.log
if ! (cd "$source" && dpkg-buildpackage -b -us -uc) >"$log" 2>&1; then
	tail -n 30 "$log" >&2
	exit 1
fi
rm -rf "$source"
if command -v lintian >/dev/null; then
	lintian --allow-root --fail-on warning "$folder"/*.changes
fi
ls "$folder"/*.deb
