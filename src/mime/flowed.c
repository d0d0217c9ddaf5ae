#include "mime/flowed.h"

#include "base/text_flow.h"
#include "model/slot.h"

struct line {
	size_t depth; /* of quotes */
	struct span words;
	bool soft;
};

static struct line
read_line(struct span text)
{
	struct line line = {.depth = 0};
	size_t marks = text_quote_marks(text, &line.depth);

	line.words = text_unguarded(span_from(text, marks));
	if (text_is_signature(line.words))
		return line;
	line.soft = span_ends(line.words, " ");
	while (span_ends(line.words, " "))
		line.words.len--;
	return line;
}

/* A paragraph ends where the next line has another depth, nothing in it, or an
 * indent. */
static bool
goes_on(const struct line *line, const struct line *next)
{
	return line->soft && next && next->depth == line->depth &&
		next->words.len && next->words.data[0] != ' ' &&
		!text_is_signature(next->words);
}

/* What a reader calls himself, and what else the roster says of him. */
static bool
may_be_empty(struct slot slot)
{
	return slot.name == SLOT_NAME || slot.name == SLOT_FIELD;
}

static bool
starts_with_name(struct span words, const char *mark)
{
	struct slot slot;
	size_t at, len;

	return slot_next(words, mark, &at, &len, &slot) && at == 0 &&
		may_be_empty(slot);
}

static bool
needs_stuffing(struct span words, const char *mark)
{
	return span_starts(words, " ") || span_starts(words, ">") ||
		span_starts(words, "From ") || starts_with_name(words, mark);
}

/* Where the name stands that ends the words, with others right before it; their
 * end when none does. */
static size_t
name_at_end(struct span words, const char *mark)
{
	struct slot slot;
	size_t at, len, end = 0, start = 0;

	while (slot_next(span_from(words, end), mark, &at, &len, &slot)) {
		if (at)
			start = end + at;
		end += at + len;
		if (!may_be_empty(slot))
			start = end;
	}
	return end == words.len ? start : words.len;
}

/* A blank before a name that ends the line would itself be its end, were there
 * no name: in its place stands a no-break space. */
static void
add_words(struct str *out, struct span words, const char *mark)
{
	size_t name = name_at_end(words, mark);
	struct span before = span_slice(words, 0, name);

	if (name < words.len && span_ends(before, " ")) {
		str_add_span(out, span_slice(words, 0, name - 1));
		str_add(out, "\u00a0");
		words = span_from(words, name);
	}
	str_add_span(out, words);
}

static void
add_line(struct str *out, const struct line *line, const struct line *next,
	const char *mark)
{
	for (size_t i = 0; i < line->depth; i++)
		str_add_char(out, '>');
	if (line->depth ? line->words.len > 0
			: needs_stuffing(line->words, mark))
		str_add_char(out, ' ');
	add_words(out, line->words, mark);
	str_add(out, goes_on(line, next) ? " \n" : "\n");
}

void
flowed_add(struct str *out, struct span text, const char *mark)
{
	struct span rest = text, words;
	struct line line, next;

	if (!span_next_line(&rest, &words))
		return;
	line = read_line(words);
	while (span_next_line(&rest, &words)) {
		next = read_line(words);
		add_line(out, &line, &next, mark);
		line = next;
	}
	add_line(out, &line, NULL, mark);
}
