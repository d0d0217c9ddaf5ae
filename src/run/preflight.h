/*
 * Preflight: what could be wrong with an issue before it goes. Findings name
 * what is wrong, what to do, and where. Nothing is changed, sent or kept; what
 * asks the network or starts a program is done on request only.
 */
#ifndef RUN_PREFLIGHT_H
#define RUN_PREFLIGHT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/problem.h"
#include "base/value.h"
#include "run/compose.h"

struct finding {
	enum severity severity;
	const char *code;  /* "missing-alt": docs/preflight.md has them all */
	const char *text;  /* what it is, and what to do */
	const char *where; /* the id of a dispatch, or a file; NULL: the issue
			      as a whole */
	int line;	   /* in the dispatch's file; 0: unknown */
	bool blocks;	   /* not to be approved as it is */
};

/* All of it lives in the arena. */
struct preflight {
	struct arena *arena;
	struct finding *items;
	size_t count;
};

void preflight_init(struct preflight *preflight);
void preflight_clear(struct preflight *preflight);

/* Appends what the issue itself shows: see preflight_check.h. The files of
 * dispatches are read again, to name the line; else nothing is. */
void preflight_run(struct preflight *preflight, const struct composed *c);

struct preflight_links_options {
	int64_t now;
	int timeout_scale; /* as in struct run_options */
	int stop;	   /* as in struct fetch_options */
};

/*
 * Asks for each link of the issue once, many at once, through the guarded
 * fetcher (source/fetch.h): by HEAD, and where that is refused by GET. Appends
 * what is dead as a warning; a server that is silent, or says that we may not
 * look, is a note. At most 500 links are asked for, and a note says so. False
 * only when the fetcher cannot work, or was told to stop.
 */
bool preflight_links(struct preflight *preflight, const struct composed *c,
	const struct preflight_links_options *options, struct error *err);

struct preflight_spam_options {
	int64_t timeout_ms;
	int stop;	       /* as in struct program */
	struct porter *porter; /* starts it; NULL: we do */
};

/* For porter_start(): what preflight_spam() may ask. */
extern const char *const *const preflight_spam_programs[];

/*
 * What SpamAssassin says of a whole message: its score, a warning when that is
 * over its limit, and each rule that speaks against it as a note. `spamc` is
 * asked first, which needs spamd; then `spamassassin`. What is not installed,
 * not done within `timeout_ms` or not understood is a note. No shell is called.
 * False only when no temporary file can be had.
 */
bool preflight_spam(struct preflight *preflight, struct span message,
	const struct preflight_spam_options *options, struct error *err);

/* [{severity, code, text, where, line, blocks}] */
struct value *preflight_report(
	struct arena *arena, const struct preflight *preflight);

#endif
