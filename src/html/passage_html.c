/*
 * Passages to HTML for mail: every text escaped, nothing but these tags. What
 * would look wrong in readers that drop <style> has its style with it.
 */
#include "base/escape.h"
#include "html/passage.h"

static const char quote_style[] = "margin:1em 0;padding:0 0 0 1em;"
				  "border-left:3px solid #b9c2cb";
static const char code_style[] = "white-space:pre-wrap;"
				 "overflow-wrap:anywhere;font-size:14px";
static const char table_style[] = "margin:1em 0;border-collapse:collapse;"
				  "font-size:15px";
static const char row_style[] = "border-bottom:1px solid #b9c2cb";
static const char heading_style[] = "margin:1.2em 0 .4em;font-size:17px";
static const char picture_style[] = "max-width:100%;height:auto";
static const char code_size[] = "font-size:15px";

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
write_in(struct writer *w, const struct passage *p, const char *tag)
{
	str_printf(w->out, "<%s>", tag);
	write_children(w, p);
	str_printf(w->out, "</%s>", tag);
}

static void
write_heading(struct writer *w, const struct passage *p)
{
	int level = p->number + w->shift;

	if (level > 6)
		level = 6;
	if (level < 1)
		level = 1;
	str_printf(w->out, "<h%d style=\"%s\">", level, heading_style);
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
	str_printf(w->out, "</%s>\n", tag);
}

static void
write_code_block(struct writer *w, const struct passage *p)
{
	str_printf(w->out, "<pre style=\"%s\"><code>", code_style);
	escape_html(w->out, p->text);
	str_add(w->out, "</code></pre>\n");
}

static void
write_row(struct writer *w, const struct passage *row, const char *tag)
{
	static const char *const aligns[] = {[ALIGN_LEFT] = " align=\"left\"",
		[ALIGN_RIGHT] = " align=\"right\"",
		[ALIGN_CENTRE] = " align=\"center\""};

	str_printf(w->out, "<tr style=\"%s\">\n", row_style);
	for (const struct passage *c = row->first; c; c = c->next) {
		str_printf(w->out, "<%s%s>", tag, aligns[c->align]);
		write_children(w, c);
		str_printf(w->out, "</%s>\n", tag);
	}
	str_add(w->out, "</tr>\n");
}

static void
write_table(struct writer *w, const struct passage *table)
{
	str_printf(w->out, "<table cellpadding=\"6\" style=\"%s\">\n",
		table_style);
	for (const struct passage *row = table->first; row; row = row->next)
		write_row(w, row, row == table->first ? "th" : "td");
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
	str_printf(w->out, "<blockquote style=\"%s\">\n", quote_style);
	write_children(w, p);
	str_add(w->out, "</blockquote>\n");
}

static void
write_code(struct writer *w, const struct passage *p)
{
	str_printf(w->out, "<code style=\"%s\">", code_size);
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
