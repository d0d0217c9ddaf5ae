#include "web/submission.h"

#include <string.h>

#include "base/digit.h"
#include "base/text.h"

static void
add_field(struct submission *s, struct span name, struct span value)
{
	if (name.len && s->count < SUBMISSION_FIELDS)
		s->fields[s->count++] = (struct submitted){name, value};
}

/* ----- urlencoded ----- */

/* "+" is a blank, "%41" an A; a "%" that begins nothing is itself. */
static struct span
decode(struct arena *arena, struct span s)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < s.len; i++) {
		int high = i + 2 < s.len ? digit_hex(s.data[i + 1]) : -1;
		int low = i + 2 < s.len ? digit_hex(s.data[i + 2]) : -1;

		if (s.data[i] == '%' && high >= 0 && low >= 0) {
			str_add_char(&out, (char)(high * 16 + low));
			i += 2;
		} else {
			str_add_char(&out, s.data[i] == '+' ? ' ' : s.data[i]);
		}
	}
	return arena_take_span(arena, &out);
}

static void
read_urlencoded(struct submission *s, struct span body)
{
	while (body.len) {
		size_t end = span_find(body, '&');
		struct span pair = span_slice(body, 0, end);
		size_t equals = span_find(pair, '=');

		add_field(s, decode(s->arena, span_slice(pair, 0, equals)),
			decode(s->arena, span_from(pair, equals + 1)));
		body = span_from(body, end + 1);
	}
}

/* ----- multipart ----- */

/* The value of a parameter: "; name=x", "; name=\"x\"". False when there is
 * none. */
static bool
find_parameter(struct span header, const char *name, struct span *value)
{
	size_t semicolon = span_find(header, ';');

	while (semicolon < header.len) {
		struct span rest = span_trim(span_from(header, semicolon + 1));
		size_t equals = span_find(rest, '=');
		struct span key = span_trim(span_slice(rest, 0, equals));
		bool quoted;

		rest = span_trim(span_from(rest, equals + 1));
		quoted = span_starts(rest, "\"");
		rest = span_from(rest, quoted);
		*value = span_slice(
			rest, 0, span_find_any(rest, quoted ? "\"" : "; \t"));
		if (span_equals_nocase(key, name))
			return true;
		header = span_from(rest, value->len);
		semicolon = span_find(header, ';');
	}
	return false;
}

/* "Content-Disposition: form-data; name=x" among the header lines of a part,
 * which go as far as an empty line. */
static struct span
read_part_head(struct span *part)
{
	static const char wanted[] = "content-disposition";
	struct span line, name = SPAN_NONE, value;

	while (span_next_line(part, &line) && line.len) {
		size_t colon = span_find(line, ':');

		if (span_equals_nocase(span_slice(line, 0, colon), wanted) &&
			find_parameter(line, "name", &value))
			name = value;
	}
	return name;
}

/* Where the next "--BOUNDARY" stands at the front of a line. */
static size_t
find_boundary(struct span body, const char *boundary)
{
	size_t at = 0;

	while (at < body.len) {
		struct span rest = span_from(body, at);
		size_t n = span_find_text(rest, boundary);

		if (n == rest.len)
			break;
		if (at + n == 0 || body.data[at + n - 1] == '\n')
			return at + n;
		at += n + 1;
	}
	return body.len;
}

/* The line break before a boundary belongs to it (RFC 2046, 5.1.1). */
static struct span
without_line_break(struct span s)
{
	if (span_ends(s, "\r\n"))
		s.len -= 2;
	else if (span_ends(s, "\n"))
		s.len -= 1;
	return s;
}

static void
read_multipart(struct submission *s, struct span body, struct span boundary)
{
	char *mark = arena_printf(
		s->arena, "--%.*s", (int)boundary.len, boundary.data);
	struct span line, part, name;

	body = span_from(body, find_boundary(body, mark));
	while (span_next_line(&body, &line)) {
		size_t end = find_boundary(body, mark);

		if (span_starts(span_from(line, strlen(mark)), "--"))
			break;
		part = span_slice(body, 0, end);
		name = read_part_head(&part);
		add_field(s, name, without_line_break(part));
		body = span_from(body, end);
	}
}

/* ----- both ----- */

bool
submission_read(struct submission *s, struct arena *arena, const char *type,
	struct span body)
{
	struct span header = span_of(type), kind, boundary;

	*s = (struct submission){.arena = arena};
	kind = span_trim(span_slice(header, 0, span_find(header, ';')));
	if (!kind.len ||
		span_equals_nocase(kind, "application/x-www-form-urlencoded"))
		read_urlencoded(s, body);
	else if (span_equals_nocase(kind, "multipart/form-data") &&
		find_parameter(header, "boundary", &boundary) && boundary.len &&
		boundary.len <= 70)
		read_multipart(s, body, boundary);
	else
		return false;
	return true;
}

bool
submission_find(
	const struct submission *s, const char *name, struct span *value)
{
	for (size_t i = 0; i < s->count; i++)
		if (span_equals(s->fields[i].name, name)) {
			*value = s->fields[i].value;
			return true;
		}
	return false;
}

const char *
submission_line(const struct submission *s, const char *name, size_t most)
{
	struct str line = STR_INIT;
	struct span value;

	if (!submission_find(s, name, &value))
		return NULL;
	text_flatten(&line, value);
	if (line.len > most)
		str_truncate(&line, 0);
	return arena_take(s->arena, &line);
}

bool
submission_says(const struct submission *s, const char *name, const char *value)
{
	for (size_t i = 0; i < s->count; i++)
		if (span_equals_nocase(s->fields[i].name, name) &&
			span_equals_nocase(
				span_trim(s->fields[i].value), value))
			return true;
	return false;
}
