/*
 * Where sentences end.
 */
#ifndef BASE_SENTENCE_H
#define BASE_SENTENCE_H

#include "base/str.h"

/*
 * The first sentence of a plain text on one line: all of it when it has but
 * one. Initials ("J. Doe"), abbreviations ("Dr. Doe", "z. B."), ordinals ("am
 * 3. Mai") and dots inside words end none.
 */
struct span sentence_first(struct span plain);

#endif
