#include "render/body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "html/html.h"
#include "render/markdown_tree.h"

/* The letter's title, a section and the dispatch's own title stand above. */
enum { HEADINGS_ABOVE = 3 };

/* ----- plain text ----- */

/* The next URL in `s`, without the full stop or bracket behind it. */
static bool
find_url(struct span s, size_t *at, size_t *len)
{
	for (size_t i = 0; i < s.len; i++) {
		struct span rest = span_from(s, i);
		size_t n = 0;

		if (!span_starts(rest, "http://") &&
			!span_starts(rest, "https://"))
			continue;
		while (n < rest.len && !strchr(" \t\n\r<>\"", rest.data[n]))
			n++;
		while (n && strchr(".,;:!?)'", rest.data[n - 1]))
			n--;
		*at = i;
		*len = n;
		return true;
	}
	return false;
}

static void
plain_line_to_html(struct str *out, struct span line)
{
	size_t at, len;

	while (find_url(line, &at, &len)) {
		struct span url = span_slice(line, at, len);

		escape_html(out, span_slice(line, 0, at));
		str_add(out, "<a href=\"");
		escape_html(out, url);
		str_add(out, "\">");
		escape_html(out, url);
		str_add(out, "</a>");
		line = span_from(line, at + len);
	}
	escape_html(out, line);
}

/* Blank lines part paragraphs; other line ends stay. */
static void
plain_to_html(struct str *out, struct span text)
{
	struct span line;
	bool open = false;

	while (span_next_line(&text, &line)) {
		if (span_trim(line).len == 0) {
			str_add(out, open ? "</p>\n" : "");
			open = false;
			continue;
		}
		str_add(out, open ? "<br>\n" : "<p>");
		open = true;
		plain_line_to_html(out, line);
	}
	str_add(out, open ? "</p>\n" : "");
}

/* ----- parsed once ----- */

struct bodies {
	struct arena *arena;
	struct map *parsed; /* by the variant's place in memory */
};

struct parsed {
	const struct passage *tree; /* NULL: plain text */
	struct span html;
};

struct bodies *
bodies_new(void)
{
	struct bodies *b = mem_new(sizeof *b);

	b->arena = arena_new();
	b->parsed = map_new();
	return b;
}

void
bodies_free(struct bodies *b)
{
	if (!b)
		return;
	map_free(b->parsed);
	arena_free(b->arena);
	free(b);
}

static const struct passage *
parse_tree(struct arena *arena, const struct variant *v)
{
	struct html_options options = {.base = v->link};

	return v->body_kind == BODY_HTML
		? html_parse(arena, span_of(v->body), &options)
		: markdown_parse(arena, span_of(v->body), v->link);
}

static struct parsed *
parse(struct arena *arena, const struct variant *v)
{
	struct parsed *p = arena_alloc(arena, sizeof *p);
	struct str html = STR_INIT;

	if (v->body_kind == BODY_TEXT) {
		plain_to_html(&html, span_of(v->body));
	} else {
		p->tree = parse_tree(arena, v);
		passage_to_html(&html, p->tree, HEADINGS_ABOVE);
	}
	p->html = (struct span){arena_span(arena, str_span(&html)), html.len};
	str_clear(&html);
	return p;
}

static const struct parsed *
find_parsed(struct bodies *b, const struct variant *v)
{
	char key[24];
	struct parsed *p;

	snprintf(key, sizeof key, "%p", (const void *)v);
	p = map_find(b->parsed, key);
	if (!p) {
		p = parse(b->arena, v);
		map_set(b->parsed, key, p);
	}
	return p;
}

/* ----- all kinds ----- */

void
body_to_html(struct str *out, struct bodies *bodies, const struct variant *v)
{
	str_add_span(out, find_parsed(bodies, v)->html);
}

void
body_to_text(struct str *out, struct bodies *bodies, const struct variant *v,
	const char *mark, size_t width, struct link_notes *notes)
{
	struct passage_layout layout = {.width = width, .mark = mark};
	struct str under = STR_INIT;

	if (v->body_kind != BODY_TEXT) {
		passage_to_text(
			out, find_parsed(bodies, v)->tree, &layout, notes);
		return;
	}
	str_printf(&under, "%*s", (int)strlen(mark), "");
	str_add(out, mark);
	text_wrap(out, span_trim(span_of(v->body)), width, str_text(&under));
	str_add_char(out, '\n');
	str_clear(&under);
}

void
body_opening(struct str *out, struct bodies *bodies, const struct variant *v,
	size_t width)
{
	struct str words = STR_INIT;

	if (!text_is_empty(v->summary))
		text_flatten(&words, span_of(v->summary));
	else if (v->body_kind == BODY_TEXT)
		text_flatten(&words, span_of(v->body));
	else
		passage_opening(&words, find_parsed(bodies, v)->tree, width);
	text_shorten(out, str_span(&words), width);
	str_clear(&words);
}

bool
body_has(struct bodies *bodies, const struct variant *v, const char *text)
{
	struct str words = STR_INIT, body = STR_INIT, sought = STR_INIT;
	bool has;

	if (v->body_kind == BODY_TEXT)
		str_add(&words, v->body);
	else
		passage_words(&words, find_parsed(bodies, v)->tree);
	text_fold(&body, str_span(&words));
	text_fold(&sought, span_of(text));
	has = span_find_text(str_span(&body), str_text(&sought)) < body.len;
	str_clear(&words);
	str_clear(&body);
	str_clear(&sought);
	return has;
}
