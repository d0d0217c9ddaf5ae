#include "base/sentence.h"
#include "base/text.h"
#include "html/html.h"

static bool
says_something(struct span words)
{
	return text_width(span_trim(words)) > 0;
}

/* The first paragraph that has words, on one line; in quotes and lists too when
 * there is no other. */
static bool
find_words(const struct passage *p, int depth, struct str *out)
{
	struct str words = STR_INIT;

	for (; p && out->len == 0; p = p->next) {
		if (p->kind == PASSAGE_PARAGRAPH)
			passage_words(&words, p);
		else if (depth && p->kind < PASSAGE_TEXT &&
			p->kind != PASSAGE_HEADING)
			find_words(p->first, depth - 1, out);
		if (says_something(str_span(&words)))
			text_flatten(out, str_span(&words));
		str_truncate(&words, 0);
	}
	str_clear(&words);
	return out->len > 0;
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
html_lede(struct str *out, struct span html, size_t width)
{
	struct html_options options = {.base = NULL, .keep_pictures = true};
	struct arena *arena = arena_new();
	const struct passage *tree = html_parse(arena, html, &options);
	struct str words = STR_INIT;

	if (find_words(tree->first, 0, &words) ||
		find_words(tree->first, PASSAGE_DEPTH, &words))
		add_sentences(out, str_span(&words), width);
	str_clear(&words);
	arena_free(arena);
}
