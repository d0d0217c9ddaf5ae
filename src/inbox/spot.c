#include "inbox/spot.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { LOCAL_MOST = 128, DOMAIN_MOST = 255 };

static bool
is_local(unsigned char c)
{
	return isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

static bool
is_domain(unsigned char c)
{
	return isalnum(c) || c == '-' || c == '.' || c == '_' || c >= 0x80;
}

/* Where the domain that begins there ends: before the dot that ends a sentence,
 * and, once it has a dot, before letters beyond ASCII: Japanese goes on without
 * a blank. */
static size_t
domain_end(struct span s, size_t start)
{
	size_t end = start;
	bool dotted = false;

	while (end < s.len && end - start < DOMAIN_MOST) {
		unsigned char c = (unsigned char)s.data[end];

		if (!is_domain(c) || (c >= 0x80 && dotted))
			break;
		dotted = dotted || c == '.';
		end++;
	}
	while (end > start && !isalnum((unsigned char)s.data[end - 1]))
		end--;
	return end;
}

/* Where the local part that ends there begins: behind the quote, the bullet or
 * the equals sign of the text. */
static size_t
local_start(struct span s, size_t end)
{
	size_t start = end;

	while (start > 0 && end - start < LOCAL_MOST &&
		is_local((unsigned char)s.data[start - 1]))
		start--;
	while (start < end && !isalnum((unsigned char)s.data[start]) &&
		s.data[start] != '_')
		start++;
	return start;
}

bool
spot_next(struct span *rest, struct span *address)
{
	size_t from = 0;

	while (from < rest->len) {
		size_t at = from + span_find(span_from(*rest, from), '@');
		size_t start, end;

		if (at >= rest->len)
			break;
		start = local_start(*rest, at);
		end = domain_end(*rest, at + 1);
		if (start < at && end > at + 1) {
			*address = span_slice(*rest, start, end - start);
			*rest = span_from(*rest, end);
			return true;
		}
		from = at + 1;
	}
	*rest = SPAN_NONE;
	return false;
}

/* ----- at the front of a line ----- */

/* Lower case, what stands before the address in a line of its own. */
static const char *const labels[] = {
	"recipient address:",
	"recipient:",
	"recipients:",
	"recipient(s):",
	"failed recipient:",
	"intended recipient:",
	"undeliverable address:",
	"error-for:",
	"address:",
	"rcpt to:",
	"user:",
	"e-mail:",
	"email:",
	"rfc822;",
	"smtp:",
	"mailto:",
	NULL,
};

static struct span
pass_bullets(struct span s)
{
	while (s.len && strchr(" \t<>*-\"'([|.+#", s.data[0]) && s.data[0])
		s = span_from(s, 1);
	return s;
}

static size_t
label_length(struct span s)
{
	for (size_t i = 0; labels[i]; i++) {
		size_t n = strlen(labels[i]);

		if (s.len > n && strncasecmp(s.data, labels[i], n) == 0)
			return n;
	}
	return 0;
}

/* "Recipient: [SMTP:jane@example.org]" has two. */
static struct span
pass_labels(struct span s)
{
	size_t n;

	for (int i = 0; i < 2 && (n = label_length(s)) > 0; i++)
		s = pass_bullets(span_from(s, n));
	return s;
}

/* "jane@example.org <jane@example.com>": the first is but a name. */
static void
pass_name(struct span *address, struct span *rest)
{
	struct span s = span_trim(*rest), found;

	if (!span_starts(s, "<"))
		return;
	s = span_from(s, 1);
	if (spot_next(&s, &found) && found.data[-1] == '<') {
		*address = found;
		*rest = s;
	}
}

bool
spot_first(struct span line, struct span *address, struct span *rest)
{
	struct span s = pass_labels(pass_bullets(line));

	*rest = s;
	if (!spot_next(rest, address) || address->data != s.data)
		return false;
	pass_name(address, rest);
	while (rest->len && strchr(">\")]'", rest->data[0]) && rest->data[0])
		*rest = span_from(*rest, 1);
	return true;
}

/* ----- in a field ----- */

bool
spot_field(struct span value, struct span *address)
{
	size_t n = span_find(value, ';');
	struct span type = span_trim(span_slice(value, 0, n));
	struct span rest = value, found;

	if (n < value.len) {
		if (span_equals_nocase(type, "x400") ||
			span_equals_nocase(type, "x-x400"))
			return false;
		rest = span_from(value, n + 1);
	}
	rest = span_trim(rest);
	if (rest.len && rest.data[0] == '<')
		rest = span_from(rest, 1);
	while (rest.len && strchr("> \t;", rest.data[rest.len - 1]))
		rest.len--;
	/* Whatever its letters are (RFC 6533), when it is nothing else. */
	n = span_find(rest, '@');
	if (n > 0 && n + 1 < rest.len && rest.data[0] != '@' &&
		span_find_any(rest, " \t<>()\"|,;:\\") == rest.len &&
		span_find_last(rest, '@') == n) {
		*address = rest;
		return true;
	}
	if (!spot_next(&rest, &found))
		return false;
	*address = found;
	return true;
}
