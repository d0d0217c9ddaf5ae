/*
 * Rosters and exports of other systems in any state. The first octet says whose
 * they are; what is read of a row fits the store, and ends.
 */
#include "fuzz.h"

#include "base/json.h"
#include "model/address.h"
#include "model/subscriber.h"
#include "subscribers/columns.h"

enum { NAME_WIDEST = 200, LANGUAGE_LONGEST = 35 };

static void
check_fields(const char *fields)
{
	struct arena *arena = arena_new();
	struct value *v;

	if (fields) {
		v = json_parse(arena, "fields", span_of(fields), NULL);
		want("fields", v && v->kind == VALUE_MAP);
		want("fields", v->count > 0 && v->count <= FIELDS_MOST);
		for (size_t i = 0; i < v->count; i++) {
			want("field", strlen(v->keys[i]) <= FIELD_LONGEST);
			want("field", v->items[i]->len <= FIELD_LONGEST);
			want_utf8("field", v->keys[i]);
			want_utf8("field", v->items[i]->text);
		}
	}
	arena_free(arena);
}

static void
check_address(const struct person *p)
{
	struct str key = STR_INIT;

	want("address", p->address.data[p->address.len] == '\0');
	if (address_check(p->address, NULL)) {
		address_key(&key, p->address);
		want_line("key", str_text(&key));
		want("key", address_has_key(p->address, str_text(&key)));
	}
	str_clear(&key);
}

static void
check_person(const struct person *p)
{
	check_address(p);
	check_fields(p->fields);
	want_line("name", p->name);
	want_line("language", p->language);
	want_line("format", p->format);
	want("name", !p->name || text_width(span_of(p->name)) <= NAME_WIDEST);
	want("language",
		!p->language || strlen(p->language) <= LANGUAGE_LONGEST);
	want("standing", p->standing <= STANDING_ABSENT);
	want_instant("since", p->since);
	want_instant("left", p->left_at);
}

static void
check_names(const struct columns *columns)
{
	size_t count;
	const char *const *names = columns_names(columns, &count);

	for (size_t i = 0; i < count; i++)
		want_utf8("column", names[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const languages[] = {NULL, "tr", "ru", "xx"};
	uint8_t how = size ? data[0] : 0;
	struct span text = {(const char *)data + (size > 0), size - (size > 0)};
	struct csv *csv = csv_new_text(text, "roster.csv");
	struct columns *columns = columns_new();
	struct error err = ERROR_INIT;
	unsigned long line, before = 0;
	struct person person;
	size_t people = 0;

	csv_set_language(csv, languages[how & 3]);
	if (how & 4)
		columns_set_export(columns);
	while (columns_next(columns, csv, "roster.csv", &person, &line, &err)) {
		want("line", line > before);
		before = line;
		check_person(&person);
		want("people", ++people <= size);
	}
	if (err.kind != ERROR_NONE)
		want_error("roster", &err);
	check_names(columns);
	error_clear(&err);
	columns_free(columns);
	csv_free(csv);
	return 0;
}
