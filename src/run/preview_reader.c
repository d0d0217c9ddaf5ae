#include "run/preview_reader.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "deliver/fill.h"
#include "model/field.h"

struct preview_reader {
	const struct list *list;
	const struct subscriber *subscriber; /* NULL: made up */
	struct recipient recipient;	     /* texts are not its own */
	struct filler *filler;		     /* NULL: nothing was filled yet */
};

struct preview_reader *
preview_reader_new(const struct list *list, const struct subscriber *s)
{
	struct preview_reader *r = mem_new(sizeof *r);

	r->list = list;
	r->subscriber = s;
	r->recipient = (struct recipient){
		.seq = 1,
		.subscriber = 1,
		.name = (char *)(s ? s->name : "Ada Example"),
		.address = (char *)(s ? s->address : "reader@example.org"),
		.fields = (char *)(s ? s->fields : NULL),
		.since = s ? s->since : 1767268800, /* 2026-01-01, noon */
	};
	return r;
}

void
preview_reader_free(struct preview_reader *r)
{
	if (!r)
		return;
	filler_free(r->filler);
	free(r);
}

struct subscriber *
preview_reader_find(struct store *store, const struct list *list,
	const char *address, struct error *err)
{
	struct subscriber *found = NULL;
	struct error problem = ERROR_INIT;
	struct str key = STR_INIT;
	int64_t id;

	if (!address_check(span_of(address), err)) {
		error_wrap(err, "'%s'", address);
		return NULL;
	}
	address_key(&key, span_of(address));
	if (store_list(store, list->name, &id, &problem))
		found = store_subscriber(store, id, str_text(&key), &problem);
	str_clear(&key);
	if (!found && problem.kind == ERROR_NONE)
		error_set(&problem, ERROR_INPUT,
			"%s is not on '%s'; whom its roster has since the last "
			"run comes with the next",
			address, list->name);
	if (!found)
		error_move(err, &problem);
	return found;
}

/* Each pair of language and format that a reader has is among the forms. */
const struct composed_form *
preview_reader_form(const struct preview_reader *r, const struct composed *c)
{
	const struct subscriber *s = r->subscriber;
	enum letter_format format;
	const char *language;

	if (!s || !c->form_count)
		return c->form_count ? &c->forms[0] : NULL;
	language = list_language_for(r->list, s->language);
	format = list_format_for(r->list, s->format);
	for (size_t i = 0; i < c->form_count; i++) {
		const struct composed_form *f = &c->forms[i];

		if (f->form && f->format == format &&
			text_equals(f->language, language))
			return f;
	}
	return &c->forms[0];
}

/* Its keys are dear, and most previews only report. */
static struct filler *
filler_of(struct preview_reader *r)
{
	struct fill_options options = {
		.list = r->list,
		.salt = span_of("preview"),
		.token_key = span_of("preview"),
	};

	if (!r->filler)
		r->filler = filler_new(&options);
	return r->filler;
}

void
preview_reader_fill(
	struct preview_reader *r, const struct form *form, struct str *out)
{
	form_fill(form, filler_values(filler_of(r), form, &r->recipient), out);
}

/* ----- for the eye ----- */

struct showing {
	const struct preview_reader *reader;
	const struct form *form;
	const struct slot_values *values;
	const char *language;
};

static struct span
field_value(const struct showing *s, struct span name)
{
	size_t count = form_field_count(s->form);

	for (size_t i = 0; i < count; i++)
		if (span_equals(name, form_field_name(s->form, i)))
			return s->values->fields[i];
	return SPAN_NONE;
}

static struct span
shown_value(const struct showing *s, struct slot slot)
{
	struct span value;

	if (slot.name == SLOT_UNSUBSCRIBE_URL)
		return span_of("#unsubscribe");
	if (slot.name == SLOT_PREFERENCES_URL)
		return span_of("#preferences");
	if (slot.name == SLOT_NAME)
		slot.field = span_of(field_own_name);
	value = slot.name == SLOT_FIELD ? field_value(s, slot.field)
					: s->values->value[slot.name];
	if (!value.len)
		value = span_of(field_default(
			s->reader->list, slot.field, s->language));
	return value;
}

void
preview_reader_show(struct preview_reader *r, const struct composed_form *f,
	const char *mark, const char *text, bool html, struct str *out)
{
	struct showing s = {
		.reader = r,
		.form = f->form,
		.values = filler_values(filler_of(r), f->form, &r->recipient),
		.language = f->language,
	};
	struct span rest = span_of(text);
	struct slot slot;
	size_t at, len;

	while (slot_next(rest, mark, &at, &len, &slot)) {
		struct span value = shown_value(&s, slot);

		str_add_span(out, span_slice(rest, 0, at));
		if (html)
			escape_html(out, value);
		else
			str_add_span(out, value);
		rest = span_from(rest, at + len);
	}
	str_add_span(out, rest);
}
