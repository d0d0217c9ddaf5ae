#!/bin/sh
# The analysers, those that are installed: clang-tidy on the chosen checks
# (tests/clang-tidy), cppcheck, and gcc with warnings as errors on everything.
set -u
status=0
flags="-std=gnu11 -D_GNU_SOURCE -DPOSTRIDER_VERSION=\"lint\" -Isrc -I."
flags="$flags $(pkg-config --cflags libcurl libcmark libxml-2.0 sqlite3 libpq)"
sources=$(ls src/*.c src/*/*.c)

if command -v clang-tidy >/dev/null 2>&1; then
	printf '%s\n' $sources | xargs -P 2 -n 8 sh -c '
		flags=$1; shift
		clang-tidy --quiet --config-file=tests/clang-tidy "$@" \
			-- $flags 2>/dev/null' lint "$flags" >"${TMPDIR:-/tmp}/tidy.$$" ||
		status=1
	cat "${TMPDIR:-/tmp}/tidy.$$"
	rm -f "${TMPDIR:-/tmp}/tidy.$$"
	[ $status = 0 ] && echo "clang-tidy: clean"
else
	echo "clang-tidy: not installed, passed over"
fi
if command -v cppcheck >/dev/null 2>&1; then
	cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
		--enable=warning,portability --suppress=missingIncludeSystem \
		--suppress=uninitvar --suppress=unknownMacro \
		--suppress=varFuncNullUB -j 2 -Isrc -D_GNU_SOURCE \
		-DPOSTRIDER_VERSION='"lint"' src || status=1
	[ $status = 0 ] && echo "cppcheck: clean"
else
	echo "cppcheck: not installed, passed over"
fi
exit $status
