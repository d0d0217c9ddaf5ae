/*
 * cmark reads, we keep what we know. Its tree is walked by its iterator, so
 * that no depth of it reaches our stack.
 */
#include "render/markdown_tree.h"

#include <cmark.h>
#include <string.h>
#include <strings.h>

#include "base/markdown_line.h"
#include "base/text.h"
#include "base/url.h"
#include "html/html.h"
#include "render/markdown_builder.h"
#include "render/markdown_escapes.h"
#include "render/markdown_guard.h"
#include "render/markdown_notes.h"

/* ----- building ----- */

struct passage *
builder_add(struct builder *b, enum passage_kind kind)
{
	return passage_add(b->arena, b->open[b->depth - 1], kind);
}

static void
add_text(struct builder *b, enum passage_kind kind, const char *text)
{
	builder_add(b, kind)->text = passage_clean(
		b->arena, span_of(text), kind == PASSAGE_CODE_BLOCK);
}

static void
add_code(struct builder *b, enum passage_kind kind, const char *text)
{
	add_text(b, kind, escapes_restore(b->arena, text, true));
}

static const char *
url_of(struct builder *b, cmark_node *node)
{
	return escapes_restore(b->arena, cmark_node_get_url(node), false);
}

static const char *
safe_url(struct builder *b, const char *url)
{
	struct str link = STR_INIT;

	if (!url_link(&link, span_of(url), b->base))
		return NULL;
	return arena_take(b->arena, &link);
}

/* What people write most, because Markdown is poor at it. */
static bool
is_break_tag(const char *html)
{
	return strncasecmp(html, "<br", 3) == 0 &&
		strspn(html + 3, " /") + 4 == strlen(html);
}

struct passage *
builder_read_html(struct builder *b, struct span html)
{
	const struct html_options options = {
		.base = b->base,
		.pictures = b->pictures,
		.as_written = true,
		.level = b->depth,
	};

	return html_parse(b->arena, html, &options);
}

/* A table, a figure, a paragraph with an attribute. */
static void
add_html(struct builder *b, const char *html)
{
	struct passage *document;

	if (b->depth >= BUILDER_DEEPEST)
		return;
	document = builder_read_html(b, span_of(html));
	passage_append(b->open[b->depth - 1], document->first, document->last);
}

/* ----- leaves ----- */

static void
add_leaf(struct builder *b, cmark_node *node)
{
	const char *literal = cmark_node_get_literal(node);

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		builder_add_words(b, node);
		break;
	case CMARK_NODE_CODE:
		add_code(b, PASSAGE_CODE, literal);
		break;
	case CMARK_NODE_CODE_BLOCK:
		add_code(b, PASSAGE_CODE_BLOCK, literal);
		break;
	case CMARK_NODE_SOFTBREAK:
		builder_add(b, PASSAGE_SOFT_BREAK);
		break;
	case CMARK_NODE_LINEBREAK:
		builder_add(b, PASSAGE_LINE_BREAK);
		break;
	case CMARK_NODE_THEMATIC_BREAK:
		builder_add(b, PASSAGE_RULE);
		break;
	case CMARK_NODE_HTML_INLINE:
		if (is_break_tag(literal))
			builder_add(b, PASSAGE_LINE_BREAK);
		else
			builder_add_tag(b, literal);
		break;
	case CMARK_NODE_HTML_BLOCK:
		add_html(b, escapes_restore(b->arena, literal, true));
		break;
	default:
		break;
	}
}

/* ----- containers ----- */

/* A picture becomes its alternative text; one without goes by the name of its
 * file. */
static void
name_picture(struct builder *b, cmark_node *node)
{
	const char *url = url_of(b, node);
	const char *slash = strrchr(url, '/');
	struct span name = span_of(slash ? slash + 1 : url);

	name.len = strcspn(name.data, "?#");
	if (cmark_node_first_child(node) || name.len == 0)
		return;
	builder_add(b, PASSAGE_TEXT)->text =
		passage_clean(b->arena, name, false);
}

/* A picture that goes with the letter; NULL: it becomes a link. */
static struct passage *
make_picture(struct builder *b, cmark_node *node)
{
	const char *name = url_of(b, node), *url;
	const struct inlay *inlay;
	struct passage *p;

	if (!b->pictures)
		return NULL;
	url = safe_url(b, name);
	inlay = b->pictures->find(b->pictures->data, name, url);
	if (!inlay)
		return NULL;
	p = builder_add(b, PASSAGE_PICTURE);
	p->url = b->in_link ? NULL : url;
	p->inlay = inlay;
	return p;
}

/* What stands in it is its alternative text. */
static void
settle_picture(struct builder *b, struct passage *p)
{
	struct str raw = STR_INIT, alt = STR_INIT;

	passage_words(&raw, p);
	text_flatten(&alt, str_span(&raw));
	p->text = arena_take_span(b->arena, &alt);
	p->first = p->last = NULL;
	str_clear(&raw);
}

/* The passage a container becomes; NULL: its children go to the one above. */
static struct passage *
make_container(struct builder *b, cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);
	struct passage *p;
	const char *url;

	/* A list takes two levels, and its items need room for text. */
	if (b->depth + 3 > PASSAGE_DEPTH && type != CMARK_NODE_ITEM &&
		type != CMARK_NODE_PARAGRAPH && type != CMARK_NODE_HEADING)
		return NULL;
	switch (type) {
	case CMARK_NODE_BLOCK_QUOTE:
		return builder_add(b, PASSAGE_QUOTE);
	case CMARK_NODE_LIST:
		p = builder_add(b, PASSAGE_LIST);
		p->ordered =
			cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
		p->number = cmark_node_get_list_start(node);
		p->tight = cmark_node_get_list_tight(node);
		return p;
	case CMARK_NODE_ITEM:
		return b->open[b->depth - 1]->kind == PASSAGE_LIST
			? builder_add(b, PASSAGE_ITEM)
			: NULL;
	case CMARK_NODE_PARAGRAPH:
		return builder_add(b, PASSAGE_PARAGRAPH);
	case CMARK_NODE_HEADING:
		p = builder_add(b, PASSAGE_HEADING);
		p->number = cmark_node_get_heading_level(node);
		return p;
	case CMARK_NODE_EMPH:
		return builder_add(b, PASSAGE_EMPHASIS);
	case CMARK_NODE_STRONG:
		return builder_add(b, PASSAGE_STRONG);
	case CMARK_NODE_LINK:
	case CMARK_NODE_IMAGE:
		p = type == CMARK_NODE_IMAGE ? make_picture(b, node) : NULL;
		if (p)
			return p;
		url = b->in_link ? NULL : safe_url(b, url_of(b, node));
		if (!url)
			return NULL;
		p = builder_add(b, PASSAGE_LINK);
		p->url = url;
		return p;
	default:
		return NULL;
	}
}

static void
enter(struct builder *b, cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);
	struct passage *p;

	if (type == CMARK_NODE_DOCUMENT)
		return;
	p = make_container(b, node);
	if (p) {
		b->unstruck[b->depth] = false;
		b->open[b->depth++] = p;
	}
	cmark_node_set_user_data(node, p);
	b->in_link += type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE;
	if (type == CMARK_NODE_IMAGE && (!p || p->kind != PASSAGE_PICTURE))
		name_picture(b, node);
}

/* A paragraph may turn out to be a table, or end in one. */
static void
settle_paragraph(struct builder *b, struct passage *p)
{
	struct passage *table = markdown_find_table(b->arena, p);
	struct passage *parent = b->open[b->depth - 1];

	if (!table)
		return;
	if (!p->first) {
		*p = *table;
	} else {
		p->next = table;
		parent->last = table;
	}
}

static void
settle_heading(struct passage *p)
{
	if (p->last && p->last->kind == PASSAGE_TEXT)
		p->last->text = line_without_attributes(p->last->text);
}

static void
leave(struct builder *b, cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);
	struct passage *p;

	b->in_link -= type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE;
	if (!cmark_node_get_user_data(node))
		return;
	builder_leave(b);
	p = cmark_node_get_user_data(node);
	if (type == CMARK_NODE_PARAGRAPH)
		settle_paragraph(b, p);
	else if (type == CMARK_NODE_HEADING)
		settle_heading(p);
	else if (p->kind == PASSAGE_PICTURE)
		settle_picture(b, p);
}

static bool
is_container(cmark_node_type type)
{
	switch (type) {
	case CMARK_NODE_DOCUMENT:
	case CMARK_NODE_BLOCK_QUOTE:
	case CMARK_NODE_LIST:
	case CMARK_NODE_ITEM:
	case CMARK_NODE_PARAGRAPH:
	case CMARK_NODE_HEADING:
	case CMARK_NODE_EMPH:
	case CMARK_NODE_STRONG:
	case CMARK_NODE_LINK:
	case CMARK_NODE_IMAGE:
		return true;
	default:
		return false;
	}
}

static void
build(struct builder *b, cmark_node *document)
{
	cmark_iter *iter = cmark_iter_new(document);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);

		if (!is_container(cmark_node_get_type(node)))
			add_leaf(b, node);
		else if (event == CMARK_EVENT_ENTER)
			enter(b, node);
		else
			leave(b, node);
	}
	cmark_iter_free(iter);
}

/* NULL: its notes are lost on the way. */
static struct passage *
read_text(struct builder b, struct span markdown, bool with_notes)
{
	struct str text = STR_INIT;
	cmark_node *document;
	bool ok;

	b.open[0] = passage_add(b.arena, NULL, PASSAGE_DOCUMENT);
	b.depth = 1;
	markdown_guard(&text, markdown);
	escapes_mark(&text);
	b.notes = with_notes ? markdown_notes_take(&text) : NULL;
	document = cmark_parse_document(
		str_text(&text), text.len, CMARK_OPT_VALIDATE_UTF8);
	cmark_consolidate_text_nodes(document);
	build(&b, document);
	ok = !b.notes || markdown_notes_settle(b.notes, b.arena, b.open[0]);
	markdown_notes_free(b.notes);
	cmark_node_free(document);
	str_clear(&text);
	return ok ? b.open[0] : NULL;
}

struct passage *
markdown_parse(struct arena *arena, struct span markdown, const char *base,
	const struct picture_finder *pictures)
{
	const struct builder b = {
		.arena = arena, .base = base, .pictures = pictures};
	struct passage *document = read_text(b, markdown, true);

	return document ? document : read_text(b, markdown, false);
}
