/*
 * Where the first sentence ends. A title that runs on is a nuisance, one that
 * breaks off behind "Dr." is nonsense: so every doubt says that it goes on.
 */
#include "base/sentence.h"

#include <string.h>

#include "base/text.h"

/* Without their dots, in lower case. Those of one letter need no entry. */
static const char *const abbreviations[] = {
	/* English */
	"mr", "mrs", "ms", "dr", "prof", "st", "rev", "hon", "gen", "sen",
	"rep", "gov", "col", "lt", "sgt", "capt", "jr", "sr", "vs", "no", "nos",
	"inc", "ltd", "co", "corp", "dept", "est", "approx", "fig", "vol", "ed",
	"eds", "pp", "cf", "al", "jan", "feb", "mar", "apr", "jun", "jul",
	"aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "wed", "thu",
	"fri", "sat", "sun",
	/* German */
	"hr", "fr", "bzw", "ca", "evtl", "ggf", "inkl", "nr", "abs", "art",
	"bd", "dipl", "ing", "geb", "gest", "mio", "mrd", "sog", "str", "tel",
	"usw", "vgl", "zzgl", "mag",
	/* Turkish */
	"sn", "av", "doç", "öğr", "gör", "yrd", "bkz", "vb", "vd", "cad", "sok",
	"mah", "müh", "örn", "yy", "şti",
	/* French, Spanish, Italian, Portuguese */
	"mm", "mme", "mlle", "av", "ex", "env", "éd", "sra", "srta", "ud",
	"uds", "pág", "núm", "sig", "sigg", "dott", "ecc", "exmo", NULL};

static bool
is_abbreviation(struct span word)
{
	for (size_t i = 0; word.len && abbreviations[i]; i++)
		if (abbreviations[i][0] == word.data[0] &&
			span_equals(word, abbreviations[i]))
			return true;
	return false;
}

/* The word in front of the dot at `at`. */
static struct span
word_before(struct span s, size_t at)
{
	size_t start = at;

	while (start > 0 && !strchr(" (\"'/", s.data[start - 1]))
		start--;
	return span_slice(s, start, at - start);
}

static size_t
count_letters(struct span word)
{
	size_t count = 0, n;
	unsigned code;

	for (size_t i = 0; i < word.len; i += n, count++)
		n = text_decode(span_from(word, i), &code);
	return count;
}

static bool
is_number(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.data[i] < '0' || word.data[i] > '9')
			return false;
	return word.len > 0;
}

/* Does a dot behind this word belong to it? Years are no ordinals. */
static bool
owns_dot(struct span word)
{
	struct str folded = STR_INIT;
	bool owns;

	if (count_letters(word) <= 1 || span_find(word, '.') < word.len ||
		(is_number(word) && word.len <= 2))
		return true;
	if (word.len > 8)
		return false;
	text_fold(&folded, word);
	owns = is_abbreviation(str_span(&folded)) || is_abbreviation(word);
	str_clear(&folded);
	return owns;
}

/* Quotes and brackets that close behind a full stop. */
static size_t
closers(struct span s)
{
	static const char *const signs[] = {"\"", "'", ")", "]", "\u201d",
		"\u2019", "\u00bb", "\u201c", "\u300d", NULL};
	size_t at = 0;

	for (int i = 0; signs[i]; i++)
		if (span_starts(span_from(s, at), signs[i])) {
			at += strlen(signs[i]);
			i = -1;
		}
	return at;
}

/* The sign that ends a sentence at the front, in bytes; 0 when it is none. */
static size_t
stop_length(struct span s)
{
	static const char *const signs[] = {
		".", "!", "?", "\u2026", "\u061f", "\u0964", "\u06d4", NULL};

	for (int i = 0; signs[i]; i++)
		if (span_starts(s, signs[i]))
			return strlen(signs[i]);
	return 0;
}

/* Chinese and Japanese put no blank behind theirs. */
static size_t
wide_stop_length(struct span s)
{
	static const char *const signs[] = {"\u3002", "\uff01", "\uff1f", NULL};

	for (int i = 0; signs[i]; i++)
		if (span_starts(s, signs[i]))
			return strlen(signs[i]);
	return 0;
}

/* Most characters do not even begin a sign: no need to compare them all. */
static bool
may_stop(char c)
{
	return c == '.' || c == '!' || c == '?' || (unsigned char)c >= 0x80;
}

static bool
goes_on(struct span rest)
{
	return rest.len && rest.data[0] >= 'a' && rest.data[0] <= 'z';
}

/* Where the sentence ends that has a sign for it at `at`; 0: it goes on. */
static size_t
sentence_end(struct span plain, size_t at)
{
	struct span s = span_from(plain, at);
	size_t wide = wide_stop_length(s), n = stop_length(s), end;

	if (wide)
		return at + wide + closers(span_from(s, wide));
	if (!n)
		return 0;
	end = n + closers(span_from(s, n));
	if ((end < s.len && s.data[end] != ' ') ||
		goes_on(span_from(s, end + 1)) ||
		(s.data[0] == '.' && end < s.len &&
			owns_dot(word_before(plain, at))))
		return 0;
	return at + end;
}

struct span
sentence_first(struct span plain)
{
	for (size_t at = 0; at < plain.len; at++) {
		size_t end =
			may_stop(plain.data[at]) ? sentence_end(plain, at) : 0;

		if (end)
			return span_slice(plain, 0, end);
	}
	return plain;
}
