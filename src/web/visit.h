/*
 * A request and its answer, on their way between the thread that speaks HTTP
 * and the one that knows the readers. It belongs to whoever holds it.
 */
#ifndef WEB_VISIT_H
#define WEB_VISIT_H

#include "web/inquiry.h"

/* Types are ours, and have no line breaks. */
struct answer {
	int status;	  /* of HTTP */
	const char *type; /* of the body */
	struct str body;
	int retry_after; /* seconds; 0: nothing is said */
};

struct visit {
	struct inquiry inquiry;
	enum route route;
	struct span argument;
	struct answer answer;
	bool wrong; /* out: with a token that is none, or the like */
	int64_t at; /* world_ticks() when it was put down */
	struct visit *next;
};

/* The answer in words for programs: a line of text. */
void answer_line(struct answer *answer, int status, const char *line);

#endif
