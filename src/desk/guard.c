#include "desk/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HTTP_PORT = 80 };

static const char start_path[] = "/start/";

void
guard_init_take(
	struct guard *g, int port, char *start, char *cookie, char *form)
{
	*g = (struct guard){
		.port = port, .start = start, .cookie = cookie, .form = form};
}

void
guard_clear(struct guard *g)
{
	free(g->start);
	free(g->cookie);
	free(g->form);
	*g = (struct guard){.port = 0};
}

/* In a time that tells nothing of where they differ. */
static bool
is_secret(struct span said, const char *secret)
{
	size_t len = strlen(secret);
	unsigned char differ = said.len != len;

	for (size_t i = 0; i < len && i < said.len; i++)
		differ |= (unsigned char)(said.data[i] ^ secret[i]);
	return !differ;
}

/* ----- where, and whence ----- */

/* The port that http has anyhow browsers leave out (RFC 9110, 4.2.1). */
static bool
is_our_host(const struct guard *g, const char *host)
{
	static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
	char own[32];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(own, sizeof own, "%s:%d", names[i], g->port);
		if (text_equals_nocase(host, own) ||
			(g->port == HTTP_PORT &&
				text_equals_nocase(host, names[i])))
			return true;
	}
	return false;
}

static bool
is_top_level(const struct knock *k)
{
	return !k->post && text_equals(k->fetch_mode, "navigate") &&
		text_equals(k->fetch_dest, "document");
}

/* "http://127.0.0.1:8123" for the host "127.0.0.1:8123"; a proxy may have put
 * TLS before it. */
static bool
is_origin_of(const char *origin, const char *host)
{
	struct span o = span_of(origin);
	size_t scheme = span_find_text(o, "://");

	return scheme < o.len &&
		span_same_nocase(span_from(o, scheme + 3), span_of(host));
}

static bool
is_foreign(const struct knock *k)
{
	if (k->fetch_site)
		return !is_top_level(k) &&
			!text_equals(k->fetch_site, "same-origin");
	return k->origin && !is_origin_of(k->origin, k->host);
}

/* ----- who ----- */

static bool
has_cookie(const struct guard *g, const char *cookies)
{
	struct span rest = span_of(cookies);
	char name[32];

	snprintf(name, sizeof name, "desk-%d=", g->port);
	while (rest.len) {
		size_t end = span_find(rest, ';');
		struct span one = span_trim(span_slice(rest, 0, end));

		if (span_starts(one, name) &&
			is_secret(span_from(one, strlen(name)), g->cookie))
			return true;
		rest = span_from(rest, end + 1);
	}
	return false;
}

void
guard_write_cookie(const struct guard *g, struct str *out)
{
	str_printf(out, "desk-%d=%s; Path=/; HttpOnly; SameSite=Strict",
		g->port, g->cookie);
}

const char *
guard_user(const struct guard *g, const struct knock *k)
{
	if (g->port)
		return NULL;
	if (text_is_empty(k->remote_user))
		return k->x_remote_user;
	/* One of them is the client's, and nobody knows which. */
	if (!text_is_empty(k->x_remote_user) &&
		!text_equals(k->remote_user, k->x_remote_user))
		return NULL;
	return k->remote_user;
}

bool
guard_knows_form(const struct guard *g, struct span token)
{
	return is_secret(token, g->form);
}

static bool
is_start(const struct guard *g, const struct knock *k)
{
	struct span path = span_of(k->path);

	return !g->started && !k->post && span_starts(path, start_path) &&
		is_secret(span_from(path, strlen(start_path)), g->start);
}

enum verdict
guard_judge(struct guard *g, const struct knock *k)
{
	if (g->port && !is_our_host(g, k->host))
		return VERDICT_MISDIRECTED;
	if (is_foreign(k))
		return VERDICT_FOREIGN;
	if (!g->port)
		return text_is_empty(guard_user(g, k)) ? VERDICT_STRANGER
						       : VERDICT_ENTER;
	if (is_start(g, k)) {
		g->started = true;
		return VERDICT_START;
	}
	return has_cookie(g, k->cookie) ? VERDICT_ENTER : VERDICT_STRANGER;
}
