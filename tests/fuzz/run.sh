#!/bin/sh
# run.sh TARGET...: each for TIME seconds, on the corpus beside it. A target is one
# line, "ok" or "not ok"; what it says itself goes to TARGET.log. An input that
# takes longer than PATIENCE seconds is a finding, too.
set -u
here=$(dirname "$0")
status=0
for target; do
	name=${target##*/}
	mkdir -p "$target.corpus"
	if "$target" -max_total_time="$TIME" -timeout="${PATIENCE:-10}" \
		-report_slow_units=2 -max_len=65536 -dict="$here/$name.dict" \
		-artifact_prefix="$target." "$target.corpus" \
		>"$target.log" 2>&1; then
		echo "ok - $name:" \
			"$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$target.log") runs"
	else
		echo "not ok - $name"
		tail -n 40 "$target.log"
		status=1
	fi
done
exit $status
