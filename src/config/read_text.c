/*
 * Texts: lines, addresses, languages, URLs, paths. Each is checked for what it
 * will be used for; a title ends up in a header, so it has no line breaks.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config/settings.h"
#include "model/network.h"

static const char *
a_kind(const struct value *v)
{
	if (v->kind == VALUE_LIST)
		return "a list";
	return v->kind == VALUE_MAP ? "keys and values" : "nothing";
}

/* The text of a scalar. */
static const char *
text_of(struct reader *r, const struct setting *s, const struct value *v)
{
	if (value_is_scalar(v) && !text_is_empty(v->text))
		return v->text;
	reader_complain(
		r, v, "'%s' must be a text, not %s", s->name, a_kind(v));
	return NULL;
}

static const char *
keep(struct reader *r, const char *text)
{
	return arena_span(r->list->arena, span_trim(span_of(text)));
}

/* ----- lines and blocks ----- */

const char *
text_line(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_of(r, s, v);

	if (!text)
		return NULL;
	text = keep(r, text);
	if (!text_has_controls(span_of(text)))
		return text;
	reader_complain(r, v,
		"'%s' must be one line: it has a line break or another "
		"control character",
		s->name);
	return NULL;
}

/* Line breaks are welcome. */
const char *
text_block(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_of(r, s, v);
	struct span rest, line;

	if (!text)
		return NULL;
	text = keep(r, text);
	rest = span_of(text);
	while (span_next_line(&rest, &line))
		if (text_has_controls(line)) {
			reader_complain(
				r, v, "'%s' has a control character", s->name);
			return NULL;
		}
	return text;
}

/* Complains that the text is no `what`. */
static const char *
no_such(struct reader *r, const struct setting *s, const struct value *v,
	const char *what)
{
	reader_complain(
		r, v, "'%s' must be %s, not '%s'", s->name, what, v->text);
	return NULL;
}

static bool
is_of(const char *text, const char *more)
{
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr(more, *text))
			return false;
	return true;
}

/* A name of ours: of a list, of a folder of templates. */
const char *
text_word(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_line(r, s, v);

	if (text && (!is_of(text, "_-.") || text[0] == '.'))
		return no_such(
			r, s, v, "a name of letters, digits, '-', '_' and '.'");
	return text;
}

/* ----- machines ----- */

const char *
text_network(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_line(r, s, v);
	struct network network;

	if (text && !network_parse(span_of(text), &network))
		return no_such(
			r, s, v, "an address or a network like '10.0.0.0/8'");
	return text;
}

const char *
text_endpoint(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_line(r, s, v);
	struct endpoint endpoint;

	if (text && !endpoint_parse(span_of(text), &endpoint))
		return no_such(r, s, v,
			"an address and port like '127.0.0.1:8025', or "
			"unix:PATH");
	return text;
}

/* ----- addresses ----- */

static bool
parse_mailbox(struct reader *r, const struct setting *s, const struct value *v,
	struct mailbox *out)
{
	const char *text = text_line(r, s, v);
	struct error err = ERROR_INIT;
	char *name, *address;

	if (!text)
		return false;
	if (!mailbox_parse(span_of(text), &name, &address, &err)) {
		reader_complain(r, v, "'%s': %s", s->name, err.text);
		error_clear(&err);
		return false;
	}
	out->name = arena_strdup(r->list->arena, name);
	out->address = arena_strdup(r->list->arena, address);
	free(name);
	free(address);
	return true;
}

void
read_mailbox(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	struct mailbox *box = field;

	*box = (struct mailbox){.name = NULL};
	if (v->kind != VALUE_NULL)
		parse_mailbox(r, s, v, box);
}

/* A display name is taken, and dropped. */
const char *
text_address(struct reader *r, const struct setting *s, const struct value *v)
{
	struct mailbox box;

	return parse_mailbox(r, s, v, &box) ? box.address : NULL;
}

/* ----- names of other systems ----- */

/* "en", "pt-BR" (BCP 47), in lower case. */
const char *
text_language(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_line(r, s, v);
	size_t n;
	char *lower;

	if (!text)
		return NULL;
	n = strcspn(text, "-");
	if (n < 2 || n > 3 || strlen(text) > 35 || !is_of(text, "-") ||
		!isalpha((unsigned char)text[0]) ||
		text[strlen(text) - 1] == '-')
		return no_such(r, s, v, "a language like 'en' or 'pt-BR'");
	lower = arena_strdup(r->list->arena, text);
	for (char *p = lower; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return lower;
}

/* RFC 2919, 2: a name like that of a host. */
const char *
text_list_id(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_line(r, s, v);

	if (!text)
		return NULL;
	if (!is_of(text, "-_.") || !strchr(text, '.') || text[0] == '.' ||
		strstr(text, "..") || text[strlen(text) - 1] == '.' ||
		strlen(text) > 255)
		return no_such(r, s, v, "a name like 'weekly.example.org'");
	return text;
}

const char *
text_url(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_line(r, s, v);
	struct span url = span_of(text);
	size_t scheme = 0;

	if (span_starts(url, "https://"))
		scheme = 8;
	else if (span_starts(url, "http://"))
		scheme = 7;
	if (!text)
		return NULL;
	if (!scheme || scheme == url.len || url.data[scheme] == '/' ||
		strpbrk(text, " <>\"\\`{}"))
		return no_such(
			r, s, v, "a web address that begins with https://");
	return text;
}

const char *
text_base_url(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_url(r, s, v);
	struct span url = span_of(text);

	while (url.len && url.data[url.len - 1] == '/')
		url.len--;
	return text ? arena_span(r->list->arena, url) : NULL;
}

const char *
text_inbox(struct reader *r, const struct setting *s, const struct value *v)
{
	static const char *const kinds[] = {
		"maildir:", "mbox:", "imap://", "imaps://", NULL};
	const char *text = text_line(r, s, v);

	for (size_t i = 0; text && kinds[i]; i++)
		if (span_starts(span_of(text), kinds[i]))
			return text;
	return text ? no_such(r, s, v, "maildir:PATH, mbox:PATH, or imaps://…")
		    : NULL;
}

const char *
text_sender(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_line(r, s, v);
	struct span domain = span_of(text);

	if (!text)
		return NULL;
	domain = span_from(domain, *text == '@');
	if (span_find(domain, '@') < domain.len)
		return text_address(r, s, v);
	if (!text_equals(text, "anyone") &&
		span_find(domain, '.') == domain.len)
		return no_such(r, s, v,
			"an address, a domain like member.example, or "
			"'anyone'");
	return text;
}

/* ----- paths ----- */

/* Takes "." and ".." out of a path below the site. False when it leaves. */
static bool
tidy_path(struct span path, struct str *out)
{
	if (span_starts(path, "/"))
		return false;
	while (path.len) {
		size_t n = span_find(path, '/');
		struct span part = span_slice(path, 0, n);

		path = span_from(path, n + 1);
		if (span_equals(part, "..")) {
			const char *slash =
				memrchr(str_text(out), '/', out->len);

			if (!out->len)
				return false;
			str_truncate(
				out, slash ? (size_t)(slash - out->data) : 0);
		} else if (part.len && !span_equals(part, ".")) {
			if (out->len)
				str_add_char(out, '/');
			str_add_span(out, part);
		}
	}
	return true;
}

static const char *
join(struct arena *arena, const char *folder, const char *name)
{
	if (name[0] == '/' || !*folder || strcmp(folder, ".") == 0)
		return arena_strdup(arena, name);
	return arena_printf(arena, "%s/%s", folder, name);
}

const char *
text_path(struct reader *r, const struct setting *s, const struct value *v,
	const char *text, const char *base)
{
	struct arena *arena = r->list->arena;
	const char *path = join(arena, base, text);
	bool may_leave = r->is_defaults || s->outside;
	struct str tidy = STR_INIT;
	const char *found = NULL;

	if (text[0] == '~')
		reader_complain(r, v,
			"'%s': write the path out, '~' is not understood",
			s->name);
	else if (tidy_path(span_of(path), &tidy))
		found = join(arena, r->list->site, str_text(&tidy));
	else if (may_leave && !r->others_write)
		found = join(arena, r->list->site, path);
	else if (may_leave)
		reader_complain(r, v,
			"'%s' leaves the site, and others may write this "
			"file: take that right away (chmod go-w)",
			text);
	else
		reader_complain(r, v,
			"'%s' leaves the site: only lists/defaults.yaml may "
			"name paths outside",
			text);
	str_clear(&tidy);
	return found;
}

/* ----- fields ----- */

void
read_text(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	const char *text = v->kind == VALUE_NULL ? NULL : s->text(r, s, v);

	*(const char **)field = text;
}

void
read_texts(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	size_t count = value_each_count(v), n = 0;
	const char **texts =
		arena_alloc(r->list->arena, (count + 1) * sizeof *texts);

	for (size_t i = 0; i < count; i++) {
		texts[n] = s->text(r, s, value_each(v, i));
		n += texts[n] != NULL;
	}
	*(const char ***)field = texts;
}
