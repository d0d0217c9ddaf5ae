#!/bin/sh
# msmtp_send.sh MSMTP PORT COUNT MESSAGE: the same message to so many readers, a
# process each, eight of them at a time.
set -u
msmtp=$1 port=$2 count=$3 message=$4

send() {
	n=$1
	while [ "$n" -lt "$count" ]; do
		"$msmtp" -C /dev/null --host=127.0.0.1 --port="$port" \
			--tls=off --auth=off --from=weekly@example.org \
			"reader$n@example.org" <"$message" || exit 1
		n=$((n + 8))
	done
}

for first in 0 1 2 3 4 5 6 7; do
	send "$first" &
done
wait
