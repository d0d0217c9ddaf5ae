/*
 * A feed's elements as a tree, whatever was wrong with the XML: what feed_xml.c
 * makes, and feed_record.c reads. It lives in an arena.
 */
#ifndef SOURCE_FEED_NODE_H
#define SOURCE_FEED_NODE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* What a namespace is to us, by its URI and the misspelt forms of it. */
enum feed_space {
	SPACE_CORE, /* RSS, Atom, CDF, and none at all */
	SPACE_ATOM, /* Atom's by name: <atom:link> in RSS */
	SPACE_RDF,
	SPACE_DC,
	SPACE_TERMS, /* dcterms */
	SPACE_CONTENT,
	SPACE_MEDIA,
	SPACE_ITUNES,
	SPACE_ADMIN,
	SPACE_BURNER, /* feedburner */
	SPACE_XHTML,
	SPACE_XML,
	SPACE_OTHER,
};

struct feed_attribute {
	const char *name; /* without its prefix */
	enum feed_space space;
	const char *value;
};

struct feed_node {
	const char *name; /* without its prefix; NULL: this is text */
	enum feed_space space;
	struct span text;
	struct feed_attribute *attributes;
	size_t attribute_count;
	struct feed_node *parent, *first, *last, *next;
	const char *base, *language; /* xml:base, xml:lang in force; or NULL */
};

enum { FEED_DEPTH = 64 };

/* `prefix` counts where the URI is NULL or not known. */
enum feed_space feed_space_find(const char *uri, const char *prefix);

/* Parses UTF-8. NULL when it is not well-formed, unless `anyway`:
 * then as far as it goes, and NULL only when there is no element at all. */
struct feed_node *feed_xml_parse(
	struct arena *arena, struct span xml, const char *base, bool anyway);

/* Appends well-formed XML made of broken. */
void feed_repair(struct str *out, struct span xml);

/* Appends the bytes as UTF-8. Returns the encoding's name. */
const char *feed_decode(struct arena *arena, struct str *out, struct span bytes,
	const char *content_type);

/* The character that HTML calls so, "nbsp"; 0 when there is none. */
unsigned feed_entity(struct span name);

/* In any case; NULL when absent. */
const char *feed_attribute(const struct feed_node *node, const char *name);

/* What `url` means where `base` stands; as it is when that is NULL. Without
 * controls. */
const char *feed_resolve(
	struct arena *arena, const char *base, const char *url);

/* All text beneath, as it stands. */
void feed_node_text(struct str *out, const struct feed_node *node);

/* The same trimmed, in the arena; NULL when there is none. */
const char *feed_node_string(struct arena *arena, const struct feed_node *node);

/* The children as HTML. */
void feed_node_markup(struct str *out, const struct feed_node *node);

#endif
