/*
 * Where letters are handed over: a spool, or an SMTP server and how to speak
 * with it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/url.h"
#include "config/config.h"
#include "config/settings.h"

enum { PASSWORD_LIMIT = 4096, RELAYS_MOST = 16 };

static const char spool_default[] = "state/spool";

/* ----- one URL ----- */

/* Undoes %40 and the like. NULL when it is broken, or hides a control
 * character: those would inject into the dialogue. */
static char *
decode_percent(struct arena *arena, struct span s)
{
	struct str out = STR_INIT;
	char *decoded = NULL;

	if (url_unescape(&out, s) && !text_has_controls(str_span(&out)))
		decoded = arena_span(arena, str_span(&out));
	str_clear(&out);
	return decoded;
}

static bool
is_host(struct span host)
{
	if (!host.len || host.len > 255)
		return false;
	for (size_t i = 0; i < host.len; i++)
		if (!isalnum((unsigned char)host.data[i]) &&
			!strchr("-._:", host.data[i]))
			return false;
	return true;
}

static bool
is_loopback(const char *host)
{
	return text_equals_nocase(host, "localhost") ||
		text_equals(host, "::1") ||
		(span_starts(span_of(host), "127.") &&
			strspn(host, "0123456789.") == strlen(host));
}

static bool
parse_port(struct span text, int *port)
{
	*port = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (!isdigit((unsigned char)text.data[i]) || i == 5)
			return false;
		*port = *port * 10 + (text.data[i] - '0');
	}
	return *port >= 1 && *port <= 65535;
}

/* "host", "host:587", "[::1]:25" */
static bool
parse_host(struct arena *arena, struct span s, struct relay *relay)
{
	bool brackets = span_starts(s, "[");
	struct span host, rest;
	size_t n;

	if (brackets)
		s = span_from(s, 1);
	n = span_find(s, brackets ? ']' : ':');
	host = span_slice(s, 0, n);
	rest = span_from(s, n + brackets);
	if (!is_host(host) || (brackets && n == s.len))
		return false;
	relay->host = arena_span(arena, host);
	return rest.len == 0 ||
		(rest.data[0] == ':' &&
			parse_port(span_from(rest, 1), &relay->port));
}

/* "user", "user:password"; the last @ ends it, so that an address may stand
 * there as it is. */
static bool
parse_user(struct arena *arena, struct span *s, struct relay *relay)
{
	struct span user;
	size_t at = span_find_last(*s, '@'), colon;

	if (at == s->len)
		return true;
	user = span_slice(*s, 0, at);
	*s = span_from(*s, at + 1);
	colon = span_find(user, ':');
	relay->user = decode_percent(arena, span_slice(user, 0, colon));
	if (colon < user.len)
		relay->password =
			decode_percent(arena, span_from(user, colon + 1));
	return relay->user && *relay->user &&
		(colon == user.len || (relay->password && *relay->password));
}

static int
usual_port(const struct relay *relay)
{
	if (relay->implicit_tls)
		return 465;
	return relay->user ? 587 : 25;
}

static bool
parse_smtp(struct arena *arena, struct span rest, struct relay *relay)
{
	relay->kind = TRANSPORT_SMTP;
	if (span_ends(rest, "/"))
		rest.len--;
	if (!parse_user(arena, &rest, relay) || !parse_host(arena, rest, relay))
		return false;
	if (!relay->port)
		relay->port = usual_port(relay);
	relay->tls = relay->implicit_tls || !is_loopback(relay->host)
		? TLS_REQUIRED
		: TLS_NONE;
	relay->text = arena_printf(arena, "%s://%s%s%s%s%s:%d",
		relay->implicit_tls ? "smtps" : "smtp",
		relay->user ? relay->user : "", relay->user ? "@" : "",
		strchr(relay->host, ':') ? "[" : "", relay->host,
		strchr(relay->host, ':') ? "]" : "", relay->port);
	return true;
}

/* The password when neither URL nor file has one. */
static void
take_environment(struct arena *arena, struct relay *relay)
{
	if (relay->user && !relay->password)
		relay->password =
			arena_strdup(arena, getenv("POSTRIDER_SMTP_PASSWORD"));
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
	relay->implicit_tls = span_starts(url, "smtps://");
	if (!relay->implicit_tls && !span_starts(url, "smtp://"))
		return error_set(err, ERROR_CONFIG,
			"a relay is 'spool', 'spool:PATH', "
			"'smtp://user@host:587' or 'smtps://user@host'");
	if (!parse_smtp(
		    arena, span_from(url, relay->implicit_tls ? 8 : 7), relay))
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
	take_environment(arena, relay);
	return true;
}

/* ----- in a list's settings ----- */

static const char *const tls_names[] = {"none", "try", "required", NULL};

struct relay_words {
	const char *url, *password_file;
	const struct value *url_value;
	unsigned tls;
};

enum { TLS_UNSAID = 99 };

static void
read_password_file(struct reader *r, const struct setting *s,
	const struct value *v, void *field)
{
	const char *text = text_line(r, s, v);

	if (text)
		*(const char **)field = text_path(r, s, v, text, "");
}

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
		.offset = offsetof(struct relay_words, password_file)},
	{"tls", .read = read_choice, .choices = tls_names,
		.offset = offsetof(struct relay_words, tls)},
	{.name = NULL},
};

/* The first line of the file. One that this user may not read is a warning:
 * editors preview without it. */
static void
take_password_file(struct reader *r, const struct value *v, const char *path,
	struct relay *relay)
{
	struct error err = ERROR_INIT;
	struct str bytes = STR_INIT;
	struct span rest, line = SPAN_NONE;
	struct stat st;

	if (!file_read(path, PASSWORD_LIMIT, &bytes, &err)) {
		reader_warn(
			r, v, "no password for %s: %s", relay->text, err.text);
		error_clear(&err);
		return;
	}
	rest = str_span(&bytes);
	span_next_line(&rest, &line);
	if (!line.len || text_has_controls(line))
		reader_complain(r, v,
			"%s: the password must stand in the first line", path);
	else
		relay->password = arena_span(r->list->arena, line);
	if (stat(path, &st) == 0 && st.st_mode & S_IROTH)
		reader_warn(
			r, v, "%s can be read by everyone: chmod o-r it", path);
	str_clear(&bytes);
}

static void
finish_relay(struct reader *r, const struct setting *s, const struct value *v,
	const struct relay_words *words, struct relay *relay)
{
	struct error err = ERROR_INIT;

	if (!parse_url(r->list->arena, words->url, relay, &err)) {
		reader_complain(r, v, "%s", err.text);
		error_clear(&err);
		return;
	}
	if (relay->kind == TRANSPORT_SPOOL) {
		relay->path = text_path(r, s, v, relay->path, "");
		return;
	}
	if (relay->password && r->others_read)
		reader_warn(r, v,
			"everyone can read the password in this file: put it "
			"into a password_file, or chmod o-r");
	if (words->password_file)
		take_password_file(r, v, words->password_file, relay);
	if (words->tls != TLS_UNSAID && relay->implicit_tls &&
		words->tls != TLS_REQUIRED)
		reader_complain(r, v, "'tls: %s' contradicts smtps://",
			tls_names[words->tls]);
	else if (words->tls != TLS_UNSAID)
		relay->tls = (enum tls_rule)words->tls;
	take_environment(r->list->arena, relay);
}

static void
read_relay(struct reader *r, const struct setting *s, const struct value *v,
	struct relay *relay)
{
	struct relay_words words = {.tls = TLS_UNSAID, .url_value = v};
	size_t errors = r->errors;

	if (value_is_scalar(v))
		words.url = text_line(r, s, v);
	else
		settings_read(r, relay_settings, v, &words);
	if (words.url)
		finish_relay(r, s, words.url_value, &words, relay);
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
