/*
 * Template text to nodes.
 *
 * A tag that stands alone on its line, with nothing but blanks around it, takes
 * the whole line with it, line end included; interpolations never do. Whether
 * it does is read off the text around it, not off the nodes made so far.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/blank.h"
#include "base/mem.h"
#include "render/mustache_nodes.h"

struct parser {
	struct mustache *t;
	size_t index; /* of the program */
	struct span text;
	size_t at;	/* where reading goes on */
	size_t counted; /* lines are counted up to here */
	unsigned line;
	struct span open, close;	/* the delimiters */
	size_t sections[SECTION_DEPTH]; /* nodes of those not yet closed */
	size_t depth;
	struct error *err;
};

/* What stands between the delimiters. */
struct tag {
	char sign;	     /* '#', '>', …; 0 for a plain name */
	size_t start, end;   /* of the whole tag, delimiters included */
	struct span content; /* without the sign, trimmed */
};

/* All that may follow the opening delimiter; the first of them may stand
 * alone on a line. */
static const char signs[] = "!=#^/>{&";
enum { SIGN_COUNT = 8, LONER_COUNT = 6 };

static struct program *
program_of(struct parser *p)
{
	return &p->t->programs[p->index];
}

__attribute__((format(printf, 2, 3))) static bool
fail(struct parser *p, const char *format, ...)
{
	va_list args;
	char *what;

	va_start(args, format);
	what = mem_vprintf(format, args);
	va_end(args);
	error_set(p->err, ERROR_CONFIG, "%s:%u: %s", program_of(p)->file,
		p->line, what);
	free(what);
	return false;
}

static size_t
find_from(struct span text, size_t from, struct span what)
{
	const char *p =
		memmem(text.data + from, text.len - from, what.data, what.len);

	return p ? (size_t)(p - text.data) : text.len;
}

static void
count_lines(struct parser *p, size_t up_to)
{
	for (; p->counted < up_to; p->counted++)
		if (p->text.data[p->counted] == '\n')
			p->line++;
}

static bool
is_line_start(const struct parser *p, size_t at)
{
	return at == 0 || p->text.data[at - 1] == '\n';
}

/* ----- nodes ----- */

static struct node *
add_node(struct parser *p, enum node_kind kind, bool line_start)
{
	struct program *program = program_of(p);
	struct node *node;

	program->nodes = arena_grow(p->t->arena, program->nodes, program->count,
		sizeof *program->nodes);
	node = &program->nodes[program->count++];
	*node = (struct node){
		.kind = kind, .line = p->line, .line_start = line_start};
	return node;
}

static void
add_text(struct parser *p, size_t start, size_t end)
{
	if (start < end)
		add_node(p, NODE_TEXT, is_line_start(p, start))->text =
			span_slice(p->text, start, end - start);
}

/* NULL, with the error set, when it is no name. */
static const struct name *
make_name(struct parser *p, struct span text)
{
	struct arena *arena = p->t->arena;
	struct name *name;
	size_t dots = 0, part = 0;
	char *copy;

	for (size_t i = 0; i < text.len; i++) {
		dots += text.data[i] == '.';
		if (!blank_in_line(text.data[i]) && text.data[i] != '\n')
			continue;
		fail(p, "'%.*s' is no name: a name has no blanks",
			(int)text.len, text.data);
		return NULL;
	}
	if (text.len == 0) {
		fail(p, "a tag without a name");
		return NULL;
	}
	name = arena_alloc(
		arena, sizeof *name + (dots + 1) * sizeof *name->parts);
	name->text = arena_span(arena, text);
	if (span_equals(text, "."))
		return name;
	copy = arena_span(arena, text);
	while (part <= dots) {
		char *dot = strchrnul(copy, '.');

		if (dot == copy) {
			fail(p, "'%s' is no name: it has an empty part",
				name->text);
			return NULL;
		}
		name->parts[part++] = copy;
		copy = dot + (*dot != '\0');
		*dot = '\0';
	}
	name->count = part;
	return name;
}

/* ----- tags ----- */

/* "{{=<% %>=}}" */
static bool
change_delimiters(struct parser *p, struct span content)
{
	struct span open = content, close;

	open.len = strcspn(open.data, " \t\r\n");
	if (open.len > content.len)
		open.len = content.len;
	close = span_trim(span_from(content, open.len));
	if (open.len == 0 || close.len == 0)
		return fail(p, "new delimiters are written {{=<%% %%>=}}");
	for (size_t i = 0; i < close.len; i++)
		if (blank_in_line(close.data[i]) || close.data[i] == '=' ||
			close.data[i] == '\n')
			return fail(
				p, "a delimiter has neither blanks nor '='");
	p->open = open;
	p->close = close;
	return true;
}

static bool
open_section(struct parser *p, enum node_kind kind, bool line_start,
	struct span content)
{
	const struct name *name = make_name(p, content);

	if (!name)
		return false;
	if (p->depth == SECTION_DEPTH)
		return fail(p, "sections nest deeper than %d", SECTION_DEPTH);
	p->sections[p->depth++] = program_of(p)->count;
	add_node(p, kind, line_start)->name = name;
	return true;
}

static bool
close_section(struct parser *p, struct span content)
{
	struct program *program = program_of(p);
	struct node *section;

	if (p->depth == 0)
		return fail(p, "'%.*s' is closed, but no section is open",
			(int)content.len, content.data);
	section = &program->nodes[p->sections[--p->depth]];
	if (!span_equals(content, section->name->text))
		return fail(p, "section '%s' of line %u is closed as '%.*s'",
			section->name->text, section->line, (int)content.len,
			content.data);
	section->end = program->count;
	return true;
}

static bool
add_partial(
	struct parser *p, const struct tag *tag, bool alone, struct span indent)
{
	struct node *node;

	if (tag->content.len == 0)
		return fail(p, "a partial without a name");
	node = add_node(
		p, NODE_PARTIAL, !alone && is_line_start(p, tag->start));
	node->alone = alone;
	node->text = indent;
	/* May move the programs, but not this one's nodes. */
	node->partial =
		mustache_partial(p->t, arena_span(p->t->arena, tag->content));
	return true;
}

static bool
add_value(struct parser *p, enum node_kind kind, const struct tag *tag)
{
	const struct name *name = make_name(p, tag->content);

	if (!name)
		return false;
	add_node(p, kind, is_line_start(p, tag->start))->name = name;
	return true;
}

/* `indent`: the blanks before a tag that is alone on its line. */
static bool
take_tag(
	struct parser *p, const struct tag *tag, bool alone, struct span indent)
{
	bool line_start = !alone && is_line_start(p, tag->start);

	switch (tag->sign) {
	case '!':
		return true;
	case '=':
		return change_delimiters(p, tag->content);
	case '#':
		return open_section(p, NODE_SECTION, line_start, tag->content);
	case '^':
		return open_section(p, NODE_INVERTED, line_start, tag->content);
	case '/':
		return close_section(p, tag->content);
	case '>':
		return add_partial(p, tag, alone, indent);
	case '{':
	case '&':
		return add_value(p, NODE_RAW, tag);
	default:
		return add_value(p, NODE_VALUE, tag);
	}
}

/* Reads the tag whose opening delimiter stands at `start`. */
static bool
read_tag(struct parser *p, size_t start, struct tag *tag)
{
	size_t at = start + p->open.len, end;
	struct str close = STR_INIT;

	*tag = (struct tag){.start = start};
	while (at < p->text.len && blank_in_line(p->text.data[at]))
		at++;
	if (at < p->text.len && memchr(signs, p->text.data[at], SIGN_COUNT))
		tag->sign = p->text.data[at++];
	/* Two of the signs come in pairs: {{{x}}}, {{=<% %>=}}. */
	if (tag->sign == '{' || tag->sign == '=')
		str_add_char(&close, tag->sign == '{' ? '}' : '=');
	str_add_span(&close, p->close);
	end = find_from(p->text, at, str_span(&close));
	tag->content = span_trim(span_slice(p->text, at, end - at));
	tag->end = end + close.len;
	str_clear(&close);
	return end < p->text.len ||
		fail(p, "'%.*s' is never closed", (int)p->open.len,
			p->open.data);
}

/*
 * Is the tag alone on its line? Then *from is where the line starts, and *to
 * where the next one does.
 */
static bool
is_alone(
	const struct parser *p, const struct tag *tag, size_t *from, size_t *to)
{
	const char *text = p->text.data;
	size_t start = tag->start, end = tag->end;

	if (!memchr(signs, tag->sign, LONER_COUNT))
		return false;
	while (start && blank_in_line(text[start - 1]))
		start--;
	if (!is_line_start(p, start))
		return false;
	while (end < p->text.len && blank_in_line(text[end]))
		end++;
	if (end + 1 < p->text.len && text[end] == '\r' && text[end + 1] == '\n')
		end++;
	if (end < p->text.len && text[end] != '\n')
		return false;
	*from = start;
	*to = end + (end < p->text.len);
	return true;
}

static bool
parse_next(struct parser *p, size_t start)
{
	struct tag tag;
	size_t text_end = start, next;
	bool alone;

	count_lines(p, start);
	if (!read_tag(p, start, &tag))
		return false;
	alone = is_alone(p, &tag, &text_end, &next);
	if (!alone)
		next = tag.end;
	add_text(p, p->at, text_end);
	if (!take_tag(p, &tag, alone,
		    span_slice(p->text, text_end, start - text_end)))
		return false;
	p->at = next;
	return true;
}

bool
mustache_parse(
	struct mustache *t, size_t index, struct span text, struct error *err)
{
	struct parser p = {.t = t,
		.index = index,
		.text = text,
		.line = 1,
		.open = span_of("{{"),
		.close = span_of("}}"),
		.err = err};

	while (p.at < text.len) {
		size_t start = find_from(text, p.at, p.open);

		if (start == text.len)
			break;
		if (!parse_next(&p, start))
			return false;
	}
	add_text(&p, p.at, text.len);
	if (p.depth) {
		const struct node *open =
			&program_of(&p)->nodes[p.sections[p.depth - 1]];

		return error_set(err, ERROR_CONFIG,
			"%s:%u: section '%s' is never closed",
			program_of(&p)->file, open->line, open->name->text);
	}
	return true;
}
