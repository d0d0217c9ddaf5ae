/*
 * Numbers, choices, durations, and the settings that are of a kind of their
 * own.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "config/settings.h"

#define LATER "is not yet in this version"

/* ----- choices ----- */

static void
complain_choice(
	struct reader *r, const struct setting *s, const struct value *v)
{
	char *said = did_you_mean(v->text, s->choices);
	struct str all = STR_INIT;

	for (size_t i = 0; s->choices[i]; i++)
		str_printf(&all, "%s%s",
			i == 0		    ? ""
			: s->choices[i + 1] ? ", "
					    : " or ",
			s->choices[i]);
	reader_complain(
		r, v, "'%s' must be %s, not %s", s->name, str_text(&all), said);
	str_clear(&all);
	free(said);
}

static bool
is_later(const struct setting *s, const char *word)
{
	struct span rest = span_of(s->later);

	while (rest.len) {
		size_t n = span_find(rest, ' ');

		if (span_equals(span_slice(rest, 0, n), word))
			return true;
		rest = span_from(rest, n + 1);
	}
	return false;
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
		if (is_later(s, word))
			reader_complain(r, v, "'%s: %s' " LATER, s->name, word);
		return;
	}
	complain_choice(r, s, v);
}

void
read_later(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	(void)field;
	if (v->kind != VALUE_NULL)
		reader_complain_key(r, v, "'%s' " LATER ": remove it", s->name);
}

/* ----- numbers ----- */

static bool
int_within(struct reader *r, const struct setting *s, const struct value *v,
	int64_t *out)
{
	if (v->kind == VALUE_NUMBER && value_as_int(v, out) &&
		*out >= s->least && *out <= s->most)
		return true;
	reader_complain(r, v, "'%s' must be a whole number from %d to %d",
		s->name, s->least, s->most);
	return false;
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

static bool
says_none(const struct value *v)
{
	bool truth;

	return value_is_scalar(v) &&
	       (strcasecmp(v->text, "none") == 0 ||
		       (value_as_bool(v, &truth) && !truth));
}

void
read_factor(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	char *end = NULL;
	double n = says_none(v)		     ? 0
		   : v->kind == VALUE_NUMBER ? strtod(v->text, &end)
					     : -1;

	if (n == 0 || (n >= 1 && n <= 1000 && *end == '\0'))
		*(double *)field = n;
	else
		reader_complain(r, v, "'%s' must be a factor like 1.5, or none",
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
		r->list->guard_recipients = r->list->guard_dispatches = 0;
	else
		settings_read(r, s->table, v, r->list);
}

void
read_approval(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	bool none = v->kind == VALUE_NULL || says_none(v);

	*(bool *)field = !none && r->file;
	if (!none)
		settings_read(r, s->table, v, r->list);
	if (!none && r->file)
		reader_complain_key(
			r, v, "'approval' " LATER ": say 'approval: none'");
}

/* ----- schedule ----- */

static int
weekday_find(const char *word)
{
	static const char *const names[] = {"sunday", "monday", "tuesday",
		"wednesday", "thursday", "friday", "saturday"};
	size_t n = strlen(word);

	for (int i = 0; i < 7; i++)
		if (n >= 3 && n <= strlen(names[i]) &&
			strncasecmp(word, names[i], n) == 0)
			return i;
	return -1;
}

/* A weekday, a day of the month, or "last". Which one it must be is known when
 * all layers are read; the other stays unset. */
void
read_day(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	struct schedule *schedule = &r->list->schedule;
	int64_t day = 0;

	(void)field;
	schedule->weekday = -1;
	schedule->day = 0;
	if (v->kind == VALUE_NULL)
		return;
	schedule->weekday = weekday_find(v->text);
	if (schedule->weekday >= 0)
		return;
	if (strcasecmp(v->text, "last") == 0)
		schedule->day = 31;
	else if (v->kind == VALUE_NUMBER && value_as_int(v, &day) && day >= 1 &&
		 day <= 31)
		schedule->day = (int)day;
	else
		reader_complain(r, v,
			"'%s' must be a weekday like 'monday', or a day of the "
			"month, 1 to 31 or 'last'",
			s->name);
}

void
read_clock(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	struct schedule *schedule = &r->list->schedule;
	const char *t = v->text;
	int hour, minute, end = 0;

	(void)field;
	schedule->hour = -1;
	if (v->kind == VALUE_NULL)
		return;
	if (isdigit((unsigned char)t[0]) &&
		sscanf(t, "%2d:%2d%n", &hour, &minute, &end) == 2 && end >= 4 &&
		isdigit((unsigned char)t[end - 2]) && !t[end] && hour <= 23 &&
		minute >= 0 && minute <= 59) {
		schedule->hour = hour;
		schedule->minute = minute;
		return;
	}
	reader_complain(r, v, "'%s' must be a time like \"07:30\"", s->name);
}

/* ----- sources ----- */

/* The row's place in the table is the kind; its field is the whole source. */
void
read_source_kind(struct reader *r, const struct setting *s,
	const struct value *v, void *field)
{
	struct source_config *source = field;
	const char *text = text_line(r, s, v);
	char *base;

	source->kind = (enum source_kind)(s - source_settings);
	if (!text)
		return;
	if (source->name) {
		reader_complain_key(r, v,
			"a source is one thing: begin another '- %s: …'",
			s->name);
		return;
	}
	source->name = text;
	if (s->later) {
		reader_complain_key(r, v, "a '%s' as source " LATER, s->name);
		return;
	}
	base = mem_printf("lists/%s", r->list->name);
	source->path = text_path(r, s, v, text, base);
	free(base);
}

static void
read_source(
	struct reader *r, const struct value *v, struct source_config *source)
{
	size_t errors = r->errors;

	source->allow = arena_alloc(r->list->arena, sizeof *source->allow);
	if (v->kind != VALUE_MAP) {
		reader_complain(r, v, "a source is written '- folder: PATH'");
		return;
	}
	settings_read(r, source_settings, v, source);
	if (!source->name && r->errors == errors)
		reader_complain(r, v, "a source needs 'folder: PATH'");
}

enum { SOURCES_MOST = 500 };

static bool
is_repeated(const struct list *list, const struct source_config *last)
{
	for (const struct source_config *s = list->sources; s < last; s++)
		if (s->kind == last->kind && text_equals(s->path, last->path) &&
			(s->path || text_equals(s->name, last->name)))
			return true;
	return false;
}

void
read_sources(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	bool many = v->kind == VALUE_LIST;
	struct list *list = r->list;

	(void)field;
	if (many && v->count > SOURCES_MOST) {
		reader_complain(r, v, "'%s' may have %d entries, not %zu",
			s->name, SOURCES_MOST, v->count);
		return;
	}
	list->source_count = many ? v->count : 1;
	list->sources = arena_alloc(
		list->arena, list->source_count * sizeof *list->sources);
	for (size_t i = 0; i < list->source_count; i++) {
		const struct value *item = many ? v->items[i] : v;

		read_source(r, item, &list->sources[i]);
		if (list->sources[i].name &&
			is_repeated(list, &list->sources[i]))
			reader_complain(r, item,
				"the source '%s' stands here "
				"twice",
				list->sources[i].name);
	}
}

/* ----- files ----- */

/* Absolute: whoever opens it may have left the working folder. */
void
read_store(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	static const char sqlite[] = "sqlite:";
	const char *text = text_line(r, s, v), *path;

	if (!text)
		return;
	if (span_starts(span_of(text), "postgresql:") ||
		span_starts(span_of(text), "postgres:")) {
		reader_complain(r, v,
			"a PostgreSQL store " LATER
			": say sqlite:state/postrider.db");
		return;
	}
	if (!span_starts(span_of(text), sqlite) || !text[strlen(sqlite)]) {
		reader_complain(r, v, "'%s' must be sqlite:PATH, not '%s'",
			s->name, text);
		return;
	}
	path = text_path(r, s, v, text + strlen(sqlite), "");
	if (path)
		*(const char **)field = arena_printf(r->list->arena, "%s%s%s%s",
			sqlite, path[0] == '/' ? "" : r->cwd,
			path[0] == '/' ? "" : "/", path);
}

/* "" is `none`; NULL waits for what is found in the list's folder. */
void
read_roster(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	const char *text, **roster = field;
	char *base;

	*roster = NULL;
	if (v->kind == VALUE_NULL)
		return;
	*roster = "";
	if (says_none(v))
		return;
	text = text_line(r, s, v);
	base = mem_printf("lists/%s", r->list->name);
	if (text)
		*roster = text_path(r, s, v, text, base);
	free(base);
}
