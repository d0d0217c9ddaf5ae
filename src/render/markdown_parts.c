#include <cmark.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "render/body_parts.h"
#include "render/markdown_bare.h"
#include "render/markdown_guard.h"
#include "render/markdown_notes.h"

/* Of what stands in a picture; marks of emphasis have no text of their own. */
static void
add_words(struct str *out, cmark_node *picture)
{
	cmark_iter *iter = cmark_iter_new(picture);

	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		const char *literal = cmark_node_get_literal(node);

		if (literal)
			str_add(out, literal);
	}
	cmark_iter_free(iter);
}

static bool
is_decorative(cmark_node *picture)
{
	const char *title = cmark_node_get_title(picture);

	return title && strcasecmp(title, "decorative") == 0;
}

/* The addresses that are written out in a text. */
static void
read_bare(cmark_node *node,
	void (*each)(void *data, const struct body_part *part), void *data)
{
	struct span text = span_of(cmark_node_get_literal(node));
	size_t at, len;

	while (markdown_find_bare(text, false, &at, &len)) {
		char *url = span_dup(span_slice(text, at, len));

		each(data, &(struct body_part){.name = url, .alt = ""});
		free(url);
		text = span_from(text, at + len);
	}
}

static void
read_part(cmark_node *node,
	void (*each)(void *data, const struct body_part *part), void *data)
{
	bool picture = cmark_node_get_type(node) == CMARK_NODE_IMAGE;
	struct str alt = STR_INIT;

	if (picture)
		add_words(&alt, node);
	each(data,
		&(struct body_part){
			.picture = picture,
			.name = cmark_node_get_url(node),
			.alt = str_text(&alt),
			.decorative = picture && is_decorative(node),
		});
	str_clear(&alt);
}

/* `around`: how many links and pictures are open. */
static void
read_node(cmark_node *node, size_t around,
	void (*each)(void *data, const struct body_part *part), void *data)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_LINK:
	case CMARK_NODE_IMAGE:
		read_part(node, each, data);
		break;
	case CMARK_NODE_HTML_BLOCK:
	case CMARK_NODE_HTML_INLINE:
		html_parts(span_of(cmark_node_get_literal(node)), NULL, each,
			data);
		break;
	case CMARK_NODE_TEXT:
		if (!around)
			read_bare(node, each, data);
		break;
	default:
		break;
	}
}

static bool
is_link(cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);

	return type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE;
}

void
markdown_parts(struct span markdown,
	void (*each)(void *data, const struct body_part *part), void *data)
{
	struct str guarded = STR_INIT;
	cmark_event_type event;
	cmark_node *document;
	cmark_iter *iter;
	size_t around = 0;

	markdown_guard(&guarded, markdown);
	markdown_notes_free(markdown_notes_take(&guarded));
	document = cmark_parse_document(
		str_text(&guarded), guarded.len, CMARK_OPT_VALIDATE_UTF8);
	cmark_consolidate_text_nodes(document);
	iter = cmark_iter_new(document);
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);

		if (event == CMARK_EVENT_ENTER) {
			read_node(node, around, each, data);
			around += is_link(node);
		} else {
			around -= is_link(node);
		}
	}
	cmark_iter_free(iter);
	cmark_node_free(document);
	str_clear(&guarded);
}
