/*
 * What a domain publishes about a key (RFC 6376, 3.6.1): tags parted by
 * semicolons, blanks anywhere. It comes from outside.
 */
#include "mime/dkim_key.h"

void
dkim_key_record(const struct dkim_key *key, struct str *out)
{
	str_add_all(out,
		"v=DKIM1; k=", dkim_algorithm_name(dkim_key_algorithm(key)),
		"; p=", NULL);
	dkim_key_public(key, out);
}

/* ----- reading ----- */

/* The value of a tag; false when it is not there. */
static bool
find_tag(struct span record, const char *name, struct span *value)
{
	while (record.len) {
		size_t end = span_find(record, ';');
		struct span tag = span_slice(record, 0, end);
		size_t equals = span_find(tag, '=');

		if (equals < tag.len &&
			span_equals(
				span_trim(span_slice(tag, 0, equals)), name)) {
			*value = span_trim(span_from(tag, equals + 1));
			return true;
		}
		record = span_from(record, end + 1);
	}
	return false;
}

/* Is it one of the words between colons? A tag that is not there has all. */
static bool
tag_allows(struct span record, const char *name, const char *const *words)
{
	struct span value;

	if (!find_tag(record, name, &value))
		return true;
	while (value.len) {
		size_t end = span_find(value, ':');
		struct span word = span_trim(span_slice(value, 0, end));

		for (const char *const *w = words; *w; w++)
			if (span_equals(word, *w))
				return true;
		value = span_from(value, end + 1);
	}
	return false;
}

static bool
is_key(struct span published, const struct dkim_key *key)
{
	struct str ours = STR_INIT, theirs = STR_INIT;
	bool same;

	for (size_t i = 0; i < published.len; i++)
		str_add_span(&theirs, span_trim(span_slice(published, i, 1)));
	dkim_key_public(key, &ours);
	same = span_equals(str_span(&theirs), str_text(&ours));
	str_clear(&ours);
	str_clear(&theirs);
	return same;
}

static bool
is_kind(struct span record, const struct dkim_key *key)
{
	struct span kind;

	if (!find_tag(record, "k", &kind))
		kind = span_of("rsa");
	return span_equals(kind, dkim_algorithm_name(dkim_key_algorithm(key)));
}

enum dkim_match
dkim_record_match(struct span record, const struct dkim_key *key)
{
	static const char *const hashes[] = {"sha256", NULL};
	static const char *const services[] = {"*", "email", NULL};
	static const char *const testing[] = {"y", NULL};
	struct span value;

	if (find_tag(record, "v", &value) && !span_equals(value, "DKIM1"))
		return DKIM_NO_RECORD;
	if (!find_tag(record, "p", &value))
		return DKIM_NO_RECORD;
	if (!value.len)
		return DKIM_REVOKED;
	if (!is_kind(record, key) || !is_key(value, key))
		return DKIM_OTHER_KEY;
	if (!tag_allows(record, "h", hashes) ||
		!tag_allows(record, "s", services))
		return DKIM_REFUSES;
	return find_tag(record, "t", &value) && tag_allows(record, "t", testing)
		? DKIM_TESTING
		: DKIM_MATCH;
}
