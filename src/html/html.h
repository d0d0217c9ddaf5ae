/*
 * HTML from outside, made safe and small: feeds, mails, and whatever Markdown
 * becomes, all go through one tree of known kinds. What is not in the tree was
 * left out when it was made; what is written comes from the tree alone, never
 * from the input ("rebuilt, not serialised").
 *
 *     bytes --html_parse--> struct passage --passage_to_html--> safe HTML
 *                                          --passage_to_text--> plain text
 */
#ifndef HTML_HTML_H
#define HTML_HTML_H

#include "base/arena.h"
#include "base/str.h"
#include "html/passage.h"

enum { HTML_OCTETS = 4 << 20 }; /* what is read of a text */

struct html_options {
	const char *base;   /* for relative links; NULL: they lose the link */
	const char *page;   /* for links within the page, "#note"; NULL: base */
	bool keep_pictures; /* as PASSAGE_PICTURE; else they become links */
	const struct picture_finder *pictures; /* but these; or NULL */
	bool as_written; /* they may be files, and go by what the source calls
			    them; else by their address */
	size_t level;	 /* of what its blocks come to stand in */
};

/*
 * Reads a fragment or a page as browsers do, keeping the kinds of passage.h.
 * Scripts, styles, forms, frames, comments, handlers and every attribute that
 * is not asked for are gone, and so is what is hidden; links lead to http,
 * https and mailto only; pictures of one pixel are dropped, tables that only
 * arrange are unrolled. Input beyond 4 MiB is cut. Never NULL.
 */
struct passage *html_parse(struct arena *arena, struct span html,
	const struct html_options *options);

/* Both ways in one, for storing: appends HTML. */
void html_sanitise(
	struct str *out, struct span html, const struct html_options *options);

/* Appends the words of it all, on one line. */
void html_to_words(struct str *out, struct span html);

/* Appends the lede, see passage_lede(). */
void html_lede(struct str *out, struct span html, size_t width);

#endif
