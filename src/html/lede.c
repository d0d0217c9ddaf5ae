#include "base/sentence.h"
#include "base/text.h"
#include "html/html.h"

enum {
	DATELINE = 6, /* what is narrower than this part of the width is none */
	AHEAD = 100,  /* columns behind it, which tell where a sentence ends */
};

static bool
says_something(struct span words)
{
	return text_width(span_trim(words)) > 0;
}

/* On one line, up to a blank behind what there is room for: a paragraph may be
 * as long as a book. */
static void
flatten_some(struct str *out, struct span words, size_t room)
{
	struct str line = STR_INIT;

	for (size_t width = 0; words.len && width < room;) {
		size_t n = room + span_find_any(span_from(words, room), " \n");

		text_flatten(&line, span_slice(words, 0, n));
		str_add(out, out->len && line.len ? " " : "");
		str_add_str(out, &line);
		width += text_width(str_span(&line));
		str_truncate(&line, 0);
		words = span_from(words, n);
	}
	str_clear(&line);
}

/* Its paragraphs, on one line, until they are as wide as that. */
static void
add_paragraphs(
	struct str *out, const struct passage *p, size_t width, size_t room)
{
	struct str words = STR_INIT, line = STR_INIT;

	for (p = p->first; p && text_width(str_span(out)) < width;
		p = p->next) {
		if (p->kind != PASSAGE_PARAGRAPH)
			continue;
		passage_words(&words, p);
		if (says_something(str_span(&words))) {
			flatten_some(&line, str_span(&words), room);
			str_add(out, out->len ? " " : "");
			str_add_str(out, &line);
		}
		str_truncate(&words, 0);
		str_truncate(&line, 0);
	}
	str_clear(&words);
	str_clear(&line);
}

/* The first paragraph in whatever there is. */
static void
find_paragraph(struct str *out, const struct passage *p, size_t room)
{
	for (; p && out->len == 0; p = p->next) {
		add_paragraphs(out, p, 1, room);
		if (p->kind < PASSAGE_TEXT)
			find_paragraph(out, p->first, room);
	}
}

/* As many whole sentences as there is room for. */
static void
add_sentences(struct str *out, struct span words, size_t width)
{
	size_t len = 0;

	while (len < words.len) {
		size_t blank = len > 0 && words.data[len] == ' ';
		size_t next = len + blank +
			sentence_first(span_from(words, len + blank)).len;

		if (text_width(span_slice(words, 0, next)) > width)
			break;
		len = next;
	}
	if (len)
		str_add_span(out, span_slice(words, 0, len));
	else
		text_shorten(out, words, width);
}

void
passage_lede(struct str *out, const struct passage *p, size_t width)
{
	struct str words = STR_INIT;

	add_paragraphs(&words, p, width / DATELINE, width + AHEAD);
	if (!words.len)
		find_paragraph(&words, p->first, width + AHEAD);
	if (words.len)
		add_sentences(out, str_span(&words), width);
	str_clear(&words);
}

void
html_lede(struct str *out, struct span html, size_t width)
{
	struct html_options options = {.base = NULL, .keep_pictures = true};
	struct arena *arena = arena_new();

	passage_lede(out, html_parse(arena, html, &options), width);
	arena_free(arena);
}
