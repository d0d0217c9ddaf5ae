#include "model/list.h"

#include <string.h>

void
list_free(struct list *list)
{
	if (!list)
		return;
	zone_free(list->schedule.zone);
	arena_free(list->arena);
}

/* ----- formats ----- */

void
list_digest_name(struct str *out, const struct list *list)
{
	static const char word[] = "Digest";

	str_add(out, list->title);
	if (!span_ends(span_of(list->title), word))
		str_add_all(out, " ", word, NULL);
}

static const char *const format_names[LETTER_FORMATS] = {
	[FORMAT_HTML] = "html",
	[FORMAT_TEXT] = "text",
	[FORMAT_MIME_DIGEST] = "mime-digest",
	[FORMAT_RFC1153] = "rfc1153",
};

const char *
letter_format_name(enum letter_format format)
{
	return format_names[format];
}

bool
letter_format_find(const char *name, enum letter_format *out)
{
	for (size_t i = 0; i < LETTER_FORMATS; i++)
		if (strcmp(name, format_names[i]) == 0) {
			*out = (enum letter_format)i;
			return true;
		}
	return false;
}

enum letter_format
list_format_for(const struct list *list, const char *name)
{
	enum letter_format format;

	return name && letter_format_find(name, &format) ? format
							 : list->format;
}

const char *
list_language_for(const struct list *list, const char *language)
{
	return language && language[0] ? language : list->language;
}

bool
letter_format_is_digest(enum letter_format format)
{
	return format == FORMAT_MIME_DIGEST || format == FORMAT_RFC1153;
}
