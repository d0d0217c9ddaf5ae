/*
 * Plain text, as people write mails: paragraphs with their own line ends, URLs,
 * and quotes behind ">".
 */
#ifndef HTML_PLAIN_H
#define HTML_PLAIN_H

#include "html/passage.h"

/* Line ends stay, as does what stands before a line's first word; quotes nest.
 * Borrows `text`. */
struct passage *plain_parse(struct arena *arena, struct span text);

/* The next address of http or https that is written out in `s`: where, and how
 * long, without the full stop or bracket behind it. False when there is none. */
bool plain_find_url(struct span s, size_t *at, size_t *len);

/*
 * Appends the text wrapped at `width` columns, the way passage_layout says. The
 * lines that a quoted one is broken into are quoted, too.
 */
void plain_to_text(
	struct str *out, struct span text, const struct passage_layout *layout);

#endif
