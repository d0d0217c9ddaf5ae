#!/bin/sh
# `make bench`: fetches what it measures against (Debian's postfix, unpacked
# beside the build, no daemon), builds the fast sink, and prints ratios of one
# run. The part `peers` fetches its own (peers_install.py).
set -eu
cd "$(dirname "$0")/../.."
tools=build/bench
mkdir -p "$tools"
cc -O3 -std=gnu11 -D_GNU_SOURCE -I. -o "$tools/fastsink" \
	tests/bench/fastsink.c tests/bench/sink_*.c -lssl -lcrypto
cc -O2 -std=gnu11 -D_GNU_SOURCE -o "$tools/clicks" tests/bench/clicks.c
if command -v pkg-config >/dev/null; then
	for tool in parse compose dialogue; do
		cc -O2 -std=gnu11 -D_GNU_SOURCE -Isrc \
			$(pkg-config --cflags libxml-2.0) -o "$tools/$tool" \
			"tests/bench/$tool.c" "${BUILD:-build}/libparts.a" \
			$(pkg-config --libs libcurl libcmark yaml-0.1 jansson \
			libidn2 sqlite3 libpq libcrypto) -letpan -lunistring -lm
	done
fi
if [ ! -x "$tools/postfix/usr/sbin/smtp-source" ]; then
	(
		cd "$tools"
		apt-get download postfix >/dev/null 2>&1 || {
			apt-get update >/dev/null
			apt-get download postfix >/dev/null
		}
		dpkg -x postfix_*.deb postfix
		rm -f postfix_*.deb
	) || echo "bench: postfix could not be fetched: no smtp-source" >&2
fi
exec /usr/bin/python3 tests/bench/bench.py "${BUILD:-build}/postrider" \
	"$tools" "$@"
