#include "desk/wish.h"

#include <ctype.h>
#include <string.h>

static const char *const names[VIEWS] = {
	[VIEW_LETTER] = "letter",
	[VIEW_TEXT] = "text",
	[VIEW_PARTS] = "parts",
	[VIEW_SOURCE] = "source",
};

const char *
view_name(enum view view)
{
	return names[view];
}

static enum view
find_view(const char *name)
{
	int i = 0;

	while (i < VIEWS && !text_equals(name, names[i]))
		i++;
	return i < VIEWS ? (enum view)i : VIEW_LETTER;
}

struct wish
wish_read(const char *(*argument)(const void *data, const char *name),
	const void *data)
{
	const char *as = argument(data, "as"), *form = argument(data, "form");

	return (struct wish){.as = as ? as : "",
		.form = form ? form : "",
		.view = find_view(argument(data, "view")),
		.dark = text_equals(argument(data, "scheme"), "dark"),
		.no_pictures = text_equals(argument(data, "pictures"), "off")};
}

/* As a query wants it (RFC 3986, 3.4). */
static void
add_value(struct str *out, const char *name, const char *value)
{
	str_add_all(out, "&", name, "=", NULL);
	for (const char *c = value; *c; c++) {
		if (isalnum((unsigned char)*c) || strchr("-._~@", *c))
			str_add_char(out, *c);
		else
			str_printf(out, "%%%02X", (unsigned char)*c);
	}
}

void
wish_write(struct str *out, const struct wish *w, enum view view)
{
	str_add_all(out, "view=", names[view], NULL);
	if (w->as[0])
		add_value(out, "as", w->as);
	if (w->form[0])
		add_value(out, "form", w->form);
	if (w->dark)
		add_value(out, "scheme", "dark");
	if (w->no_pictures)
		add_value(out, "pictures", "off");
}

void
wish_write_form(struct str *out, const struct composed_form *f)
{
	str_add_all(out, f->language, ".", letter_format_name(f->format), NULL);
	if (f->spared)
		str_printf(out, ".%x", f->spared);
}
