#include <string.h>

#include "base/date.h"
#include "base/escape.h"
#include "base/sentence.h"
#include "base/text.h"
#include "html/html.h"
#include "source/article.h"
#include "source/mail_thread.h"
#include "source/mailbox.h"
#include "source/prose.h"

enum {
	NAMED_ATTACHMENTS = 20,
	LONGEST_ID = 500, /* octets */
	TITLE_WIDTH = 200,
	CLOCKS = 3600,		/* by which they differ */
	LARGEST_TEXT = 1 << 20, /* octets; what is longer is a log, no news */
};

/* ----- what is no news ----- */

/* "Name <id>" or "id". */
static bool
is_list(const char *header, const char *id)
{
	struct span s = span_of(header);
	size_t open = span_find(s, '<');

	if (open < s.len)
		s = span_from(s, open + 1);
	s = span_trim(span_slice(s, 0, span_find(s, '>')));
	return span_equals_nocase(s, id);
}

static bool
is_own(const struct message *m, const struct mailbox_options *o)
{
	for (size_t i = 0; m->list_id && o->own_lists && o->own_lists[i]; i++)
		if (is_list(m->list_id, o->own_lists[i]))
			return true;
	return false;
}

/* Bounces, and programs that answer for people (RFC 3834). What a program
 * writes of itself may be news. */
static bool
is_automatic(const struct message *m)
{
	struct span said = span_of(m->auto_submitted);

	said = span_trim(span_slice(said, 0, span_find(said, ';')));
	return span_equals_nocase(said, "auto-replied") ||
		text_equals(m->root.type, "multipart/report");
}

/* "DON'T DELETE THIS MESSAGE": at the beginning of an mbox, where mail programs
 * keep their numbers (c-client, Dovecot). */
static bool
is_internal(const struct message *m)
{
	return message_header(m, "X-IMAP") != NULL;
}

static bool
may_publish(const struct message *m, const struct mailbox_options *o)
{
	const struct mailbox_source *box = &o->source->mailbox;

	return !box->allow || !box->allow[0] ||
		(mail_sender_is_allowed(m, (const char *const *)box->allow) &&
			mail_sender_is_proven(m, box->authserv_id));
}

/* ----- the body ----- */

/* Moves what `change` makes of the text into its place. */
static void
change_text(struct str *text, void (*change)(struct str *out, struct span text))
{
	struct str changed = STR_INIT;

	change(&changed, str_span(text));
	str_clear(text);
	*text = changed;
}

struct names {
	struct str text;
	size_t count;
};

/* A mail that was put into this one goes by its subject, as mail programs show
 * it. */
static const char *
name_of(struct arena *arena, const struct message_part *part)
{
	const char *name = part->name;

	if (!name && text_equals(part->type, "message/rfc822"))
		name = message_parse(arena, part->body)->subject;
	return text_is_empty(name) ? part->type : name;
}

static void
add_name(void *data, const struct message_part *part)
{
	struct names *names = data;
	struct arena *arena;

	if (names->count++ >= NAMED_ATTACHMENTS)
		return;
	arena = arena_new();
	str_add(&names->text, names->text.len ? ", " : "");
	text_flatten(&names->text, span_of(name_of(arena, part)));
	arena_free(arena);
}

static void
add_attachments(
	struct str *out, const struct message *m, bool html, bool obscure)
{
	struct names names = {.text = STR_INIT};

	message_attachments(m, add_name, &names);
	if (obscure)
		change_text(&names.text, mail_obscure);
	if (names.count > NAMED_ATTACHMENTS)
		str_printf(&names.text, ", … (%zu)", names.count);
	if (names.count) {
		str_add(out, html ? "\n<p>[" : out->len ? "\n\n[" : "[");
		if (html)
			escape_only(out, str_span(&names.text), "&<");
		else
			str_add_str(out, &names.text);
		str_add(out, html ? "]</p>\n" : "]\n");
	}
	str_clear(&names.text);
}

/* Without blank lines at its ends; the first line keeps its indent. */
static struct span
trim_lines(struct span text)
{
	struct span rest = text, line;

	while (span_next_line(&rest, &line) && span_trim(line).len == 0)
		text = rest;
	while (text.len && strchr(" \t\n", text.data[text.len - 1]))
		text.len--;
	return text;
}

/* At a line's end, or else a character's. */
static void
cut(struct str *text)
{
	size_t end;

	if (text->len <= LARGEST_TEXT)
		return;
	end = span_find_last(span_slice(str_span(text), 0, LARGEST_TEXT), '\n');
	while (end && (text->data[end] & 0xc0) == 0x80)
		end--;
	str_truncate(text, end);
	str_add(text, "\n[…]\n");
}

/* No path of a passage is deep. Pictures of mails are their attachments. */
static void
sanitise(struct str *text, bool obscure)
{
	struct html_options options = {.base = NULL};
	struct arena *arena = arena_new();
	struct passage *p = html_parse(arena, str_span(text), &options);
	struct str safe = STR_INIT;

	if (obscure)
		mail_obscure_passage(arena, p);
	passage_to_html(&safe, p, 0);
	str_clear(text);
	*text = safe;
	arena_free(arena);
}

static void
read_body(struct arena *arena, const struct message *m,
	const struct mailbox_options *o, struct variant *v)
{
	const struct mailbox_source *box = &o->source->mailbox;
	struct str text = STR_INIT, body = STR_INIT;
	struct span kept;
	bool html;

	message_text(&text, m, &html);
	if (!html)
		cut(&text);
	if (html)
		sanitise(&text, box->obscure_addresses);
	else if (box->trim_quotes)
		change_text(&text, mail_trim_quotes);
	if (box->obscure_addresses && !html)
		change_text(&text, mail_obscure);
	kept = str_span(&text);
	if (box->trim_signatures && !html) {
		change_text(&text, mail_trim_armor);
		kept = mail_trim_signature(str_span(&text));
	}
	str_add_span(&body, trim_lines(kept));
	add_attachments(&body, m, html, box->obscure_addresses);
	v->body_kind = html ? BODY_HTML : BODY_TEXT;
	v->body = arena_span(arena, str_span(&body));
	str_clear(&text);
	str_clear(&body);
}

/* ----- title, author, link ----- */

/* The first sentence of a mail without a subject, as far as its first
 * paragraph goes. */
static const char *
title_from_body(struct arena *arena, const struct variant *v)
{
	struct str flat = STR_INIT;
	struct span body = span_of(v->body), sentence;
	const char *title = NULL;

	if (v->body_kind == BODY_HTML)
		html_lede(&flat, body, TITLE_WIDTH);
	else
		text_flatten(&flat,
			span_slice(body, 0, span_find_text(body, "\n\n")));
	sentence = sentence_first(str_span(&flat));
	if (sentence.len)
		title = arena_span(arena, sentence);
	str_clear(&flat);
	return title;
}

/* An answer says so, however its subject spelt that. */
static void
read_title(struct arena *arena, const struct message *m, bool obscure,
	struct variant *v)
{
	struct str text = STR_INIT;
	bool is_reply;
	struct span title = mail_title(m, &is_reply);

	str_add(&text, is_reply ? MAIL_REPLY : "");
	if (obscure)
		mail_obscure(&text, title);
	else
		str_add_span(&text, title);
	v->title = title.len ? arena_span(arena, str_span(&text)) : NULL;
	str_clear(&text);
	if (v->title)
		return;
	v->title = title_from_body(arena, v);
	v->title_is_body = v->title != NULL;
	if (!v->title)
		v->title = v->author ? v->author : "…";
}

static const char *
read_author(struct arena *arena, const struct message *m,
	const struct mailbox_options *o)
{
	struct str author = STR_INIT, flat = STR_INIT;
	const char *said = m->from.name ? m->from.name : m->from.address;
	const char *out = NULL;

	if (o->source->mailbox.obscure_addresses)
		mail_obscure(&author, span_of(said));
	else
		str_add(&author, said ? said : "");
	text_flatten(&flat, str_span(&author));
	if (flat.len)
		out = arena_span(arena, str_span(&flat));
	str_clear(&author);
	str_clear(&flat);
	return out;
}

/* Where the list's archive has it (RFC 5064). */
static const char *
read_link(struct arena *arena, const struct message *m)
{
	struct span s = span_trim(span_of(message_header(m, "Archived-At")));

	if (s.len && s.data[0] == '<')
		s = span_slice(s, 1, span_find(s, '>') - 1);
	if (!span_starts(s, "https://") && !span_starts(s, "http://"))
		return NULL;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.data[i] <= ' ')
			return NULL;
	return arena_span(arena, s);
}

/* What was sent after it came is of a clock that is ahead, and would wait until
 * that day is there. */
static int64_t
read_date(const struct message *m)
{
	int64_t came = message_came(m);

	if (m->date == INSTANT_NONE || came == INSTANT_NONE)
		return m->date;
	return m->date > came + CLOCKS ? came : m->date;
}

/* ----- the dispatch ----- */

static void
add_dispatch(struct dispatches *out, struct mail_threads *threads,
	const struct mailbox_options *o, const struct message *m,
	const char *id, const char *where)
{
	struct arena *a = out->arena;
	struct dispatch *d = dispatches_add(out);
	struct variant *v = arena_alloc(a, sizeof *v);

	d->id = id;
	d->source = arena_strdup(a, o->source->name);
	d->order = out->count - 1;
	d->date = read_date(m);
	d->variants = v;
	d->variant_count = 1;
	v->language =
		arena_strdup(a, o->source->language ? o->source->language : "");
	v->section = arena_strdup(a, o->source->section);
	v->updated = INSTANT_NONE;
	v->file = arena_strdup(a, where);
	v->extra = value_new_map(a);
	v->author = read_author(a, m, o);
	read_body(a, m, o, v);
	read_title(a, m, o->source->mailbox.obscure_addresses, v);
	v->link = read_link(a, m);
	v->story = mail_threads_add(threads, a, m, id);
	article_hash(d, v);
	/* Two who answer "yes" have sent two mails: only the id tells. */
	v->content[0] = '\0';
}

/* No index has room for what strangers may write into a Message-ID. */
static const char *
id_of(struct arena *arena, const struct message *m, struct span bytes)
{
	struct str sent = STR_INIT;
	const char *id;

	if (m->id && strlen(m->id) <= LONGEST_ID)
		return arena_strdup(arena, m->id);
	if (m->id)
		return mail_hash(arena, "mail-", span_of(m->id));
	message_as_sent(&sent, bytes);
	id = mail_hash(arena, "mail-", str_span(&sent));
	str_clear(&sent);
	return id;
}

/* Before, a mail without a Message-ID went by all its octets. */
static bool
is_known(struct arena *arena, const struct mail_threads *threads,
	const struct message *m, const char *id, struct span bytes)
{
	return mail_threads_has(threads, id) ||
		(!m->id &&
			mail_threads_has(
				threads, mail_hash(arena, "mail-", bytes)));
}

void
mail_dispatch_add(struct dispatches *out, struct mail_threads *threads,
	const struct mailbox_options *options, struct span bytes,
	const char *where)
{
	struct arena *arena = arena_new();
	struct message *m = message_parse(arena, bytes);
	const char *id = id_of(out->arena, m, bytes);

	if (is_known(arena, threads, m, id, bytes) || is_own(m, options) ||
		is_automatic(m) || is_internal(m) ||
		(m->date != INSTANT_NONE && m->date < options->since)) {
		/* Nothing to tell: it is no news. */
	} else if (!m->header_count) {
		/* What a full disk left is empty, or nothing but NULs. */
		problem_add(&out->problems, SEVERITY_WARNING, where, 0, 0,
			"is left out: it is no mail, for it has no headers");
	} else if (!may_publish(m, options)) {
		problem_add(&out->problems, SEVERITY_WARNING, where, 0, 0,
			"is left out: its sender '%s' is not proven to be one "
			"of 'allow'",
			m->from.address ? m->from.address : "");
	} else if (options->is_returned && options->is_returned(m)) {
		problem_add(&out->problems, SEVERITY_WARNING, where, 0, 0,
			"is left out: it reads like a bounce or an automatic "
			"reply");
	} else {
		add_dispatch(out, threads, options, m, id, where);
	}
	arena_free(arena);
}
