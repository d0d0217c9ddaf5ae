#include "html/build.h"

#include <string.h>
#include <strings.h>

#include "base/blank.h"
#include "base/eight.h"
#include "base/text.h"
#include "html/attribute.h"

enum {
	REPEAT_LIMIT = 64 * 1024,
	SMALL_PICTURE = 24, /* pixels: a smiley, a letter */
};

/* ----- places ----- */

struct passage *
build_parent(struct build *b)
{
	struct passage *p = b->document;

	for (size_t i = b->depth; i--;)
		if (b->open[i].block) {
			p = b->open[i].block;
			break;
		}
	/* What stands between the parts of a list or a table. */
	if (p->kind == PASSAGE_LIST)
		return p->last ? p->last
			       : passage_add(b->arena, p, PASSAGE_ITEM);
	if (p->kind == PASSAGE_TABLE)
		p = p->last ? p->last : passage_add(b->arena, p, PASSAGE_ROW);
	if (p->kind == PASSAGE_ROW)
		p = p->last ? p->last : passage_add(b->arena, p, PASSAGE_CELL);
	return p;
}

/* No blank stands before the end of a line. */
static void
trim_line(struct build *b)
{
	struct passage *p = b->last_text;

	if (p && p->text.len && p->text.data[p->text.len - 1] == ' ')
		p->text.len--;
	b->last_text = NULL;
}

void
build_end_paragraph(struct build *b)
{
	trim_line(b);
	for (size_t i = 0; i < b->depth; i++)
		b->open[i].style = NULL;
	b->paragraph = NULL;
	b->breaks = 0;
	b->blank = true;
}

static int
heading_level(const struct build *b)
{
	for (size_t i = b->depth; i--;)
		if (b->open[i].tag && b->open[i].tag->type == TAG_HEADING)
			return b->open[i].name.data[1] - '0';
	return 0;
}

static void
begin_paragraph(struct build *b)
{
	int level = heading_level(b);
	struct passage *parent = build_parent(b);

	b->paragraph = passage_add(
		b->arena, parent, level ? PASSAGE_HEADING : PASSAGE_PARAGRAPH);
	b->paragraph->number = level;
	b->blank = true;
}

static enum passage_kind
style_of(const struct element *e)
{
	if (e->url)
		return PASSAGE_LINK;
	return e->tag ? e->tag->style : TAG_NO_STYLE;
}

/* One that was open when the paragraph began is taken up in it. Long addresses
 * are not repeated for ever: a letter would grow beyond all measure. */
static bool
takes_up(struct build *b, struct element *e)
{
	bool first = !e->taken;

	e->taken = true;
	if (!e->url || first)
		return true;
	b->repeated += strlen(e->url);
	return b->repeated <= REPEAT_LIMIT;
}

/* The innermost passage that there is already. */
static struct passage *
last_place(struct build *b)
{
	struct passage *p = b->paragraph;

	for (size_t i = 0; i < b->depth; i++)
		if (b->open[i].style)
			p = b->open[i].style;
	return p;
}

static void
add_break(struct build *b)
{
	trim_line(b);
	passage_add(b->arena, last_place(b), PASSAGE_LINE_BREAK);
	b->breaks = 0;
	b->blank = true;
}

/* Where the next word goes: each style once, however often it is open. */
static struct passage *
place(struct build *b)
{
	struct passage *p;
	unsigned styles = 0;

	if (b->breaks > 1)
		build_end_paragraph(b);
	if (!b->paragraph)
		begin_paragraph(b);
	if (b->breaks)
		add_break(b);
	p = b->paragraph;
	for (size_t i = 0; i < b->depth; i++) {
		struct element *e = &b->open[i];
		enum passage_kind kind = style_of(e);

		if (kind == TAG_NO_STYLE || (styles & 1u << kind))
			continue;
		if (!e->style) {
			if (!takes_up(b, e))
				continue;
			e->style = passage_add(b->arena, p, kind);
			e->style->url = e->url;
		}
		p = e->style;
		styles |= 1u << kind;
	}
	return p;
}

/* ----- words ----- */

/* Blanks, and what mails fill their hidden first lines with. */
static bool
shows_nothing(struct span s)
{
	static const unsigned fillers[] = {
		0xa0, 0xad, 0x34f, 0x200b, 0x200c, 0x200d, 0x2007, 0xfeff, 0};
	size_t n;

	for (; s.len; s = span_from(s, n)) {
		unsigned code;
		int i = 0;

		n = text_decode(s, &code);
		if (code <= ' ')
			continue;
		while (fillers[i] && fillers[i] != code)
			i++;
		if (!fillers[i])
			return false;
	}
	return true;
}

static void
add_text(struct build *b, struct passage *parent, struct span words)
{
	b->last_text = passage_add(
		b->arena, parent, b->code_depth ? PASSAGE_CODE : PASSAGE_TEXT);
	b->last_text->text = passage_clean(b->arena, words, false);
}

/* All blanks are spaces, and none stands behind another. */
static bool
is_squeezed(struct span s)
{
	const uint64_t spaces = eight_ones * ' ';
	size_t n = 0;

	for (; s.len - n > sizeof spaces; n += sizeof spaces) {
		uint64_t here = eight_load(s.data + n);
		uint64_t next = eight_load(s.data + n + 1);

		if (eight_less(here, ' ') ||
			eight_equal((here ^ spaces) | (next ^ spaces), '\0'))
			return false;
	}
	for (; n < s.len; n++)
		if ((unsigned char)s.data[n] < ' ' ||
			(s.data[n] == ' ' && n + 1 < s.len &&
				s.data[n + 1] == ' '))
			return false;
	return true;
}

/* Each run of blanks becomes one. */
static void
squeeze(struct build *b, struct span s, struct str *out)
{
	bool blank = b->blank;
	char *at;

	str_reserve(out, s.len);
	at = out->data;
	for (size_t i = 0; i < s.len; i++) {
		bool is_blank = blank_in_html(s.data[i]);

		if (!is_blank)
			*at++ = s.data[i];
		else if (!blank)
			*at++ = ' ';
		blank = is_blank;
	}
	*at = '\0';
	out->len = (size_t)(at - out->data);
}

/* All text of a page comes through here. */
static void
add_words(struct build *b, struct span s)
{
	struct passage *parent = place(b);
	struct str words = STR_INIT;

	if (!s.len)
		return;
	if ((b->blank && s.data[0] == ' ') || !is_squeezed(s))
		squeeze(b, s, &words);
	add_text(b, parent, words.data ? str_span(&words) : s);
	b->blank = blank_in_html(s.data[s.len - 1]);
	str_clear(&words);
}

static void
add_blank(struct build *b)
{
	if (!b->paragraph || b->breaks || b->blank)
		return;
	b->last_text = passage_add(b->arena, last_place(b), PASSAGE_TEXT);
	b->last_text->text = span_of(" ");
	b->blank = true;
}

void
build_words(struct build *b, const char *words)
{
	add_words(b, span_of(words));
}

void
build_text(struct build *b, struct span source)
{
	struct str text = STR_INIT;
	struct span s;

	token_decode(&text, source, false);
	s = str_span(&text);
	if (b->pre)
		str_add_span(&b->code, s);
	else if (span_trim(s).len == 0)
		add_blank(b);
	else if ((b->paragraph && !b->breaks) || !shows_nothing(s))
		add_words(b, s);
	str_clear(&text);
}

void
build_break(struct build *b)
{
	if (b->pre)
		str_add_char(&b->code, '\n');
	else if (b->paragraph)
		b->breaks++;
}

/* ----- pictures ----- */

static bool
is_in_link(const struct build *b)
{
	for (size_t i = 0; i < b->depth; i++)
		if (b->open[i].url)
			return true;
	return false;
}

/* What stands for it: its alternative text, else the name of its file. */
static void
name_picture(
	const struct token *tag, const char *url, bool in_link, struct str *out)
{
	struct str raw = STR_INIT;
	const char *slash = strrchr(url, '/');
	struct span name = span_of(slash ? slash + 1 : "");

	if (token_attribute(tag, "alt", &raw))
		text_flatten(out, str_span(&raw));
	if (out->len == 0 && !in_link) {
		name.len = strcspn(name.data, "?#");
		str_add_span(out, name);
		if (name.len == 0)
			str_add(out, url);
	}
	str_clear(&raw);
}

static void
add_picture(struct build *b, const struct token *tag, const char *url)
{
	struct passage *p;
	struct str name = STR_INIT;
	bool in_link = is_in_link(b);
	int size = attribute_size(tag);
	bool small = size >= 0 && size <= SMALL_PICTURE;
	bool keep = b->options->keep_pictures;

	name_picture(tag, url, keep || in_link || small, &name);
	if (!keep && (in_link || small)) {
		if (name.len)
			build_words(b, str_text(&name));
	} else {
		p = passage_add(b->arena, place(b),
			keep ? PASSAGE_PICTURE : PASSAGE_LINK);
		p->url = url;
		if (keep)
			p->text =
				passage_clean(b->arena, str_span(&name), false);
		else
			add_text(b, p, str_span(&name));
		b->blank = false;
		if (keep)
			b->last_text = NULL;
	}
	str_clear(&name);
}

/* Within a link, too: many a page links its pictures to larger ones. */
static void
add_inlay(struct build *b, const struct token *tag, const char *url,
	const struct inlay *inlay)
{
	struct str raw = STR_INIT, alt = STR_INIT;
	struct passage *p = passage_add(b->arena, place(b), PASSAGE_PICTURE);

	if (token_attribute(tag, "alt", &raw))
		text_flatten(&alt, str_span(&raw));
	p->url = is_in_link(b) ? NULL : url;
	p->inlay = inlay;
	p->text = passage_clean(b->arena, str_span(&alt), false);
	b->blank = false;
	b->last_text = NULL;
	str_clear(&raw);
	str_clear(&alt);
}

static const struct inlay *
find_inlay(struct build *b, const struct token *tag, const char *url)
{
	const struct picture_finder *f = b->options->pictures;
	const struct inlay *inlay = NULL;
	const char *name = url;
	struct str src = STR_INIT;

	if (b->options->as_written && token_attribute(tag, "src", &src))
		name = arena_span(b->arena, str_span(&src));
	if (f && name)
		inlay = f->find(f->data, name, url);
	str_clear(&src);
	return inlay;
}

/* A file that is not here leads nowhere: it is its words. */
static void
add_speech(struct build *b, const struct token *tag)
{
	struct str raw = STR_INIT, alt = STR_INIT;

	if (b->options->as_written && token_attribute(tag, "alt", &raw))
		text_flatten(&alt, str_span(&raw));
	if (alt.len)
		build_words(b, str_text(&alt));
	str_clear(&raw);
	str_clear(&alt);
}

void
build_picture(struct build *b, const struct token *tag)
{
	int size = attribute_size(tag);
	const struct inlay *inlay = NULL;
	const char *url;

	if (b->pre || size == 0 || size == 1)
		return;
	url = attribute_url(b->arena, tag, "src", b->options->base);
	if (url && strncasecmp(url, "http", 4) != 0) /* no mailto */
		url = NULL;
	if (size < 0 || size > SMALL_PICTURE)
		inlay = find_inlay(b, tag, url);
	if (inlay)
		add_inlay(b, tag, url, inlay);
	else if (url)
		add_picture(b, tag, url);
	else
		add_speech(b, tag);
}
