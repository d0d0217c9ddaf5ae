/*
 * How large the letters are. Gmail shows the first 102 KB of a mail's HTML and
 * hides the rest behind a link, and with it the way to leave the list. For
 * whole messages 10 MB is what many servers take at most.
 */
#include <string.h>

#include "run/preflight_check.h"

enum { CLIPPED_AT = 102 * 1000, MESSAGE_MOST = 10 * 1000 * 1000 };

static size_t
html_size(const struct composed_form *f)
{
	return f->letter && f->letter->html ? strlen(f->letter->html) : 0;
}

static size_t
message_size(const struct composed_form *f)
{
	return f->form ? form_size(f->form) : 0;
}

static const struct composed_form *
largest(const struct composed *c,
	size_t (*size_of)(const struct composed_form *f))
{
	const struct composed_form *found = &c->forms[0];

	for (size_t i = 1; i < c->form_count; i++)
		if (size_of(&c->forms[i]) > size_of(found))
			found = &c->forms[i];
	return found;
}

static void
check_html(const struct checking *k)
{
	const struct composed_form *f = largest(k->c, html_size);
	size_t size = html_size(f);
	size_t most = k->list->html_budget ? k->list->html_budget : CLIPPED_AT;

	if (size <= most)
		return;
	preflight_add(k->out,
		(struct finding){.severity = SEVERITY_WARNING,
			.code = "html-size",
			.text = arena_printf(k->out->arena,
				"%s has %zu KB of HTML, more than %zu KB; "
				"Gmail hides what is behind 102 KB, and with "
				"it the link to leave: lower 'max' or shorten "
				"what is long",
				preflight_letter(k, f), size / 1000,
				most / 1000)});
}

void
preflight_size(const struct checking *k)
{
	const struct composed_form *f = largest(k->c, message_size);

	check_html(k);
	if (message_size(f) > MESSAGE_MOST)
		preflight_add(k->out,
			(struct finding){.severity = SEVERITY_WARNING,
				.code = "message-size",
				.text = arena_printf(k->out->arena,
					"%s is a message of %zu MB, and many "
					"servers refuse more than 10: leave "
					"texts or pictures out",
					preflight_letter(k, f),
					message_size(f) / 1000000)});
}
