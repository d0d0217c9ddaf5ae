/*
 * What the author of a body wrote into it beside words: links and pictures, as
 * they are written, before anything was judged, made absolute or left out. For
 * who tells him what is wrong with them; what is shown comes from body.h.
 */
#ifndef RENDER_BODY_PARTS_H
#define RENDER_BODY_PARTS_H

#include "model/dispatch.h"

/* All is borrowed, and only there during the call. */
struct body_part {
	bool picture;	  /* else a link */
	bool html;	  /* it is a tag, maybe among Markdown */
	const char *name; /* where it leads; of a picture what inlays know it
			     by, in a body of HTML made absolute where it can
			     be */
	const char *alt;  /* of a picture; "" */
	/*
	 * The picture was said to show nothing: alt="" in HTML, and the title
	 * "decorative" in Markdown. There an alternative text that is empty
	 * says nothing, for that is what is left when it was forgotten.
	 */
	bool decorative;
};

/* Calls `each` for those of the body, in their order. Plain text has none. */
void body_parts(const struct variant *v,
	void (*each)(void *data, const struct body_part *part), void *data);

/* Of Markdown, for body_parts(); and of HTML, whose pictures go by their address
 * in the body `v`, or as they are written when it is NULL. */
void markdown_parts(struct span markdown,
	void (*each)(void *data, const struct body_part *part), void *data);
void html_parts(struct span html, const struct variant *v,
	void (*each)(void *data, const struct body_part *part), void *data);

#endif
