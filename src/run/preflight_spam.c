#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "run/preflight_check.h"
#include "run/porter.h"

enum { OUTPUT_MOST = 256 * 1024, RULES_MOST = 50 };

/* What is said of a message, in hundredths of a point. */
struct rule {
	struct span name;
	int points;
};

struct verdict {
	int score, limit;
	struct rule rules[RULES_MOST];
	size_t rule_count;
};

/* ----- numbers ----- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "-1.25" off `s`, as -125; further digits are passed over. */
static bool
take_points(struct span *s, int *points)
{
	bool minus = span_starts(*s, "-"), digits = false;
	int value = 0, place = -1;

	*s = span_from(*s, minus);
	for (; s->len && (is_digit(s->data[0]) || s->data[0] == '.');
		*s = span_from(*s, 1)) {
		if (s->data[0] == '.') {
			place = 0;
			continue;
		}
		digits = true;
		if (place < 2 && value < 1000000)
			value = value * 10 + (s->data[0] - '0');
		place += place >= 0;
	}
	for (place = place < 0 ? 0 : place; place < 2; place++)
		value *= 10;
	*points = minus ? -value : value;
	return digits;
}

/* "HTML_MESSAGE"; a description that goes on below it is none. */
static bool
is_rule(struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_digit(name.data[i]) && name.data[i] != '_' &&
			(name.data[i] < 'A' || name.data[i] > 'Z'))
			return false;
	return name.len > 0;
}

static void
add_rule(struct verdict *v, struct span name, int points)
{
	if (is_rule(name) && v->rule_count < RULES_MOST)
		v->rules[v->rule_count++] = (struct rule){name, points};
}

/* ----- spamc ----- */

/* " 1.2 NAME_OF_RULE  what it is about". */
static void
read_row(struct verdict *v, struct span line)
{
	struct span rest = span_trim(line);
	int points;

	if (!take_points(&rest, &points) || !span_starts(rest, " "))
		return;
	rest = span_trim(rest);
	add_rule(v, span_slice(rest, 0, span_find(rest, ' ')), points);
}

/* "5.3/5.0", then a report in which the message may be cited, and last a table
 * under a line of dashes. "0/0" is said when spamd cannot be reached. */
static bool
read_spamc(struct span text, struct verdict *v)
{
	static const char heading[] = "Content analysis details:";
	struct span line;
	size_t at;

	if (!take_points(&text, &v->score) || !span_starts(text, "/"))
		return false;
	text = span_from(text, 1);
	if (!take_points(&text, &v->limit) || v->limit == 0)
		return false;
	while ((at = span_find_text(text, heading)) < text.len)
		text = span_from(text, at + strlen(heading));
	while (span_next_line(&text, &line))
		read_row(v, line);
	return true;
}

/* ----- spamassassin ----- */

static const char settings[] =
	"--cf=clear_headers\nreport_safe 0\nadd_header all Preflight "
	"score=_SCORE_ required=_REQD_ tests=_TESTSSCORES(,)_ .";

/* The value of that field, with its line breaks; those of the message's own
 * that begin so have been taken away, and ours stands in front of the rest. */
static struct span
find_field(struct span head)
{
	static const char name[] = "X-Spam-Preflight:";
	struct span rest, line, value;

	head = span_slice(head, 0, span_find_text(head, "\n\n") + 1);
	rest = span_from(head, span_find_text(head, name));
	if (!rest.len)
		return SPAN_NONE;
	rest = value = span_from(rest, strlen(name));
	value.len = 0;
	while (span_next_line(&rest, &line)) {
		value.len = (size_t)(line.data + line.len - value.data);
		if (!span_starts(rest, " ") && !span_starts(rest, "\t"))
			break;
	}
	return value;
}

static bool
take_word(struct span *s, const char *word)
{
	*s = span_from(*s, span_find_text(*s, word));
	if (!s->len)
		return false;
	*s = span_from(*s, strlen(word));
	return true;
}

/* "NAME=1.2,OTHER=-0.1", folded anywhere behind a comma. */
static void
read_tests(struct verdict *v, struct span rest)
{
	while (rest.len) {
		size_t n = span_find(rest, ',');
		struct span one = span_trim(span_slice(rest, 0, n));
		struct span number = span_from(one, span_find(one, '=') + 1);
		int points;

		rest = span_from(rest, n + (n < rest.len));
		if (take_points(&number, &points))
			add_rule(v, span_slice(one, 0, span_find(one, '=')),
				points);
	}
}

static bool
read_spamassassin(struct span text, struct verdict *v)
{
	struct span rest = find_field(text);

	if (!take_word(&rest, "score=") || !take_points(&rest, &v->score) ||
		!take_word(&rest, "required=") ||
		!take_points(&rest, &v->limit) || !take_word(&rest, "tests="))
		return false;
	read_tests(v, rest);
	return true;
}

/* ----- asking ----- */

/* spamd has what takes `spamassassin` two seconds to read. Neither asks the
 * network for us: spamd does as it was told, and -L is without. */
static const char *const spamc[] = {
	"spamc", "-R", "-x", "-s", "20000000", NULL};
static const char *const spamassassin[] = {
	"spamassassin", "-L", "-x", settings, NULL};

const char *const *const preflight_spam_programs[] = {
	spamc, spamassassin, NULL};

static const struct asked {
	const char *const *arguments;
	bool (*read)(struct span text, struct verdict *out);
} askeds[] = {{spamc, read_spamc}, {spamassassin, read_spamassassin}};

static void
tell_nothing(struct preflight *p, bool late, bool missing)
{
	const char *text = late
		? "SpamAssassin took too long: nothing is known of what it "
		  "would say"
		: missing
		? "SpamAssassin is not installed, so nothing is known "
		  "of what it would say"
		: "SpamAssassin's answer was not understood; does "
		  "'spamassassin --lint' complain?";

	preflight_add(p,
		(struct finding){.severity = SEVERITY_NOTE,
			.code = "spam-unchecked",
			.text = text});
}

static void
tell_rule(struct preflight *p, const struct rule *rule)
{
	preflight_add(p,
		(struct finding){.severity = SEVERITY_NOTE,
			.code = "spam-rule",
			.text = arena_printf(p->arena,
				"SpamAssassin: %.*s, %d.%02d points",
				(int)rule->name.len, rule->name.data,
				rule->points / 100, rule->points % 100)});
}

static void
tell_verdict(struct preflight *p, const struct verdict *v)
{
	bool spam = v->score >= v->limit;
	int score = abs(v->score);

	preflight_add(p,
		(struct finding){
			.severity = spam ? SEVERITY_WARNING : SEVERITY_NOTE,
			.code = "spam-score",
			.text = arena_printf(p->arena,
				"SpamAssassin gives it %s%d.%d points%s; from "
				"%d.%d on it is spam",
				v->score < 0 ? "-" : "", score / 100,
				score / 10 % 10,
				spam ? ", which is spam: mend what its rules "
				       "name"
				     : "",
				v->limit / 100, v->limit / 10 % 10)});
	for (size_t i = 0; i < v->rule_count; i++)
		if (v->rules[i].points > 0)
			tell_rule(p, &v->rules[i]);
}

bool
preflight_spam(struct preflight *p, struct span message,
	const struct preflight_spam_options *options, struct error *err)
{
	struct verdict verdict = {.score = 0};
	bool late = false, missing = true, known = false;
	struct str out = STR_INIT;

	for (size_t i = 0; !known && i < sizeof askeds / sizeof *askeds; i++) {
		struct program program = {.arguments = askeds[i].arguments,
			.input = message,
			.timeout_ms = options->timeout_ms,
			.stop = options->stop,
			.limit = OUTPUT_MOST};
		enum program_end end;
		int status = 0;

		str_truncate(&out, 0);
		if (!porter_run(options->porter, &program, &end, &status, &out,
			    err)) {
			str_clear(&out);
			return false;
		}
		verdict = (struct verdict){.score = 0};
		late |= end == PROGRAM_LATE;
		missing &= end == PROGRAM_MISSING;
		known = end == PROGRAM_DONE &&
			askeds[i].read(str_span(&out), &verdict);
	}
	if (known)
		tell_verdict(p, &verdict);
	else
		tell_nothing(p, late, missing);
	str_clear(&out);
	return true;
}
