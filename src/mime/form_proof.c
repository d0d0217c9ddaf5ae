#include "mime/form_proof.h"

#include "base/mem.h"
#include "mime/cut.h"
#include "mime/form_headers.h"
#include "mime/header.h"

struct proof {
	const struct list *list;
	int64_t date;
	struct str *out;
};

/* ----- what becomes of each field ----- */

static bool
mark_subject(const struct proof *p, struct span value, struct error *err)
{
	struct str text = STR_INIT;
	bool ok;

	str_add(&text, "[Proof] ");
	header_decode(&text, span_trim(value));
	ok = header_add(p->out, "Subject", str_span(&text), err) &&
		header_add_raw(
			p->out, "X-Postrider-Proof", span_of("yes"), err);
	str_clear(&text);
	return ok;
}

static bool
write_date(const struct proof *p, struct span value, struct error *err)
{
	(void)value;
	return form_add_date(p->out, p->list, p->date, err);
}

static bool
leave_out(const struct proof *p, struct span value, struct error *err)
{
	(void)p;
	(void)value;
	(void)err;
	return true;
}

static const struct {
	const char *name;
	bool (*write)(const struct proof *proof, struct span value,
		struct error *err);
} changes[] = {
	{"Subject", mark_subject},
	{"Date", write_date},
	{"List-Unsubscribe", leave_out},
	{"List-Unsubscribe-Post", leave_out},
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
write_field(const struct proof *p, struct span field, struct error *err)
{
	size_t colon = span_find(field, ':');
	struct span name = span_slice(field, 0, colon);

	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		if (span_equals_nocase(name, changes[i].name))
			return changes[i].write(
				p, span_from(field, colon + 1), err);
	str_add_span(p->out, field);
	return true;
}

struct form *
form_new_proof(const struct form *letter, const struct slot_values *values,
	const struct list *list, int64_t date, struct error *err)
{
	struct form *form = mem_new(sizeof *form);
	struct proof proof = {.list = list, .date = date, .out = &form->bytes};
	struct str filled = STR_INIT;
	struct span rest;
	bool ok = true;

	form_fill(letter, values, &filled);
	rest = str_span(&filled);
	while (ok && rest.len && rest.data[0] != '\r')
		ok = write_field(&proof, next_field(&rest), err);
	str_add_span(&form->bytes, rest);
	str_clear(&filled);
	if (ok)
		return form;
	form_free(form);
	return NULL;
}
