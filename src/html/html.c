#include "html/html.h"

#include "base/text.h"
#include "html/attribute.h"
#include "html/build.h"

enum {
	/* Of blocks; below it fit the parts of a table, a paragraph, and each
	   style once. */
	LEVEL_LIMIT = 48,
};

/* ----- opening ----- */

static struct element *
push(struct build *b, const struct token *token, const struct tag *tag)
{
	struct element *e = &b->open[b->depth++];

	*e = (struct element){.name = token->name, .tag = tag};
	e->silent = b->depth > 1 && e[-1].silent;
	return e;
}

static struct passage *
innermost_block(const struct build *b)
{
	for (size_t i = b->depth; i--;)
		if (b->open[i].block)
			return b->open[i].block;
	return b->document;
}

/* Parts of lists and tables stand in them directly, all else in a part. */
static void
add_block(struct build *b, struct element *e, enum passage_kind kind)
{
	bool part = kind == PASSAGE_ITEM || kind == PASSAGE_ROW ||
		kind == PASSAGE_CELL;

	e->parent = part ? innermost_block(b) : build_parent(b);
	e->before = e->parent->last;
	e->block = passage_add(b->arena, e->parent, kind);
	b->level++;
}

static void
start_list(struct build *b, const struct token *token, const struct tag *tag)
{
	struct element *e = push(b, token, tag);
	int number = attribute_number(token, "start");

	if (b->level >= LEVEL_LIMIT)
		return;
	add_block(b, e, PASSAGE_LIST);
	e->block->ordered = tag->ordered;
	e->block->number = number >= 0 ? number : 1;
}

static void
start_cell(struct build *b, const struct token *token, const struct tag *tag)
{
	struct element *e = push(b, token, tag);

	add_block(b, e, PASSAGE_CELL);
	e->block->align = attribute_align(token);
	build_note_spans(e->block, token);
}

/* Elements that become a block of their own, where there is room for it. */
static void
start_block(struct build *b, const struct token *token, const struct tag *tag)
{
	static const struct tag list = {.name = "ul", .type = TAG_LIST};
	static const struct tag row = {.name = "tr", .type = TAG_ROW};
	const struct token ul = {.name = {"ul", 2}}, tr = {.name = {"tr", 2}};
	enum passage_kind in = innermost_block(b)->kind;
	bool room = b->level < LEVEL_LIMIT && b->depth + 2 < OPEN_LIMIT;
	struct element *e;

	if (tag->type == TAG_LIST) {
		start_list(b, token, tag);
		return;
	}
	if (tag->type == TAG_ITEM && in != PASSAGE_LIST && room) {
		start_list(b, &ul, &list);
		in = PASSAGE_LIST;
	}
	if (tag->type == TAG_CELL && in == PASSAGE_TABLE) {
		add_block(b, push(b, &tr, &row), PASSAGE_ROW);
		in = PASSAGE_ROW;
	}
	if (tag->type == TAG_CELL && in == PASSAGE_ROW) {
		start_cell(b, token, tag);
		return;
	}
	e = push(b, token, tag);
	if (tag->type == TAG_ITEM && in == PASSAGE_LIST)
		add_block(b, e, PASSAGE_ITEM);
	else if (tag->type == TAG_ROW && in == PASSAGE_TABLE)
		add_block(b, e, PASSAGE_ROW);
	else if (tag->type == TAG_QUOTE && room)
		add_block(b, e, PASSAGE_QUOTE);
	else if (tag->type == TAG_TABLE && room)
		add_block(b, e, PASSAGE_TABLE);
	e->arranges = attribute_is(token, "role", "presentation") ||
		attribute_is(token, "role", "none");
}

/* A footnote is of the page, whatever the base of other links is. */
static const char *
base_of(const struct build *b, const struct token *token)
{
	struct str href = STR_INIT;
	bool within = b->options->page &&
		token_attribute(token, "href", &href) &&
		span_starts(span_trim(str_span(&href)), "#");

	str_clear(&href);
	return within ? b->options->page : b->options->base;
}

static void
start_style(struct build *b, const struct token *token, const struct tag *tag)
{
	struct element *e;

	if (tag->type == TAG_QUOTED && !b->pre)
		build_words(b, "\u201c");
	if (tag->type == TAG_QUOTED)
		b->blank = true;
	e = push(b, token, tag);
	b->code_depth += tag->type == TAG_CODE;
	if (tag->type == TAG_LINK)
		e->url = attribute_url(
			b->arena, token, "href", base_of(b, token));
}

static void
start_leaf(struct build *b, const struct token *token, const struct tag *tag)
{
	if (tag->type == TAG_BREAK) {
		build_break(b);
	} else if (tag->type == TAG_PICTURE) {
		build_picture(b, token);
	} else if (tag->type == TAG_RULE && !b->pre) {
		build_end_paragraph(b);
		passage_add(b->arena, build_parent(b), PASSAGE_RULE);
	}
}

static void
start_element(struct build *b, const struct token *token, const struct tag *tag)
{
	static const struct tag block = {.name = "div", .type = TAG_BLOCK};
	struct span code = str_span(&b->code);

	if (tag->type >= TAG_INLINE && tag->type <= TAG_LINK) {
		start_style(b, token, tag);
		return;
	}
	if (b->pre) {
		b->pre++;
		if (code.len && !span_ends(code, "\n"))
			str_add_char(&b->code, '\n');
		push(b, token, &block);
		return;
	}
	build_end_paragraph(b);
	if (tag->type == TAG_PRE) {
		b->pre = 1;
		push(b, token, tag);
	} else {
		start_block(b, token, tag);
	}
}

/* The end of a drawing that was never closed. */
static void
leave_foreign(struct build *b, const struct tag *tag)
{
	if (!tag || tag->type > TAG_CELL)
		return;
	for (size_t i = 0; i < b->depth; i++)
		if (b->open[i].tag && b->open[i].tag->foreign)
			while (b->depth > i)
				build_pop(b);
}

static bool
is_empty(const struct tag *tag)
{
	return tag && tag->type >= TAG_BREAK;
}

static void
end_link(struct build *b)
{
	for (size_t i = b->depth; i--;) {
		if (build_is_type(&b->open[i], TAG_CELL))
			return;
		if (build_is_type(&b->open[i], TAG_LINK) &&
			!b->open[i].silent) {
			build_end_style(b, i);
			return;
		}
	}
}

static void
start_tag(
	struct build *b, struct token_reader *reader, const struct token *token)
{
	const struct tag *tag = tag_find(token->name);
	bool silent, hidden;

	if (tag && tag->type == TAG_RAW) {
		token_raw(reader, token->name);
		return;
	}
	if (tag)
		build_close_for(b, tag);
	leave_foreign(b, tag);
	silent = b->depth && b->open[b->depth - 1].silent;
	if (is_empty(tag)) {
		if (!silent && !attribute_hides(token))
			start_leaf(b, token, tag);
		return;
	}
	if (tag && tag->type == TAG_LINK)
		end_link(b);
	hidden = silent || attribute_hides(token) ||
		(tag && tag->type == TAG_SILENT);
	/* Room for an implied list or row, and itself. */
	if ((!tag && !hidden) || b->depth + 2 > OPEN_LIMIT)
		return;
	if (!hidden) {
		start_element(b, token, tag);
		return;
	}
	if (tag && tag->type <= TAG_CELL && !silent && !b->pre)
		build_end_paragraph(b);
	push(b, token, tag)->silent = true;
}

/* ----- the whole ----- */

static void
read_tokens(struct build *b, struct span html)
{
	struct token_reader reader;
	struct token token;

	token_start(&reader, html);
	while (token_next(&reader, &token))
		switch (token.kind) {
		case TOKEN_TEXT:
			if (b->depth == 0 || !b->open[b->depth - 1].silent)
				build_text(b, token.text);
			break;
		case TOKEN_START:
			start_tag(b, &reader, &token);
			break;
		case TOKEN_END:
			build_end_tag(b, &token);
			break;
		}
	while (b->depth)
		build_pop(b);
	build_end_paragraph(b);
}

struct passage *
html_parse(struct arena *arena, struct span html,
	const struct html_options *options)
{
	struct build b = {
		.arena = arena,
		.options = options,
		.level = options->level,
		.blank = true,
	};
	struct str text = STR_INIT;

	b.document = passage_add(arena, NULL, PASSAGE_DOCUMENT);
	text_repair(&text, span_slice(html, 0, HTML_OCTETS));
	read_tokens(&b, str_span(&text));
	str_clear(&text);
	str_clear(&b.code);
	return b.document;
}

void
html_sanitise(
	struct str *out, struct span html, const struct html_options *options)
{
	struct arena *arena = arena_new();

	passage_to_html(out, html_parse(arena, html, options), 0);
	arena_free(arena);
}

void
html_to_words(struct str *out, struct span html)
{
	struct html_options options = {.base = NULL, .keep_pictures = true};
	struct arena *arena = arena_new();
	struct str words = STR_INIT;

	passage_words(&words, html_parse(arena, html, &options));
	text_flatten(out, str_span(&words));
	str_clear(&words);
	arena_free(arena);
}
