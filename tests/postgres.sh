#!/bin/sh
# A PostgreSQL of one's own for as long as a command runs:
#
#     tests/postgres.sh COMMAND [ARGUMENT]...
#
# runs it with POSTGRES set to the URL of an empty database, and ends as it
# ends. Without a command it prints where PostgreSQL is, and fails where it is
# not. The server listens on a socket in a scratch folder only, and forgets all
# when it ends; it does so when this script ends, in whatever way.
set -u

programs=
for folder in /usr/lib/postgresql/*/bin /usr/local/pgsql/bin; do
	[ -x "$folder/initdb" ] || continue
	[ -x "$folder/postgres" ] || continue
	version=$("$folder/postgres" -V | sed 's/[^0-9]*\([0-9]*\).*/\1/')
	[ "$version" -ge "${highest:-15}" ] || continue
	highest=$version
	programs=$folder
done
if [ -z "$programs" ]; then
	echo "postgres.sh: no PostgreSQL (15 or later) is installed" >&2
	exit 69
fi
if ! /usr/bin/python3 -c 'import psycopg2' 2>/dev/null; then
	echo "postgres.sh: python3-psycopg2 is not installed" >&2
	exit 69
fi
if [ $# -eq 0 ]; then
	echo "$programs"
	exit
fi

# It refuses to run as root.
drop=
if [ "$(id -u)" = 0 ]; then
	user=nobody
	id postgres >/dev/null 2>&1 && user=postgres
	drop="--reuid=$user --regid=$(id -g "$user") --clear-groups"
fi

scratch=$(mktemp -d "${TMPDIR:-/tmp}/postrider-postgres-XXXXXX") || exit 74
server=
end() {
	trap '' INT TERM # a second one must not end this half way
	if [ -n "$server" ]; then
		kill -INT "$server" 2>/dev/null # its fast way to end
		wait "$server"
	fi
	rm -rf "$scratch"
}
trap end EXIT
trap 'exit 130' INT TERM
[ -z "$drop" ] || chown "$user" "$scratch" || exit 74

# A scratch database need not outlive a power cut; with DURABLE set it does, and
# counts what its statements cost: for figures.
if [ -n "${DURABLE:-}" ]; then
	how="-c shared_preload_libraries=pg_stat_statements
		-c pg_stat_statements.track_planning=on -c max_wal_size=8GB
		-c shared_buffers=512MB"
else
	how="-c fsync=off -c full_page_writes=off"
fi
# shellcheck disable=SC2086 # words are wanted
if ! (cd "$scratch" && setpriv $drop "$programs/initdb" -D "$scratch/data" \
	-U postrider -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
	>"$scratch/log" 2>&1); then
	cat "$scratch/log" >&2
	exit 74
fi
# shellcheck disable=SC2086
(cd "$scratch" && exec setpriv $drop --pdeathsig INT "$programs/postgres" \
	-D "$scratch/data" -k "$scratch" -c listen_addresses= \
	-c max_connections=200 $how \
	>>"$scratch/log" 2>&1) &
server=$!
until "$programs/pg_isready" -q -h "$scratch" -U postrider; do
	if ! kill -0 "$server" 2>/dev/null; then
		cat "$scratch/log" >&2
		exit 74
	fi
	sleep 0.1
done

POSTGRES="postgresql:///postgres?host=$scratch&user=postrider" "$@"
