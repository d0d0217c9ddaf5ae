/*
 * Front matter, sorted by what its keys mean. Each meaning has the names that
 * postrider's own files, Jekyll, Hugo and Zola give it, in any case; what
 * stands in [extra], [params] or [taxonomies] counts where the file itself is
 * silent.
 */
#ifndef SOURCE_FIELDS_H
#define SOURCE_FIELDS_H

#include "base/problem.h"
#include "base/value.h"
#include "model/dispatch.h"

enum field {
	FIELD_TITLE,
	FIELD_DATE,
	FIELD_ID,
	FIELD_SUMMARY,
	FIELD_LINK,
	FIELD_LANGUAGE,
	FIELD_TRANSLATION_OF,
	FIELD_SECTION,
	FIELD_TAGS,
	FIELD_CATEGORIES,
	FIELD_ORGANISATIONS,
	FIELD_AUTHOR,
	FIELD_PLACE,
	FIELD_IMAGE,
	FIELD_IMAGE_ALT,
	FIELD_IMAGE_CAPTION,
	FIELD_IMAGE_CREDIT,
	FIELD_SERIES,
	FIELD_PART,
	FIELD_STORY,
	FIELD_SIGNATORIES,
	FIELD_UPDATED,
	FIELD_UPDATE_NOTE,
	FIELD_EMBARGO,
	FIELD_EXPIRES,
	FIELD_DRAFT,
	FIELD_PUBLISHED, /* Jekyll: a boolean; elsewhere a date */
	FIELD_COUNT
};

struct fields {
	struct arena *arena;
	const char *file; /* for messages */
	struct problems *problems;
	const struct value *of[FIELD_COUNT]; /* NULL: not said */
	const char *name[FIELD_COUNT];	     /* as it was written */
	struct value *extra; /* keys that mean nothing to us; a map */
};

/* `map` is the front matter. What is found is borrowed from it. */
void fields_sort(struct fields *fields, const struct value *map);

/* A warning about a field, at its line. */
__attribute__((format(printf, 3, 4))) void field_warn(
	const struct fields *fields, enum field field, const char *format, ...);

/* ----- values ----- */

/* On one line; NULL when nothing is left. */
const char *field_flat(const struct fields *fields, struct span text);
const char *field_scalar(const struct fields *fields, const struct value *v);

/* An item of a list: text, a map's name, or "Interview: the congress" without
 * quotes, which has been read as a map of one key. */
const char *field_item(const struct fields *fields, const struct value *v);

/* ----- fields ----- */

/* One line of text: breaks become blanks. A list is joined by commas. NULL when
 * nothing is said, or (with a warning) when it is no text. */
const char *field_text(const struct fields *fields, enum field field);

/* Appends the items of a list, or of a text by lines, semicolons or commas. */
void field_texts(const struct fields *fields, enum field field,
	const char ***items, size_t *count);

/* false when nothing is said; what is neither true nor false is `doubt`, with
 * a warning. */
bool field_bool(const struct fields *fields, enum field field, bool doubt);

/* Text, {name, acronym}, or a list of these; "Name (ACRONYM)" is both. */
void field_organisations(const struct fields *fields,
	struct organisation **items, size_t *count);

/* A file's name as it was written, or {file, alt, caption, credit}. */
void field_picture(const struct fields *fields, struct picture *out);

/* A series' name and part, also written {name, part}; 0: no part. */
const char *field_series(const struct fields *fields, int *part);

/* An http(s) address, or NULL; another is dropped with a warning, but for a
 * site generator's own paths. */
const char *field_link(const struct fields *fields);

#endif
