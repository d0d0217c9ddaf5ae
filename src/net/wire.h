/*
 * A connection that libcurl opens (DNS, proxy, TLS or STARTTLS with
 * verification, greeting, SASL) and hands over. From then on whoever asked for
 * it speaks SMTP or IMAP on it himself: libcurl's own transfers block on each
 * reply.
 *
 *     opening --wire_work()--> open --wire_receive(), wire_send()--> closed
 *
 * Nothing here blocks: what it waits for is in the epoll set it was given.
 */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "model/list.h"

struct wire_options {
	const char *scheme; /* "smtp" or "imap"; of `server` is the TLS */
	const struct server *server;
	const char *path; /* of the URL: the EHLO name of SMTP; or "" */
	int64_t timeout;  /* ms, for all of the opening */
	int epoll_fd;
	void *epoll_data; /* what comes out of the set */
	/* Each line of the server while libcurl speaks, without its end. */
	void (*line)(void *data, struct span line);
	void *data;
};

enum wire_state { WIRE_OPENING, WIRE_OPEN, WIRE_CLOSED };

struct wire;

/* Everything in the options is borrowed. Times are of any steady clock, in
 * milliseconds. */
struct wire *wire_new(const struct wire_options *options, int64_t now);
void wire_free(struct wire *wire);

/* While it is opening: the set has something, or a time has come. */
enum wire_state wire_work(struct wire *wire, int64_t now);

/* Not later than this it wants wire_work(); INT64_MAX: no time. */
int64_t wire_deadline(const struct wire *wire);

/*
 * Why it is closed: "WHO: … ; it said: REFUSAL; what to do", and whose the
 * certificate was that was refused, where libcurl shows it. ERROR_REFUSED is
 * what an operator must mend (certificate, password), ERROR_LATER what may
 * pass. `refusal` is the last line with which the server refused, or "": one
 * that begins with '4' or '5' is taken as of SMTP.
 */
void wire_explain(const struct wire *wire, const char *who, const char *refusal,
	struct error *err);

enum wire_result {
	WIRE_DONE,  /* *n octets */
	WIRE_AGAIN, /* nothing now; the set will tell */
	WIRE_BROKEN /* wire_trouble() */
};

/* Until WIRE_AGAIN, before waiting: TLS holds decrypted octets that no poll
 * shows. */
enum wire_result wire_receive(
	struct wire *wire, char *data, size_t size, size_t *n);

enum { WIRE_RUNS_MOST = 64 };

/* Sends some of these runs, in their order; over TLS of the first alone. After
 * WIRE_AGAIN the same octets must follow, at least as many: TLS holds the first
 * of them. */
enum wire_result wire_send(
	struct wire *wire, const struct span *runs, size_t count, size_t *n);

/* Whether the set should tell of room to write, too. */
void wire_watch_room(struct wire *wire, bool yes);

const char *wire_trouble(const struct wire *wire);

/* What the other side says is all in the socket, where the set sees it. */
bool wire_is_plain(const struct wire *wire);

void wire_close(struct wire *wire);

#endif
