/*
 * What somebody wants to see of the issue: it stands in the address, so that a
 * page can be marked, sent on (to who has the desk open) and loaded anew.
 */
#ifndef DESK_WISH_H
#define DESK_WISH_H

#include <stdbool.h>

#include "base/str.h"
#include "run/compose.h"

enum view { VIEW_LETTER, VIEW_TEXT, VIEW_PARTS, VIEW_SOURCE, VIEWS };

struct wish {
	const char *as;	  /* the address of a subscriber; "": a made-up one */
	const char *form; /* "en.html", "tr.text.1"; "": his, or the list's */
	enum view view;
	bool dark, no_pictures;
};

/* "letter", … */
const char *view_name(enum view view);

/* `argument` gives what stands behind the "?", or NULL; the wish borrows it. */
struct wish wish_read(
	const char *(*argument)(const void *data, const char *name),
	const void *data);

/* Appends it as it stands behind the "?", with this view. */
void wish_write(struct str *out, const struct wish *wish, enum view view);

/* Appends the form's name in a wish: language, format, and whom it spares. */
void wish_write_form(struct str *out, const struct composed_form *form);

#endif
