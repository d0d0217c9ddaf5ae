/*
 * Numbers, choices, durations, and the settings that are of a kind of their
 * own.
 */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "config/settings.h"

/* ----- choices ----- */

/* "embed, link or none" */
static void
write_choices(struct str *out, const char *const *choices)
{
	for (size_t i = 0; choices[i]; i++) {
		if (i)
			str_add(out, choices[i + 1] ? ", " : " or ");
		str_add(out, choices[i]);
	}
}

static void
complain_choice(
	struct reader *r, const struct setting *s, const struct value *v)
{
	char *said = did_you_mean(v->text, s->choices);
	struct str all = STR_INIT;

	write_choices(&all, s->choices);
	reader_complain(
		r, v, "'%s' must be %s, not %s", s->name, str_text(&all), said);
	str_clear(&all);
	free(said);
}

void
read_choice(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	const char *word = text_line(r, s, v);

	if (!word)
		return;
	for (unsigned i = 0; s->choices[i]; i++) {
		if (strcmp(word, s->choices[i]) != 0)
			continue;
		memcpy(field, &i, sizeof i); /* an enum */
		return;
	}
	complain_choice(r, s, v);
}

/* ----- numbers ----- */

static bool
int_within(struct reader *r, const struct setting *s, const struct value *v,
	int64_t *out)
{
	if (v->kind == VALUE_NUMBER && value_as_int(v, out) &&
		*out >= s->least && *out <= s->most)
		return true;
	reader_complain(r, v, "'%s' must be a whole number from %lld to %lld",
		s->name, s->least, s->most);
	return false;
}

void
read_yes(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	if (!value_as_bool(v, field))
		reader_complain(r, v, "'%s' must be true or false", s->name);
}

void
read_int(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	int64_t n;

	if (int_within(r, s, v, &n))
		*(int *)field = (int)n;
}

void
read_size(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	int64_t n;

	if (int_within(r, s, v, &n))
		*(size_t *)field = (size_t)n;
}

/* "500 KB", "10 MB"; alone, octets. False when it is none of these. */
static bool
parse_octets(const char *text, int64_t *out)
{
	static const struct {
		const char *unit;
		int64_t octets;
	} units[] = {{"", 1}, {"KB", 1 << 10}, {"MB", 1 << 20}};
	char *end;
	long long n;

	if (!isdigit((unsigned char)text[0]))
		return false;
	n = strtoll(text, &end, 10);
	if (n > INT_MAX) /* its product is a number still */
		return false;
	end += strspn(end, " ");
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcasecmp(end, units[i].unit) == 0) {
			*out = n * units[i].octets;
			return true;
		}
	return false;
}

void
read_octets(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	const char *text = text_line(r, s, v);
	int64_t n;

	if (!text)
		return;
	if (parse_octets(text, &n) && n >= s->least && n <= s->most)
		*(size_t *)field = (size_t)n;
	else
		reader_complain(r, v,
			"'%s' must be a size like '500 KB' or '10 MB', from "
			"%lld KB to %lld MB",
			s->name, s->least >> 10, s->most >> 20);
}

bool
says_none(const struct value *v)
{
	bool truth;

	return value_is_scalar(v) &&
		(strcasecmp(v->text, "none") == 0 ||
			(value_as_bool(v, &truth) && !truth));
}

/* "none" is 0. */
static bool
read_number_between(
	const struct value *v, double least, double most, double *out)
{
	char *end = NULL;
	double n = 0;

	if (!says_none(v))
		n = strtod(v->text, &end);
	if (end && !(*end == '\0' && n >= least && n <= most))
		return false;
	*out = n;
	return true;
}

void
read_factor(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	if (!read_number_between(v, 1, 1000, field))
		reader_complain(r, v, "'%s' must be a factor like 1.5, or none",
			s->name);
}

void
read_share(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	if (!read_number_between(v, 0.01, 1, field))
		reader_complain(r, v, "'%s' must be a share like 0.2, or none",
			s->name);
}

/* ----- durations ----- */

static void
take_duration(struct reader *r, const struct setting *s, const struct value *v,
	struct span text, void *field)
{
	if (!duration_parse(text, field))
		reader_complain(r, v,
			"'%s' must be a time like '90 seconds', '18 hours' or "
			"'5 days', not '%s'",
			s->name, v->text);
}

void
read_duration(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	const char *text = text_line(r, s, v);

	if (text)
		take_duration(r, s, v, span_of(text), field);
}

void
read_wait(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	int64_t seconds = s->least;

	read_duration(r, s, v, &seconds);
	if (seconds >= s->least && seconds <= s->most)
		*(int64_t *)field = seconds;
	else
		reader_complain(r, v, "'%s' must be from %lld to %lld seconds",
			s->name, s->least, s->most);
}

/* Bounces and complaints come for weeks, and whom they name the ledger
 * knows. */
void
read_keep(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	const int64_t least = INT64_C(30) * 86400;
	int64_t kept = 0;

	read_duration(r, s, v, &kept);
	if (kept == 0 || kept >= least)
		*(int64_t *)field = kept;
	else
		reader_complain(r, v,
			"'%s' must be 30 days or more, for returned mail comes "
			"as late as that; or 0, for ever",
			s->name);
}

void
read_before(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	struct span text = span_of(text_line(r, s, v));

	if (span_ends(text, " before"))
		text.len -= strlen(" before");
	if (text.len)
		take_duration(r, s, v, text, field);
}

/* ----- maps ----- */

void
read_map(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	settings_read(r, s->table, v, field);
}

void
read_guard(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	(void)field;
	if (v->kind != VALUE_NULL && says_none(v))
		r->list->guard_recipients = r->list->guard_dispatches =
			r->list->guard_bounces = 0;
	else
		settings_read(r, s->table, v, r->list);
}

void
read_approval(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	bool none = v->kind == VALUE_NULL || says_none(v);

	*(bool *)field = !none && r->file;
	if (!none && value_is_scalar(v))
		reader_complain(r, v,
			"'%s' is 'none', or says when the draft is made: "
			"{draft: 18 hours before}",
			s->name);
	else if (!none)
		settings_read(r, s->table, v, r->list);
}
