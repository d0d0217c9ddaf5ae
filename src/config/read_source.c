/*
 * What the site consists of: sources of dispatches, the roster, the store.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/url.h"
#include "config/read_mailbox.h"
#include "config/settings.h"

/* ----- sources ----- */

static void
read_folder(struct reader *r, const struct setting *s, const struct value *v,
	struct source_config *source)
{
	char *base = mem_printf("lists/%s", r->list->name);

	source->path = text_path(r, s, v, source->name, base);
	free(base);
}

static void
read_feed(struct reader *r, const struct setting *s, const struct value *v,
	struct source_config *source)
{
	struct str name = STR_INIT;

	source->path = text_url(r, s, v);
	if (!source->path)
		return;
	url_without_login(&name, span_of(source->path));
	if (name.len < strlen(source->path) && r->others_read)
		reader_warn(r, v,
			"everyone can read the password in this file: chmod "
			"o-r it");
	source->name = arena_take(r->list->arena, &name);
}

/* The row's place in the table is the kind; its field is the whole source. */
void
read_source_kind(struct reader *r, const struct setting *s,
	const struct value *v, void *field)
{
	static void (*const reads[])(struct reader * r, const struct setting *s,
		const struct value *v, struct source_config *source) = {
		[SOURCE_FOLDER] = read_folder,
		[SOURCE_FEED] = read_feed,
		[SOURCE_MAILBOX] = read_mailbox_source,
	};
	struct source_config *source = field;
	const char *text = text_line(r, s, v);

	source->kind = (enum source_kind)(s - source_settings);
	if (!text)
		return;
	if (source->name) {
		reader_complain_key(r, v,
			"a source is one thing: begin another '- %s: …'",
			s->name);
		return;
	}
	source->name = text;
	reads[source->kind](r, s, v, source);
}

static void
read_source(
	struct reader *r, const struct value *v, struct source_config *source)
{
	size_t errors = r->errors;

	source->alert_after = 3;
	mailbox_source_start(r, source);
	if (v->kind != VALUE_MAP) {
		reader_complain(r, v, "a source is written '- folder: PATH'");
		return;
	}
	settings_read(r, source_settings, v, source);
	if (!source->name && r->errors == errors)
		reader_complain(r, v,
			"a source needs 'folder: PATH', 'feed: URL' or "
			"'mailbox: …'");
	if (source->kind == SOURCE_MAILBOX && r->errors == errors)
		mailbox_source_finish(r, v, source);
}

/* Files may have several names; what is fetched has one. */
static const char *
identity(const struct source_config *s)
{
	const struct mail_place *place = &s->mailbox.place;
	const char *path = NULL;

	if (s->kind == SOURCE_FOLDER)
		path = s->path;
	else if (s->kind == SOURCE_MAILBOX && place->kind != MAILBOX_IMAP)
		path = place->path;
	return path ? path : s->name;
}

static bool
is_repeated(const struct list *list, const struct source_config *last)
{
	for (const struct source_config *s = list->sources; s < last; s++)
		if (s->kind == last->kind &&
			text_equals(identity(s), identity(last)))
			return true;
	return false;
}

void
read_sources(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	bool many = v->kind == VALUE_LIST;
	struct list *list = r->list;

	(void)field;
	if (many && v->count > SOURCES_MOST) {
		reader_complain(r, v, "'%s' may have %d entries, not %zu",
			s->name, SOURCES_MOST, v->count);
		return;
	}
	list->source_count = many ? v->count : 1;
	list->sources = arena_alloc(
		list->arena, list->source_count * sizeof *list->sources);
	for (size_t i = 0; i < list->source_count; i++) {
		const struct value *item = many ? v->items[i] : v;

		read_source(r, item, &list->sources[i]);
		if (list->sources[i].name &&
			is_repeated(list, &list->sources[i]))
			reader_complain(r, item,
				"the source '%s' stands here "
				"twice",
				list->sources[i].name);
	}
}

/* ----- files ----- */

/* As much of the folders as there is, without links. */
static const char *
resolve(struct arena *arena, const char *path)
{
	const char *end = strrchr(path, '/');
	const char *resolved = path;
	char *real = NULL;

	while (!real && end > path) {
		char *folder = mem_dup(path, (size_t)(end - path));

		real = realpath(folder, NULL);
		free(folder);
		if (!real)
			end = memrchr(path, '/', (size_t)(end - path));
	}
	if (real)
		resolved = arena_printf(arena, "%s%s", real, end);
	free(real);
	return resolved;
}

/* libpq reads the rest of it when it connects. */
static bool
is_server(const char *text)
{
	return span_starts(span_of(text), "postgresql://") ||
		span_starts(span_of(text), "postgres://");
}

/* "//user:password@host/", or "?password=" (PostgreSQL 15 manual, 34.1.1.2). */
static bool
has_password(struct span url)
{
	struct span rest = span_from(url, span_find_text(url, "://") + 3);
	size_t query = span_find(rest, '?');
	struct span server = span_slice(rest, 0, span_find_any(rest, "/?"));
	struct span user = span_slice(server, 0, span_find_last(server, '@'));

	return (user.len < server.len && span_find(user, ':') < user.len) ||
		span_find_text(span_from(rest, query), "password=") <
		rest.len - query;
}

/* Absolute: whoever opens it may have left the working folder. And the same for
 * all lists that have it, however they spell it: this is how they are known to
 * share it. After a complaint it is NULL: nobody knows. */
void
read_store(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	static const char sqlite[] = "sqlite:";
	const char *text = text_line(r, s, v), *path;

	*(const char **)field = NULL;
	if (!text)
		return;
	if (is_server(text)) {
		if (has_password(span_of(text)) && r->others_read)
			reader_warn(r, v,
				"everyone can read the password in this file: "
				"put it into a file of its own "
				"(?passfile=PATH), or chmod o-r");
		*(const char **)field = text;
		return;
	}
	if (!span_starts(span_of(text), sqlite) || !text[strlen(sqlite)]) {
		reader_complain(r, v,
			"'%s' must be sqlite:PATH or postgresql://…, not '%s'",
			s->name, text);
		return;
	}
	path = text_path(r, s, v, text + strlen(sqlite), "");
	if (!path)
		return;
	if (path[0] != '/')
		path = arena_printf(r->list->arena, "%s/%s", r->cwd, path);
	*(const char **)field = arena_printf(
		r->list->arena, "%s%s", sqlite, resolve(r->list->arena, path));
}

/* "" is `none`; NULL waits for what is found in the list's folder. */
void
read_roster(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	const char *text, **roster = field;
	char *base;

	*roster = NULL;
	if (v->kind == VALUE_NULL)
		return;
	*roster = "";
	if (says_none(v))
		return;
	text = text_line(r, s, v);
	base = mem_printf("lists/%s", r->list->name);
	if (text)
		*roster = text_path(r, s, v, text, base);
	free(base);
}
