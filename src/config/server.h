/*
 * A server in a URL, and what is said beside it: of relays and IMAP mailboxes.
 * Of config/ alone.
 */
#ifndef CONFIG_SERVER_H
#define CONFIG_SERVER_H

#include "config/settings.h"

enum { TLS_UNSAID = 99 };

/* The choices of `tls`, in the order of enum tls_rule. */
extern const char *const tls_names[];

/* The choices of `auth`: the first is "any", the others are SASL mechanisms
 * that libcurl speaks. */
extern const char *const mechanism_names[];

/*
 * "user:password@host:587", "[::1]"; the port is 0 when unsaid. `tls` becomes
 * TLS_REQUIRED, but TLS_NONE for this machine without TLS from the start.
 */
bool server_parse(
	struct arena *arena, struct span authority, struct server *server);

/* "smtp://user@host:587": without the password. */
const char *server_text(
	struct arena *arena, const char *scheme, const struct server *server);

/* The password when neither URL nor file has one. */
void server_take_environment(
	struct arena *arena, const char *variable, struct server *server);

struct server_words {
	const char *name;     /* for messages */
	const char *variable; /* of the environment, with the password */
	const char *password_file;
	unsigned tls;	    /* TLS_UNSAID, or an enum tls_rule */
	unsigned mechanism; /* index of mechanism_names */
};

/* Lays over the server what was said beside it. */
void server_finish(struct reader *r, const struct value *v,
	const struct server_words *words, struct server *server);

READER(read_password_file); /* const char *: a path */

#endif
