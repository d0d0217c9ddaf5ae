/*
 * Merge fields: what a letter says about its reader, his name and columns of
 * the roster. A list declares which columns its templates may use, and what
 * stands in place of one that is empty:
 *
 *     fields: {name: {default: Reader}, city: {default: {en: your city}}}
 *
 * Their values come from anybody who filled in a form, and are plain text:
 * field_clean() is the one place where that is seen to. Pure.
 */
#ifndef MODEL_FIELD_H
#define MODEL_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "base/value.h"

enum {
	FIELD_NAME_MAX = 40, /* octets */
	FIELD_WIDTH = 64,    /* columns of a value */
	FIELD_OCTETS = 512,  /* of a value; an emoji joined of many is long */
};

/* The name of the field that holds the subscriber's own name. */
extern const char field_own_name[]; /* "name" */

struct field_default {
	const char *language; /* NULL: any */
	const char *text;
};

/* A field as a list declares it; in the list's arena. */
struct list_field {
	const char *name;
	struct field_default *defaults;
	size_t default_count;
};

struct list;

/* What stands for an empty value in a letter of that language: the default of
 * the language ("tr" also for "tr-cy"), else of the list's own, else "". */
const char *field_default(
	const struct list *list, struct span name, const char *language);

/* ----- names ----- */

bool field_is_name_char(char c); /* a-z, 0-9 and _ */

/* Is it a name as field_name() makes them? */
bool field_is_name(struct span name);

/*
 * Appends the name of a column as it is in templates: in lower case, without
 * accents, one "_" for whatever else is between letters and digits ("Şehir
 * (iş)" is "sehir_is"), at most FIELD_NAME_MAX octets. Nothing, when it has no
 * letter of Latin and no digit.
 */
void field_name(struct str *out, struct span column);

/* The text of the first column of that name, borrowed; `columns` is a map as
 * the store keeps it, under the names they have in the roster. Empty when there
 * is none. */
struct span field_find(const struct value *columns, struct span name);

/* ----- values ----- */

/*
 * Appends the value as it may stand in a letter: one line of at most
 * FIELD_WIDTH columns, cut between characters, without controls and
 * bidirectional overrides. Nothing when it looks like a link: a letter must not
 * carry a stranger's link under the list's name.
 */
void field_clean(struct str *out, struct span value);

#endif
