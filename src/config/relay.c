/*
 * Where letters are handed over: a spool, or an SMTP server and how to speak
 * with it.
 */
#include <string.h>

#include "config/config.h"
#include "config/server.h"

enum { RELAYS_MOST = 16 };

static const char spool_default[] = "state/spool";
static const char variable[] = "POSTRIDER_SMTP_PASSWORD";

/* ----- one URL ----- */

static int
usual_port(const struct server *server)
{
	if (server->implicit_tls)
		return 465;
	return server->user ? 587 : 25;
}

static bool
parse_smtp(struct arena *arena, struct span rest, struct relay *relay)
{
	struct server *server = &relay->server;

	relay->kind = TRANSPORT_SMTP;
	if (span_ends(rest, "/"))
		rest.len--;
	if (!server_parse(arena, rest, server))
		return false;
	if (!server->port)
		server->port = usual_port(server);
	relay->text = server_text(
		arena, server->implicit_tls ? "smtps" : "smtp", server);
	return true;
}

static bool
parse_url(struct arena *arena, const char *text, struct relay *relay,
	struct error *err)
{
	struct span url = span_of(text);

	*relay = (struct relay){.kind = TRANSPORT_SPOOL};
	if (span_equals(url, "spool") || span_equals(url, "spool:")) {
		relay->path = spool_default;
		relay->text = "spool";
		return true;
	}
	if (span_starts(url, "spool:")) {
		relay->path = arena_span(arena, span_from(url, 6));
		relay->text = arena_strdup(arena, text);
		return true;
	}
	relay->server.implicit_tls = span_starts(url, "smtps://");
	if (!relay->server.implicit_tls && !span_starts(url, "smtp://"))
		return error_set(err, ERROR_CONFIG,
			"a relay is 'spool', 'spool:PATH', "
			"'smtp://user@host:587' or 'smtps://user@host'");
	if (!parse_smtp(arena, span_from(url, span_find_text(url, "://") + 3),
		    relay))
		/* Without the text: a password may be in it. */
		return error_set(err, ERROR_CONFIG,
			"the relay's address cannot be read: write "
			"smtp://user@host:587, and %%40 for an odd character "
			"like @");
	return true;
}

bool
relay_parse(struct arena *arena, const char *text, struct relay *relay,
	struct error *err)
{
	if (!parse_url(arena, text, relay, err))
		return false;
	if (relay->path == spool_default)
		return error_set(err, ERROR_USAGE,
			"spool needs a folder here: spool:FOLDER");
	server_take_environment(arena, variable, &relay->server);
	return true;
}

/* ----- in a list's settings ----- */

struct relay_words {
	const char *url;
	const struct value *url_value;
	struct server_words server;
	int connections;
	struct rate rate;
	const char **senders;
};

static void
read_relay_url(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	struct relay_words *words = field;

	words->url = text_line(r, s, v);
	words->url_value = v;
}

const struct setting relay_settings[] = {
	{"relay", .read = read_relay_url},
	{"password_file", .read = read_password_file,
		.offset = offsetof(struct relay_words, server.password_file)},
	{"tls", .read = read_choice, .choices = tls_names,
		.offset = offsetof(struct relay_words, server.tls)},
	{"auth", .read = read_choice, .choices = mechanism_names,
		.offset = offsetof(struct relay_words, server.mechanism)},
	{"connections", .read = read_int, .least = 1, .most = 256,
		.offset = offsetof(struct relay_words, connections)},
	{"rate", .read = read_rate,
		.offset = offsetof(struct relay_words, rate)},
	{"senders", .read = read_texts, .text = text_domain,
		.offset = offsetof(struct relay_words, senders)},
	{.name = NULL},
};

static void
finish_relay(struct reader *r, const struct setting *s,
	struct relay_words *words, struct relay *relay)
{
	const struct value *v = words->url_value;
	struct error err = ERROR_INIT;

	if (!parse_url(r->list->arena, words->url, relay, &err)) {
		reader_complain(r, v, "%s", err.text);
		error_clear(&err);
		return;
	}
	relay->connections = words->connections;
	relay->rate = words->rate;
	relay->senders = words->senders;
	if (relay->kind == TRANSPORT_SPOOL) {
		relay->path = text_path(r, s, v, relay->path, "");
		return;
	}
	words->server.name = relay->text;
	server_finish(r, v, &words->server, &relay->server);
}

static void
read_relay(struct reader *r, const struct setting *s, const struct value *v,
	struct relay *relay)
{
	struct relay_words words = {
		.server = {.tls = TLS_UNSAID, .variable = variable},
		.url_value = v,
	};
	size_t errors = r->errors;

	if (value_is_scalar(v))
		words.url = text_line(r, s, v);
	else
		settings_read(r, relay_settings, v, &words);
	if (words.url)
		finish_relay(r, s, &words, relay);
	else if (r->errors == errors)
		reader_complain(r, v, "a relay needs 'relay: smtp://…'");
}

void
read_relays(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	bool many = v->kind == VALUE_LIST;
	struct list *list = r->list;

	(void)field;
	if (many && (v->count == 0 || v->count > RELAYS_MOST)) {
		reader_complain(r, v, "'%s' must have 1 to %d relays", s->name,
			RELAYS_MOST);
		return;
	}
	list->relay_count = many ? v->count : 1;
	list->relays = arena_alloc(
		list->arena, list->relay_count * sizeof *list->relays);
	for (size_t i = 0; i < list->relay_count; i++)
		read_relay(r, s, many ? v->items[i] : v, &list->relays[i]);
}
