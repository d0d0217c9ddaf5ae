/*
 * What a preview has to show, filled for whom it is for (preview_as()): for
 * files, and for the editors' desk. His links lead nowhere.
 *
 * `form` is one of preview->composed.forms that has a letter.
 */
#ifndef RUN_PREVIEW_SHOW_H
#define RUN_PREVIEW_SHOW_H

#include "run/preview.h"

/* The form that he would get, or the list's own; NULL when there is none. */
const struct composed_form *preview_form(const struct preview *p);

/* Each appends. Subject and preheader are one line; the page has its pictures
 * in it ("data:"), for browsers know no "cid:". */
void preview_show_subject(const struct preview *p,
	const struct composed_form *form, struct str *out);
void preview_show_preheader(const struct preview *p,
	const struct composed_form *form, struct str *out);
void preview_show_html(const struct preview *p,
	const struct composed_form *form, struct str *out);

/* The plain text; a digest of messages as the one text it also could be. Lines
 * that may flow end in a blank (base/text_flow.h). */
void preview_show_text(const struct preview *p,
	const struct composed_form *form, struct str *out);

/* The whole message, signed where there is a key. */
bool preview_show_message(const struct preview *p,
	const struct composed_form *form, struct str *out, struct error *err);

#endif
