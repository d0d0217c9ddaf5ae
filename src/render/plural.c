/*
 *     rule     = and ("or" and)* ("@" samples)?
 *     and      = relation ("and" relation)*
 *     relation = operand ("%" value)? ("=" | "!=") range ("," range)*
 *     range    = value (".." value)?
 *
 * Rules are a few words long and asked for a few times in a letter, so they are
 * read anew each time: there is nothing to keep or to free.
 */
#include "render/plural.h"

#include <ctype.h>
#include <string.h>

enum { DIGITS_MOST = 18 };

const char *const plural_names[] = {"zero", "one", "two", "few", "many", NULL};

struct rule {
	struct span rest;
	uint64_t number;
	struct error problem; /* the first one */
};

/* ----- words ----- */

static void
skip_blanks(struct rule *r)
{
	size_t n = 0;

	while (n < r->rest.len && strchr(" \t\n", r->rest.data[n]))
		n++;
	r->rest = span_from(r->rest, n);
}

/* What comes next is not what should. */
static void
complain(struct rule *r, const char *wanted)
{
	struct span found;

	if (r->problem.kind != ERROR_NONE)
		return;
	skip_blanks(r);
	found = r->rest;
	found.len = span_find_any(found, " \t\n");
	if (found.len)
		error_set(&r->problem, ERROR_CONFIG,
			"'%.*s' stands where %s should", (int)found.len,
			found.data, wanted);
	else
		error_set(&r->problem, ERROR_CONFIG,
			"it ends where %s should stand", wanted);
}

/* Is it the next thing? Then moves behind it. */
static bool
take(struct rule *r, const char *sign)
{
	skip_blanks(r);
	if (!span_starts(r->rest, sign))
		return false;
	r->rest = span_from(r->rest, strlen(sign));
	return true;
}

static uint64_t
take_value(struct rule *r)
{
	uint64_t value = 0;
	size_t n = 0;

	skip_blanks(r);
	for (; n < r->rest.len && isdigit((unsigned char)r->rest.data[n]); n++)
		if (n < DIGITS_MOST)
			value = value * 10 + (uint64_t)(r->rest.data[n] - '0');
	if (n == 0 || n > DIGITS_MOST)
		complain(r, "a number");
	r->rest = span_from(r->rest, n);
	return value;
}

static uint64_t
take_operand(struct rule *r)
{
	if (take(r, "n") || take(r, "i"))
		return r->number;
	for (const char *zeros = "vwftce"; *zeros; zeros++)
		if (take(r, (char[]){*zeros, '\0'}))
			return 0;
	complain(r, "one of n, i, v, w, f, t, c, e");
	return 0;
}

/* ----- the grammar ----- */

static uint64_t
take_expression(struct rule *r)
{
	uint64_t value = take_operand(r), divisor;

	if (!take(r, "%"))
		return value;
	divisor = take_value(r);
	if (divisor == 0) {
		complain(r, "a divisor other than 0");
		return 0;
	}
	return value % divisor;
}

static bool
take_range(struct rule *r, uint64_t value)
{
	uint64_t from = take_value(r), to = from;

	if (take(r, ".."))
		to = take_value(r);
	return value >= from && value <= to;
}

static bool
take_relation(struct rule *r)
{
	uint64_t value = take_expression(r);
	bool equal = !take(r, "!="), within;

	if (equal && !take(r, "="))
		complain(r, "'=' or '!='");
	within = take_range(r, value);
	while (take(r, ","))
		within = take_range(r, value) || within;
	return within == equal;
}

static bool
take_and(struct rule *r)
{
	bool takes = take_relation(r);

	while (take(r, "and"))
		takes = take_relation(r) && takes;
	return takes;
}

static bool
take_or(struct rule *r)
{
	bool takes = take_and(r);

	while (take(r, "or"))
		takes = take_and(r) || takes;
	return takes;
}

bool
plural_takes(struct span rule, uint64_t number, struct error *err)
{
	struct rule r = {
		span_slice(rule, 0, span_find(rule, '@')), number, ERROR_INIT};
	bool takes = take_or(&r);

	skip_blanks(&r);
	if (r.rest.len)
		complain(&r, "'and' or 'or'");
	if (r.problem.kind != ERROR_NONE)
		return error_move(err, &r.problem);
	return takes;
}

/* ----- the rules of a language ----- */

static const char rules_key[] = "plurals";

static bool
is_plural_name(const char *name)
{
	for (size_t i = 0; plural_names[i]; i++)
		if (strcmp(plural_names[i], name) == 0)
			return true;
	return false;
}

static bool
check_rule(const char *file, const char *name, const struct value *rule,
	struct error *err)
{
	struct error problem = ERROR_INIT;

	if (!is_plural_name(name))
		return error_set(err, ERROR_CONFIG,
			"%s:%u:%u: only zero, one, two, few and many have a "
			"rule, not '%s'",
			file, rule->key_line, rule->key_column, name);
	plural_takes((struct span){rule->text, rule->len}, 0, &problem);
	if (problem.kind == ERROR_NONE)
		return true;
	error_wrap(&problem, "%s:%u:%u: rule '%s'", file, rule->line,
		rule->column, name);
	return error_move(err, &problem);
}

bool
plural_rules_check(
	const char *file, const struct value *texts, struct error *err)
{
	const struct value *rules = value_find(texts, rules_key);

	if (!rules || rules->kind == VALUE_NULL)
		return true;
	if (rules->kind != VALUE_MAP)
		return error_set(err, ERROR_CONFIG,
			"%s:%u:%u: rules are written 'one: n = 1'", file,
			rules->line, rules->column);
	for (size_t i = 0; i < rules->count; i++)
		if (!check_rule(file, rules->keys[i], rules->items[i], err))
			return false;
	return true;
}

const char *
plural_choose(const struct value *texts, const struct value *forms, size_t n)
{
	const struct value *rules = value_find(texts, rules_key);

	for (size_t i = 0; plural_names[i]; i++) {
		const char *form = value_find_text(forms, plural_names[i]);
		const char *rule = value_find_text(rules, plural_names[i]);

		if (rule && plural_takes(span_of(rule), n, NULL))
			return form ? form : value_find_text(forms, "other");
	}
	return value_find_text(forms, "other");
}
