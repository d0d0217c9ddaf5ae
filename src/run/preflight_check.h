/*
 * The checks of a preflight, each a function of the composed issue. Inside
 * run/preflight only.
 */
#ifndef RUN_PREFLIGHT_CHECK_H
#define RUN_PREFLIGHT_CHECK_H

#include "run/preflight.h"

/* A variant that some letter shows. */
struct printed {
	const struct dispatch *d;
	const struct variant *v;
	bool title_only; /* wherever it stands */
};

struct checking {
	struct preflight *out;
	const struct composed *c;
	const struct list *list;
	struct printed *printed; /* each once, in reading order */
	size_t printed_count;
};

/* Of an issue; it lives in the preflight's arena. */
struct checking preflight_begin(
	struct preflight *preflight, const struct composed *c);

/* Appends a copy; its text is made one line. */
void preflight_add(struct preflight *preflight, struct finding f);

/* The same of a dispatch, with the first line of its file that has `words`. */
void preflight_add_dispatch(struct preflight *preflight, struct finding f,
	const struct printed *p, const char *words);

/* Where a setting of the list stands, or a template's file; in the arena. */
const char *preflight_list_file(const struct checking *k);
const char *preflight_template(const struct checking *k, const char *name);

/* "the letter (tr, html)"; in the arena. */
const char *preflight_letter(
	const struct checking *k, const struct composed_form *f);

/* ----- preflight_size.c ----- */

void preflight_size(const struct checking *k);

/* ----- preflight_dispatch.c ----- */

void preflight_titles(const struct checking *k);
void preflight_pictures(const struct checking *k);
void preflight_translations(const struct checking *k);

/* ----- preflight_foot.c ----- */

void preflight_unsubscribe(const struct checking *k);
void preflight_postal_address(const struct checking *k);
void preflight_preheader(const struct checking *k);

/* ----- preflight_sender.c ----- */

void preflight_sender(const struct checking *k);

/* ----- preflight_targets.c ----- */

void preflight_targets(const struct checking *k);

/* ----- preflight_contrast.c ----- */

void preflight_contrast(const struct checking *k);

#endif
