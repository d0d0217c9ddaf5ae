#include "mime/form_again.h"

#include "base/mem.h"
#include "mime/cut.h"
#include "mime/form_headers.h"
#include "mime/header.h"

struct change;

struct again {
	const struct change *changes;
	const struct list *list;
	int64_t date;
	struct str *out;
};

/* What becomes of a field; the others stay as they are. */
struct change {
	const char *name; /* NULL: the last */
	bool (*write)(const struct again *again, struct span value,
		struct error *err);
};

/* ----- what becomes of each field ----- */

static bool
mark_subject(const struct again *a, struct span value, struct error *err)
{
	struct str text = STR_INIT;
	bool ok;

	str_add(&text, "[Proof] ");
	header_decode(&text, span_trim(value));
	ok = header_add(a->out, "Subject", str_span(&text), err) &&
		header_add_raw(
			a->out, "X-Postrider-Proof", span_of("yes"), err);
	str_clear(&text);
	return ok;
}

static bool
write_date(const struct again *a, struct span value, struct error *err)
{
	(void)value;
	return form_add_date(a->out, a->list, a->date, err);
}

static bool
leave_out(const struct again *a, struct span value, struct error *err)
{
	(void)a;
	(void)value;
	(void)err;
	return true;
}

static const struct change of_reissue[] = {
	{"Date", write_date},
	{NULL, NULL},
};

static const struct change of_proof[] = {
	{"Subject", mark_subject},
	{"Date", write_date},
	{"List-Unsubscribe", leave_out},
	{"List-Unsubscribe-Post", leave_out},
	{NULL, NULL},
};

/* ----- the headers ----- */

/* A field with its folded lines and its line break. */
static struct span
next_field(struct span *rest)
{
	struct span field;
	size_t n = 0;

	do {
		n += span_find(span_from(*rest, n), '\n');
		n += n < rest->len;
	} while (n < rest->len &&
		(rest->data[n] == ' ' || rest->data[n] == '\t'));
	field = span_slice(*rest, 0, n);
	*rest = span_from(*rest, n);
	return field;
}

static bool
write_field(const struct again *a, struct span field, struct error *err)
{
	size_t colon = span_find(field, ':');
	struct span name = span_slice(field, 0, colon);

	for (const struct change *c = a->changes; c->name; c++)
		if (span_equals_nocase(name, c->name))
			return c->write(a, span_from(field, colon + 1), err);
	str_add_span(a->out, field);
	return true;
}

static struct form *
write_again(struct again *a, const struct form *letter,
	const struct slot_values *values, struct error *err)
{
	struct form *form = mem_new(sizeof *form);
	struct str filled = STR_INIT;
	struct span rest;
	bool ok = true;

	a->out = &form->bytes;
	form_fill(letter, values, &filled);
	rest = str_span(&filled);
	while (ok && rest.len && rest.data[0] != '\r')
		ok = write_field(a, next_field(&rest), err);
	str_add_span(&form->bytes, rest);
	str_clear(&filled);
	if (ok)
		return form;
	form_free(form);
	return NULL;
}

struct form *
form_new_reissue(const struct form *letter, const struct slot_values *values,
	const struct list *list, int64_t date, struct error *err)
{
	struct again again = {
		.changes = of_reissue, .list = list, .date = date};

	return write_again(&again, letter, values, err);
}

struct form *
form_new_proof(const struct form *letter, const struct slot_values *values,
	const struct list *list, int64_t date, struct error *err)
{
	struct again again = {.changes = of_proof, .list = list, .date = date};

	return write_again(&again, letter, values, err);
}
