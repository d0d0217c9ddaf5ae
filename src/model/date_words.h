/*
 * How a language writes a date, on one line, so that a form can carry it:
 *
 *     PATTERN tab January tab … tab December tab Sunday tab … tab Saturday
 *
 * A pattern has "{day}", "{month}", "{year}" and "{weekday}".
 */
#ifndef MODEL_DATE_WORDS_H
#define MODEL_DATE_WORDS_H

#include "base/date.h"
#include "base/str.h"

enum { DATE_WORDS = 1 + 12 + 7 };

/* Appends the date; as ISO 8601 when `words` is NULL or no such line. */
void date_words_write(struct str *out, const char *words, struct civil date);

#endif
