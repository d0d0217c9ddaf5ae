#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/eight.h"
#include "base/mem.h"

void
str_clear(struct str *s)
{
	free(s->data);
	*s = STR_INIT;
}

void
str_truncate(struct str *s, size_t n)
{
	if (n >= s->len)
		return;
	s->len = n;
	s->data[n] = '\0';
}

void
str_reserve(struct str *s, size_t more)
{
	size_t need = s->len + more + 1;
	size_t capacity = s->capacity ? s->capacity : 32;

	if (need <= s->capacity)
		return;
	while (capacity < need)
		capacity += capacity / 2 + 32;
	s->data = mem_resize(s->data, capacity);
	s->capacity = capacity;
	s->data[s->len] = '\0';
}

void
str_add_bytes(struct str *s, const void *data, size_t n)
{
	str_reserve(s, n);
	if (n)
		memcpy(s->data + s->len, data, n);
	s->len += n;
	s->data[s->len] = '\0';
}

void
str_add(struct str *s, const char *text)
{
	str_add_bytes(s, text, strlen(text));
}

void
str_add_all(struct str *s, ...)
{
	va_list args;
	const char *text;

	va_start(args, s);
	while ((text = va_arg(args, const char *)))
		str_add(s, text);
	va_end(args);
}

void
str_add_number(struct str *s, uint64_t n)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	str_add_bytes(s, digits + at, sizeof digits - at);
}

void
str_add_span(struct str *s, struct span span)
{
	str_add_bytes(s, span.data, span.len);
}

void
str_add_str(struct str *s, const struct str *other)
{
	str_add_bytes(s, other->data, other->len);
}

void
str_add_lower(struct str *s, struct span span)
{
	size_t start = s->len;

	str_add_span(s, span);
	for (size_t i = start; i < s->len; i++)
		if (s->data[i] >= 'A' && s->data[i] <= 'Z')
			s->data[i] = (char)(s->data[i] | 0x20);
}

void
str_printf(struct str *s, const char *format, ...)
{
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n > 0) {
		str_reserve(s, (size_t)n);
		vsnprintf(s->data + s->len, (size_t)n + 1, format, again);
		s->len += (size_t)n;
	}
	va_end(again);
}

void
str_add_utf8(struct str *s, unsigned code)
{
	char b[4];
	size_t n;

	if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		code = 0xfffd;
	if (code < 0x80) {
		b[0] = (char)code;
		n = 1;
	} else if (code < 0x800) {
		b[0] = (char)(0xc0 | code >> 6);
		b[1] = (char)(0x80 | (code & 0x3f));
		n = 2;
	} else if (code < 0x10000) {
		b[0] = (char)(0xe0 | code >> 12);
		b[1] = (char)(0x80 | (code >> 6 & 0x3f));
		b[2] = (char)(0x80 | (code & 0x3f));
		n = 3;
	} else {
		b[0] = (char)(0xf0 | code >> 18);
		b[1] = (char)(0x80 | (code >> 12 & 0x3f));
		b[2] = (char)(0x80 | (code >> 6 & 0x3f));
		b[3] = (char)(0x80 | (code & 0x3f));
		n = 4;
	}
	str_add_bytes(s, b, n);
}

char *
str_take(struct str *s)
{
	char *text = s->data ? s->data : mem_strdup("");

	*s = STR_INIT;
	return text;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span
span_trim(struct span s)
{
	while (s.len && is_blank(s.data[0])) {
		s.data++;
		s.len--;
	}
	while (s.len && is_blank(s.data[s.len - 1]))
		s.len--;
	return s;
}

char *
span_dup(struct span s)
{
	return mem_dup(s.data, s.len);
}

bool
span_equals_nocase(struct span a, const char *text)
{
	return span_same_nocase(a, span_of(text));
}

bool
span_same_nocase(struct span a, struct span b)
{
	return a.len == b.len &&
		(a.len == 0 || strncasecmp(a.data, b.data, a.len) == 0);
}

bool
span_is_among(struct span s, const char *const *texts)
{
	for (; *texts; texts++)
		if (span_equals_nocase(s, *texts))
			return true;
	return false;
}

bool
span_ends(struct span s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.len >= n &&
		(n == 0 || memcmp(s.data + s.len - n, suffix, n) == 0);
}

size_t
span_find_text(struct span s, const char *text)
{
	const char *p =
		s.len ? memmem(s.data, s.len, text, strlen(text)) : NULL;

	return p ? (size_t)(p - s.data) : s.len;
}

size_t
span_find_last(struct span s, char c)
{
	const char *p = s.len ? memrchr(s.data, c, s.len) : NULL;

	return p ? (size_t)(p - s.data) : s.len;
}

/* Where any of several is looked for, sixteen octets at a time: each processor of
 * these days compares so many at once. */
typedef signed char octets __attribute__((vector_size(16)));

static bool
is_any(octets found)
{
	uint64_t halves[2];

	memcpy(halves, &found, sizeof halves);
	return halves[0] | halves[1];
}

/* From n on, as far as none is there; of a large set not at all. */
static size_t
skip_octets(struct span s, size_t n, const char *set)
{
	octets wanted[12], some;
	size_t count = 0;

	if (s.len - n < sizeof some)
		return n;
	for (; set[count]; count++) {
		if (count == sizeof wanted / sizeof *wanted)
			return n;
		wanted[count] = (octets){0} + (signed char)set[count];
	}
	for (; n + sizeof some <= s.len; n += sizeof some) {
		octets found = {0};

		memcpy(&some, s.data + n, sizeof some);
		for (size_t i = 0; i < count; i++)
			found |= some == wanted[i];
		if (is_any(found))
			break;
	}
	return n;
}

static bool
is_wanted(const uint64_t wanted[4], char c)
{
	unsigned char octet = (unsigned char)c;

	return wanted[octet / 64] >> (octet & 63) & 1;
}

/* What is near is found one by one. */
size_t
span_find_any(struct span s, const char *set)
{
	uint64_t wanted[4] = {0}; /* a bit for each byte */
	size_t n = 0;

	for (const char *c = set; *c; c++)
		wanted[(unsigned char)*c / 64] |= (uint64_t)1 << (*c & 63);
	while (n < s.len && !is_wanted(wanted, s.data[n]))
		if (++n == sizeof(octets))
			n = skip_octets(s, n, set);
	return n;
}

static uint64_t
not_printable(uint64_t eight)
{
	return (eight & eight_tops) | eight_less(eight, ' ') |
		eight_equal(eight, 0x7f);
}

size_t
span_printable(struct span s)
{
	size_t n = eight_run(s, not_printable);

	while (n < s.len && s.data[n] >= ' ' && s.data[n] < 0x7f)
		n++;
	return n;
}

size_t
span_run(struct span s, char c)
{
	size_t n = 0;

	while (n < s.len && s.data[n] == c)
		n++;
	return n;
}

size_t
span_run_any(struct span s, const char *set)
{
	size_t n = 0;

	while (n < s.len && s.data[n] && strchr(set, s.data[n]))
		n++;
	return n;
}

bool
span_next_line(struct span *rest, struct span *line)
{
	size_t n = span_find_any(*rest, "\r\n");

	if (rest->len == 0)
		return false;
	*line = (struct span){rest->data, n};
	if (n + 1 < rest->len && rest->data[n] == '\r' &&
		rest->data[n + 1] == '\n')
		n++;
	*rest = span_from(*rest, n + 1);
	return true;
}

bool
text_is_empty(const char *s)
{
	return !s || span_trim(span_of(s)).len == 0;
}

bool
text_equals(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
text_equals_nocase(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcasecmp(a, b) == 0;
}

bool
text_has_controls(struct span s)
{
	for (size_t i = span_printable(s); i < s.len; i++)
		if ((unsigned char)s.data[i] < 0x20 || s.data[i] == 0x7f)
			return true;
	return false;
}

void
str_add_octets(struct str *s, size_t n)
{
	const size_t kilo = 1024, mega = kilo * 1024;

	if (n >= mega && n % mega == 0)
		str_printf(s, "%zu MB", n / mega);
	else if (n >= kilo && n % kilo == 0)
		str_printf(s, "%zu KB", n / kilo);
	else
		str_printf(s, "%zu octets", n);
}
