/*
 * What changed between two texts: by lines first, and within lines that changed
 * by words. Words, runs of blanks, marks of punctuation and ideographs are one
 * unit each.
 *
 * The shortest edit (E. Myers, "An O(ND) Difference Algorithm and Its
 * Variations", Algorithmica 1, 1986), bounded: where more than DIFF_UNITS units
 * are left to compare, they count as replaced as a whole.
 */
#ifndef BASE_DIFF_H
#define BASE_DIFF_H

#include "base/arena.h"

enum { DIFF_UNITS = 2000 };

enum diff_kind { DIFF_KEPT, DIFF_ADDED, DIFF_REMOVED };

struct diff_run {
	enum diff_kind kind;
	struct span text; /* of the old text; ADDED: of the new one */
};

/* "kept", "added", "removed" */
const char *diff_kind_name(enum diff_kind kind);

/*
 * In the arena; the spans borrow from the texts. Kept and removed runs together
 * are the old text, kept and added ones the new, byte for byte. Where a piece
 * was replaced its removal comes first; a blank alone between two changes is no
 * run of its own.
 */
struct diff_run *diff_texts(
	struct arena *arena, struct span old, struct span new, size_t *count);

#endif
