/*
 * The socket of `serve`. What comes in is HTTP without TLS, and says of itself
 * whom it comes from: so it listens on this machine, or beyond it only where
 * trusted proxies are named, and then takes nobody else (door.h).
 */
#ifndef WEB_LISTEN_H
#define WEB_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/str.h"

struct listening {
	int fd;
	char *text; /* "127.0.0.1:8025", "unix:/run/postrider/web" */
	char *path; /* of a socket that we made, to be removed; or NULL */
};

struct listen_options {
	const char *where;   /* "127.0.0.1:8025", "unix:PATH" */
	const char *setting; /* which says so, for messages */
	const char *site;    /* what a PATH is below */
	bool proxies_named;  /* there are trusted proxies */
	bool own;	     /* never one that was handed over */
	mode_t mode;	     /* of a PATH: who may connect */
};

/* The socket that systemd hands over ($LISTEN_FDS, sd_listen_fds(3)), else one
 * of our own. */
bool listening_open(struct listening *listening,
	const struct listen_options *options, struct error *err);

/* Removes a path, while the socket is still open: once it is closed another may
 * have put its own there, which is not ours to remove. */
void listening_leave(struct listening *listening);

/* Leaves; the socket itself is its taker's. */
void listening_clear(struct listening *listening);

#endif
