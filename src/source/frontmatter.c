#include "source/frontmatter.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"
#include "source/mend.h"
#include "source/toml.h"

/* Keys are looked up by walking: what no hand has written is refused. */
enum { LIMIT = 256 * 1024 };

const char *
frontmatter_name(enum frontmatter_kind kind)
{
	static const char *const names[] = {"none", "yaml", "toml", "json"};

	return names[kind];
}

/* ----- the bytes ----- */

static unsigned
line_of(struct span bytes, size_t at)
{
	unsigned line = 1;

	for (size_t i = 0; i < at; i++)
		line += bytes.data[i] == '\n';
	return line;
}

static size_t
first_invalid(struct span bytes)
{
	size_t at = 0, n;
	unsigned code;

	for (; at < bytes.len; at += n) {
		n = text_decode(span_from(bytes, at), &code);
		if (n == 1 && code == 0xfffd)
			break;
	}
	return at;
}

/* Line ends become "\n", in place: none grows. */
static void
unify_lines(struct str *text)
{
	size_t to = 0;

	if (!text->len || !memchr(text->data, '\r', text->len))
		return;
	for (size_t i = 0; i < text->len; i++) {
		char c = text->data[i];

		if (c == '\r' && i + 1 < text->len && text->data[i + 1] == '\n')
			continue;
		text->data[to++] = (char)(c == '\r' ? '\n' : c);
	}
	str_truncate(text, to);
}

/* The text of the file in the arena: UTF-8, no mark in front, "\n". */
static bool
clean(struct arena *arena, const char *name, struct span bytes,
	struct problems *problems, struct span *out, struct error *err)
{
	struct str text = STR_INIT;
	bool valid;

	if (span_starts(bytes, "\xff\xfe") || span_starts(bytes, "\xfe\xff"))
		return error_set(err, ERROR_DATA,
			"%s: is written in UTF-16; save it as UTF-8", name);
	if (span_starts(bytes, "\xef\xbb\xbf"))
		bytes = span_from(bytes, 3);
	valid = text_is_utf8(bytes);
	if (!valid)
		problem_add(problems, SEVERITY_WARNING, name,
			line_of(bytes, first_invalid(bytes)), 0,
			"bytes that are no UTF-8 were replaced; save the file "
			"as UTF-8");
	if (valid && span_find(bytes, '\0') == bytes.len)
		str_add_span(&text, bytes);
	else
		text_repair(&text, bytes);
	unify_lines(&text);
	*out = arena_take_span(arena, &text);
	return true;
}

/* ----- where it stands ----- */

static bool
is_fence(struct span line, const char *fence)
{
	return span_starts(line, fence) &&
		span_trim(span_from(line, strlen(fence))).len == 0;
}

/* "title: …" or "title = …": what front matter has in its first line. */
static bool
is_entry(struct span line)
{
	size_t n = 0;

	line = span_trim(line);
	while (n < line.len &&
		(line.data[n] == '_' || line.data[n] == '-' ||
			((line.data[n] | 0x20) >= 'a' &&
				(line.data[n] | 0x20) <= 'z')))
		n++;
	line = span_trim(span_from(line, n));
	return n > 0 && line.len &&
		(line.data[0] == ':' || line.data[0] == '=');
}

static size_t
count_blank_lines(struct span text, unsigned *lines)
{
	size_t n = 0, start = 0;

	for (; n < text.len && strchr(" \t\n", text.data[n]); n++)
		if (text.data[n] == '\n') {
			start = n + 1;
			++*lines;
		}
	return start;
}

/*
 * Passes blank lines in front of a fence, but only where front matter surely
 * follows: "---" may also be a rule.
 */
static struct span
skip_blank_lines(struct span text, unsigned *line)
{
	unsigned blank = 0;
	struct span from = span_from(text, count_blank_lines(text, &blank));
	struct span rest = from, fence, entry;

	if (!blank || !span_next_line(&rest, &fence) ||
		!(is_fence(fence, "---") || is_fence(fence, "+++")) ||
		!span_next_line(&rest, &entry) || !is_entry(entry))
		return text;
	*line += blank;
	return from;
}

struct split {
	struct span inside, body;
	unsigned inside_line, body_line;
};

/* Behind the opening fence, up to the closing one. */
static bool
split_at_fence(struct span text, unsigned line, enum frontmatter_kind kind,
	struct split *out)
{
	bool yaml = kind == FRONTMATTER_YAML;
	struct span rest = text, at;

	span_next_line(&rest, &at);
	out->inside_line = ++line;
	out->inside = rest;
	while (span_next_line(&rest, &at)) {
		line++;
		if (!is_fence(at, yaml ? "---" : "+++") &&
			!(yaml && is_fence(at, "...")))
			continue;
		out->inside.len = (size_t)(at.data - out->inside.data);
		out->body = rest;
		out->body_line = line;
		return true;
	}
	return false;
}

/* The length of the JSON object at the start; 0 when it does not close. */
static size_t
json_length(struct span text)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']') && --depth == 0)
			return i + 1;
	}
	return 0;
}

/* A brace, then a key in quotes: Markdown and Liquid have no such start. */
static bool
is_json(struct span text)
{
	struct span inside = span_trim(span_from(text, 1));

	return span_starts(text, "{") && inside.len && inside.data[0] == '"';
}

static bool
split_json(struct span text, unsigned line, struct split *out)
{
	size_t n = json_length(text);

	out->inside = span_slice(text, 0, n);
	out->inside_line = line;
	out->body = span_from(text, n);
	out->body_line = line + line_of(text, n) - 1;
	return n > 0;
}

static enum frontmatter_kind
kind_of(struct span text)
{
	struct span rest = text, first = SPAN_NONE;

	span_next_line(&rest, &first);
	if (is_fence(first, "---"))
		return FRONTMATTER_YAML;
	if (is_fence(first, "+++"))
		return FRONTMATTER_TOML;
	return is_json(text) ? FRONTMATTER_JSON : FRONTMATTER_NONE;
}

static bool
split(struct span text, const char *name, enum frontmatter_kind kind,
	unsigned line, struct split *out, struct error *err)
{
	static const char *const fences[] = {"", "---", "+++", "}"};
	bool ends = kind == FRONTMATTER_JSON
		? split_json(text, line, out)
		: split_at_fence(text, line, kind, out);

	if (!ends)
		return error_set(err, ERROR_DATA,
			"%s:%u: the front matter that begins here never ends: "
			"a line '%s' is missing",
			name, line, fences[kind]);
	if (out->inside.len > LIMIT)
		return error_set(err, ERROR_DATA,
			"%s:%u: the front matter is larger than %d bytes", name,
			line, LIMIT);
	return true;
}

/* ----- what it says ----- */

static void
move_problems(struct problems *to, struct problems *from)
{
	for (size_t i = 0; i < from->count; i++)
		problem_add(to, from->items[i].severity, NULL, 0, 0, "%s",
			from->items[i].text);
	problems_clear(from);
}

/* YAML, or what was meant to be: the first complaint stays when mending does
 * not help. */
static struct value *
read_yaml(struct arena *arena, const char *name, const struct split *s,
	struct problems *problems, struct error *err)
{
	struct value *v =
		yaml_parse(arena, name, s->inside_line, s->inside, err);
	struct problems mended = PROBLEMS_INIT;
	struct str text = STR_INIT;

	if (v) {
		mend_find_lost(s->inside, name, s->inside_line, problems);
		return v;
	}
	if (mend_yaml(s->inside, name, s->inside_line, &text, &mended))
		v = yaml_parse(
			arena, name, s->inside_line, str_span(&text), NULL);
	if (v) {
		error_clear(err);
		move_problems(problems, &mended);
	}
	problems_clear(&mended);
	str_clear(&text);
	return v;
}

static struct value *
read_fields(struct arena *arena, const char *name, enum frontmatter_kind kind,
	const struct split *s, struct problems *problems, struct error *err)
{
	switch (kind) {
	case FRONTMATTER_YAML:
		return read_yaml(arena, name, s, problems, err);
	case FRONTMATTER_TOML:
		return toml_parse(arena, name, s->inside_line, s->inside, err);
	case FRONTMATTER_JSON:
		return json_parse(arena, name, s->inside, err);
	case FRONTMATTER_NONE:
		break;
	}
	return value_new_map(arena);
}

bool
frontmatter_read(struct arena *arena, const char *name, struct span bytes,
	struct problems *problems, struct frontmatter *out, struct error *err)
{
	struct split s = {.body_line = 1};
	unsigned line = 1;

	*out = (struct frontmatter){.kind = FRONTMATTER_NONE};
	if (!clean(arena, name, bytes, problems, &s.body, err))
		return false;
	s.body = skip_blank_lines(s.body, &line);
	out->kind = kind_of(s.body);
	if (out->kind != FRONTMATTER_NONE &&
		!split(s.body, name, out->kind, line, &s, err))
		return false;
	out->fields = read_fields(arena, name, out->kind, &s, problems, err);
	if (!out->fields)
		return false;
	if (out->fields->kind == VALUE_NULL)
		out->fields = value_new_map(arena);
	if (out->fields->kind != VALUE_MAP)
		return error_set(err, ERROR_DATA,
			"%s:%u: the front matter has no keys; it is written "
			"'title: Some text', a line each",
			name, line);
	out->body = s.body;
	out->body_line = s.body_line;
	return true;
}
