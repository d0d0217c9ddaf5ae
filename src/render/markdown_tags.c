/*
 * Tags within lines of Markdown. Only pairs count, and only such as stand in
 * the same paragraph, emphasis or link: what is left open is taken back when
 * that ends, so that it can swallow no row of a table.
 */
#include "base/text.h"
#include "html/phrase.h"
#include "render/markdown_builder.h"

static void
start(struct builder *b, const struct phrase_tag *tag)
{
	bool link = tag->kind == PASSAGE_LINK;
	struct passage *p;

	if (link && (b->in_link || !tag->url))
		return;
	p = builder_add(b, tag->kind);
	p->url = tag->url;
	b->by_tag[b->depth] = true;
	b->open[b->depth++] = p;
	b->in_link += link;
}

static struct passage *
pop(struct builder *b)
{
	struct passage *p = b->open[--b->depth];

	if (b->by_tag[b->depth] && p->kind == PASSAGE_LINK)
		b->in_link--;
	b->by_tag[b->depth] = false;
	b->struck_to[b->depth] = NULL;
	return p;
}

/* Its children take its place: it is the last of its parent. */
static void
take_back(struct builder *b)
{
	struct passage *p = pop(b), *parent = b->open[b->depth - 1];
	struct passage *before = NULL;

	for (struct passage *c = parent->first; c != p; c = c->next)
		before = c;
	parent->last = before;
	if (before)
		before->next = NULL;
	else
		parent->first = NULL;
	passage_append(parent, p->first, p->last);
}

static void
end(struct builder *b, enum passage_kind kind)
{
	size_t at = b->depth;

	while (b->by_tag[at - 1] && !b->struck_to[at - 1] &&
		b->open[at - 1]->kind != kind)
		at--;
	if (!b->by_tag[at - 1] || b->struck_to[at - 1])
		return;
	while (b->depth > at)
		take_back(b);
	pop(b);
}

/* What stands in the one paragraph that it is. In a link it is none. */
static void
add_picture(struct builder *b, const char *literal)
{
	const struct passage *document = builder_read_html(b, span_of(literal));
	struct passage *parent = b->open[b->depth - 1], *next;

	if (!document->first)
		return;
	for (struct passage *p = document->first->first; p; p = next) {
		next = p->next;
		if (b->in_link && p->kind == PASSAGE_LINK) {
			passage_append(parent, p->first, p->last);
			continue;
		}
		if (b->in_link)
			p->url = NULL;
		p->next = NULL;
		passage_append(parent, p, p);
	}
}

void
builder_add_tag(struct builder *b, const char *literal)
{
	struct phrase_tag tag;

	if (!phrase_tag_read(b->arena, span_of(literal), b->base, &tag))
		return;
	if (tag.ends)
		end(b, tag.kind);
	else if (b->depth >= BUILDER_DEEPEST)
		return;
	else if (tag.kind == PASSAGE_PICTURE)
		add_picture(b, literal);
	else
		start(b, &tag);
}

/* ----- what tildes strike out ----- */

void
builder_start_struck(struct builder *b, const char *end)
{
	struct passage *p = builder_add(b, PASSAGE_STRIKE);

	b->by_tag[b->depth] = true;
	b->struck_to[b->depth] = end;
	b->open[b->depth++] = p;
}

/* How deep it is; 0: nothing is struck out here. */
static size_t
struck_depth(const struct builder *b)
{
	size_t at = b->depth;

	while (b->by_tag[at - 1] && !b->struck_to[at - 1])
		at--;
	return b->struck_to[at - 1] ? at : 0;
}

bool
builder_is_struck(const struct builder *b)
{
	return struck_depth(b) > 0;
}

bool
builder_struck_ends(const struct builder *b, const char *tildes)
{
	return b->struck_to[struck_depth(b) - 1] == tildes;
}

void
builder_end_struck(struct builder *b)
{
	size_t depth = struck_depth(b);

	while (b->depth > depth)
		take_back(b);
	pop(b);
}

/* ----- leaving ----- */

size_t
builder_container(const struct builder *b)
{
	size_t at = b->depth;

	while (b->by_tag[at - 1])
		at--;
	return at - 1;
}

void
builder_leave(struct builder *b)
{
	while (b->by_tag[b->depth - 1])
		take_back(b);
	b->depth--;
}
