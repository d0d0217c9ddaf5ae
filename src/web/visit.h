/*
 * A request and its answer, on their way between the thread that speaks HTTP
 * and the one that knows the readers. It belongs to whoever holds it.
 */
#ifndef WEB_VISIT_H
#define WEB_VISIT_H

#include "web/inquiry.h"

/* Types are ours, and have no line breaks; so must be what stands in `location`
 * and `cookie`. */
struct answer {
	int status;	  /* of HTTP */
	const char *type; /* of the body */
	struct str body;
	int retry_after;     /* seconds; 0: nothing is said */
	bool kept;	     /* may be kept by browsers for an hour */
	const char *policy;  /* its Content-Security-Policy; NULL: the usual */
	bool framed;	     /* may stand in a frame of our own pages */
	struct str location; /* Location and Set-Cookie; "": none */
	struct str cookie;
};

struct visit {
	struct inquiry inquiry;
	enum route route;
	struct span argument;
	struct answer answer;
	size_t limit; /* octets of its body; admit() may set another */
	bool wrong;   /* out: with a token that is none, or the like */
	int64_t at;   /* world_ticks() when it was put down */
	struct visit *next;
};

/* Frees what it holds. */
void answer_clear(struct answer *answer);

/* The answer in words for programs: a line of text. */
void answer_line(struct answer *answer, int status, const char *line);

#endif
