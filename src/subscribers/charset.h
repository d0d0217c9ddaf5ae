/*
 * Encodings that spreadsheets write beside UTF-8: UTF-16, and the one of 256
 * letters that Windows uses where the file was made.
 */
#ifndef SUBSCRIBERS_CHARSET_H
#define SUBSCRIBERS_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/*
 * Appends the UTF-16 as UTF-8; a lone surrogate becomes U+FFFD. Returns how
 * many bytes were used: a unit or a pair that is cut off at the end waits for
 * more, unless this is the `end`.
 */
size_t utf16_decode(
	struct str *out, struct span bytes, bool big_endian, bool end);

/* The Windows code page of people who write this language: "windows-1254" for
 * "tr"; "windows-1252" when the language is NULL or not known. */
const char *charset_of_language(const char *language);

/* What the bytes from 0x80 on mean. */
struct charset {
	unsigned codes[128];
};

void charset_load(struct charset *charset, const char *name);

/* Appends the text as UTF-8. */
void charset_decode(
	struct str *out, const struct charset *charset, struct span bytes);

#endif
