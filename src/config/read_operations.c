/*
 * What is settled for the whole site: where its log is kept, what is
 * measured, which programs are called.
 */
#include <string.h>

#include "base/log_sink.h"
#include "config/settings.h"

/* A file's path counts from the site. */
const char *
text_log(struct reader *r, const struct setting *s, const struct value *v)
{
	static const char file[] = "file:";
	const char *text = text_line(r, s, v);
	struct error err = ERROR_INIT;
	const char *path;

	if (!text || says_none(v))
		return NULL;
	if (!log_where_check(text, &err)) {
		reader_complain(r, v, "'%s': %s", s->name, err.text);
		error_clear(&err);
		return NULL;
	}
	if (!span_starts(span_of(text), file))
		return text;
	path = text_path(r, s, v, text + strlen(file), "");
	return path ? arena_printf(r->list->arena, "%s%s", file, path) : NULL;
}

const char *
text_site_path(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_line(r, s, v);

	return text && !says_none(v) ? text_path(r, s, v, text, "") : NULL;
}

const char *
text_hook(struct reader *r, const struct setting *s, const struct value *v)
{
	if (!r->others_write)
		return text_site_path(r, s, v);
	reader_complain(r, v,
		"'%s': others may write this file, and so what is run: take "
		"that right away (chmod go-w)",
		s->name);
	return NULL;
}
