/*
 * The parts of fastsink, which says itself what it is for:
 *
 *     fastsink.c       options, the loop, the report
 *     sink_client.c    a connection: octets in and out, late replies, TLS
 *     sink_dialogue.c  what is said on it
 *
 * It is made to cost little, not to be right: whatever a client says is taken.
 */
#ifndef BENCH_SINK_H
#define BENCH_SINK_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	CLIENT_LINE = 4096,
	CLIENT_OUT = 16384, /* replies to what one client has pipelined */
	SINK_MARKS = 1000,
};

struct sink_options {
	const char *host;
	int port;
	uint64_t messages;	   /* to take before leaving; 0: no end */
	uint64_t delay_ns;	   /* of replies */
	uint64_t soft, hard, drop; /* every so many; 0: never */
	uint64_t mark;		   /* every so many; 0: none */
	bool pipelining, chunking, quickack;
	const char *certificate, *key;
	bool tls_first; /* TLS from the start, not STARTTLS */
};

struct sink_stats {
	uint64_t messages, recipients, octets, connections, secured;
	uint64_t open, peak_open, rejected, dropped;
	uint64_t recipients_asked, bodies;
	uint64_t first_ns, last_ns; /* when a message was taken */
	double cpu_before;	    /* seconds used when the first was */
	uint64_t marks[SINK_MARKS]; /* ns after the first */
	size_t mark_count;
};

struct client;

struct sink {
	struct sink_options options;
	struct sink_stats stats;
	int epoll_fd, timer_fd;
	struct client *late_first, *late_last; /* by due_ns */
	FILE *log;			       /* or NULL */
	SSL_CTX *tls;			       /* or NULL */
};

/* How far into the mark CR LF . CR LF the stream stands. */
enum dot { DOT_NONE, DOT_CR, DOT_CRLF, DOT_DOT, DOT_DOTCR, DOT_END };

enum client_mode { CLIENT_COMMAND, CLIENT_DATA, CLIENT_BDAT };

struct client {
	struct sink *sink;
	int fd;
	SSL *tls; /* or NULL */
	enum client_mode mode;
	enum dot dot;
	bool closing;	   /* once `out` is written */
	bool starting_tls; /* likewise */
	bool greeted;
	bool bdat_last;
	bool queued;	 /* among the late */
	uint64_t due_ns; /* when `out` may be written */
	uint64_t bdat_left;
	uint64_t octets, hash; /* of the message that is coming */
	unsigned recipients;   /* of it */
	struct client *next;   /* among the late */
	size_t line_len, out_len;
	char recipient[512]; /* its last */
	char line[CLIENT_LINE];
	char out[CLIENT_OUT];
};

/* ----- sink_client.c ----- */

uint64_t sink_now_ns(void);
double sink_cpu(void);

/* Loads certificate and key of the options; exits when it cannot. */
void sink_load_tls(struct sink *sink);

/* The listener has something. */
void sink_accept(struct sink *sink, int listener);

/* The client has something. It may be gone afterwards. */
void client_readable(struct client *c);

/* The timer has gone off. Clients may be gone afterwards. */
void sink_send_late(struct sink *sink);

/* ----- sink_dialogue.c ----- */

void dialogue_greet(struct client *c);

/* Takes what the client said; replies stand in `out` afterwards. */
void dialogue_take(struct client *c, const char *p, size_t n);

#endif
