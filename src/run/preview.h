/*
 * The next issue as it would be, changing nothing.
 */
#ifndef RUN_PREVIEW_H
#define RUN_PREVIEW_H

#include "base/error.h"
#include "base/log.h"
#include "model/list.h"
#include "run/compose.h"
#include "run/preflight.h"

struct preview {
	struct composed composed;
	struct store *store; /* read-only */
	int64_t list_id;
	struct preview_reader *reader;
	struct subscriber *subscriber; /* whom it is filled for; or NULL */
	struct signing *signing;       /* or NULL */
	int64_t now;
	int stop;
	struct porter *porter;
	struct preflight preflight;
};

/*
 * Composes what `run --now` would open at `now`. preview_clear() also after a
 * failure. An editor who may not read the list's keys gets a warning among the
 * problems, and a message without signature. What could be wrong with the issue
 * is in `preflight`.
 */
bool preview_compose(const struct list *list, int64_t now,
	const struct log *log, struct preview *out, struct error *err);

/* The same, said in more words. */
struct preview_options {
	const struct list *list;
	int64_t now;
	const struct log *log;
	enum gather_kind gather; /* GATHER_KEEP writes: not that */
	struct shown *shown;	 /* as in struct gather_options */
	bool all_formats;	 /* also those that no reader has */
	int stop; /* as in struct fetch_options; also for what is asked later */
	struct porter *porter; /* starts what is asked later; NULL: we do */
};

bool preview_compose_as(const struct preview_options *options,
	struct preview *out, struct error *err);
void preview_clear(struct preview *p);

/* From now on it is filled for this subscriber of the list; NULL: for a made-up
 * one, as at first, and so after a failure. ERROR_INPUT when there is none of
 * that address. */
bool preview_as(struct preview *p, const struct list *list, const char *address,
	struct error *err);

/*
 * What the text of a dispatch said when it was carried last, and says now:
 * {kind, text}, with the kinds of base/diff.h, of one that is in as an update,
 * or out because it changed without a mark. HTML is compared as the text it
 * shows. *diff is NULL for any other, and where the store does not have the
 * former text any more. False when the store fails.
 */
bool preview_diff(struct arena *arena, const struct preview *p,
	const struct decision *d, struct value **diff, struct error *err);

/*
 * composed_report(), the findings as "preflight", and for each dispatch its
 * preview_diff() as "diff", where it has one. NULL and `err` set
 * when the store fails.
 */
struct value *preview_report(
	struct arena *arena, const struct preview *p, struct error *err);

/* Asks for the links, and SpamAssassin about the message of whom it is
 * filled for: see preflight.h. Without a letter there is nothing to ask. */
bool preview_check_links(
	struct preview *p, int timeout_scale, struct error *err);
bool preview_check_spam(struct preview *p, struct error *err);

/*
 * Writes message.eml, message.html, message.txt and report.json into the
 * folder, which is made; report.json alone when the issue has no letter. The
 * message is filled for a made-up reader, or for the one of preview_as(); there
 * is no message.html unless it has an HTML part.
 */
bool preview_write(
	const struct preview *preview, const char *folder, struct error *err);

/*
 * Composes all that the list could print, in memory, and collects what is wrong
 * with its roster, its dispatches and its mails to single readers. False when no
 * letter can be made of it: a template is broken, or the roster cannot be read.
 */
bool rehearse(const struct list *list, int64_t now, struct problems *problems,
	struct error *err);

#endif
