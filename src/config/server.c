#include "config/server.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/url.h"

enum { PASSWORD_LIMIT = 4096 };

const char *const mechanism_names[] = {"any", "plain", "login", "cram-md5",
	"digest-md5", "scram-sha-1", "scram-sha-256", "ntlm", "gssapi",
	"external", "xoauth2", "oauthbearer", NULL};
const char *const tls_names[] = {"none", "try", "required", NULL};

/* ----- in a URL ----- */

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
parse_host(struct arena *arena, struct span s, struct server *server)
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
	server->host = arena_span(arena, host);
	return rest.len == 0 ||
		(rest.data[0] == ':' &&
			parse_port(span_from(rest, 1), &server->port));
}

/* "user", "user:password"; the last @ ends it, so that an address may stand
 * there as it is. */
static bool
parse_user(struct arena *arena, struct span *s, struct server *server)
{
	struct span user;
	size_t at = span_find_last(*s, '@'), colon;

	if (at == s->len)
		return true;
	user = span_slice(*s, 0, at);
	*s = span_from(*s, at + 1);
	colon = span_find(user, ':');
	server->user = decode_percent(arena, span_slice(user, 0, colon));
	if (colon < user.len)
		server->password =
			decode_percent(arena, span_from(user, colon + 1));
	return server->user && *server->user &&
		(colon == user.len || (server->password && *server->password));
}

bool
server_parse(struct arena *arena, struct span text, struct server *server)
{
	*server = (struct server){.implicit_tls = server->implicit_tls};
	if (!parse_user(arena, &text, server) ||
		!parse_host(arena, text, server))
		return false;
	server->tls = server->implicit_tls || !is_loopback(server->host)
		? TLS_REQUIRED
		: TLS_NONE;
	return true;
}

const char *
server_text(
	struct arena *arena, const char *scheme, const struct server *server)
{
	bool v6 = strchr(server->host, ':') != NULL;

	return arena_printf(arena, "%s://%s%s%s%s%s:%d", scheme,
		server->user ? server->user : "", server->user ? "@" : "",
		v6 ? "[" : "", server->host, v6 ? "]" : "", server->port);
}

/* ----- beside it ----- */

void
server_take_environment(
	struct arena *arena, const char *variable, struct server *server)
{
	if (server->user && !server->password)
		server->password = arena_strdup(arena, getenv(variable));
}

void
read_password_file(struct reader *r, const struct setting *s,
	const struct value *v, void *field)
{
	const char *text = text_line(r, s, v);

	if (text)
		*(const char **)field = text_path(r, s, v, text, "");
}

/* The first line of the file. One that this user may not read is a warning:
 * editors preview without it. */
static void
take_password_file(struct reader *r, const struct value *v,
	const struct server_words *words, struct server *server)
{
	struct error err = ERROR_INIT;
	struct str bytes = STR_INIT;
	struct span rest, line = SPAN_NONE;
	struct stat st;

	if (!file_read(words->password_file, PASSWORD_LIMIT, &bytes, &err)) {
		reader_warn(
			r, v, "no password for %s: %s", words->name, err.text);
		error_clear(&err);
		return;
	}
	rest = str_span(&bytes);
	span_next_line(&rest, &line);
	if (!line.len || text_has_controls(line))
		reader_complain(r, v,
			"%s: the password must stand in the first line",
			words->password_file);
	else
		server->password = arena_span(r->list->arena, line);
	if (stat(words->password_file, &st) == 0 && st.st_mode & S_IROTH)
		reader_warn(r, v, "%s can be read by everyone: chmod o-r it",
			words->password_file);
	str_clear(&bytes);
}

/* As SASL writes it (RFC 4422, 3.1). */
static void
take_mechanism(struct reader *r, const struct value *v,
	const struct server_words *words, struct server *server)
{
	char *name;

	if (!words->mechanism)
		return;
	name = arena_strdup(r->list->arena, mechanism_names[words->mechanism]);
	for (char *c = name; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	server->mechanism = name;
	if (!server->user)
		reader_complain(r, v,
			"'auth: %s' needs a user: smtp://user@host",
			mechanism_names[words->mechanism]);
}

void
server_finish(struct reader *r, const struct value *v,
	const struct server_words *words, struct server *server)
{
	if (server->password && r->others_read)
		reader_warn(r, v,
			"everyone can read the password in this file: put it "
			"into a password_file, or chmod o-r");
	if (words->password_file)
		take_password_file(r, v, words, server);
	if (words->tls != TLS_UNSAID && server->implicit_tls &&
		words->tls != TLS_REQUIRED)
		reader_complain(r, v, "'tls: %s' contradicts %.*s://",
			tls_names[words->tls], (int)strcspn(words->name, ":"),
			words->name);
	else if (words->tls != TLS_UNSAID)
		server->tls = (enum tls_rule)words->tls;
	take_mechanism(r, v, words, server);
	server_take_environment(r->list->arena, words->variable, server);
}
