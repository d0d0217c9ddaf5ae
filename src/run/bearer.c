/*
 * Tokens of mails: whom they name, when they are ours.
 *
 *     VERP, Message-ID            issue, recipient   the issue's salt proves it
 *     unsubscribing, probes       list, subscriber   a key of the site does
 *     answers to a confirmation   request            likewise
 */
#include <stdlib.h>

#include "run/sorting.h"
#include "store/returned.h"

static struct sorting_list *
find_list(struct sorting *s, int64_t id)
{
	for (size_t i = 0; i < s->list_count; i++)
		if (s->lists[i].id == id)
			return &s->lists[i];
	return NULL;
}

static bool
is_proven_by(const char *salt, struct span token, enum token_purpose purpose)
{
	struct hash_key *key = hash_key_new(span_of(salt));
	bool proven = token_verify(token, key, purpose);

	hash_key_free(key);
	return proven;
}

static bool
try_recipient(struct sorting *s, struct span token, enum token_purpose purpose,
	struct bearer *b, bool *found, struct error *err)
{
	uint64_t issue, seq;
	struct recipient_whose whose;
	bool known = false;

	if (!token_read(token, &issue, &seq) || issue > INT64_MAX ||
		seq > INT64_MAX)
		return true;
	if (!store_recipient_whose(s->store, (int64_t)issue, (int64_t)seq,
		    &whose, &known, err))
		return false;
	b->list = known ? find_list(s, whose.list) : NULL;
	b->subscriber = whose.subscriber;
	b->issue = (int64_t)issue;
	b->opened = whose.opened;
	*found = b->list && is_proven_by(whose.salt, token, purpose);
	free(whose.salt);
	return true;
}

static void
try_site(struct sorting *s, struct span token, enum token_purpose purpose,
	struct bearer *b, bool *found)
{
	bool is_request =
		purpose == TOKEN_CONFIRM || purpose == TOKEN_CONFIRM_NEW;
	uint64_t first, second;

	if (!token_keys_verify(s->keys, token, purpose, &first, &second))
		return;
	if (is_request) {
		b->request = (int64_t)first;
		b->at = (int64_t)second;
	} else {
		b->list = find_list(s, (int64_t)first);
		b->subscriber = (int64_t)second;
	}
	*found = is_request || b->list;
}

static bool
try_token(struct sorting *s, struct span token, enum token_purpose purpose,
	struct bearer *b, bool *found, struct error *err)
{
	*b = (struct bearer){.purpose = purpose};
	if (purpose == TOKEN_BOUNCE || purpose == TOKEN_MESSAGE)
		return try_recipient(s, token, purpose, b, found, err);
	try_site(s, token, purpose, b, found);
	return true;
}

bool
bearer_find(struct sorting *s, const struct arrival *a,
	const enum token_purpose *purposes, size_t count, struct bearer *b,
	bool *found, struct error *err)
{
	*found = false;
	for (size_t p = 0; p < count; p++)
		for (size_t i = 0; i < a->mail.token_count; i++) {
			struct span token = span_of(a->mail.tokens[i]);

			if (!try_token(s, token, purposes[p], b, found, err))
				return false;
			if (*found)
				return true;
		}
	return true;
}
