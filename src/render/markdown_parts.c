#include <cmark.h>
#include <string.h>
#include <strings.h>

#include "render/body_parts.h"
#include "render/markdown_guard.h"

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

static void
read_part(cmark_node *node,
	void (*each)(void *data, const struct body_part *part), void *data)
{
	cmark_node_type type = cmark_node_get_type(node);
	struct body_part part = {.picture = type == CMARK_NODE_IMAGE};
	struct str alt = STR_INIT;

	if (!part.picture && type != CMARK_NODE_LINK) {
		if (type == CMARK_NODE_HTML_BLOCK ||
			type == CMARK_NODE_HTML_INLINE)
			html_parts(span_of(cmark_node_get_literal(node)), NULL,
				each, data);
		return;
	}
	if (part.picture)
		add_words(&alt, node);
	part.name = cmark_node_get_url(node);
	part.alt = str_text(&alt);
	part.decorative = part.picture && is_decorative(node);
	each(data, &part);
	str_clear(&alt);
}

void
markdown_parts(struct span markdown,
	void (*each)(void *data, const struct body_part *part), void *data)
{
	struct str guarded = STR_INIT;
	cmark_event_type event;
	cmark_node *document;
	cmark_iter *iter;

	markdown_guard(&guarded, markdown);
	document = cmark_parse_document(
		str_text(&guarded), guarded.len, CMARK_OPT_VALIDATE_UTF8);
	iter = cmark_iter_new(document);
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		if (event == CMARK_EVENT_ENTER)
			read_part(cmark_iter_get_node(iter), each, data);
	cmark_iter_free(iter);
	cmark_node_free(document);
	str_clear(&guarded);
}
