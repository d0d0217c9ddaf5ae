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

/* What is around the @ at `at`. A quote that opens it belongs to the text, as
 * does a dot that ends the sentence. */
static bool
around(struct span s, size_t at, struct span *address)
{
	size_t start = at, end = at + 1;

	while (start > 0 && at - start < LOCAL_MOST &&
		is_local((unsigned char)s.data[start - 1]))
		start--;
	while (start < at && !isalnum((unsigned char)s.data[start]) &&
		s.data[start] != '_')
		start++;
	while (end < s.len && end - at < DOMAIN_MOST &&
		is_domain((unsigned char)s.data[end]))
		end++;
	/* CJK goes on without a blank. */
	while (end > at + 1 && !isalnum((unsigned char)s.data[end - 1]))
		end--;
	for (size_t i = at + 1; i < end; i++)
		if ((unsigned char)s.data[i] >= 0x80 && i > at + 1 &&
			memchr(s.data + at, '.', i - at)) {
			end = i;
			break;
		}
	if (start == at || end == at + 1)
		return false;
	*address = span_slice(s, start, end - start);
	return true;
}

bool
spot_next(struct span *rest, struct span *address)
{
	size_t from = 0;

	while (from < rest->len) {
		size_t at = from + span_find(span_from(*rest, from), '@');

		if (at >= rest->len)
			break;
		if (around(*rest, at, address)) {
			*rest = span_from(*rest,
				(size_t)(address->data - rest->data) +
					address->len);
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
