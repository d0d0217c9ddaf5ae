/*
 * A dispatch: one news item, in one or more languages. Plain data; all of it
 * lives in the arena of the `struct dispatches` it came in.
 *
 * A variant is the dispatch in one language. Each is complete: what its file
 * leaves out it takes from the first variant (image, section, series, …).
 */
#ifndef MODEL_DISPATCH_H
#define MODEL_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/problem.h"
#include "base/value.h"

struct organisation {
	const char *name;    /* "International Typographers' Union", or NULL */
	const char *acronym; /* "ITU", or NULL; one of them is set */
};

struct picture {
	const char *file; /* below dispatch->folder; or NULL */
	const char *url;  /* on the web (http or https), when there is no file;
			     or NULL. Neither: no picture */
	const char *alt, *caption, *credit; /* each may be NULL */
	bool decorative;		    /* `alt: ""` was said on purpose */
};

enum body_kind { BODY_MARKDOWN, BODY_HTML, BODY_TEXT };

struct variant {
	const char *language; /* lower-case tag (BCP 47); "" when unsaid */
	const char *title;    /* never empty: the first sentence if need be */
	bool title_is_body;   /* the title was made from the body */
	const char *summary;  /* or NULL */
	enum body_kind body_kind;
	const char *body; /* "" when there is none; without the title that
			     it began with */
	bool body_apart;  /* `body` is "": it has one, still in the pool */
	const char *link; /* http(s), or NULL */
	const char *author, *place; /* or NULL */
	const char *section;	    /* or NULL */
	const char *series;	    /* or NULL */
	int part;		    /* in the series; 0 when unsaid */
	const char *story;	    /* or NULL */
	const char *update_note;    /* or NULL */
	struct organisation *organisations;
	size_t organisation_count;
	const char **tags;
	size_t tag_count;
	const char **signatories;
	size_t signatory_count;
	struct picture picture;

	int64_t updated;   /* the mark: an instant, or INSTANT_NONE */
	bool marked;	   /* `updated: true`, a date, or a mark in the title */
	char revision[33]; /* hex of a hash over all that its author wrote and
			      a reader sees */
	char former[33];  /* what that was when the list's zone and the source's
			    section were part of it, as stores still know it;
			    or "" */
	char content[33]; /* hex of a hash over title and body alone, folded:
			      what stays the same when a file is renamed. Of a
			      few words also over where they lead */
	const char *file; /* where it was read, for messages */
	const char *beside; /* its file's folder below dispatch->folder, "a/" or
			       ""; NULL: it is in none */
	struct value *extra; /* keys we do not know, for templates; a map */
};

struct dispatch {
	const char *id;	    /* stable within its source; unique in a list */
	const char *source; /* the name of its source */
	const char *folder; /* where its pictures are read beneath; or NULL */
	size_t order;	    /* in which its source gave it */
	int64_t date;	    /* INSTANT_NONE: undated */
	int64_t written;    /* the same, whatever the list's zone, when it was
			       written without one; INSTANT_NONE: `date` */
	int64_t embargo;    /* not before; or INSTANT_NONE */
	int64_t expires;    /* not after; or INSTANT_NONE */
	int64_t settles;    /* the file's mtime: not before this + settle */
	bool draft;
	struct variant *variants; /* at least one; the first is the original */
	size_t variant_count;
};

/* What a source gave. */
struct dispatches {
	struct arena *arena;
	struct dispatch *items;
	size_t count;
	struct problems problems; /* broken files, left out; warnings */
};

void dispatches_init(struct dispatches *all);
void dispatches_clear(struct dispatches *all);

/* ERROR_INPUT when none has that id. */
const struct dispatch *dispatches_find(
	const struct dispatches *all, const char *id, struct error *err);

/* Appends a zeroed dispatch with INSTANT_NONE in its dates. */
struct dispatch *dispatches_add(struct dispatches *all);

/*
 * The variant a reader of `language` gets: his language ("tr-CY" also takes
 * "tr", "en" also takes "en-gb"), else the first of `fallback`
 * (NULL-terminated) that exists, else the original. Both may be NULL.
 */
const struct variant *dispatch_variant(const struct dispatch *d,
	const char *language, const char *const *fallback);

/* Is that its revision, by this name or the former one? */
bool variant_is_revision(const struct variant *v, const char *revision);

#endif
