#include "run/inspect.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "mime/header.h"

static struct value *
read_encoded_words(const struct inspection *in)
{
	struct str text = STR_INIT;
	struct value *out;

	header_decode(&text, in->bytes);
	out = value_new_span(in->arena, str_span(&text));
	str_clear(&text);
	return out;
}

/* [value, {name: value}] */
static struct value *
read_parameters(const struct inspection *in)
{
	struct value *both = header_read_parameters(in->arena, in->bytes);
	struct value *out = value_new_list(in->arena);
	struct value *first = value_find(both, "value");

	value_push(in->arena, out, first ? first : value_new_null(in->arena));
	value_push(in->arena, out, value_find(both, "parameters"));
	return out;
}

static struct value *
read_addresses(const struct inspection *in)
{
	return header_read_addresses(in->arena, in->bytes);
}

/* "2026-11-20T09:00:00+0300": as written, a leap second carried over. */
static struct value *
read_date(const struct inspection *in)
{
	struct date_read read;
	struct civil c;
	int offset;
	char zone[16] = "Z";

	if (!date_parse_mail(in->bytes, &read))
		return value_new_null(in->arena);
	offset = read.has_zone ? read.offset_seconds : 0;
	c = civil_from_instant(civil_to_instant(read.civil, offset), offset);
	if (offset)
		snprintf(zone, sizeof zone, "%c%02d%02d",
			offset < 0 ? '-' : '+', abs(offset) / 3600,
			abs(offset) / 60 % 60);
	return value_new_text(in->arena,
		arena_printf(in->arena, "%04d-%02d-%02dT%02d:%02d:%02d%s",
			c.year, c.month, c.day, c.hour, c.minute, c.second,
			zone));
}

static const struct {
	const char *name;
	struct value *(*read)(const struct inspection *in);
} kinds[] = {
	{"encoded-words", read_encoded_words},
	{"parameters", read_parameters},
	{"addresses", read_addresses},
	{"date", read_date},
};

struct value *
inspect_header(const struct inspection *in, struct error *err)
{
	const char *kind = in->extra ? in->extra : kinds[0].name;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct value *out;

		if (!text_equals(kinds[i].name, kind))
			continue;
		out = value_new_map(in->arena);
		value_set_text(in->arena, out, "kind", kind);
		value_set(in->arena, out, "value", kinds[i].read(in));
		return out;
	}
	error_set(err, ERROR_USAGE,
		"unknown kind '%s': encoded-words, parameters, addresses or "
		"date",
		kind);
	return NULL;
}
