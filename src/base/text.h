/*
 * UTF-8 text: decoding, repair, width, cutting, and the comparisons that need
 * to know about letters. Built on libunistring where Unicode tables are needed.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/*
 * The code point at the front of `s` (not empty) and how many bytes it takes.
 * A byte that starts no valid sequence counts as one, U+FFFD.
 */
size_t text_decode(struct span s, unsigned *code);

/* How many bytes at the front are ASCII and no NUL: most of most texts. */
size_t text_ascii_run(struct span s);

bool text_is_utf8(struct span s);

/* May it stand in XML (1.0, 2.2)? Controls and U+FFFE may not, even escaped. */
bool text_is_xml(unsigned code);
bool text_is_ascii(struct span s);

/* Appends `s` with every invalid byte as U+FFFD and without NULs. */
void text_repair(struct str *out, struct span s);

/*
 * Appends `s` on one line: runs of white space and line breaks become one
 * blank, other controls and bidirectional overrides (U+202A-E, U+2066-9) are
 * dropped, invalid bytes become U+FFFD, the ends are trimmed.
 */
void text_flatten(struct str *out, struct span s);

/* The text, which stands on one line, or text_flatten()ed in its place: yours
 * to free(). */
char *text_flatten_take(char *text);

/* Columns on a terminal or in a fixed-width font: East Asian wide and emoji
 * count two, combining marks none. */
size_t text_width(struct span s);

/* Does its last letter run against lines from the left or, `rtl`, the right? A
 * number behind it would go along (UAX 9, W2 and W7). */
bool text_ends_against(struct span s, bool rtl);

/* The bytes of the grapheme cluster at the front of `s` (not empty), and its
 * columns: what a reader takes for one character, and what is never cut. */
size_t text_cluster(struct span s, size_t *width);

/* The longest piece of `s` that is at most `width` columns, cut between
 * grapheme clusters. */
struct span text_cut(struct span s, size_t width);

/*
 * Appends `s`, or when it is wider than `width`, its first whole words and an
 * ellipsis (U+2026) within that width. A single overlong word is cut.
 */
void text_shorten(struct str *out, struct span s, size_t width);

/*
 * Appends `s` wrapped at `width` columns. The first line goes on where the last
 * line of `out` stands; every other starts with `indent`. Lines are broken
 * behind blanks, and beside wide characters as Unicode allows it (UAX 14), so
 * no word of a script that writes blanks is broken, however long, nor is an URL
 * or a grapheme cluster; "[3]" stays with the word before it; a "\n" in `s`
 * stays a line break. Lines it ends have no trailing blanks.
 */
void text_wrap(
	struct str *out, struct span s, size_t width, const char *indent);

/* Appends the case-folded, NFKC-normalised form, white space collapsed: equal
 * for titles that a reader would call the same. */
void text_fold(struct str *out, struct span s);

/* Appends `s` (UTF-8) without the marks on its letters: "şehir" is "sehir". */
void text_without_accents(struct str *out, struct span s);

/* The one of `names` (NULL-terminated) that is nearest to `word` by edit
 * distance, or NULL when none is near enough to be what was meant. */
const char *text_nearest(const char *word, const char *const *names);

#endif
