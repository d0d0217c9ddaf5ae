#include "html/plain.h"

#include <string.h>

#include "base/text.h"
#include "base/text_flow.h"

enum {
	DEEPEST_QUOTE = 8,
	WIDEST_INDENT = 24,
	TAB = 8,
	NARROWEST = 20, /* columns beside the marks of a quote */
	WIDEST_GAP = 3, /* blanks between two of them */
};

/* ----- quotes ----- */

/* Takes "> > ", ">>" off the front; returns how many there were. "> " before a
 * word, or no blank at all: ">From" is a word that was quoted by a mailbox.
 * They stand before each line that is wrapped, so they are never wide. */
static size_t
take_marks(struct span *line)
{
	size_t depth = 0, n = 0;

	for (size_t i = 0; i < line->len && depth < DEEPEST_QUOTE; i++) {
		if (line->data[i] == '>') {
			depth++;
			n = i + 1;
		} else if (line->data[i] != ' ' || depth == 0 ||
			i == n + WIDEST_GAP) {
			break;
		}
	}
	*line = span_from(*line, n);
	if (depth && span_starts(*line, " "))
		*line = span_from(*line, 1);
	return depth;
}

/* ----- lines ----- */

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
		n = span_find_any(rest, " \t\n\r<>\"");
		while (n && strchr(".,;:!?)'", rest.data[n - 1]))
			n--;
		*at = i;
		*len = n;
		return true;
	}
	return false;
}

static void
add_text(struct arena *arena, struct passage *parent, struct span text)
{
	if (text.len)
		passage_add(arena, parent, PASSAGE_TEXT)->text =
			passage_clean(arena, text, false);
}

/* HTML would swallow it: columns of a table, code, a poem. */
static struct span
keep_indent(struct arena *arena, struct passage *parent, struct span line)
{
	struct str blanks = STR_INIT;
	size_t n = 0, columns = 0;

	for (; n < line.len && strchr(" \t", line.data[n]); n++)
		columns += line.data[n] == '\t' ? TAB - columns % TAB : 1;
	if (columns > WIDEST_INDENT)
		columns = WIDEST_INDENT;
	while (columns--)
		str_add(&blanks, "\u00a0");
	if (blanks.len)
		passage_add(arena, parent, PASSAGE_TEXT)->text =
			span_of(arena_span(arena, str_span(&blanks)));
	str_clear(&blanks);
	return span_from(line, n);
}

static void
add_line(struct arena *arena, struct passage *parent, struct span line)
{
	size_t at, len;

	line = keep_indent(arena, parent, line);
	while (find_url(line, &at, &len)) {
		struct passage *link;

		add_text(arena, parent, span_slice(line, 0, at));
		link = passage_add(arena, parent, PASSAGE_LINK);
		link->url = arena_span(arena, span_slice(line, at, len));
		add_text(arena, link, span_slice(line, at, len));
		line = span_from(line, at + len);
	}
	add_text(arena, parent, line);
}

/* ----- the whole ----- */

struct passage *
plain_parse(struct arena *arena, struct span text)
{
	struct passage *at[DEEPEST_QUOTE + 1], *paragraph = NULL;
	size_t depth = 0;
	struct span line;

	at[0] = passage_add(arena, NULL, PASSAGE_DOCUMENT);
	while (span_next_line(&text, &line)) {
		size_t marks = take_marks(&line);

		if (marks != depth || span_trim(line).len == 0)
			paragraph = NULL;
		for (; depth < marks; depth++)
			at[depth + 1] =
				passage_add(arena, at[depth], PASSAGE_QUOTE);
		depth = marks;
		if (span_trim(line).len == 0)
			continue;
		if (paragraph)
			passage_add(arena, paragraph, PASSAGE_LINE_BREAK);
		else
			paragraph = passage_add(
				arena, at[depth], PASSAGE_PARAGRAPH);
		add_line(arena, paragraph, line);
	}
	return at[0];
}

void
plain_to_text(
	struct str *out, struct span text, const struct passage_layout *layout)
{
	const char *mark = layout->mark ? layout->mark : "";
	struct str lead = STR_INIT;
	size_t indent = text_width(span_of(mark));
	void (*wrap)(struct str *, struct span, size_t, const char *) =
		layout->flows ? text_flow : text_wrap;
	struct span line;

	str_add(out, mark);
	for (bool first = true; span_next_line(&text, &line); first = false) {
		struct span words = line;
		size_t marks = take_marks(&words);

		str_truncate(&lead, 0);
		str_printf(&lead, "%*s", (int)indent, "");
		if (!first && line.len)
			str_add_str(out, &lead);
		str_add_span(&lead, span_slice(line, 0, line.len - words.len));
		if (marks)
			str_add_span(
				out, span_slice(line, 0, line.len - words.len));
		wrap(out, words,
			lead.len + NARROWEST > layout->width
				? lead.len + NARROWEST
				: layout->width,
			str_text(&lead));
		str_add_char(out, '\n');
	}
	str_clear(&lead);
}
