/*
 * What the opened issues of a list have carried: the value that `select`
 * decides by. The store fills it; nothing else writes it.
 */
#ifndef MODEL_SEEN_H
#define MODEL_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seen;

/* How an issue carried a variant; the numbers are stored. From CARRIED_BACKLOG
 * on it was not printed. */
enum carried_kind {
	CARRIED_NEW,
	CARRIED_UPDATED,
	CARRIED_TITLE,	 /* over the maximum: title and link only */
	CARRIED_BACKLOG, /* older than the first issue, without readers, or
			    marked as read by `seen` */
	CARRIED_MOVED,	 /* printed before, under another id */
};

/* The newest revision of one dispatch in one language that was carried. */
struct carried {
	int number; /* of the issue; 0: `seen` */
	enum carried_kind kind;
	const char *revision;
	int64_t mark; /* the `updated` then, or INSTANT_NONE */
	bool marked;
	const char *signatories; /* then; one a line */
};

/*
 * What is recorded when an issue opens, or a dispatch is marked as read: a row
 * for each variant. Made by select_carried() or by `seen`, written by the
 * store.
 */
struct carried_row {
	const char *id, *language, *revision;
	enum carried_kind kind;
	int64_t mark; /* as in struct carried, so are the next two */
	bool marked;
	const char *signatories;
	const char *content, *link; /* aliases, or NULL */
	const char *body;	    /* kept for diffs; or NULL */
};

struct seen *seen_new(void);
void seen_free(struct seen *seen);

/* Filling. All is copied; a later call for the same place replaces. */
void seen_add(struct seen *seen, const char *id, const char *language,
	const struct carried *c);
/* `key` is a link ("link:…") or a content hash ("content:…"). */
void seen_add_alias(struct seen *seen, const char *key, const char *id);
void seen_add_source(struct seen *seen, const char *name);

/* Asking. Borrowed; NULL when absent. */
const struct carried *seen_find(
	const struct seen *seen, const char *id, const char *language);
/* In any language. */
bool seen_has(const struct seen *seen, const char *id);
const char *seen_find_alias(const struct seen *seen, const char *key);
/* Has an issue of this list been opened since the source was added? */
bool seen_has_source(const struct seen *seen, const char *name);

#endif
