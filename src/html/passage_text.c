/*
 * Passages to text for reading, wrapped.
 *
 * Each line starts with what the blocks around it put there: "> " for a quote,
 * blanks under the mark of a list item. The mark itself stands only before the
 * first line of its item, so there are two prefixes: `lead` for the next line
 * written, `rest` for those after it.
 *
 * A block may turn out to hold nothing (HTML alone, say). Then nothing of it is
 * written: neither its mark nor the blank line before it.
 */
#include <string.h>

#include "base/text.h"
#include "base/text_flow.h"
#include "html/grid.h"
#include "html/passage.h"
#include "html/raised.h"

enum {
	NARROWEST = 24, /* text is never wrapped narrower than that */
	CODE_INDENT = 4,
	RULE_WIDTH = 10,
};

#define TILDES "~~"

struct writer {
	struct str *out;
	struct str lead, rest;
	size_t width;
	bool flows;
	struct link_notes *notes;
	size_t lines; /* written so far */
	bool first;   /* in its block: no blank line goes before it */
	bool tight;   /* we are in a list without blank lines */
};

static void write_blocks(struct writer *w, const struct passage *p);

/* ----- within lines ----- */

static void add_words(
	struct writer *w, struct str *words, const struct passage *p);

static void
add_link(struct writer *w, struct str *words, const struct passage *p)
{
	size_t start = words->len;
	struct span shown, url = span_of(p->url);
	struct span bare = span_starts(url, "mailto:")
		? span_from(url, sizeof "mailto:" - 1)
		: url;
	bool blank;

	for (const struct passage *c = p->first; c; c = c->next)
		add_words(w, words, c);
	shown = span_from(str_span(words), start);
	/* An address that is written out needs no note. */
	if (span_equals(shown, p->url) ||
		(shown.len && span_equals(bare, str_text(words) + start)))
		return;
	/* A blank at the end of the words goes behind their note. */
	blank = shown.len && shown.data[shown.len - 1] == ' ';
	if (blank)
		str_truncate(words, words->len - 1);
	str_printf(words, words->len > start ? " [%zu]" : "[%zu]",
		link_notes_number(w->notes, p->url));
	if (blank)
		str_add_char(words, ' ');
}

/* What is struck out stands between tildes, as people mark it where there is no
 * line to draw: it is not said any more. */
static void
end_struck(struct str *words, size_t start)
{
	if (words->len > start + strlen(TILDES))
		str_add(words, TILDES);
	else
		str_truncate(words, start);
}

static void
add_words(struct writer *w, struct str *words, const struct passage *p)
{
	size_t start = words->len;

	switch (p->kind) {
	case PASSAGE_TEXT:
	case PASSAGE_CODE:
		str_add_span(words, p->text);
		break;
	case PASSAGE_SOFT_BREAK:
		str_add_char(words, ' ');
		break;
	case PASSAGE_LINE_BREAK:
		str_add_char(words, '\n');
		break;
	case PASSAGE_PICTURE:
		str_add_span(words, p->text);
		if (p->url)
			str_printf(words, p->text.len ? " [%zu]" : "[%zu]",
				link_notes_number(w->notes, p->url));
		return;
	case PASSAGE_LINK:
		add_link(w, words, p);
		return;
	case PASSAGE_STRIKE:
		str_add(words, TILDES);
		break;
	default:
		break;
	}
	for (const struct passage *c = p->first; c; c = c->next)
		add_words(w, words, c);
	if (p->kind == PASSAGE_SUPERSCRIPT)
		raised_end(words, start);
	else if (p->kind == PASSAGE_STRIKE)
		end_struck(words, start);
}

/* ----- lines ----- */

static void
end_line(struct writer *w)
{
	while (w->out->len && w->out->data[w->out->len - 1] == ' ')
		str_truncate(w->out, w->out->len - 1);
	str_add_char(w->out, '\n');
}

static void
start_line(struct writer *w)
{
	str_add_str(w->out, &w->lead);
	str_truncate(&w->lead, 0);
	str_add_str(&w->lead, &w->rest);
	w->lines++;
}

/* The blank line before a block. */
static void
start_block(struct writer *w)
{
	if (!w->first && !w->tight) {
		str_add_str(w->out, &w->rest);
		end_line(w);
	}
	w->first = false;
}

/* How far text may reach: further than wished when that leaves a thin column.
 */
static size_t
right_edge(const struct writer *w)
{
	size_t indent = text_width(str_span(&w->rest));

	return indent + NARROWEST > w->width ? indent + NARROWEST : w->width;
}

/* Lines that never flow. */
static void
write_words(struct writer *w, struct span words)
{
	start_line(w);
	if (w->flows)
		text_guard(w->out, words);
	text_wrap(w->out, words, right_edge(w), str_text(&w->rest));
	end_line(w);
}

static void
write_flowing(struct writer *w, struct span words)
{
	if (!w->flows) {
		write_words(w, words);
		return;
	}
	start_line(w);
	text_flow(w->out, words, right_edge(w), str_text(&w->rest));
	end_line(w);
}

/* ----- blocks ----- */

static void
write_paragraph(struct writer *w, const struct passage *p)
{
	struct str words = STR_INIT;
	struct span trimmed;

	add_words(w, &words, p);
	trimmed = span_trim(str_span(&words));
	if (trimmed.len) {
		start_block(w);
		write_flowing(w, trimmed);
	}
	str_clear(&words);
}

static void
write_heading(struct writer *w, const struct passage *p)
{
	struct str words = STR_INIT, rule = STR_INIT;
	size_t width, room = right_edge(w) - text_width(str_span(&w->rest));
	struct span trimmed;

	add_words(w, &words, p);
	trimmed = span_trim(str_span(&words));
	width = text_width(trimmed);
	if (width) {
		start_block(w);
		write_words(w, trimmed);
		for (size_t i = 0; i < width && i < room; i++)
			str_add_char(&rule, '-');
		write_words(w, str_span(&rule));
	}
	str_clear(&words);
	str_clear(&rule);
}

static void
write_code(struct writer *w, const struct passage *p)
{
	struct span rest = p->text, line;

	start_block(w);
	while (span_next_line(&rest, &line)) {
		start_line(w);
		str_printf(w->out, "%*s", CODE_INDENT, "");
		str_add_span(w->out, line);
		end_line(w);
	}
}

static void
write_table(struct writer *w, const struct passage *p)
{
	struct grid *grid = grid_new();
	struct str text = STR_INIT;
	size_t room = right_edge(w) - text_width(str_span(&w->rest));
	struct span rest, line;

	for (const struct passage *row = p->first; row; row = row->next) {
		grid_add_row(grid);
		for (const struct passage *c = row->first; c; c = c->next) {
			struct str words = STR_INIT;

			add_words(w, &words, c);
			grid_add_cell(grid, str_span(&words),
				c->align == ALIGN_RIGHT);
			str_clear(&words);
		}
	}
	grid_write(grid, room, &text);
	start_block(w);
	rest = str_span(&text);
	while (span_next_line(&rest, &line)) {
		start_line(w);
		if (w->flows)
			text_guard(w->out, line);
		str_add_span(w->out, line);
		end_line(w);
	}
	grid_free(grid);
	str_clear(&text);
}

static void
write_rule(struct writer *w)
{
	start_block(w);
	start_line(w);
	for (int i = 0; i < RULE_WIDTH; i++)
		str_add_char(w->out, '-');
	end_line(w);
}

/* What stands around the blocks inside another. */
struct frame {
	const char *mark;  /* before the first line */
	const char *under; /* before the others */
	bool tight;
};

/* Blocks so deep that no room is left are not indented further: that would only
 * repeat blanks. */
static void
write_inside(
	struct writer *w, const struct passage *p, const struct frame *frame)
{
	size_t out = w->out->len, lead = w->lead.len, rest = w->rest.len;
	size_t lines = w->lines;
	bool first = w->first, tight = w->tight;

	start_block(w);
	w->first = true;
	w->tight = frame->tight;
	str_add(&w->lead, frame->mark);
	if (text_width(str_span(&w->rest)) + NARROWEST <= w->width)
		str_add(&w->rest, frame->under);
	write_blocks(w, p);
	str_truncate(&w->rest, rest);
	w->tight = tight;
	if (w->lines == lines) {
		str_truncate(w->out, out);
		str_truncate(&w->lead, lead);
		w->first = first;
		return;
	}
	str_truncate(&w->lead, 0);
	str_add_str(&w->lead, &w->rest);
	w->first = false;
}

static void
write_quote(struct writer *w, const struct passage *p)
{
	write_inside(w, p, &(struct frame){"> ", "> ", false});
}

static void
write_item(struct writer *w, const struct passage *item, const char *mark,
	bool tight)
{
	struct str under = STR_INIT;

	str_printf(&under, "%*s", (int)strlen(mark), "");
	write_inside(w, item, &(struct frame){mark, str_text(&under), tight});
	str_clear(&under);
}

static void
write_list(struct writer *w, const struct passage *list)
{
	bool tight = w->tight;
	long number = list->number;
	struct str mark = STR_INIT;

	for (const struct passage *item = list->first; item;
		item = item->next, number++) {
		str_truncate(&mark, 0);
		if (list->ordered)
			str_printf(&mark, "%ld. ", number);
		else
			str_add(&mark, "- ");
		write_item(w, item, str_text(&mark), list->tight);
		/* The first stands off by the rule of what is around the
		   list, the others by the list's own. */
		w->tight = list->tight;
	}
	w->tight = tight;
	str_clear(&mark);
}

static void
write_block(struct writer *w, const struct passage *p)
{
	switch (p->kind) {
	case PASSAGE_QUOTE:
		write_quote(w, p);
		break;
	case PASSAGE_LIST:
		write_list(w, p);
		break;
	case PASSAGE_PARAGRAPH:
		write_paragraph(w, p);
		break;
	case PASSAGE_HEADING:
		write_heading(w, p);
		break;
	case PASSAGE_CODE_BLOCK:
		write_code(w, p);
		break;
	case PASSAGE_RULE:
		write_rule(w);
		break;
	case PASSAGE_TABLE:
		write_table(w, p);
		break;
	default: /* an item is written by its list; no other is a block */
		break;
	}
}

static void
write_blocks(struct writer *w, const struct passage *p)
{
	for (const struct passage *c = p->first; c; c = c->next)
		write_block(w, c);
}

void
passage_to_text(struct str *out, const struct passage *p,
	const struct passage_layout *layout, struct link_notes *notes)
{
	struct writer w = {.out = out,
		.width = layout->width,
		.flows = layout->flows,
		.notes = notes,
		.first = true};

	if (layout->mark) {
		str_add(&w.lead, layout->mark);
		str_printf(&w.rest, "%*s", (int)strlen(layout->mark), "");
	}
	write_blocks(&w, p);
	str_clear(&w.lead);
	str_clear(&w.rest);
}
