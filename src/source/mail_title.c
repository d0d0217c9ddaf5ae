#include <ctype.h>
#include <string.h>

#include "source/mailbox.h"

/* Of those who answer and of those who pass on, as programs write them in their
 * language. */
static const char *const answers[] = {
	"re",
	"aw",
	"antw",
	"antwort",
	"sv",
	"vs",
	"odp",
	"ynt",
	"yan\xc4\xb1t",
	"ref",
	"rif",
	"res",
	"\xce\xb1\xcf\x80",
	"\xe5\x9b\x9e\xe5\xa4\x8d",
	NULL,
};
static const char *const forwards[] = {
	"fwd",
	"fw",
	"wg",
	"tr",
	"rv",
	"vl",
	"enc",
	"\xc4\xb0lt",
	"ilt",
	"pd",
	"doorst",
	"vb",
	"\xe8\xbd\xac\xe5\x8f\x91",
	NULL,
};

/* "[2]", " (2)", "^3", "2", behind the word. A number that stands alone is none:
 * "Res 1325: …" is a resolution. */
static size_t
count_length(struct span s)
{
	size_t blanks = span_run(s, ' ');
	size_t n = span_run_any(s, " []()^0123456789*");

	return blanks && blanks < s.len &&
			isdigit((unsigned char)s.data[blanks])
		? 0
		: n;
}

/* "Re: ", "RE[2]: ", "Re^3:", "Re (2):"; the length up to the text, or 0. */
static size_t
prefix_length(struct span s, const char *const *words)
{
	size_t i;

	for (; *words; words++) {
		size_t n = strlen(*words);

		if (!span_equals_nocase(span_slice(s, 0, n), *words))
			continue;
		i = n + count_length(span_from(s, n));
		if (i < s.len && s.data[i] == ':')
			return i + 1;
		if (span_starts(span_from(s, i), "\xef\xbc\x9a"))
			return i + 3; /* the full-width colon */
	}
	return 0;
}

/* The id within "Name <id>", or all of it. */
static struct span
list_id(const struct message *m)
{
	struct span s = span_of(m->list_id);
	size_t open = span_find(s, '<');

	if (open < s.len)
		s = span_from(s, open + 1);
	return span_trim(span_slice(s, 0, span_find(s, '>')));
}

/* "[Harbour] " where the list is harbour.example.org, or "Harbour <...>". With
 * a number behind it, too: "[Harbour 12]", "[harbour:1234]". */
static size_t
tag_length(struct span s, const struct message *m)
{
	struct span id = list_id(m), list = span_of(m->list_id), tag;
	size_t close = span_find(s, ']'), n;

	if (s.len == 0 || s.data[0] != '[' || close == s.len || id.len == 0)
		return 0;
	tag = span_slice(s, 1, close - 1);
	n = tag.len;
	while (n && strchr(" :#0123456789", tag.data[n - 1]))
		n--;
	list = span_slice(list, 0, span_find(list, '<'));
	id = span_slice(id, 0, span_find(id, '.'));
	if (span_same_nocase(tag, id) ||
		span_same_nocase(span_slice(tag, 0, n), id) ||
		(tag.len && span_same_nocase(tag, span_trim(list))))
		return close + 1;
	return 0;
}

struct span
mail_title(const struct message *m, bool *reply)
{
	struct span s = span_trim(span_of(m->subject));
	bool ignored;

	reply = reply ? reply : &ignored;
	*reply = false;
	for (;;) {
		size_t n = prefix_length(s, answers);

		*reply = *reply || n > 0;
		if (n == 0)
			n = prefix_length(s, forwards);
		if (n == 0)
			n = tag_length(s, m);
		if (n == 0)
			return s;
		s = span_trim(span_from(s, n));
	}
}
