/*
 * An object in a line, as `subscribers export --format jsonl` writes it:
 *
 *     {"address":"ada@example.org","name":"Ada","state":"active",…,
 *      "fields":{"City":"Quay"}}
 */
#include "base/json.h"
#include "model/subscriber.h"
#include "subscribers/columns_layout.h"
#include "subscribers/people_parts.h"

static struct value *
parse(struct arena *arena, struct span line, struct error *err)
{
	struct value *v = json_parse(arena, "line", line, err);

	if (v && v->kind != VALUE_MAP) {
		error_set(err, ERROR_DATA, "is no JSON object");
		return NULL;
	}
	return v;
}

static bool
matches(struct span head)
{
	struct arena *arena;
	struct span line = SPAN_NONE;
	bool ok;

	while (span_next_line(&head, &line) && !span_trim(line).len)
		;
	if (!span_starts(line, "{"))
		return false;
	arena = arena_new();
	ok = parse(arena, line, NULL) != NULL;
	arena_free(arena);
	return ok;
}

static void
read_fields(struct people *p, struct person *person, const struct value *v)
{
	const struct value *fields = value_find(v, "fields");

	fields_begin(&p->fields);
	if (fields && fields->kind == VALUE_MAP)
		fields_add_members(&p->fields, fields);
	fields_end(&p->fields, person);
}

static void
read_person(struct people *p, struct person *person, const struct value *v)
{
	struct span language = span_of(value_find_text(v, "language"));
	struct span format = span_of(value_find_text(v, "format"));

	people_begin(p, person, span_of(value_find_text(v, "address")));
	people_name(p, person, span_of(value_find_text(v, "name")));
	person->standing =
		column_standing(span_of(value_find_text(v, "state")));
	person->since = person_date(span_of(value_find_text(v, "since")));
	if (language_read(&p->language, language))
		person->language = str_text(&p->language);
	else
		person->bad_language = language;
	person->format = person_format(&p->scratch, format);
	if (!person->format)
		person->bad_format = format;
	read_fields(p, person, v);
}

static bool
next(struct people *p, struct person *person, unsigned long *line,
	struct error *err)
{
	struct span text;
	struct value *v;

	do
		if (!people_line(p, &text, err))
			return false;
	while (!span_trim(text).len);
	*line = p->line;
	if (p->arena)
		arena_free(p->arena);
	p->arena = arena_new();
	v = parse(p->arena, text, err);
	if (!v)
		return error_wrap(err, "%s:%lu", p->name, p->line);
	read_person(p, person, v);
	return true;
}

const struct people_format people_jsonl = {matches, next};
