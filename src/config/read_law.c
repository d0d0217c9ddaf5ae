/*
 * What the law wants of bulk mail. A list that is none (members of an
 * association, say) waives it with a reason, so that nobody does so by
 * forgetting it.
 */
#include "config/settings.h"

/* "none: an internal list of our members" gives the reason; *said is set when
 * it begins with "none". */
static const char *
read_waiver(struct reader *r, const struct setting *s, const struct value *v,
	bool *said)
{
	struct span text =
		value_is_scalar(v) ? span_trim(span_of(v->text)) : SPAN_NONE;
	size_t colon = span_find(text, ':');
	struct span reason = span_trim(span_from(text, colon + 1));

	*said = span_equals_nocase(
		span_trim(span_slice(text, 0, colon)), "none");
	if (!*said || reason.len)
		return *said ? arena_span(r->list->arena, reason) : NULL;
	reader_complain(r, v,
		"'%s' is needed by law nearly everywhere; say why this list "
		"needs none: \"none: an internal list of our members\"",
		s->name);
	return NULL;
}

const char *
text_postal_address(
	struct reader *r, const struct setting *s, const struct value *v)
{
	bool waived;

	r->list->no_postal_address = read_waiver(r, s, v, &waived);
	return waived ? NULL : text_block(r, s, v);
}

const char *
text_privacy_url(
	struct reader *r, const struct setting *s, const struct value *v)
{
	bool waived;

	r->list->no_privacy_url = read_waiver(r, s, v, &waived);
	return waived ? NULL : text_url(r, s, v);
}
