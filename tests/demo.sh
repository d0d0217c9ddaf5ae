#!/bin/sh
# The main job on the sample site: `make demo`, or `make demo SMTP=URL` to send
# for real. Then, on a scratch copy, the promise: killed in the middle of
# sending and resumed, nobody is skipped, and only who was in doubt gets the
# same message again.
set -eu
cd "$(dirname "$0")/.."
program=$1
smtp=${2:-}
list=weekly
show=build/demo

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }

rm -rf "$show"
say "The next issue of '$list', before anything is sent"
"$program" -q preview "$list" --out "$show"
if [ ! -f "$show/message.txt" ]; then
	say "Nothing is new since the last issue."
	"$program" status "$list"
	echo
	echo "Edit lists/$list/dispatches/, or write another dispatch with"
	echo "  $program new $list 'Your title'"
	echo "and run 'make demo' again."
	exit 0
fi

say "Sending"
if [ -n "$smtp" ]; then
	"$program" run --now --yes -v --transport "$smtp" "$list" 2>&1 |
		grep -v ': .*: .*, ' || true
else
	"$program" run --now -v "$list" 2>&1 | grep 'issue [0-9]' || true
fi
number=$("$program" issues "$list" |
	sed -n 's/^ *\([0-9][0-9]*\)  .*/\1/p' | head -n 1)

say "Who received it"
"$program" issue "$list" "$number" --recipients

say "The text part, its first 25 lines"
head -n 25 "$show/message.txt"
say "The HTML part: $show/message.html"
[ -n "$smtp" ] || echo "The letters: state/spool/new/"
echo
echo "Now edit lists/$list/dispatches/quay-seven-agreement.md: change a word, add"
echo "a line 'updated: true' above its second ---, and run 'make demo' again."

# ----- the promise -----

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
fresh() {
	rm -rf "$scratch/site"
	mkdir "$scratch/site"
	cp -r lists templates "$scratch/site/"
}
letters() { ls "$scratch/site/state/spool/new" 2>/dev/null | wc -l; }
run() {
	"$program" -q -C "$scratch/site" run --now --transport \
		"spool:$scratch/site/state/spool" "$list"
}

fresh
run
everyone=$(letters)
step=10
while [ $step -lt 200 ]; do
	fresh
	(POSTRIDER_STOP=after:$step run) >/dev/null 2>&1 || true
	[ "$(letters)" -ge 3 ] && break
	step=$((step + 1))
done
say "Killed (SIGKILL) in the middle: $(letters) of $everyone letters had left"
"$program" -q -C "$scratch/site" run --resume --transport \
	"spool:$scratch/site/state/spool" "$list"
cd "$scratch/site/state/spool/new"
got=$(sed -n 's/^Delivered-To: //p' ./* | sort)
ids=$(cat ./* | sed -n 's/^Message-ID: //p' | sort -u | wc -l)
cd - >/dev/null
people=$(printf '%s\n' "$got" | sort -u | wc -l)
all=$(printf '%s\n' "$got" | wc -l)
doubts=$("$program" --json -C "$scratch/site" issue "$list" 1 |
	sed -n 's/^  "doubts": \([0-9]*\).*/\1/p')
repeated=$((all - people))
echo "Resumed: skipped $((everyone - people)), repeated $repeated, all in" \
	"doubt ($doubts were), and the same Message-ID on repeats" \
	"($ids for $people people)"
if [ "$people" != "$everyone" ] || [ "$repeated" -gt "$doubts" ] ||
	[ "$ids" != "$people" ]; then
	echo "demo: the promise was broken" >&2
	exit 1
fi
