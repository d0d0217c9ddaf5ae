#include "source/feed_node.h"

#include <string.h>

#include "base/escape.h"
#include "base/url.h"

const char *
feed_attribute(const struct feed_node *node, const char *name)
{
	for (size_t i = 0; i < node->attribute_count; i++)
		if (strcasecmp(node->attributes[i].name, name) == 0)
			return node->attributes[i].value;
	return NULL;
}

/* Browsers drop line ends and tabs within an address: feeds fold long ones. */
static void
add_without_controls(struct str *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.data[i] >= ' ' && s.data[i] != '\x7f')
			str_add_char(out, s.data[i]);
}

const char *
feed_resolve(struct arena *arena, const char *base, const char *url)
{
	struct str said = STR_INIT, out = STR_INIT;
	struct span s;

	add_without_controls(&said, span_trim(span_of(url)));
	s = span_trim(str_span(&said));
	if (base)
		url_resolve(&out, span_of(base), s);
	else
		str_add_span(&out, s);
	str_clear(&said);
	return arena_take(arena, &out);
}

/* The next in document order within `top`; NULL at its end. */
static const struct feed_node *
walk(const struct feed_node *node, const struct feed_node *top)
{
	if (node->first)
		return node->first;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

void
feed_node_text(struct str *out, const struct feed_node *node)
{
	for (const struct feed_node *n = node; n; n = walk(n, node))
		if (!n->name)
			str_add_span(out, n->text);
}

const char *
feed_node_string(struct arena *arena, const struct feed_node *node)
{
	struct str text = STR_INIT;
	struct span s;
	const char *kept = NULL;

	feed_node_text(&text, node);
	s = span_trim(str_span(&text));
	if (s.len > 0)
		kept = arena_span(arena, s);
	str_clear(&text);
	return kept;
}

/* ----- as HTML ----- */

static const char escaped[] = "&<>\"";

static void
open_tag(struct str *out, const struct feed_node *node)
{
	str_add_all(out, "<", node->name, NULL);
	for (size_t i = 0; i < node->attribute_count; i++) {
		const struct feed_attribute *at = &node->attributes[i];

		if (at->space != SPACE_CORE)
			continue;
		str_add_all(out, " ", at->name, "=\"", NULL);
		escape_only(out, span_of(at->value), escaped);
		str_add(out, "\"");
	}
	str_add(out, ">");
}

static bool
is_void(const char *name)
{
	static const char *const names[] = {"area", "base", "br", "col",
		"embed", "hr", "img", "input", "link", "meta", "param",
		"source", "track", "wbr"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcasecmp(names[i], name) == 0)
			return true;
	return false;
}

/* Not deeper than FEED_DEPTH, as the tree is. */
static void
add_markup(struct str *out, const struct feed_node *node)
{
	if (!node->name) {
		escape_only(out, node->text, escaped);
		return;
	}
	open_tag(out, node);
	for (const struct feed_node *n = node->first; n; n = n->next)
		add_markup(out, n);
	if (!is_void(node->name))
		str_add_all(out, "</", node->name, ">", NULL);
}

void
feed_node_markup(struct str *out, const struct feed_node *node)
{
	for (const struct feed_node *n = node->first; n; n = n->next)
		add_markup(out, n);
}
