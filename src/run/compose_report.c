/*
 * What was composed, for --json and report.json.
 */
#include <string.h>

#include "run/compose.h"

static struct value *
report_dispatch(struct arena *a, const struct dispatch *d)
{
	struct value *v = value_new_map(a);

	value_set_text(a, v, "id", d->id);
	value_set_text(a, v, "title", d->variants[0].title);
	value_set_text(a, v, "source", d->source);
	value_set_text(a, v, "file", d->variants[0].file);
	return v;
}

static struct value *
report_form(struct arena *a, const struct composed_form *f)
{
	struct value *v = value_new_map(a);

	value_set_text(a, v, "language", f->language);
	value_set_text(a, v, "format", letter_format_name(f->format));
	if (!f->letter) {
		value_set_bool(a, v, "spared", true);
		return v;
	}
	value_set_text(a, v, "subject", f->letter->subject_shown);
	value_set_int(a, v, "text_bytes", (int64_t)letter_text_size(f->letter));
	if (f->letter->html)
		value_set_int(
			a, v, "html_bytes", (int64_t)strlen(f->letter->html));
	if (f->letter->image_count)
		value_set_int(
			a, v, "pictures", (int64_t)f->letter->image_count);
	value_set_int(a, v, "bytes", (int64_t)form_size(f->form));
	if (f->letter->html_saved)
		value_set_int(
			a, v, "shortened", (int64_t)f->letter->html_saved);
	return v;
}

static void
add_problems(struct arena *a, struct value *list,
	const struct problems *problems, bool notes)
{
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *p = &problems->items[i];

		if ((p->severity == SEVERITY_NOTE) == notes)
			value_push(a, list, value_new_text(a, p->text));
	}
}

static void
report_problems(struct arena *a, struct value *map, const char *key,
	const struct composed *c, bool notes)
{
	struct value *list = value_set(a, map, key, value_new_list(a));

	add_problems(a, list, &c->problems, notes);
	add_problems(a, list, &c->gathered, notes);
}

struct value *
composed_report(struct arena *a, const struct composed *c)
{
	struct value *v = value_new_map(a), *in, *out, *list;

	value_set_text(a, v, "list", c->issue->list->name);
	value_set_int(a, v, "number", c->issue->number);
	value_set_instant(a, v, "slot", c->issue->slot);
	value_set_int(a, v, "recipients", (int64_t)c->recipients);
	value_set_bool(a, v, "below_minimum", c->issue->below_minimum);
	if (c->edits && !edits_are_empty(c->edits))
		value_set(a, v, "edits", edits_to_value(a, c->edits));
	in = value_set(a, v, "selected", value_new_list(a));
	out = value_set(a, v, "left_out", value_new_list(a));
	for (size_t i = 0; i < c->issue->decision_count; i++) {
		const struct decision *d = &c->issue->decisions[i];
		struct value *item = report_dispatch(a, d->dispatch);

		value_set_text(a, item, "reason", reason_name(d->reason));
		value_set_text(a, item, "why", reason_text(d->reason));
		value_set_text(a, item, "detail", d->detail);
		value_push(a, reason_is_in(d->reason) ? in : out, item);
	}
	list = value_set(a, v, "forms", value_new_list(a));
	for (size_t i = 0; i < c->form_count; i++)
		value_push(a, list, report_form(a, &c->forms[i]));
	report_problems(a, v, "warnings", c, false);
	report_problems(a, v, "notes", c, true);
	return v;
}
