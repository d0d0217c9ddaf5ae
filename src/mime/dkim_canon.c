/*
 * Each recipient's message is hashed, so bodies are looked at eight bytes at a
 * time: nearly none hold what the relaxed form changes. It is
 *
 *     a tab                     -> a space
 *     blanks behind a blank     -> nothing
 *     blanks before a line end  -> nothing
 *     blanks and line ends at the end of the body -> one line end
 *
 * so a stop is a tab, or a space with a blank or a line end behind it.
 */
#include "mime/dkim_canon.h"

#include <string.h>

#include "base/blank.h"
#include "base/eight.h"

/* ----- a sink that hashes ----- */

enum {
	BATCH = 2048,
	SHORT = 256, /* shorter is copied: a call of the hash costs more */
};

struct sink {
	struct hash hash;
	size_t len;
	char batch[BATCH];
};

static void
sink_flush(struct sink *s)
{
	hash_add(&s->hash, (struct span){s->batch, s->len});
	s->len = 0;
}

static void
sink_add(struct sink *s, struct span bytes)
{
	if (bytes.len > sizeof s->batch - s->len || bytes.len >= SHORT)
		sink_flush(s);
	if (bytes.len >= SHORT) {
		hash_add(&s->hash, bytes);
		return;
	}
	memcpy(s->batch + s->len, bytes.data, bytes.len);
	s->len += bytes.len;
}

/* ----- bodies ----- */

static struct span
without_last_lines(struct span body, bool simple)
{
	for (;;) {
		if (span_ends(body, "\r\n"))
			body.len -= 2;
		else if (!simple && body.len &&
			blank_in_line(body.data[body.len - 1]))
			body.len--;
		else
			return body;
	}
}

/* Passes over eights without a stop. It takes any control for a line end, and
 * sees the byte behind an eight with it. */
static size_t
skip_plain(struct span s, size_t at)
{
	for (; s.len - at > sizeof(uint64_t); at += sizeof(uint64_t)) {
		uint64_t here = eight_load(s.data + at);
		uint64_t next = eight_load(s.data + at + 1);

		if ((eight_equal(here, ' ') & eight_less(next, ' ' + 1)) |
			eight_equal(here, '\t'))
			break;
	}
	return at;
}

static bool
is_stop(struct span s, size_t at)
{
	if (s.data[at] != ' ')
		return s.data[at] == '\t';
	if (s.len - at > 1 && blank_in_line(s.data[at + 1]))
		return true;
	return s.len - at > 2 && s.data[at + 1] == '\r' &&
		s.data[at + 2] == '\n';
}

static size_t
find_stop(struct span s, size_t at)
{
	while (at < s.len) {
		size_t look;

		at = skip_plain(s, at);
		look = s.len - at < sizeof(uint64_t) ? s.len
						     : at + sizeof(uint64_t);
		for (; at < look; at++)
			if (is_stop(s, at))
				return at;
	}
	return at;
}

static size_t
blanks_end(struct span s, size_t at)
{
	while (at < s.len && blank_in_line(s.data[at]))
		at++;
	return at;
}

/* `s` is what without_last_lines() left, so that no blank is last in it. */
static void
hash_relaxed(struct sink *sink, struct span s)
{
	size_t at = 0;

	while (at < s.len) {
		size_t stop = find_stop(s, at);

		sink_add(sink, span_slice(s, at, stop - at));
		at = blanks_end(s, stop);
		if (at > stop && !span_starts(span_from(s, at), "\r\n"))
			sink_add(sink, (struct span){" ", 1});
	}
}

void
dkim_hash_body(struct span body, bool simple, unsigned char out[HASH_SIZE])
{
	struct sink sink;

	sink.len = 0;
	hash_init(&sink.hash);
	body = without_last_lines(body, simple);
	if (simple)
		hash_add(&sink.hash, body);
	else
		hash_relaxed(&sink, body);
	/* 3.4.3: an empty simple body is a line end; 3.4.4: an empty relaxed
	 * one is nothing. */
	if (simple || body.len)
		sink_add(&sink, span_of("\r\n"));
	sink_flush(&sink);
	hash_end(&sink.hash, out);
}

/* ----- header fields ----- */

static bool
is_space(char c)
{
	return blank_in_line(c) || c == '\r' || c == '\n';
}

static size_t
spaces(struct span s)
{
	size_t n = 0;

	while (n < s.len && is_space(s.data[n]))
		n++;
	return n;
}

static struct span
without_spaces(struct span s)
{
	s = span_from(s, spaces(s));
	while (s.len && is_space(s.data[s.len - 1]))
		s.len--;
	return s;
}

static void
add_name(struct str *out, struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		str_add_char(out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
	}
}

/* A fold is a line end and blanks: one space, like blanks elsewhere. */
static void
add_value(struct str *out, struct span value)
{
	while (value.len) {
		size_t word = span_find_any(value, " \t\r\n");

		str_add_span(out, span_slice(value, 0, word));
		value = span_from(value, word);
		if (value.len)
			str_add_char(out, ' ');
		value = span_from(value, spaces(value));
	}
}

void
dkim_add_field(struct str *out, struct span field)
{
	size_t colon = span_find(field, ':');

	add_name(out, without_spaces(span_slice(field, 0, colon)));
	str_add_char(out, ':');
	add_value(out, without_spaces(span_from(field, colon + 1)));
}
