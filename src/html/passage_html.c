/*
 * Passages to HTML for mail: every text escaped, nothing but these tags. How
 * they look is the templates' (style.css).
 */
#include "base/escape.h"
#include "base/text.h"
#include "html/passage.h"

static const char picture_style[] = "max-width:100%;height:auto";

enum {
	COLUMNS_NARROW = 8,
	CELL_PADDING = 2, /* as characters */
	NARROW = 34,	  /* characters of a table's size across a phone */
};

struct writer {
	struct str *out;
	int shift; /* of headings */
};

static void write_passage(struct writer *w, const struct passage *p);

static void
write_children(struct writer *w, const struct passage *p)
{
	for (const struct passage *c = p->first; c; c = c->next)
		write_passage(w, c);
}

static void
write_end(struct writer *w, const char *tag)
{
	str_add(w->out, "</");
	str_add(w->out, tag);
	str_add_char(w->out, '>');
}

static void
write_in(struct writer *w, const struct passage *p, const char *tag)
{
	str_add_char(w->out, '<');
	str_add(w->out, tag);
	str_add_char(w->out, '>');
	write_children(w, p);
	write_end(w, tag);
}

static void
write_heading(struct writer *w, const struct passage *p)
{
	int level = p->number + w->shift;

	if (level > 6)
		level = 6;
	if (level < 1)
		level = 1;
	str_printf(w->out, "<h%d>", level);
	write_children(w, p);
	str_printf(w->out, "</h%d>\n", level);
}

/* A tight item's paragraph stands without its tags. */
static void
write_item(struct writer *w, const struct passage *item, bool tight)
{
	str_add(w->out, "<li>");
	for (const struct passage *c = item->first; c; c = c->next) {
		if (!tight || c->kind != PASSAGE_PARAGRAPH) {
			write_passage(w, c);
			continue;
		}
		write_children(w, c);
		if (c->next)
			str_add_char(w->out, '\n');
	}
	str_add(w->out, "</li>\n");
}

static void
write_list(struct writer *w, const struct passage *list)
{
	const char *tag = list->ordered ? "ol" : "ul";

	str_printf(w->out, "<%s", tag);
	if (list->ordered && list->number != 1)
		str_printf(w->out, " start=\"%d\"", list->number);
	str_add(w->out, ">\n");
	for (const struct passage *c = list->first; c; c = c->next)
		write_item(w, c, list->tight);
	write_end(w, tag);
	str_add_char(w->out, '\n');
}

static void
write_code_block(struct writer *w, const struct passage *p)
{
	str_add(w->out, "<pre><code>");
	escape_html(w->out, p->text);
	str_add(w->out, "</code></pre>\n");
}

static void
write_row(struct writer *w, const struct passage *row, bool is_head)
{
	static const char *const aligns[] = {[ALIGN_LEFT] = " align=\"left\"",
		[ALIGN_RIGHT] = " align=\"right\"",
		[ALIGN_CENTRE] = " align=\"center\""};

	str_add(w->out, "<tr>\n");
	for (const struct passage *c = row->first; c; c = c->next) {
		str_add_all(w->out, is_head ? "<th scope=\"col\"" : "<td",
			aligns[c->align], ">", NULL);
		write_children(w, c);
		str_add(w->out, is_head ? "</th>\n" : "</td>\n");
	}
	str_add(w->out, "</tr>\n");
}

static size_t
longest_word(const struct passage *cell)
{
	struct str words = STR_INIT;
	struct span rest;
	size_t longest = 0;

	passage_words(&words, cell);
	rest = str_span(&words);
	while (rest.len) {
		size_t n = span_find_any(rest, " \n");
		size_t width = text_width(span_slice(rest, 0, n));

		longest = width > longest ? width : longest;
		rest = span_from(rest, n + 1);
	}
	str_clear(&words);
	return longest;
}

/* Do its columns stand side by side on a phone without a word being broken? */
static bool
is_narrow(const struct passage *table)
{
	size_t widths[COLUMNS_NARROW] = {0};
	size_t sum = 0;

	for (const struct passage *row = table->first; row; row = row->next) {
		size_t i = 0;

		for (const struct passage *c = row->first; c; c = c->next) {
			size_t width = longest_word(c);

			if (i == COLUMNS_NARROW)
				return false;
			if (width > widths[i])
				widths[i] = width;
			i++;
		}
	}
	for (size_t i = 0; i < COLUMNS_NARROW; i++)
		sum += widths[i] ? widths[i] + CELL_PADDING : 0;
	return sum <= NARROW;
}

static void
write_table(struct writer *w, const struct passage *table)
{
	str_printf(w->out, "<table cellpadding=\"6\"%s>\n",
		is_narrow(table) ? " class=\"narrow\"" : "");
	for (const struct passage *row = table->first; row; row = row->next)
		write_row(w, row, row == table->first);
	str_add(w->out, "</table>\n");
}

static void
write_link(struct writer *w, const struct passage *p)
{
	str_add(w->out, "<a href=\"");
	escape_html(w->out, span_of(p->url));
	str_add(w->out, "\">");
	write_children(w, p);
	str_add(w->out, "</a>");
}

/* "=" too, so that no text in a tag looks like an attribute to those who search
 * instead of parse. */
static void
write_alt(struct str *out, struct span text)
{
	for (;;) {
		size_t n = span_find(text, '=');

		escape_html(out, span_slice(text, 0, n));
		if (n == text.len)
			return;
		str_add(out, "&#61;");
		text = span_from(text, n + 1);
	}
}

/* Outlook goes by the attributes, and takes the size of the file otherwise. */
static void
write_inlay(struct str *out, const struct inlay *inlay)
{
	str_add(out, "cid:");
	escape_html(out, span_of(inlay->cid));
	str_printf(out, "\" width=\"%d\" height=\"%d", inlay_shown_width(inlay),
		inlay_shown_height(inlay));
}

static void
write_picture(struct writer *w, const struct passage *p)
{
	str_add(w->out, "<img src=\"");
	if (p->inlay)
		write_inlay(w->out, p->inlay);
	else
		escape_html(w->out, span_of(p->url));
	str_add(w->out, "\" alt=\"");
	write_alt(w->out, p->text);
	str_printf(w->out, "\" style=\"%s\">", picture_style);
}

static void
write_quote(struct writer *w, const struct passage *p)
{
	str_add(w->out, "<blockquote>\n");
	write_children(w, p);
	str_add(w->out, "</blockquote>\n");
}

static void
write_code(struct writer *w, const struct passage *p)
{
	str_add(w->out, "<code>");
	escape_html(w->out, p->text);
	str_add(w->out, "</code>");
}

/* The elements of the inline kinds that only wrap their children. */
static const char *const phrase_elements[] = {
	[PASSAGE_EMPHASIS] = "em",
	[PASSAGE_STRONG] = "strong",
	[PASSAGE_STRIKE] = "s",
	[PASSAGE_SUBSCRIPT] = "sub",
	[PASSAGE_SUPERSCRIPT] = "sup",
};

static void
write_passage(struct writer *w, const struct passage *p)
{
	switch (p->kind) {
	case PASSAGE_QUOTE:
		write_quote(w, p);
		break;
	case PASSAGE_LIST:
		write_list(w, p);
		break;
	case PASSAGE_PARAGRAPH:
		write_in(w, p, "p");
		str_add_char(w->out, '\n');
		break;
	case PASSAGE_HEADING:
		write_heading(w, p);
		break;
	case PASSAGE_CODE_BLOCK:
		write_code_block(w, p);
		break;
	case PASSAGE_RULE:
		str_add(w->out, "<hr>\n");
		break;
	case PASSAGE_TABLE:
		write_table(w, p);
		break;
	case PASSAGE_TEXT:
		escape_html(w->out, p->text);
		break;
	case PASSAGE_CODE:
		write_code(w, p);
		break;
	case PASSAGE_EMPHASIS:
	case PASSAGE_STRONG:
	case PASSAGE_STRIKE:
	case PASSAGE_SUBSCRIPT:
	case PASSAGE_SUPERSCRIPT:
		write_in(w, p, phrase_elements[p->kind]);
		break;
	case PASSAGE_PICTURE:
		write_picture(w, p);
		break;
	case PASSAGE_LINK:
		write_link(w, p);
		break;
	case PASSAGE_SOFT_BREAK:
		str_add_char(w->out, '\n');
		break;
	case PASSAGE_LINE_BREAK:
		str_add(w->out, "<br>\n");
		break;
	case PASSAGE_DOCUMENT:
	case PASSAGE_ITEM: /* write_list() */
	case PASSAGE_ROW:  /* write_table() */
	case PASSAGE_CELL:
		write_children(w, p);
		break;
	}
}

void
passage_to_html(struct str *out, const struct passage *p, int heading_shift)
{
	struct writer w = {.out = out, .shift = heading_shift};

	write_passage(&w, p);
}
