#!/bin/sh
# The test suite: check.sh [unit|golden|e2e|postgres|layers|cases]...; without an
# argument all of it. `threads` and `memory` are parts of it once more, for a build
# with ThreadSanitizer and under valgrind. BUILD is the folder of the program and the unit tests,
# CASES a folder of case sets, JOBS how many end-to-end tests run at a time (2),
# BLESS=1 rewrites the golden files. All but `postgres` is about stores of SQLite;
# that part has a server of its own, or the database of the URL POSTGRES.
#
# All tests speak TAP and run through prove. The last line counts every test
# point: "N passed, N failed"; before it stands once more what failed, and why. A
# test that crashes, or that ends with an error after its last point (a leak,
# say), counts as a failure.
set -u
cd "$(dirname "$0")/.." || exit 70

BUILD=$(realpath -m "${BUILD:-build}")
POSTRIDER=$BUILD/postrider
CMOCKA_MESSAGE_OUTPUT=TAP
PYTHONDONTWRITEBYTECODE=1
LC_ALL=C.UTF-8
TZ=UTC
export BUILD POSTRIDER CMOCKA_MESSAGE_OUTPUT PYTHONDONTWRITEBYTECODE LC_ALL TZ
# A run must not depend on who runs it.
unset POSTRIDER_SMTP_PASSWORD POSTRIDER_TIMEOUTS_BY POSTRIDER_DNS
unset POSTRIDER_BOOT POSTRIDER_STOP SSL_CERT_FILE
database=${POSTGRES:-}
unset POSTGRES

passed=0
failed=0
output=$(mktemp) || exit 74
trouble=$(mktemp) || exit 74
fuzz=$(mktemp) || exit 74
fuzzing=
end() {
	[ -z "$fuzzing" ] || kill "$fuzzing" 2>/dev/null
	rm -f "$output" "$trouble" "$fuzz"
}
trap end EXIT
trap 'exit 130' INT TERM

add() {
	passed=$((passed + $1))
	failed=$((failed + $2))
}

# What prove said, as "PASSED FAILED". Its report names each file that had
# trouble; one that failed no point but crashed or missed its plan counts one.
count_prove() {
	awk '
	/^Test Summary Report/ { report = 1 }
	report && /\(Wstat: .* Tests: [0-9]+ Failed: [0-9]+\)/ {
		line = $0
		sub(/.* Failed: /, "", line)
		points += line + 0
		failed += line + 0 ? line + 0 : 1
	}
	/^Files=[0-9]+, Tests=[0-9]+/ {
		seen = 1
		line = $0
		sub(/.*Tests=/, "", line)
		tests = line + 0
	}
	/^Result: NOTESTS/ { seen = 0 }
	END {
		if (!seen)
			failed++
		print tests - points, failed + 0
	}' "$output"
}

# Points that failed, with the end of what each had to say, and files that did.
keep_trouble() {
	awk '
	function flush(i) {
		for (i = n > 12 ? n - 12 : 0; i < n; i++)
			print said[i]
		n = 0
	}
	/^not ok / { flush(); print; failed = 1; next }
	failed && /^#/ { said[n++] = $0; next }
	failed { flush(); failed = 0 }
	/\(Wstat: .*\)$/
	END { flush() }' "$output" >>"$trouble"
}

# prove_all INTERPRETER FILE...: stderr stays where it is, stdout is shown and
# counted. $with: what prove is run by; $jobs: how many files at a time.
with=
jobs=1
prove_all() {
	interpreter=$1
	shift
	if [ $# -eq 0 ]; then
		echo "no tests here"
		return
	fi
	# shellcheck disable=SC2086 # words are wanted
	$with prove --nocolor --timer --failures --comments -j "$jobs" \
		-e "$interpreter" "$@" | tee "$output"
	keep_trouble
	# shellcheck disable=SC2046 # two words are wanted
	add $(count_prove)
}

# Only binaries whose source is still there: a build folder remembers others.
# $under: what each is run by.
under=
prove_units() {
	sources=$*
	set --
	for source in $sources; do
		[ -e "$source" ] || continue
		binary=$BUILD/unit/$(basename "$source" .c)
		if [ -x "$binary" ]; then
			set -- "$@" "$binary"
		else
			echo "$source: not built" >&2
			add 0 1
		fi
	done
	prove_all "$under" "$@"
}

run_unit() {
	echo "unit tests:"
	prove_units tests/unit/test_*.c
}

run_golden() {
	echo "golden files:"
	set --
	for test in tests/golden/*.py; do
		[ -e "$test" ] && set -- "$@" "$test"
	done
	prove_all /usr/bin/python3 "$@"
}

# Several at a time, but for one whose timeouts are so short that a busy machine
# misses them.
prove_together() {
	jobs=${JOBS:-2}
	prove_all /usr/bin/python3 "$@"
	jobs=1
}

prove_e2e() {
	alone=tests/e2e/test_faults.py
	prove_all /usr/bin/python3 $alone
	tests=$*
	set --
	for test in $tests; do
		[ "$test" = $alone ] || set -- "$@" "$test"
	done
	prove_together "$@"
}

run_e2e() {
	echo "end to end:"
	prove_e2e tests/e2e/test_*.py
}

# What runs once, for no store of another kind could make a difference:
# pages, letters and pictures as they look; documents, which tell of SQLite, and
# the package; what is spoken with relays, mailboxes and web servers; the tests'
# own tools. The rest runs on PostgreSQL too.
once="commands_shown pages page_judges desk_pages desk_deeds_pages serve_pages
parts pictures preview_diff spam sample digests flowed mime recipes tutorial
package smtp postfix dkim fetch desk_hostile smtpd cases judged limits budget"

is_once() {
	for name in $once; do
		[ "$1" != "tests/e2e/test_$name.py" ] || return 0
	done
	return 1
}

prove_on_postgres() {
	echo "unit tests on PostgreSQL:"
	# shellcheck disable=SC2046 # words are wanted
	prove_units $(grep -lE '"(store|membership)_unit\.h"' tests/unit/test_*.c)
	echo "end to end on PostgreSQL:"
	set --
	for test in tests/e2e/test_*.py; do
		is_once "$test" || set -- "$@" "$test"
	done
	prove_e2e "$@"
}

# A user's machine need not have it; where the suite has to be whole it must.
run_postgres() {
	if [ -n "$database" ]; then
		with="env POSTGRES=$database"
	elif sh tests/postgres.sh >/dev/null; then
		with="sh tests/postgres.sh"
	elif [ -n "${CI:-}" ]; then
		add 0 1
		return
	else
		echo "postgres: going on without the tests on PostgreSQL"
		return
	fi
	prove_on_postgres
	with=
}

# "a b": tests/e2e/test_a.py tests/e2e/test_b.py.
prove_named() {
	names=$*
	set --
	for name in $names; do
		set -- "$@" "tests/e2e/test_$name.py"
	done
	prove_together "$@"
}

# Of a build with ThreadSanitizer.
run_threads() {
	echo "what has threads:"
	prove_units tests/unit/test_workers.c tests/unit/test_log_sink.c
	prove_named serve serve_http serve_attacks serve_join serve_pages desk \
		desk_beside desk_guard desk_running dkim posts post_office
}

# A program in a folder of its own, that runs the real one under valgrind. Left
# out is test_store_open, whose children end in the middle and lose what they had.
# WHOLE names the tests of whole runs; "run smtp kill" takes very long.
run_memory() {
	valgrind="valgrind -q --error-exitcode=9 --leak-check=full"
	valgrind="$valgrind --errors-for-leak-kinds=definite"
	echo "memory:"
	under=$valgrind
	# shellcheck disable=SC2046 # words are wanted
	prove_units $(ls tests/unit/test_store*.c | grep -v store_open) \
		tests/unit/test_pool.c \
		tests/unit/test_dialogue*.c tests/unit/test_delivery*.c \
		tests/unit/test_reply.c tests/unit/test_outlet.c \
		tests/unit/test_spool.c tests/unit/test_transfer.c \
		tests/unit/test_membership.c
	under=
	mkdir -p "$BUILD/memory"
	printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$valgrind" "$POSTRIDER" \
		>"$BUILD/memory/postrider"
	chmod +x "$BUILD/memory/postrider"
	whole=$BUILD
	BUILD=$BUILD/memory
	POSTRIDER=$BUILD/postrider
	# shellcheck disable=SC2086 # words are wanted
	prove_named ${WHOLE:-refusing_relay}
	BUILD=$whole
	POSTRIDER=$BUILD/postrider
}

run_layers() {
	if /usr/bin/python3 tests/lint_layers.py; then
		add 1 0
	else
		add 0 1
	fi
}

# A set is one point: how many of its cases are handed out says nothing about
# how much is tested.
run_cases() {
	if [ -z "${CASES:-}" ]; then
		echo "cases: no folder given (CASES=DIR), going on without"
		return
	fi
	/usr/bin/python3 tests/cases.py "$POSTRIDER" "$CASES" >"$output"
	status=$?
	cat "$output"
	# shellcheck disable=SC2046
	add $(awk -v status=$status '
	/ passed, 0 failed, / { passed++; next }
	/ passed, [0-9]+ failed, / { failed++ }
	END {
		if (status && !failed)
			failed++
		print passed + 0, failed + 0
	}' "$output")
}

# Each fuzz target for a minute, while the tests run, when nobody else wants a
# processor; where the suite has to be whole.
begin_fuzz() {
	fuzzing=
	[ -n "${CI:-}" ] || return 0
	env -u MAKEFLAGS -u BUILD PATIENCE=120 chrt --idle 0 make -s fuzz \
		CASES="${CASES:-}" >"$fuzz" 2>&1 &
	fuzzing=$!
}

end_fuzz() {
	[ -n "$fuzzing" ] || return 0
	echo "fuzz targets:"
	wait "$fuzzing" || {
		add 0 1
		grep -v '^ok ' "$fuzz" | tail -n 60 | tee -a "$trouble"
	}
	fuzzing=
	grep '^ok ' "$fuzz" || :
	add "$(grep -c '^ok ' "$fuzz")" 0
}

[ $# -gt 0 ] || {
	set -- layers unit golden e2e postgres cases
	begin_fuzz
}
for part in "$@"; do
	case $part in
	unit | golden | e2e | postgres | layers | cases | threads | memory)
		"run_$part"
		;;
	*)
		echo "check.sh: no part '$part': unit, golden, e2e, postgres," \
			"layers, cases, threads, memory" >&2
		exit 64
		;;
	esac
done
end_fuzz
cat "$trouble"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
