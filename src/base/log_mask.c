#include "base/log_mask.h"

#include <string.h>

enum { TOKEN_LEAST = 20 };

static bool
is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') ||
		((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* atext and dots (RFC 5322, 3.2.3), and other than ASCII (RFC 6532, 3.2). */
static bool
is_of_local(unsigned char c)
{
	return is_alnum(c) || c >= 0x80 ||
		(c && strchr(".!#$%&'*+-/=?^_`{|}~", c));
}

static bool
is_of_domain(unsigned char c)
{
	return is_alnum(c) || c >= 0x80 || (c && strchr(".-_", c));
}

/* How long the sign at the front is; 0: it is none. */
static size_t
at_sign(struct span s)
{
	return span_starts(s, "@") ? 1 : span_starts(s, "%40") ? 3 : 0;
}

/* Where the local part begins that ends at `at`; our own quotes and the
 * brackets of others stay. */
static size_t
local_start(struct span s, size_t at)
{
	size_t start = at;

	if (at && s.data[at - 1] == '"') {
		for (start = at - 1; start && s.data[start - 1] != '"'; start--)
			;
		return start ? start - 1 : 0;
	}
	while (start && is_of_local((unsigned char)s.data[start - 1]))
		start--;
	while (start < at && s.data[start] == '\'')
		start++;
	return start;
}

static size_t
domain_end(struct span s, size_t start)
{
	size_t end = start;

	if (end < s.len && s.data[end] == '[') {
		end += span_find(span_from(s, start), ']');
		return end < s.len ? end + 1 : end;
	}
	while (end < s.len && is_of_domain((unsigned char)s.data[end]))
		end++;
	while (end > start && s.data[end - 1] == '.')
		end--;
	return end;
}

/* No address begins in front of where the last one ended; one that is followed
 * by another sign goes on behind it. */
static void
mask_addresses(struct str *out, struct span text)
{
	size_t done = 0;

	for (size_t at = 0; at < text.len; at++) {
		size_t sign = at_sign(span_from(text, at));
		size_t start = sign ? local_start(text, at) : at;
		size_t end = sign ? domain_end(text, at + sign) : at;

		if (start < done)
			start = done;
		if (!sign || (start >= at && !(at && at == done)) ||
			end == at + sign)
			continue;
		str_add_span(out, span_slice(text, done, start - done));
		str_add(out, "(address)");
		done = end;
		at = end - 1;
	}
	str_add_span(out, span_from(text, done));
}

static void
mask_tokens(struct str *out, struct span text)
{
	while (text.len) {
		size_t n = 0;

		while (n < text.len && is_alnum((unsigned char)text.data[n]))
			n++;
		if (n >= TOKEN_LEAST)
			str_add(out, "(token)");
		else
			str_add_span(out, span_slice(text, 0, n));
		text = span_from(text, n);
		if (text.len)
			str_add_char(out, text.data[0]);
		text = span_from(text, 1);
	}
}

void
log_mask(struct str *out, struct span text)
{
	struct str half = STR_INIT;

	mask_addresses(&half, text);
	mask_tokens(out, str_span(&half));
	str_clear(&half);
}
