
#include "html/build.h"

bool
build_is_type(const struct element *e, enum tag_type type)
{
	return e->tag && e->tag->type == type;
}

/* Items of one paragraph each stand close together. */
static void
settle_list(struct passage *list)
{
	list->tight = true;
	for (const struct passage *i = list->first; i; i = i->next) {
		size_t paragraphs = 0;

		for (const struct passage *c = i->first; c; c = c->next)
			paragraphs += c->kind == PASSAGE_PARAGRAPH;
		if (paragraphs > 1)
			list->tight = false;
	}
}

static void
settle_code(struct build *b)
{
	struct span s = str_span(&b->code);

	if (span_starts(s, "\n"))
		s = span_from(s, 1);
	while (s.len && (s.data[s.len - 1] == '\n' || s.data[s.len - 1] == ' '))
		s.len--;
	if (s.len)
		passage_add(b->arena, build_parent(b), PASSAGE_CODE_BLOCK)
			->text = passage_clean(b->arena, s, true);
	str_clear(&b->code);
}

static void
settle_block(struct build *b, const struct element *e)
{
	bool part =
		e->block->kind == PASSAGE_ROW || e->block->kind == PASSAGE_CELL;

	if (e->block->kind == PASSAGE_TABLE) {
		build_settle_table(b->arena, e);
	} else if (!e->block->first && !part) {
		e->parent->last = e->before;
		if (e->before)
			e->before->next = NULL;
		else
			e->parent->first = NULL;
	} else if (e->block->kind == PASSAGE_LIST) {
		settle_list(e->block);
	}
}

static bool
is_style(const struct element *e)
{
	return build_is_type(e, TAG_INLINE) || build_is_type(e, TAG_CODE) ||
		build_is_type(e, TAG_QUOTED) || build_is_type(e, TAG_LINK);
}

/* What the end of an element brings, be it the innermost or a style. */
static void
close_element(struct build *b, const struct element *e)
{
	if (e->silent)
		return;
	if (build_is_type(e, TAG_CODE))
		b->code_depth--;
	if (build_is_type(e, TAG_QUOTED) && !b->pre)
		build_words(b, "\u201d");
	if (is_style(e))
		return;
	if (b->pre) {
		struct span code = str_span(&b->code);

		if (--b->pre == 0)
			settle_code(b);
		else if (build_is_type(e, TAG_BLOCK) && !span_ends(code, "\n"))
			str_add_char(&b->code, '\n');
		return;
	}
	if (e->tag)
		build_end_paragraph(b);
	if (e->block) {
		settle_block(b, e);
		b->level--;
	}
}

void
build_pop(struct build *b)
{
	struct element e = b->open[b->depth - 1];

	if (e.silent || is_style(&e)) {
		close_element(b, &e);
		b->depth--;
	} else {
		/* A <pre> gives its code to what is around it. */
		b->depth--;
		close_element(b, &e);
	}
}

void
build_end_style(struct build *b, size_t at)
{
	struct element e = b->open[at];

	close_element(b, &e);
	for (size_t i = at; i + 1 < b->depth; i++) {
		b->open[i] = b->open[i + 1];
		b->open[i].style = NULL;
	}
	b->depth--;
}

void
build_close_for(struct build *b, const struct tag *tag)
{
	for (size_t i = b->depth; i--;) {
		const struct tag *open = b->open[i].tag;
		unsigned bit = open ? 1u << open->type : 0;

		if (bit & tag->closes)
			while (b->depth > i)
				build_pop(b);
		else if (bit & tag->within)
			return;
	}
}

/* Where the element is open that an end tag names; b->depth when nowhere. */
static size_t
find_open(const struct build *b, struct span name, const struct tag *tag)
{
	bool part = tag && tag->type >= TAG_TABLE && tag->type <= TAG_CELL;

	for (size_t i = b->depth; i--;) {
		const struct element *e = &b->open[i];

		if (span_same_nocase(e->name, name))
			return i;
		if (tag && tag->type == TAG_HEADING &&
			build_is_type(e, TAG_HEADING))
			return i;
		/* The end of a part of a table stays in its table, other ends
		   in their cell. */
		if (build_is_type(e, TAG_TABLE) ||
			(!part && build_is_type(e, TAG_CELL)))
			break;
	}
	return b->depth;
}

void
build_end_tag(struct build *b, const struct token *token)
{
	const struct tag *tag = tag_find(token->name);
	size_t at = find_open(b, token->name, tag);

	if (at == b->depth) {
		if (tag && tag->type == TAG_BREAK)
			build_break(b);
		else if (tag && tag->type == TAG_PARAGRAPH && !b->pre)
			build_end_paragraph(b);
		return;
	}
	if (is_style(&b->open[at]) && !b->open[at].silent) {
		build_end_style(b, at);
		return;
	}
	while (b->depth > at)
		build_pop(b);
}
