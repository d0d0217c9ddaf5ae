/*
 * The text that a reader sees, out of the tree of parts. Parts nest at most 64
 * deep, which message_parse() saw to.
 */
#include <string.h>

#include "base/text.h"
#include "mime/message.h"

static bool
is_type(const struct message_part *p, const char *type)
{
	return strcmp(p->type, type) == 0;
}

static bool
is_multipart(const struct message_part *p)
{
	return strncmp(p->type, "multipart/", 10) == 0;
}

/* Plain text that stands in the mail, not beside it. Enriched and other kinds
 * of text are read as plain, but not those that a program reads. */
static bool
is_shown(const struct message_part *p, const char *type)
{
	return is_type(p, type) && !text_equals(p->disposition, "attachment") &&
		(!p->name || text_equals(p->disposition, "inline"));
}

/* ----- format=flowed (RFC 3676) ----- */

struct flow {
	bool open; /* the paragraph goes on in the next line */
	size_t depth;
	bool delsp;
};

static void
add_flowed_line(struct str *out, struct flow *f, struct span line)
{
	size_t depth = span_run(line, '>');
	struct span text = span_from(line, depth);
	bool is_signature, flows;

	if (text.len && text.data[0] == ' ')
		text = span_from(text, 1); /* stuffed, section 4.4 */
	is_signature = span_equals(text, "-- ");
	flows = !is_signature && text.len && text.data[text.len - 1] == ' ';
	if (f->open && (is_signature || depth != f->depth)) {
		str_add_char(out, '\n');
		f->open = false;
	}
	if (!f->open) {
		for (size_t i = 0; i < depth; i++)
			str_add_char(out, '>');
		if (depth)
			str_add_char(out, ' ');
	}
	if (flows && f->delsp)
		text.len--;
	str_add_span(out, text);
	if (!flows)
		str_add_char(out, '\n');
	f->open = flows;
	f->depth = depth;
}

void
message_unflow(struct str *out, struct span text, bool delsp)
{
	struct flow f = {.delsp = delsp};
	struct span line;

	while (span_next_line(&text, &line))
		add_flowed_line(out, &f, line);
	if (f.open)
		str_add_char(out, '\n');
}

/* ----- what is shown ----- */

static bool
has_shown(const struct message_part *p, const char *type)
{
	if (!is_multipart(p))
		return is_shown(p, type);
	for (size_t i = 0; i < p->part_count; i++)
		if (has_shown(&p->parts[i], type))
			return true;
	return false;
}

static void
add_text(struct str *out, const struct message_part *p)
{
	if (span_trim(p->body).len == 0)
		return;
	if (out->len && out->data[out->len - 1] != '\n')
		str_add_char(out, '\n');
	if (out->len)
		str_add_char(out, '\n');
	if (p->flowed && is_type(p, "text/plain"))
		message_unflow(out, p->body, p->delsp);
	else
		str_add_span(out, p->body);
}

/* Of an alternative the last that has the type: the richest comes last
 * (RFC 2046, 5.1.4). */
static const struct message_part *
choose(const struct message_part *p, const char *type)
{
	for (size_t i = p->part_count; i-- > 0;)
		if (has_shown(&p->parts[i], type))
			return &p->parts[i];
	return NULL;
}

static void
add_shown(struct str *out, const struct message_part *p, const char *type)
{
	const struct message_part *chosen;

	if (is_type(p, "multipart/alternative")) {
		chosen = choose(p, type);
		if (chosen)
			add_shown(out, chosen, type);
		return;
	}
	if (is_multipart(p)) {
		for (size_t i = 0; i < p->part_count; i++)
			add_shown(out, &p->parts[i], type);
		return;
	}
	if (is_shown(p, type))
		add_text(out, p);
}

/* Is plain text all there is to read? A plain footer that a mailing list put
 * beside an HTML mail is not the mail. */
static bool
plain_is_the_text(const struct message_part *p)
{
	const struct message_part *first = p;

	while (is_multipart(first) && first->part_count &&
		!is_type(first, "multipart/alternative"))
		first = &first->parts[0];
	if (is_type(first, "multipart/alternative"))
		return has_shown(first, "text/plain");
	if (is_shown(first, "text/html"))
		return false;
	return has_shown(p, "text/plain");
}

/* A mail that is nothing but a text of a kind that nobody knows. */
static bool
is_only_text(const struct message_part *root)
{
	return strncmp(root->type, "text/", 5) == 0 &&
		!text_equals(root->disposition, "attachment");
}

void
message_text(struct str *out, const struct message *m, bool *html)
{
	size_t start = out->len;

	*html = false;
	if (plain_is_the_text(&m->root))
		add_shown(out, &m->root, "text/plain");
	if (out->len > start)
		return;
	add_shown(out, &m->root, "text/html");
	*html = out->len > start;
	if (!*html)
		add_shown(out, &m->root, "text/plain");
	if (out->len == start && is_only_text(&m->root))
		add_text(out, &m->root);
}

/* ----- what is not ----- */

struct attachments {
	void (*each)(void *data, const struct message_part *part);
	void *data;
};

static bool
is_invisible(const struct message_part *p)
{
	return is_shown(p, "text/plain") || is_shown(p, "text/html") ||
		is_type(p, "application/pgp-signature") ||
		is_type(p, "application/pkcs7-signature");
}

static void
walk(const struct message_part *p, const struct attachments *a, bool related)
{
	bool inside = related || is_type(p, "multipart/related");

	if (is_multipart(p)) {
		for (size_t i = 0; i < p->part_count; i++)
			walk(&p->parts[i], a, inside);
		return;
	}
	/* A picture of the page is no attachment. */
	if (is_invisible(p) || (related && p->id && !p->name))
		return;
	a->each(a->data, p);
}

void
message_attachments(const struct message *m,
	void (*each)(void *data, const struct message_part *part), void *data)
{
	struct attachments a = {.each = each, .data = data};

	if (is_only_text(&m->root))
		return;
	walk(&m->root, &a, false);
}
