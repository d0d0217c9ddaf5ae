#!/bin/sh
# Installs what is missing: `setup.sh build` for building and the demo,
# `setup.sh tests` for the test suite as well. Knows Debian and Ubuntu; where it
# may not install, it says what to install and stops.
set -eu

BUILD_PACKAGES="gcc make pkg-config libc6-dev libetpan-dev
libcurl4-gnutls-dev libcmark-dev libyaml-dev libxml2-dev libxml2 libjansson-dev
libunistring-dev libidn2-dev libsqlite3-dev libssl-dev libgd-dev libgd3
tzdata ca-certificates"
TEST_PACKAGES="libcmocka-dev python3 python3-pil perl sqlite3 openssl"
# Servers start when they are installed: only where nobody lives.
CI_PACKAGES="dovecot-imapd"

packages=$BUILD_PACKAGES
[ "${1:-build}" = tests ] && packages="$packages $TEST_PACKAGES"
[ "${1:-build}" = tests ] && [ -n "${CI:-}" ] && packages="$packages $CI_PACKAGES"

missing=
for package in $packages; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" \
		2>/dev/null || true)
	[ "$status" = installed ] || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "postrider: these packages (by their Debian names) are missing:"
	echo "   $missing"
	echo "postrider: install them and run make again"
	exit 1
fi >&2
as_root=
if [ "$(id -u)" != 0 ]; then
	if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
		as_root=sudo
	else
		echo "postrider: packages are missing; as root, run:"
		echo "  apt-get install$missing"
		exit 1
	fi >&2
fi
echo "postrider: installing$missing"
export DEBIAN_FRONTEND=noninteractive
if ! $as_root apt-get install -y --no-install-recommends $missing \
	>/tmp/postrider-setup.$$ 2>&1; then
	$as_root apt-get update >>/tmp/postrider-setup.$$ 2>&1 || true
	$as_root apt-get install -y --no-install-recommends $missing \
		>>/tmp/postrider-setup.$$ 2>&1 || {
		tail -n 20 /tmp/postrider-setup.$$ >&2
		rm -f /tmp/postrider-setup.$$
		echo "postrider: apt-get could not install$missing" >&2
		exit 1
	}
fi
rm -f /tmp/postrider-setup.$$
