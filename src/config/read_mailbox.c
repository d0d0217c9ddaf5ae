#include "config/read_mailbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/url.h"
#include "config/server.h"

static const char variable[] = "POSTRIDER_IMAP_PASSWORD";

void
mailbox_source_start(struct reader *r, struct source_config *source)
{
	source->mailbox.allow =
		arena_alloc(r->list->arena, sizeof *source->mailbox.allow);
	source->mailbox.place.server.tls = (enum tls_rule)TLS_UNSAID;
}

/* ----- where it is ----- */

/* The folder behind the server, %XX undone; INBOX when there is none. */
static const char *
imap_folder(struct arena *arena, struct span text)
{
	struct str out = STR_INIT;
	const char *folder = NULL;

	if (url_unescape(&out, text) && !text_has_controls(str_span(&out)))
		folder = out.len ? arena_span(arena, str_span(&out)) : "INBOX";
	str_clear(&out);
	return folder;
}

/* Without the text in messages: a password may be in it. */
static void
read_imap(struct reader *r, const struct value *v, const char *text,
	struct mail_place *place)
{
	struct arena *arena = r->list->arena;
	struct server server = {
		.implicit_tls = span_starts(span_of(text), "imaps:")};
	struct span rest = span_of(text);
	enum tls_rule said = place->server.tls;
	size_t slash;

	place->kind = MAILBOX_IMAP;
	place->name = "imap";
	rest = span_from(rest, span_find_text(rest, "://") + 3);
	slash = span_find(rest, '/');
	place->path = imap_folder(arena, span_from(rest, slash + 1));
	if (!place->path ||
		!server_parse(arena, span_slice(rest, 0, slash), &server) ||
		!server.user) {
		reader_complain(r, v,
			"the mailbox's address cannot be read: write "
			"imaps://user@host/INBOX, and %%40 for an odd "
			"character like @");
		return;
	}
	if (!server.port)
		server.port = server.implicit_tls ? 993 : 143;
	place->name = arena_printf(arena, "%s/%s",
		server_text(
			arena, server.implicit_tls ? "imaps" : "imap", &server),
		place->path);
	place->server = server;
	if (said != (enum tls_rule)TLS_UNSAID)
		place->server.tls = said;
}

static const struct {
	const char *scheme;
	enum mailbox_kind kind;
} on_disk[] = {
	{"maildir:", MAILBOX_MAILDIR},
	{"mbox:", MAILBOX_MBOX},
};

/* `base` is where its path begins, as text_path() has it. */
static void
read_place(struct reader *r, const struct setting *s, const struct value *v,
	const char *base, struct mail_place *place)
{
	const char *text = text_inbox(r, s, v);
	struct span rest = span_of(text);

	if (!text)
		return;
	if (span_starts(rest, "imap")) {
		read_imap(r, v, text, place);
		return;
	}
	place->name = text;
	for (size_t i = 0; i < sizeof on_disk / sizeof *on_disk; i++) {
		size_t n = strlen(on_disk[i].scheme);

		if (!span_starts(rest, on_disk[i].scheme))
			continue;
		place->kind = on_disk[i].kind;
		if (n == rest.len)
			reader_complain(r, v, "'%s' needs a path", text);
		else
			place->path = text_path(r, s, v, text + n, base);
	}
}

void
read_mailbox_source(struct reader *r, const struct setting *s,
	const struct value *v, struct source_config *source)
{
	struct mail_place *place = &source->mailbox.place;
	char *base = mem_printf("lists/%s", r->list->name);

	read_place(r, s, v, base, place);
	if (place->name)
		source->name = place->name;
	free(base);
}

/* ----- returned mail ----- */

static void
read_inbox_place(struct reader *r, const struct setting *s,
	const struct value *v, void *field)
{
	read_place(r, s, v, "", field);
}

#define PLACE(field) .offset = offsetof(struct mail_place, field)

const struct setting inbox_settings[] = {
	{"mailbox", .read = read_inbox_place},
	{"password_file", .read = read_password_file, PLACE(password_file)},
	{"tls", .read = read_choice, .choices = tls_names, PLACE(server.tls)},
	{.name = NULL},
};

static void
finish_place(struct reader *r, const struct value *v, struct mail_place *place)
{
	struct server_words words = {
		.name = place->name,
		.variable = variable,
		.password_file = place->password_file,
		.tls = TLS_UNSAID,
	};

	if (place->kind != MAILBOX_IMAP)
		return;
	if (place->server.implicit_tls)
		words.tls = (unsigned)place->server.tls;
	server_finish(r, v, &words, &place->server);
	if (!place->server.password)
		reader_warn(r, v,
			"no password for %s: name a password_file beside it, "
			"or set %s",
			place->name, variable);
}

void
read_inbox(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	struct mail_place *place = arena_alloc(r->list->arena, sizeof *place);
	const struct mail_place **inbox = field;
	size_t errors = r->errors;

	*inbox = NULL;
	if (v->kind == VALUE_NULL || says_none(v))
		return;
	place->server.tls = (enum tls_rule)TLS_UNSAID;
	if (value_is_scalar(v))
		read_place(r, s, v, "", place);
	else
		settings_read(r, inbox_settings, v, place);
	if (!place->name && r->errors == errors)
		reader_complain(r, v,
			"'%s' needs 'mailbox: imaps://user@host/INBOX'",
			s->name);
	if (r->errors > errors)
		return;
	finish_place(r, v, place);
	*inbox = place;
}

/* ----- whose mail is taken ----- */

/* What was written and is wrong has been told. */
static bool
names_nobody(const struct reader *r, const struct mailbox_source *m)
{
	return !m->allow[0] && !(reader_knows(r, &m->allow) && r->errors);
}

/*
 * Who can write to the mailbox writes to all readers: somebody must have
 * decided that. A folder that editors fill by hand has `allow: anyone`.
 */
void
mailbox_source_check(struct reader *r, struct source_config *source)
{
	struct mailbox_source *m = &source->mailbox;
	bool anyone = m->allow[0] && text_equals(m->allow[0], "anyone");

	if (names_nobody(r, m) && !r->list->approval)
		reader_complain_field(r, source,
			"a mailbox publishes to all readers: say whose mail is "
			"taken, 'allow: [press@member.example]', or 'allow: "
			"anyone' when only editors put mail there");
	else if (anyone && m->allow[1])
		reader_complain_field(r, source,
			"'allow: anyone' stands alone, without others");
	else if (m->allow[0] && !anyone && !m->authserv_id)
		reader_complain_field(r, source,
			"senders are easily forged: 'authserv_id:' names the "
			"server whose Authentication-Results prove them");
	if (anyone)
		m->allow[0] = NULL;
}

void
mailbox_source_finish(
	struct reader *r, const struct value *v, struct source_config *source)
{
	finish_place(r, v, &source->mailbox.place);
}
