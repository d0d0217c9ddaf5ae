/*
 * What editors have taken back of a list: dispatches that no issue of it
 * carries any more, until that is undone, with who said so, when and why. The
 * value that `select` decides by; the store fills it (store/retraction.h).
 */
#ifndef MODEL_RETRACTION_H
#define MODEL_RETRACTION_H

#include <stddef.h>
#include <stdint.h>

enum { RETRACTION_WHY_MOST = 500 }; /* octets */

struct retraction {
	const char *id;
	const char *source; /* that had it then; NULL: none had any more */
	int64_t at;
	const char *by;
	const char *why; /* or NULL */
};

struct retractions;

struct retractions *retractions_new(void);
void retractions_free(struct retractions *all);

/* Filling. All is copied; of what comes twice the first stays. */
void retractions_add(struct retractions *all, const struct retraction *r);
/* `key` is a link ("link:…") or a content hash ("content:…"), `id` one that was
 * added. */
void retractions_add_alias(
	struct retractions *all, const char *key, const char *id);

/* Asking. Borrowed; NULL when absent, and of no retractions (NULL). */
const struct retraction *retractions_find(
	const struct retractions *all, const char *id);
const struct retraction *retractions_find_alias(
	const struct retractions *all, const char *key);

#endif
