/*
 * Forms in the store. Text, so that they can be looked at, and names, so that
 * the numbers of enums may change.
 *
 *     postrider form 1
 *     BYTES CUTS
 *     AT SLOT PLACE        for each cut
 *     the bytes
 *
 * With columns of the roster, defaults, dates or slots in the subject it is the
 * second version; without, the first, which older programs know:
 *
 *     postrider form 2
 *     BYTES CUTS DEFAULTS
 *     SLOT TEXT            for each column, for "name" if it has a default, and
 *                          for "since" the words of its language's dates
 *     AT SLOT PLACE        for each cut
 *     the bytes
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mime/cut.h"

enum {
	CUTS_MAX = 100000,
	DEFAULTS_MAX = 1000,
};

static const char *const head_lines[] = {
	"postrider form 1", "postrider form 2"};

static const char *const place_names[CUT_PLACES] = {
	[CUT_HEADER] = "header",
	[CUT_SUBJECT] = "subject",
	[CUT_TEXT] = "text",
	[CUT_HTML] = "html",
};

/* ----- saving ----- */

static struct slot
slot_of(const struct form *form, enum slot_name name, size_t field)
{
	struct slot slot = {.name = name};

	if (name == SLOT_FIELD)
		slot.field = span_of(form->fields[field].name);
	return slot;
}

static size_t
default_count(const struct form *form)
{
	return form->field_count + (form->own_name != NULL) +
		(form->date_words != NULL);
}

static bool
needs_second(const struct form *form)
{
	return default_count(form) || form->subject < form->subject_end;
}

static void
save_default(struct str *out, struct slot slot, const char *fallback)
{
	slot_write(out, slot);
	str_add_all(out, " ", fallback, "\n", NULL);
}

static void
save_defaults(const struct form *form, struct str *out)
{
	if (form->own_name)
		save_default(
			out, (struct slot){.name = SLOT_NAME}, form->own_name);
	if (form->date_words)
		save_default(out, (struct slot){.name = SLOT_SINCE},
			form->date_words);
	for (size_t i = 0; i < form->field_count; i++)
		save_default(out, slot_of(form, SLOT_FIELD, i),
			form->fields[i].fallback);
}

void
form_save(const struct form *form, struct str *out)
{
	bool second = needs_second(form);

	str_printf(out, "%s\n%zu %zu", head_lines[second], form->bytes.len,
		form->count);
	if (second)
		str_printf(out, " %zu", default_count(form));
	str_add_char(out, '\n');
	if (second)
		save_defaults(form, out);
	for (size_t i = 0; i < form->count; i++) {
		const struct cut *cut = &form->cuts[i];

		str_printf(out, "%zu ", cut->at);
		slot_write(out, slot_of(form, cut->slot, cut->field));
		str_add_all(out, " ", place_names[cut->place], "\n", NULL);
	}
	str_add_str(out, &form->bytes);
}

/* ----- loading ----- */

/* What stands before the next `end`; moves `rest` behind it. */
static bool
take(struct span *rest, char end, struct span *part)
{
	size_t n = span_find(*rest, end);

	*part = span_slice(*rest, 0, n);
	if (n == rest->len)
		return false;
	*rest = span_from(*rest, n + 1);
	return true;
}

static bool
take_number(struct span *rest, char end, size_t *number)
{
	struct span part;

	*number = 0;
	if (!take(rest, end, &part) || part.len == 0 || part.len > 12)
		return false;
	for (size_t i = 0; i < part.len; i++) {
		if (part.data[i] < '0' || part.data[i] > '9')
			return false;
		*number = *number * 10 + (size_t)(part.data[i] - '0');
	}
	return true;
}

static bool
find_place(struct span name, enum cut_place *place)
{
	for (int i = 0; i < CUT_PLACES; i++)
		if (span_equals(name, place_names[i])) {
			*place = (enum cut_place)i;
			return true;
		}
	return false;
}

/* One of the slots that have a default. */
static bool
take_default(struct form *form, struct span *rest)
{
	struct span name, text;
	struct slot slot;

	if (!take(rest, ' ', &name) || !take(rest, '\n', &text) ||
		!slot_find(name, &slot))
		return false;
	if (slot.name == SLOT_FIELD)
		form_add_field(form, slot.field, text);
	else if (slot.name == SLOT_NAME && !form->own_name)
		form->own_name = span_dup(text);
	else if (slot.name == SLOT_SINCE && !form->date_words)
		form->date_words = span_dup(text);
	else
		return false;
	return true;
}

/* A column that was not among the defaults is added; it has none. */
static bool
take_cut(struct form *form, struct span *rest, struct cut *cut)
{
	struct span name, place;
	struct slot slot;

	if (!take_number(rest, ' ', &cut->at) || !take(rest, ' ', &name) ||
		!take(rest, '\n', &place) || !slot_find(name, &slot) ||
		!find_place(place, &cut->place))
		return false;
	cut->slot = slot.name;
	if (slot.name == SLOT_FIELD)
		cut->field = form_add_field(form, slot.field, SPAN_NONE);
	return form->field_count <= DEFAULTS_MAX;
}

/* A value in the headers stands behind "\nName:"; fill_header() relies on
 * the line break. */
static bool
is_behind_line(const struct str *bytes, size_t at)
{
	return memrchr(str_text(bytes), '\n', at) != NULL;
}

static bool
load_cuts(struct form *form, struct span *rest, size_t count, size_t bytes)
{
	size_t last = 0;

	for (size_t i = 0; i < count; i++) {
		struct cut cut = {.at = 0};

		if (!take_cut(form, rest, &cut) || cut.at < last ||
			cut.at > bytes)
			return false;
		form_add_cut(form, cut);
		last = cut.at;
	}
	return true;
}

static bool
load_head(struct form *form, struct span *rest, size_t *bytes, size_t *cuts)
{
	size_t defaults = 0;
	struct span line;
	bool second;

	if (!take(rest, '\n', &line))
		return false;
	second = span_equals(line, head_lines[1]);
	if ((!second && !span_equals(line, head_lines[0])) ||
		!take_number(rest, ' ', bytes) ||
		!take_number(rest, second ? ' ' : '\n', cuts) ||
		(second && !take_number(rest, '\n', &defaults)) ||
		*cuts > CUTS_MAX || defaults > DEFAULTS_MAX)
		return false;
	while (defaults--)
		if (!take_default(form, rest))
			return false;
	return true;
}

static bool
load(struct form *form, struct span rest)
{
	size_t bytes, count;

	if (!load_head(form, &rest, &bytes, &count) ||
		!load_cuts(form, &rest, count, bytes) || rest.len != bytes)
		return false;
	str_add_span(&form->bytes, rest);
	for (size_t i = 0; i < count; i++)
		if (form->cuts[i].place == CUT_HEADER &&
			!is_behind_line(&form->bytes, form->cuts[i].at))
			return false;
	return form_find_subject(form);
}

struct form *
form_load(struct span bytes, struct error *err)
{
	struct form *form = mem_new(sizeof *form);

	if (load(form, bytes))
		return form;
	form_free(form);
	error_set(err, ERROR_DATA,
		"the stored form is damaged, or of a newer version of postrider");
	return NULL;
}
