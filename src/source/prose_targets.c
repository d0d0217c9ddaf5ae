/*
 * What a text shows and where it leads. A target that stands by itself, behind
 * "[label]: ", is among its words.
 */
#include <string.h>

#include "source/prose.h"

static const struct {
	const char *open, *ends; /* any of which ends it */
} targets[] = {
	{"](", " \t\n)"}, /* [words](target), ![words](target "title") */
	{"href=\"", "\""},
	{"src=\"", "\"?"}, /* its size, or a token of the hour */
	{"{{", "}\n"},	   /* {{< video 7 >}} */
	{"{%", "}\n"},
};

/* How much of `s` was a target; 0: none starts there. */
static size_t
take_target(struct str *out, struct span s)
{
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		size_t at = strlen(targets[i].open), n;

		if (!span_starts(s, targets[i].open))
			continue;
		s = span_from(s, at);
		n = span_find_any(s, targets[i].ends);
		str_add_span(out, span_trim(span_slice(s, 0, n)));
		str_add_char(out, '\n');
		return at + n;
	}
	return 0;
}

void
prose_targets(struct str *out, struct span body)
{
	while (body.len) {
		size_t n = span_find_any(body, "]hs{");

		body = span_from(body, n);
		if (body.len) {
			n = take_target(out, body);
			body = span_from(body, n ? n : 1);
		}
	}
}
