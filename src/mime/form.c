#include "mime/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "mime/cut.h"
#include "mime/encode.h"
#include "mime/fold.h"

enum {
	VALUE_GUESS = 100, /* octets of a slot's value, for form_size() */
	CUTS_MAX = 100000,
};

/*
 * As it is stored; text, so that it can be looked at, and names, so that the
 * numbers of enums may change.
 *
 *     postrider form 1
 *     BYTES CUTS
 *     AT SLOT PLACE        for each cut
 *     the bytes
 */
static const char head_line[] = "postrider form 1";

static const char *const place_names[CUT_PLACES] = {
	[CUT_HEADER] = "header",
	[CUT_TEXT] = "text",
	[CUT_HTML] = "html",
};

void
form_add_cut(struct form *form, struct cut cut)
{
	/* Doubles at each power of two. */
	if ((form->count & (form->count - 1)) == 0)
		form->cuts = mem_resize(form->cuts,
			(form->count ? form->count * 2 : 1) *
				sizeof *form->cuts);
	form->cuts[form->count++] = cut;
}

void
form_free(struct form *form)
{
	if (!form)
		return;
	str_clear(&form->bytes);
	free(form->cuts);
	free(form);
}

size_t
form_size(const struct form *form)
{
	return form->bytes.len + form->count * VALUE_GUESS;
}

unsigned
form_slots(const struct form *form)
{
	unsigned slots = 0;

	for (size_t i = 0; i < form->count; i++)
		slots |= 1u << form->cuts[i].slot;
	return slots;
}

/* ----- filling ----- */

/* "Name:" stands before the cut. A value whose first line does not fit beside
 * the name starts on a line of its own. */
static void
fill_header(struct str *out, struct span value)
{
	const char *start = memrchr(out->data, '\n', out->len);
	size_t column = (size_t)(out->data + out->len - (start + 1));
	size_t first_line = span_find(value, '\r');

	str_add(out, column + 1 + first_line > FOLD_COLUMNS ? "\r\n " : " ");
	str_add_span(out, value);
}

static void
fill_html(struct str *out, struct span value)
{
	struct str escaped = STR_INIT;

	escape_html(&escaped, value);
	encode_qp_value(out, str_span(&escaped));
	str_clear(&escaped);
}

static void (*const fillers[CUT_PLACES])(struct str *out, struct span value) = {
	[CUT_HEADER] = fill_header,
	[CUT_TEXT] = encode_qp_value,
	[CUT_HTML] = fill_html,
};

void
form_fill(const struct form *form, const struct slot_values *values,
	struct str *out)
{
	size_t at = 0;

	str_reserve(out, form_size(form));
	for (size_t i = 0; i < form->count; i++) {
		const struct cut *cut = &form->cuts[i];

		str_add_bytes(out, form->bytes.data + at, cut->at - at);
		fillers[cut->place](out, values->value[cut->slot]);
		at = cut->at;
	}
	str_add_bytes(out, form->bytes.data + at, form->bytes.len - at);
}

/* ----- storing ----- */

void
form_save(const struct form *form, struct str *out)
{
	str_printf(
		out, "%s\n%zu %zu\n", head_line, form->bytes.len, form->count);
	for (size_t i = 0; i < form->count; i++)
		str_printf(out, "%zu %s %s\n", form->cuts[i].at,
			slot_text(form->cuts[i].slot),
			place_names[form->cuts[i].place]);
	str_add_str(out, &form->bytes);
}

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

static bool
take_cut(struct span *rest, struct cut *cut)
{
	struct span slot, place;

	return take_number(rest, ' ', &cut->at) && take(rest, ' ', &slot) &&
		take(rest, '\n', &place) && slot_find(slot, &cut->slot) &&
		find_place(place, &cut->place);
}

/* A value in the headers stands behind "\nName:"; fill_header() relies on
 * the line break. */
static bool
is_behind_line(const struct str *bytes, size_t at)
{
	return memrchr(str_text(bytes), '\n', at) != NULL;
}

static bool
load(struct form *form, struct span rest)
{
	struct span line;
	size_t bytes, count, last = 0;

	if (!take(&rest, '\n', &line) || !span_equals(line, head_line) ||
		!take_number(&rest, ' ', &bytes) ||
		!take_number(&rest, '\n', &count) || count > CUTS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct cut cut;

		if (!take_cut(&rest, &cut) || cut.at < last || cut.at > bytes)
			return false;
		form_add_cut(form, cut);
		last = cut.at;
	}
	if (rest.len != bytes)
		return false;
	str_add_span(&form->bytes, rest);
	for (size_t i = 0; i < count; i++)
		if (form->cuts[i].place == CUT_HEADER &&
			!is_behind_line(&form->bytes, form->cuts[i].at))
			return false;
	return true;
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
