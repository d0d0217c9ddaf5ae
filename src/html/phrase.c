#include "html/phrase.h"

#include "html/attribute.h"
#include "html/tag.h"
#include "html/token.h"

static enum passage_kind
kind_of(const struct tag *tag)
{
	switch (tag->type) {
	case TAG_INLINE:
		return tag->style;
	case TAG_LINK:
		return PASSAGE_LINK;
	case TAG_PICTURE:
		return PASSAGE_PICTURE;
	default:
		return TAG_NO_STYLE;
	}
}

bool
phrase_tag_read(struct arena *arena, struct span source, const char *base,
	struct phrase_tag *out)
{
	struct token_reader reader;
	struct token token;
	const struct tag *tag;

	token_start(&reader, source);
	if (!token_next(&reader, &token) || token.kind == TOKEN_TEXT)
		return false;
	tag = tag_find(token.name);
	*out = (struct phrase_tag){.kind = tag ? kind_of(tag) : TAG_NO_STYLE,
		.ends = token.kind == TOKEN_END};
	if (out->kind == PASSAGE_LINK && !out->ends)
		out->url = attribute_url(arena, &token, "href", base);
	return out->kind != TAG_NO_STYLE;
}
