/*
 * A tag that stands by itself within a line, as Markdown has them: its words
 * are not HTML, so who reads the line finds the tag that ends it.
 */
#ifndef HTML_PHRASE_H
#define HTML_PHRASE_H

#include "html/passage.h"

struct phrase_tag {
	enum passage_kind kind; /* EMPHASIS, STRONG, STRIKE, SUBSCRIPT,
				   SUPERSCRIPT, LINK or PICTURE */
	bool ends;
	const char *url; /* of a LINK that starts; NULL: none that is safe */
};

/* False: it means nothing within a line. */
bool phrase_tag_read(struct arena *arena, struct span source, const char *base,
	struct phrase_tag *out);

#endif
