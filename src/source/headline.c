#include "source/headline.h"

#include <string.h>

#include "base/sentence.h"
#include "base/text.h"
#include "source/prose.h"

/* A first sentence may be a whole paragraph. */
enum { SENTENCE_WIDTH = 300 };

/* ----- marks ----- */

static bool
folds_to(struct span text, const char *mark)
{
	struct str a = STR_INIT, b = STR_INIT;
	bool same;

	text_fold(&a, text);
	text_fold(&b, span_of(mark));
	same = strcmp(str_text(&a), str_text(&b)) == 0;
	str_clear(&a);
	str_clear(&b);
	return same;
}

/* The title without the mark at its end; as it was when it has none, or is
 * nothing else. */
static struct span
without_mark(struct span title, const char *mark)
{
	size_t len = strlen(mark), reach = 4 * len + 8;

	/* Nearly every title ends otherwise: do not fold its words. */
	if (!len || !title.len ||
		(mark[len - 1] == ')' && !span_ends(title, ")")))
		return title;
	for (size_t at = title.len; at > 1 && title.len - at < reach; at--)
		if (title.data[at - 1] == ' ' &&
			folds_to(span_from(title, at), mark))
			return span_trim(span_slice(title, 0, at - 1));
	return title;
}

static struct span
without_marks(struct span title, const char *const *marks)
{
	for (size_t i = 0; marks && marks[i]; i++) {
		struct span shorter = without_mark(title, marks[i]);

		if (shorter.len == title.len || shorter.len == 0)
			continue;
		title = shorter;
		i = (size_t)-1; /* another may stand before it */
	}
	return title;
}

/* ----- the same words ----- */

/* Does the text say the title, with or without its marks? */
static bool
says_title(struct span markdown, const char *const *marks,
	const struct str *title_words)
{
	struct str plain = STR_INIT, words = STR_INIT;
	bool same;

	if (markdown.len > 8 * title_words->len + 1000)
		return false;
	prose_plain(&plain, markdown);
	prose_words(&words, without_marks(str_span(&plain), marks));
	same = words.len &&
		strcmp(str_text(&words), str_text(title_words)) == 0;
	str_clear(&plain);
	str_clear(&words);
	return same;
}

static struct span
without_title(struct span body, const char *const *marks, const char *title)
{
	struct str words = STR_INIT;
	struct prose_block block;
	struct span line;

	prose_words(&words, span_of(title));
	if (prose_block_next(body, 0, &block)) {
		line = span_slice(
			body, block.start, block.first_line_end - block.start);
		if (says_title(block.text, marks, &words))
			body = span_from(body, block.end);
		else if (!span_same(span_trim(line), block.text) &&
			says_title(line, marks, &words))
			body = span_from(body, block.first_line_end);
	}
	str_clear(&words);
	return body;
}

/* ----- a title from the body ----- */

static const char *
plain_in(struct arena *arena, struct span markdown)
{
	struct str plain = STR_INIT;

	prose_plain(&plain, markdown);
	return arena_take_some(arena, &plain);
}

static const char *
shortened(struct arena *arena, struct span text)
{
	struct str out = STR_INIT;

	text_shorten(&out, text, SENTENCE_WIDTH);
	return arena_take(arena, &out);
}

static void
title_from_body(struct arena *arena, struct headline *out)
{
	struct prose_block block;
	size_t from = 0;

	for (; !out->title && prose_block_next(out->body, from, &block);
		from = block.end) {
		const char *text = plain_in(arena, block.text);

		if (!text)
			continue;
		out->title = text;
		if (block.kind == PROSE_HEADING && from == 0) {
			out->body = span_from(out->body, block.end);
			return;
		}
		out->from_body = true;
		out->title = shortened(arena, sentence_first(span_of(text)));
	}
}

/* ----- both ----- */

/* Without blank lines in front and white space behind; a first line's
 * indentation stays: it may be code. */
static struct span
trim_lines(struct span body)
{
	size_t start = 0, end;

	for (size_t i = 0; i < body.len && strchr(" \t\n", body.data[i]); i++)
		if (body.data[i] == '\n')
			start = i + 1;
	for (end = body.len;
		end > start && strchr(" \t\n", body.data[end - 1]);)
		end--;
	return span_slice(body, start, end - start);
}

void
headline_read(struct arena *arena, const char *said, struct span body,
	const char *const *marks, struct headline *out)
{
	struct span title;

	*out = (struct headline){.title = said, .body = body};
	if (!said)
		title_from_body(arena, out);
	if (out->title) {
		title = without_marks(span_of(out->title), marks);
		out->marked = title.data[title.len] != '\0';
		if (out->marked)
			out->title = arena_span(arena, title);
	}
	if (said)
		out->body = without_title(body, marks, out->title);
	out->body = trim_lines(out->body);
}
