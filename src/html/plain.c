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

/* Punctuation that ends a URL wherever it stands: quotes, the no-break space,
 * the ellipsis, what Arabic and East Asian sentences have. Nobody means it as a
 * part of an address. */
static bool
ends_url(unsigned code)
{
	return code <= ' ' || code == '<' || code == '>' || code == '"' ||
		code == 0xa0 || code == 0xab || code == 0xbb ||
		(code >= 0x2018 && code <= 0x201f) || code == 0x2026 ||
		code == 0x2039 || code == 0x203a || code == 0x060c ||
		code == 0x061b || code == 0x061f ||
		(code >= 0x3000 && code <= 0x303f) ||
		(code >= 0xff00 && code <= 0xff0f) ||
		(code >= 0xff1a && code <= 0xff20) ||
		(code >= 0xff3b && code <= 0xff65);
}

static size_t
url_reach(struct span s)
{
	size_t n = 0;

	while (n < s.len) {
		unsigned code;
		size_t len = text_decode(span_from(s, n), &code);

		if (ends_url(code))
			break;
		n += len;
	}
	return n;
}

/* "(…/Dock_(maritime))": a bracket is the URL's own when it opens in it. */
struct brackets {
	long round, square; /* how many more open than close */
};

static void
count_bracket(struct brackets *b, char c, long by)
{
	b->round += c == '(' ? by : c == ')' ? -by : 0;
	b->square += c == '[' ? by : c == ']' ? -by : 0;
}

static bool
is_behind_url(const struct brackets *b, char last)
{
	return strchr(".,;:!?'", last) || (last == ')' && b->round < 0) ||
		(last == ']' && b->square < 0);
}

/* Without what stands behind it. */
static size_t
trim_url(struct span url)
{
	struct brackets b = {0, 0};
	size_t n = url.len;

	for (size_t i = 0; i < n; i++)
		count_bracket(&b, url.data[i], 1);
	while (n && is_behind_url(&b, url.data[n - 1]))
		count_bracket(&b, url.data[--n], -1);
	return n;
}

/* Where "http" or "https" starts that ends at the colon; the colon, when neither
 * does. */
static size_t
scheme_start(struct span s, size_t colon)
{
	static const char *const schemes[] = {"https", "http"};

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(schemes[i]);

		if (colon >= n &&
			span_equals_nocase(
				span_slice(s, colon - n, n), schemes[i]))
			return colon - n;
	}
	return colon;
}

bool
plain_find_url(struct span s, size_t *at, size_t *len)
{
	static const char mark[] = "://";
	size_t colon = span_find_text(s, mark), behind;

	for (; colon < s.len; colon = behind) {
		size_t start = scheme_start(s, colon);
		struct span url = span_from(s, start);

		behind = colon + strlen(mark);
		url.len = start < colon ? url_reach(url) : 0;
		url.len = trim_url(url);
		if (start + url.len > behind) {
			*at = start;
			*len = url.len;
			return true;
		}
		behind += span_find_text(span_from(s, behind), mark);
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
	while (plain_find_url(line, &at, &len)) {
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
