#!/bin/sh
# Installs what is missing: `setup.sh build` for building and the demo,
# `setup.sh tests` for the test suite as well. Knows Debian and Ubuntu; where it
# may not install, it says what to install and stops.
set -eu

BUILD_PACKAGES="gcc make pkg-config libc6-dev libetpan-dev
libcurl4-gnutls-dev libcmark-dev libyaml-dev libxml2-dev libxml2 libjansson-dev
libunistring-dev libidn2-dev libsqlite3-dev libpq-dev libssl-dev libgd-dev libgd3
libmicrohttpd-dev python3 tzdata ca-certificates"
TEST_PACKAGES="libcmocka-dev python3-pil perl sqlite3 openssl nmh
python3-dkim python3-nacl python3-dnspython python3-feedparser python3-aiosmtpd
python3-psycopg2 libxml2-utils"
# What judges the letters' pages. Where it cannot be had (Ubuntu has Chromium
# only as a snap) the suite goes on, and names what it leaves out.
JUDGE_PACKAGES="chromium fonts-noto-core fonts-droid-fallback
fonts-noto-color-emoji spamassassin"
# What judges manual pages, completions, units and the Debian package; likewise.
PACKAGING_PACKAGES="mandoc groff-base zsh fish systemd debhelper lintian"
# Servers start when they are installed: only where nobody lives.
CI_PACKAGES="dovecot-imapd dovecot-lmtpd postfix postgrey postgresql clang
valgrind"

log=/tmp/postrider-setup.$$
trap 'rm -f "$log"' EXIT

missing_of() {
	for package; do
		status=$(dpkg-query -W -f '${db:Status-Status}' "$package" \
			2>/dev/null || true)
		[ "$status" = installed ] || printf ' %s' "$package"
	done
}

# Node may have come from elsewhere, and then npm is no package of its own.
missing_node() {
	command -v node >/dev/null || printf ' nodejs'
	command -v npm >/dev/null || printf ' npm'
}

# What clang's fuzzers are linked with has the number of its version.
clang_runtime() {
	apt-cache depends clang 2>/dev/null |
		sed -n 's/.*Depends: clang-\([0-9]*\)$/libclang-rt-\1-dev/p'
}

# Those of them that apt knows.
offered() {
	for package; do
		apt-cache show "$package" >/dev/null 2>&1 &&
			printf ' %s' "$package"
	done
	return 0
}

may_install() {
	as_root=
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "postrider: these packages (by their Debian names) are" \
			"missing:"
		echo "   $1"
		echo "postrider: install them and run make again"
		return 1
	fi
	[ "$(id -u)" = 0 ] && return 0
	if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
		as_root=sudo
		return 0
	fi
	echo "postrider: packages are missing; as root, run:"
	echo "  apt-get install$1"
	return 1
} >&2

apt_install() {
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends "$@" >"$log" 2>&1
}

# The index may be older than what it names.
install_all() {
	[ $# -gt 0 ] || return 0
	may_install " $*" || return 1
	echo "postrider: installing $*"
	apt_install "$@" && return 0
	$as_root apt-get update >"$log" 2>&1 || true
	apt_install "$@" && return 0
	tail -n 20 "$log" >&2
	echo "postrider: apt-get could not install $*" >&2
	return 1
}

what=${1:-build}
packages=$BUILD_PACKAGES
[ "$what" = tests ] && packages="$packages $TEST_PACKAGES"
[ "$what" = tests ] && [ -n "${CI:-}" ] &&
	packages="$packages $CI_PACKAGES $(clang_runtime)"
# shellcheck disable=SC2046,SC2086 # words are wanted
install_all $(missing_of $packages)
[ "$what" = tests ] || exit 0

# shellcheck disable=SC2046,SC2086
set -- $(missing_of $JUDGE_PACKAGES $PACKAGING_PACKAGES) $(missing_node)
if [ -n "${CI:-}" ]; then
	install_all "$@"
else
	# shellcheck disable=SC2046
	install_all $(offered "$@") || true
fi
