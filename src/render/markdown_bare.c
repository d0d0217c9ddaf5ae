#include "render/markdown_bare.h"

#include "html/plain.h"

bool
markdown_find_bare(struct span text, bool runs_on, size_t *at, size_t *len)
{
	size_t bar;

	if (!plain_find_url(text, at, len) ||
		(runs_on && *at + *len == text.len))
		return false;
	/* It may end a cell. No address has one (RFC 3986, 2). */
	bar = span_find(span_slice(text, *at, *len), '|');
	if (bar < *len)
		*len = bar;
	return true;
}
