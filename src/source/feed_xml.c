#include "source/feed_node.h"

#include <string.h>

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#include "base/libxml.h"
#include "base/text.h"

/*
 * Where libxml2 takes quadratic time: it compares all attributes of a tag with
 * each other, and looks up a prefix among all namespaces in scope. No feed
 * comes near these numbers.
 */
enum { ATTRIBUTE_LIMIT = 2000, SCOPE_LIMIT = 512, PARSER_DEPTH = 256 };

/* Elements and attributes; in memory one of four octets takes a hundred. */
enum { NODE_LIMIT = 500 * 1000 };

/* What the handlers of one parse share. */
struct reader {
	xmlParserCtxtPtr ctxt;
	struct arena *arena;
	size_t scope; /* namespaces declared by the elements that are open */
	size_t declared[PARSER_DEPTH]; /* by each */
	struct feed_node *root, *here;
	size_t depth; /* of the XML; the tree ends at FEED_DEPTH */
	size_t nodes;
	struct str text; /* seen since the last tag */
	const char *base;
};

static void
append(struct reader *r, struct feed_node *node)
{
	node->parent = r->here;
	if (!r->here) {
		if (!r->root)
			r->root = node;
	} else if (r->here->last) {
		r->here->last->next = node;
		r->here->last = node;
	} else {
		r->here->first = r->here->last = node;
	}
}

/* libxml2 hands text over in small pieces, an entity each. */
static void
flush_text(struct reader *r)
{
	struct feed_node *node;

	if (r->text.len == 0 || !r->here)
		return;
	node = arena_alloc(r->arena, sizeof *node);
	node->text.data = arena_span(r->arena, str_span(&r->text));
	node->text.len = r->text.len;
	append(r, node);
	str_truncate(&r->text, 0);
}

/* `raw` is as SAX2 gives attributes: name, prefix, URI, begin, end. */
static void
read_attributes(struct reader *r, struct feed_node *node, const xmlChar **raw)
{
	struct arena *a = r->arena;

	if (node->attribute_count == 0)
		return;
	node->attributes = arena_alloc(
		a, node->attribute_count * sizeof *node->attributes);
	for (size_t i = 0; i < node->attribute_count; i++, raw += 5) {
		struct feed_attribute *to = &node->attributes[i];

		to->name = arena_strdup(a, (const char *)raw[0]);
		to->space = raw[1] ? feed_space_find((const char *)raw[2],
					     (const char *)raw[1])
				   : SPACE_CORE;
		to->value = arena_dup(a, raw[3], (size_t)(raw[4] - raw[3]));
	}
}

static void
inherit(struct reader *r, struct feed_node *node)
{
	node->base = r->here ? r->here->base : r->base;
	node->language = r->here ? r->here->language : NULL;
	for (size_t i = 0; i < node->attribute_count; i++) {
		const struct feed_attribute *at = &node->attributes[i];

		if (at->space != SPACE_XML)
			continue;
		if (strcmp(at->name, "base") == 0)
			node->base =
				feed_resolve(r->arena, node->base, at->value);
		else if (strcmp(at->name, "lang") == 0)
			node->language = at->value;
	}
}

/* ----- libxml2's callbacks ----- */

static void
on_start(void *data, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
	int attribute_count, int defaulted, const xmlChar **attributes)
{
	struct reader *r = data;
	struct feed_node *node;

	(void)namespaces;
	(void)defaulted;
	r->scope += (size_t)namespace_count;
	r->nodes += 1 + (size_t)attribute_count;
	if (r->scope > SCOPE_LIMIT || r->depth >= PARSER_DEPTH ||
		r->nodes > NODE_LIMIT) {
		LIBXML(xmlStopParser)(r->ctxt);
		return;
	}
	r->declared[r->depth] = (size_t)namespace_count;
	if (r->depth++ >= FEED_DEPTH)
		return;
	flush_text(r);
	node = arena_alloc(r->arena, sizeof *node);
	node->name = arena_strdup(r->arena, (const char *)name);
	node->space = feed_space_find((const char *)uri, (const char *)prefix);
	node->attribute_count = (size_t)attribute_count;
	read_attributes(r, node, attributes);
	inherit(r, node);
	append(r, node);
	r->here = node;
}

static void
on_end(void *data, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *uri)
{
	struct reader *r = data;

	(void)name;
	(void)prefix;
	(void)uri;
	if (r->depth == 0)
		return;
	r->scope -= r->declared[--r->depth];
	if (r->depth >= FEED_DEPTH)
		return;
	flush_text(r);
	if (r->here)
		r->here = r->here->parent;
}

static void
on_text(void *data, const xmlChar *text, int len)
{
	struct reader *r = data;

	if (r->here && len > 0)
		str_add_bytes(&r->text, text, (size_t)len);
}

/* Entities a document declares are never expanded: that is how bombs work. */
static xmlEntityPtr
on_entity(void *data, const xmlChar *name)
{
	(void)data;
	return LIBXML(xmlGetPredefinedEntity)(name);
}

static void
on_reference(void *data, const xmlChar *name)
{
	struct reader *r = data;
	unsigned code = feed_entity(span_of((const char *)name));

	if (code && r->here)
		str_add_utf8(&r->text, code);
}

static void
on_error(void *data, xmlErrorPtr error)
{
	(void)data;
	(void)error;
}

unsigned
feed_entity(struct span name)
{
	char word[12];
	__typeof__(&htmlEntityLookup) lookup =
		libxml_function("htmlEntityLookup");
	const htmlEntityDesc *found;

	if (!lookup || name.len == 0 || name.len >= sizeof word)
		return 0;
	memcpy(word, name.data, name.len);
	word[name.len] = '\0';
	if (strcmp(word, "apos") == 0)
		return '\'';
	found = lookup((const xmlChar *)word);
	return found ? found->value : 0;
}

static xmlSAXHandler
handlers(void)
{
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.getEntity = on_entity,
		.reference = on_reference,
		.serror = on_error,
	};

	return sax;
}

/* True when all of it was well-formed. */
static bool
run(struct reader *r, struct span xml, bool anyway)
{
	xmlSAXHandler sax = handlers();
	xmlParserCtxtPtr ctxt = libxml_function("xmlCreatePushParserCtxt")
		? LIBXML(xmlCreatePushParserCtxt)(&sax, r, NULL, 0, NULL)
		: NULL;
	/* The bytes are UTF-8 by now, whatever they declare. */
	int options = XML_PARSE_NONET | XML_PARSE_NOERROR |
		XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC |
		(anyway ? XML_PARSE_RECOVER : 0);
	bool good;

	if (!ctxt)
		return false;
	r->ctxt = ctxt;
	LIBXML(xmlCtxtUseOptions)(ctxt, options);
	LIBXML(xmlParseChunk)(ctxt, xml.data, (int)xml.len, 1);
	good = ctxt->wellFormed;
	if (ctxt->myDoc)
		LIBXML(xmlFreeDoc)(ctxt->myDoc);
	LIBXML(xmlFreeParserCtxt)(ctxt);
	return good;
}

/* Whether a tag may have more attributes than are good. A "<" starts a tag, or
 * is not well-formed; text that is full of "=" is taken for one: no harm, what
 * is repaired reads the same. */
static bool
is_overloaded(struct span xml)
{
	size_t count = 0;

	while (xml.len) {
		size_t n = span_find(xml, '=');

		if (span_find(span_slice(xml, 0, n), '<') < n)
			count = 0;
		if (n < xml.len && ++count > ATTRIBUTE_LIMIT)
			return true;
		xml = span_from(xml, n + 1);
	}
	return false;
}

struct feed_node *
feed_xml_parse(
	struct arena *arena, struct span xml, const char *base, bool anyway)
{
	struct reader r = {.arena = arena, .base = base};
	bool good;

	if (!anyway && is_overloaded(xml))
		return NULL;
	good = run(&r, xml, anyway);

	str_clear(&r.text);
	return good || anyway ? r.root : NULL;
}
