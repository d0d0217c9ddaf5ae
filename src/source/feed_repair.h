/*
 * What feed_repair.c and feed_repair_text.c share: the text between tags and
 * in attributes, made well-formed.
 */
#ifndef SOURCE_FEED_REPAIR_H
#define SOURCE_FEED_REPAIR_H

#include <stdbool.h>

#include "base/str.h"

/*
 * The entities that a document declares. They stand for text without markup
 * and references, and for at most 64 KB of it all together: bombs do not go
 * off.
 */
enum { FEED_ENTITIES = 32, ENTITY_LENGTH = 256 };

struct feed_entities {
	struct feed_entity {
		struct span name, text;
	} items[FEED_ENTITIES];
	size_t count, expanded;
};

/* `references`: "&" means something here, as it does outside of CDATA. */
void feed_repair_text(struct feed_entities *declared, struct str *out,
	struct span s, bool references);

#endif
