/*
 * Invariants
 *
 *  1. Nothing is built from an event that carries an anchor, an alias or a tag.
 *  2. `frames` holds the collections that are open, at most DEPTH: there is no
 *     recursion, and libyaml is not asked for another event once it is deeper.
 *  3. Keys are looked up in a hash table, so that a file of a million of them
 *     costs a million steps.
 */
#include "base/yaml.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/map.h"
#include "base/mem.h"

enum { DEPTH = 16 };

struct frame {
	struct value *node;
	struct map *keys;  /* of a map: the key as a value, for its place */
	struct value *key; /* read, and waiting for its item */
};

struct builder {
	struct arena *arena;
	const char *name;
	unsigned first_line;
	struct frame frames[DEPTH];
	size_t depth, documents;
	struct value *root;
	struct error *err;
};

/* ----- saying what is wrong ----- */

static unsigned
mark_line(const struct builder *b, yaml_mark_t mark)
{
	return (unsigned)mark.line + b->first_line;
}

__attribute__((format(printf, 3, 4))) static bool
refuse(struct builder *b, yaml_mark_t at, const char *format, ...)
{
	va_list args;
	char *said;

	va_start(args, format);
	said = mem_vprintf(format, args);
	va_end(args);
	error_set(b->err, ERROR_DATA, "%s:%u:%u: %s", b->name, mark_line(b, at),
		(unsigned)at.column + 1, said);
	free(said);
	return false;
}

/* What libyaml says, and what we say to people who never heard of tokens. */
static const struct wording {
	const char *problem, *said;
	bool where_it_began; /* the place that helps is its context's */
} wordings[] = {
	{"mapping values are not allowed in this context",
		"a second colon in a plain text, or wrong indentation: put the "
		"text in quotes",
		false},
	{"could not find expected ':'", "no colon after this key", true},
	{"did not find expected key",
		"no key here: wrong indentation, or quotes inside a text",
		false},
	{"did not find expected '-' indicator",
		"no '-' here: wrong indentation, or a list mixed with keys",
		false},
	{"found character that cannot start any token",
		"a text cannot begin with this character: put it in quotes, "
		"and indent with blanks, not tabs",
		false},
	{"found unexpected end of stream", "these quotes are never closed",
		true},
	{"found unexpected document indicator", "these quotes are never closed",
		true},
	{"did not find expected ',' or ']'", "this '[' is never closed", true},
	{"did not find expected ',' or '}'", "this '{' is never closed", true},
	{"did not find expected node content",
		"no value here: a comma, bracket or '%' too much", false},
	{"found unknown escape character",
		"unknown escape in double quotes: use single quotes, or \\\\",
		false},
	{"block sequence entries are not allowed in this context",
		"a list cannot begin here: write each '-' on a line of its own",
		false},
};

/* Bytes that are no characters: libyaml knows only their offset. */
static bool
refuse_bytes(struct builder *b, const yaml_parser_t *parser, struct span text)
{
	struct span before = span_slice(text, 0, parser->problem_offset);
	yaml_mark_t at = {.line = 0};

	for (size_t i = 0; i < before.len; i++) {
		at.column++;
		if (before.data[i] == '\n')
			at = (yaml_mark_t){.line = at.line + 1};
	}
	if (strstr(parser->problem, "UTF-8"))
		return refuse(b, at,
			"bytes that are no UTF-8: save the file as UTF-8");
	return refuse(b, at, "%s", parser->problem);
}

static bool
refuse_problem(struct builder *b, const yaml_parser_t *parser, struct span text)
{
	const char *problem = parser->problem ? parser->problem : "no YAML";

	if (parser->error == YAML_READER_ERROR)
		return refuse_bytes(b, parser, text);
	for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
		if (strcmp(problem, wordings[i].problem) == 0)
			return refuse(b,
				wordings[i].where_it_began && parser->context
					? parser->context_mark
					: parser->problem_mark,
				"%s", wordings[i].said);
	return refuse(b, parser->problem_mark, "%s", problem);
}

static bool
check_decoration(struct builder *b, const yaml_event_t *e,
	const yaml_char_t *anchor, const yaml_char_t *tag)
{
	static const char core[] = "tag:yaml.org,2002:";
	const char *name = (const char *)tag;
	bool is_core = tag && strncmp(name, core, strlen(core)) == 0;

	if (anchor)
		return refuse(b, e->start_mark,
			"anchors ('&%s') are not used here: write the value "
			"out, or put it in quotes",
			(const char *)anchor);
	if (tag)
		return refuse(b, e->start_mark,
			"tags ('%s%s') are not used here: for text, put the "
			"value in quotes",
			is_core ? "!!" : "",
			is_core ? name + strlen(core) : name);
	return true;
}

/* ----- scalars: the core schema (YAML 1.2, 10.3.2) ----- */

static bool
is_any(struct span s, const char *const *words)
{
	for (; *words; words++)
		if (span_equals(s, *words))
			return true;
	return false;
}

static size_t
count_digits(struct span s, int (*is)(int))
{
	size_t n = 0;

	while (n < s.len && is((unsigned char)s.data[n]))
		n++;
	return n;
}

static int
is_octal(int c)
{
	return c >= '0' && c <= '7';
}

/* Integers, 0o17, 0x1f, and floats that are finite. */
static bool
is_number(struct span s)
{
	size_t whole, part = 0;

	if (span_starts(s, "0x"))
		return s.len > 2 &&
			count_digits(span_from(s, 2), isxdigit) == s.len - 2;
	if (span_starts(s, "0o"))
		return s.len > 2 &&
			count_digits(span_from(s, 2), is_octal) == s.len - 2;
	if (span_starts(s, "-") || span_starts(s, "+"))
		s = span_from(s, 1);
	whole = count_digits(s, isdigit);
	s = span_from(s, whole);
	if (span_starts(s, ".")) {
		part = count_digits(span_from(s, 1), isdigit);
		s = span_from(s, 1 + part);
	}
	if (whole + part == 0)
		return false;
	if (span_starts(s, "e") || span_starts(s, "E")) {
		s = span_from(s, 1);
		if (span_starts(s, "-") || span_starts(s, "+"))
			s = span_from(s, 1);
		return s.len && count_digits(s, isdigit) == s.len;
	}
	return s.len == 0;
}

static enum value_kind
plain_kind(struct span s)
{
	static const char *const nulls[] = {
		"", "~", "null", "Null", "NULL", NULL};
	static const char *const bools[] = {
		"true", "True", "TRUE", "false", "False", "FALSE", NULL};

	if (is_any(s, nulls))
		return VALUE_NULL;
	if (is_any(s, bools))
		return VALUE_BOOL;
	return is_number(s) ? VALUE_NUMBER : VALUE_TEXT;
}

/* `text` stays as it was written, but for "~" and the like: "". */
static struct value *
new_scalar(struct builder *b, const yaml_event_t *e)
{
	struct span s = {
		(const char *)e->data.scalar.value, e->data.scalar.length};
	struct value *v = value_new_span(b->arena, s);

	v->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (v->quoted)
		return v;
	v->kind = plain_kind(s);
	v->truth = v->kind == VALUE_BOOL && tolower(s.data[0]) == 't';
	if (v->kind == VALUE_NULL) {
		v->text = "";
		v->len = 0;
	}
	return v;
}

/* ----- building ----- */

static struct frame *
top(struct builder *b)
{
	return b->depth ? &b->frames[b->depth - 1] : NULL;
}

static bool
add_key(struct builder *b, struct frame *f, const yaml_event_t *e,
	struct value *v)
{
	struct value *first;
	struct span raw = {
		(const char *)e->data.scalar.value, e->data.scalar.length};

	if (e->type != YAML_SCALAR_EVENT)
		return refuse(b, e->start_mark,
			"a key must be text; a value that begins with '{' or "
			"'[' needs quotes");
	v->text = arena_span(b->arena, raw); /* also when it is "null" */
	first = map_set(f->keys, v->text, v);
	if (first)
		return refuse(b, e->start_mark,
			"'%s' stands here again, and first in line %u", v->text,
			first->line);
	f->key = v;
	return true;
}

/* add_key() saw that the key is new. */
static void
add_item(struct builder *b, struct frame *f, struct value *v)
{
	v->key_line = f->key->line;
	v->key_column = f->key->column;
	value_add(b->arena, f->node, f->key->text, v);
	f->key = NULL;
}

static bool
add(struct builder *b, const yaml_event_t *e, struct value *v)
{
	struct frame *f = top(b);

	v->line = mark_line(b, e->start_mark);
	v->column = (unsigned)e->start_mark.column + 1;
	if (!f)
		b->root = v;
	else if (f->node->kind == VALUE_LIST)
		value_push(b->arena, f->node, v);
	else if (!f->key)
		return add_key(b, f, e, v);
	else
		add_item(b, f, v);
	return true;
}

static bool
add_scalar(struct builder *b, const yaml_event_t *e)
{
	if (memchr(e->data.scalar.value, '\0', e->data.scalar.length))
		return refuse(b, e->start_mark, "a NUL inside a text");
	return check_decoration(
		       b, e, e->data.scalar.anchor, e->data.scalar.tag) &&
		add(b, e, new_scalar(b, e));
}

static bool
open_frame(struct builder *b, const yaml_event_t *e, struct value *v)
{
	if (b->depth == DEPTH)
		return refuse(b, e->start_mark, "nested deeper than %d levels",
			DEPTH);
	if (!add(b, e, v))
		return false;
	b->frames[b->depth++] = (struct frame){
		.node = v, .keys = v->kind == VALUE_MAP ? map_new() : NULL};
	return true;
}

static void
close_frame(struct builder *b)
{
	map_free(top(b)->keys);
	b->depth--;
}

static bool
build(struct builder *b, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		return b->documents++ == 0 ||
			refuse(b, e->start_mark,
				"a second document begins here ('---'): there "
				"may be one");
	case YAML_ALIAS_EVENT:
		return refuse(b, e->start_mark,
			"aliases ('*%s') are not used here: write the value "
			"out, or put it in quotes",
			(const char *)e->data.alias.anchor);
	case YAML_SCALAR_EVENT:
		return add_scalar(b, e);
	case YAML_SEQUENCE_START_EVENT:
		return check_decoration(b, e, e->data.sequence_start.anchor,
			       e->data.sequence_start.tag) &&
			open_frame(b, e, value_new_list(b->arena));
	case YAML_MAPPING_START_EVENT:
		return check_decoration(b, e, e->data.mapping_start.anchor,
			       e->data.mapping_start.tag) &&
			open_frame(b, e, value_new_map(b->arena));
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_frame(b);
		return true;
	default:
		return true;
	}
}

/* Takes events until the end; false when one was refused. */
static bool
take_events(struct builder *b, yaml_parser_t *parser, struct span text)
{
	bool ok = true, end = false;

	while (ok && !end) {
		yaml_event_t e;

		if (!yaml_parser_parse(parser, &e))
			return refuse_problem(b, parser, text);
		end = e.type == YAML_STREAM_END_EVENT;
		ok = build(b, &e);
		yaml_event_delete(&e);
	}
	return ok;
}

struct value *
yaml_parse(struct arena *arena, const char *name, unsigned first_line,
	struct span text, struct error *err)
{
	struct builder b = {.arena = arena,
		.name = name,
		.first_line = first_line,
		.err = err};
	yaml_parser_t parser;
	bool ok;

	if (!yaml_parser_initialize(&parser)) {
		error_set(err, ERROR_BUG, "%s: no YAML parser", name);
		return NULL;
	}
	yaml_parser_set_input_string(&parser,
		(const unsigned char *)(text.len ? text.data : ""), text.len);
	ok = take_events(&b, &parser, text);
	while (b.depth)
		close_frame(&b);
	yaml_parser_delete(&parser);
	if (!ok)
		return NULL;
	return b.root ? b.root : value_new_null(arena);
}
