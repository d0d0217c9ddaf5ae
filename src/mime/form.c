#include "mime/form.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "base/text.h"
#include "mime/cut.h"
#include "mime/encode.h"
#include "mime/fold.h"
#include "mime/header.h"
#include "model/field.h"

enum {
	VALUE_GUESS = 100, /* octets of a slot's value, for form_size() */
	LENT_LEAST = 2048, /* octets: shorter runs are sooner copied */
	OWN_GUESS = 3 * FIELD_OCTETS, /* of what a reader says, each as "=C5" */
};

static const char subject_name[] = "Subject:";

/* ----- making and freeing ----- */

void
form_add_cut(struct form *form, struct cut cut)
{
	/* Doubles at each power of two. */
	if ((form->count & (form->count - 1)) == 0)
		form->cuts = mem_resize(form->cuts,
			(form->count ? form->count * 2 : 1) *
				sizeof *form->cuts);
	form->cuts[form->count++] = cut;
	form->slots |= 1u << cut.slot;
	form->guess += cut.slot == SLOT_NAME || cut.slot == SLOT_FIELD
		? OWN_GUESS
		: VALUE_GUESS;
}

size_t
form_add_field(struct form *form, struct span name, struct span fallback)
{
	for (size_t i = 0; i < form->field_count; i++)
		if (span_equals(name, form->fields[i].name))
			return i;
	form->fields = mem_resize(
		form->fields, (form->field_count + 1) * sizeof *form->fields);
	form->fields[form->field_count] = (struct form_field){
		.name = span_dup(name), .fallback = span_dup(fallback)};
	return form->field_count++;
}

bool
form_find_subject(struct form *form)
{
	struct span bytes = str_span(&form->bytes), line;
	size_t first = 0, n, text;

	while (first < form->count && form->cuts[first].place != CUT_SUBJECT)
		first++;
	if (first == form->count)
		return true;
	n = form->cuts[first].at;
	form->subject = span_find_last(span_slice(bytes, 0, n), '\n') + 1;
	if (form->subject > n) /* it would be the first line: From is */
		return false;
	line = span_from(bytes, form->subject);
	line.len = span_find(line, '\r');
	form->subject_end = form->subject + line.len;
	text = form->subject + strlen(subject_name);
	for (size_t i = 0; i < form->count; i++) {
		size_t at = form->cuts[i].at;
		bool inside = at >= form->subject && at <= form->subject_end;

		if (inside != (form->cuts[i].place == CUT_SUBJECT) ||
			(inside && at < text))
			return false;
	}
	return span_starts(line, subject_name) &&
		span_starts(span_from(bytes, form->subject_end), "\r\n");
}

void
form_free(struct form *form)
{
	if (!form)
		return;
	str_clear(&form->bytes);
	free(form->cuts);
	for (size_t i = 0; i < form->field_count; i++) {
		free(form->fields[i].name);
		free(form->fields[i].fallback);
	}
	free(form->fields);
	free(form->own_name);
	free(form->date_words);
	free(form);
}

/* ----- asking ----- */

size_t
form_size(const struct form *form)
{
	return form->bytes.len + form->guess;
}

unsigned
form_slots(const struct form *form)
{
	return form->slots;
}

size_t
form_field_count(const struct form *form)
{
	return form->field_count;
}

const char *
form_field_name(const struct form *form, size_t i)
{
	return form->fields[i].name;
}

const char *
form_date_words(const struct form *form)
{
	return form->date_words;
}

/* ----- filling ----- */

static struct span
value_of(const struct form *form, const struct cut *cut,
	const struct slot_values *values)
{
	struct span value;

	if (cut->slot == SLOT_FIELD)
		value = values->fields ? values->fields[cut->field] : SPAN_NONE;
	else
		value = values->value[cut->slot];
	if (value.len)
		return value;
	if (cut->slot == SLOT_FIELD)
		return span_of(form->fields[cut->field].fallback);
	return cut->slot == SLOT_NAME ? span_of(form->own_name) : value;
}

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

/* Where a slot's value stands in what was written, encoded; len 0: nowhere. */
struct written {
	size_t at, len;
};

static void
write_again(struct str *out, struct written w)
{
	str_reserve(out, w.len);
	str_add_bytes(out, out->data + w.at, w.len);
}

static void
fill_escaped(struct str *out, struct span value)
{
	struct str escaped = STR_INIT;

	escape_html(&escaped, value);
	encode_qp_value(out, str_span(&escaped));
	str_clear(&escaped);
}

/* Most need not be escaped: those are encoded once, wherever they stand. */
static void
fill_body(struct str *out, const struct cut *cut, struct span value,
	struct written *known)
{
	struct written *w = &known[cut->slot];
	size_t at = out->len;
	bool escaped;

	if (w->len) {
		write_again(out, *w);
		return;
	}
	escaped = escape_is_needed(value);
	if (escaped && cut->place == CUT_HTML) {
		fill_escaped(out, value);
		return;
	}
	encode_qp_value(out, value);
	if (!escaped && cut->slot != SLOT_FIELD) /* these are many */
		*w = (struct written){at, out->len - at};
}

static void
fill_cut(struct str *out, const struct cut *cut, struct span value,
	struct written *known)
{
	if (cut->place == CUT_HEADER)
		fill_header(out, value);
	else
		fill_body(out, cut, value, known);
}

/*
 * Writes the subject, whose first cut is the i-th; returns the first behind it.
 * What a header refuses is taken off, so that it never is.
 */
static size_t
fill_subject(const struct form *form, size_t i,
	const struct slot_values *values, struct str *out)
{
	size_t at = form->subject + strlen(subject_name);
	struct str text = STR_INIT, line = STR_INIT;
	bool ok;

	for (; i < form->count && form->cuts[i].place == CUT_SUBJECT; i++) {
		const struct cut *cut = &form->cuts[i];

		str_add_bytes(&text, form->bytes.data + at, cut->at - at);
		str_add_span(&text, value_of(form, cut, values));
		at = cut->at;
	}
	str_add_bytes(&text, form->bytes.data + at, form->subject_end - at);
	text_flatten(&line, str_span(&text));
	ok = header_add(out, "Subject", str_span(&line), NULL);
	assert(ok);
	(void)ok;
	str_clear(&text);
	str_clear(&line);
	return i;
}

/* What all messages have, before a place of that kind. A line that a value goes
 * on with must be the rope's own. */
static void
add_run(struct rope *out, struct span run, enum cut_place before)
{
	if (run.len >= LENT_LEAST && before != CUT_HEADER)
		rope_lend(out, run);
	else
		str_add_span(rope_own(out), run);
}

void
form_lend(const struct form *form, const struct slot_values *values,
	struct rope *out)
{
	struct span bytes = str_span(&form->bytes);
	struct written known[SLOT_FIELD + 1] = {{0, 0}};
	size_t at = 0, i = 0;

	while (i < form->count) {
		const struct cut *cut = &form->cuts[i];
		bool subject = cut->place == CUT_SUBJECT;
		size_t end = subject ? form->subject : cut->at;

		add_run(out, span_slice(bytes, at, end - at), cut->place);
		if (subject) {
			i = fill_subject(form, i, values, rope_own(out));
			at = form->subject_end + strlen("\r\n");
			continue;
		}
		fill_cut(
			rope_own(out), cut, value_of(form, cut, values), known);
		at = cut->at;
		i++;
	}
	add_run(out, span_from(bytes, at), CUT_TEXT);
}

void
form_fill(const struct form *form, const struct slot_values *values,
	struct str *out)
{
	struct rope rope = {.own = *out, .whole = true};

	str_reserve(&rope.own, form_size(form));
	form_lend(form, values, &rope);
	*out = rope.own;
}
