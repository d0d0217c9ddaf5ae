/*
 * Lines of a header field: tokens with blanks between them, folded at the
 * blanks; and text as encoded words (RFC 2047). Internal to mime.
 */
#ifndef MIME_FOLD_H
#define MIME_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum {
	FOLD_COLUMNS = 78, /* RFC 5322, 2.1.1 */
	FOLD_TOKEN_MAX = FOLD_COLUMNS - 1,
};

struct fold {
	struct str *out;
	size_t column; /* of the line being written */
	bool gap;      /* a blank is due before the next token */
};

/* Appends the token, on a new line when it does not fit on this one. */
void fold_token(struct fold *f, struct span token);

/* Appends the parts of `text` between blanks as tokens. */
void fold_words(struct fold *f, struct span text);

/*
 * Which part of the text cannot stand as it is? True with its bounds, which are
 * whole words: beyond ASCII, blanks at the ends or doubled, words too long for
 * a line or with "=?" in them, or with a character not in `allowed` (NULL: all
 * of ASCII is).
 */
bool fold_find_unplain(const struct fold *f, struct span text,
	bool (*allowed)(char c), struct span *part);

/* Appends the text: words that can stand as they are, and between them the
 * part that cannot as encoded words. */
void fold_text(struct fold *f, struct span text, bool (*allowed)(char c));

#endif
