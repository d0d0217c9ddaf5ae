/*
 * In the store's meta: "token_key" is the newest, as text; "token_keys" has the
 * older ones, a line each, "KEY SECONDS": when it was replaced. The newest
 * older one comes first, for most old letters were made with it.
 */
#include "subscribers/tokens.h"

#include <stdlib.h>

#include "base/mem.h"

#define NEWEST "token_key"
#define OLDER "token_keys"

enum { KEY_OCTETS = 32, KEYS_MOST = 32 };

struct token_keys {
	char *newest;
	size_t count;
	struct hash_key *keys[KEYS_MOST]; /* the newest first */
};

/* ----- what is kept ----- */

struct stored {
	char *newest, *older; /* NULL: none */
};

static void
stored_clear(struct stored *s)
{
	free(s->newest);
	free(s->older);
}

static bool
load_stored(struct store *store, struct stored *s, struct error *err)
{
	struct error problem = ERROR_INIT;

	*s = (struct stored){.newest = store_meta(store, NEWEST, &problem)};
	if (problem.kind == ERROR_NONE)
		s->older = store_meta(store, OLDER, &problem);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

/* One line of `older`, and what is behind it; false at the end. */
static bool
next_older(struct span *rest, struct span *key, int64_t *replaced)
{
	size_t end = span_find(*rest, '\n'), blank;
	struct span line = span_slice(*rest, 0, end);
	char *number;

	if (!rest->len)
		return false;
	*rest = span_from(*rest, end < rest->len ? end + 1 : end);
	blank = span_find(line, ' ');
	*key = span_slice(line, 0, blank);
	number = span_dup(span_from(line, blank));
	*replaced = strtoll(number, NULL, 10);
	free(number);
	return true;
}

/* ----- keys ----- */

static struct token_keys *
make_keys(struct stored *s)
{
	struct token_keys *keys = mem_new(sizeof *keys);
	struct span rest = span_of(s->older), key;
	int64_t replaced;

	if (!s->newest)
		return keys;
	keys->newest = s->newest;
	s->newest = NULL;
	keys->keys[keys->count++] = hash_key_new(span_of(keys->newest));
	while (keys->count < KEYS_MOST && next_older(&rest, &key, &replaced))
		keys->keys[keys->count++] = hash_key_new(key);
	return keys;
}

/* Two processes may come here at once: whoever is first has made it. */
static bool
make_first(struct store *store, char *(*random)(size_t octets),
	struct stored *s, struct error *err)
{
	bool ok;

	if (!store_together(store, err))
		return false;
	stored_clear(s);
	ok = load_stored(store, s, err);
	if (ok && !s->newest) {
		s->newest = random(KEY_OCTETS);
		ok = store_set_meta(store, NEWEST, s->newest, err);
	}
	return store_together_end(store, "token key", ok, err);
}

struct token_keys *
token_keys_load(
	struct store *store, char *(*random)(size_t octets), struct error *err)
{
	struct token_keys *keys = NULL;
	struct stored s;
	bool ok = load_stored(store, &s, err);

	if (ok && !s.newest && random)
		ok = make_first(store, random, &s, err);
	if (ok)
		keys = make_keys(&s);
	stored_clear(&s);
	return keys;
}

void
token_keys_free(struct token_keys *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < keys->count; i++)
		hash_key_free(keys->keys[i]);
	free(keys->newest);
	free(keys);
}

struct hash_key *
token_keys_newest(struct token_keys *keys)
{
	return keys->count ? keys->keys[0] : NULL;
}

const char *
token_keys_newest_text(const struct token_keys *keys)
{
	return keys->newest;
}

/* All are tried, whichever it was: how long it takes tells nothing. */
bool
token_keys_verify(struct token_keys *keys, struct span token,
	enum token_purpose purpose, uint64_t *first, uint64_t *second)
{
	bool proven = false;
	uint64_t a, b;

	if (!token_read(token, &a, &b))
		return false;
	for (size_t i = 0; i < keys->count; i++)
		proven |= token_verify(token, keys->keys[i], purpose);
	if (proven) {
		*first = a;
		*second = b;
	}
	return proven;
}

/* ----- rotating ----- */

/* The one that is replaced comes first; those that are too old stay behind. */
static char *
add_older(const struct stored *s, int64_t now, int64_t keep_since)
{
	struct str out = STR_INIT;
	struct span rest = span_of(s->older), key;
	int64_t replaced;

	str_printf(&out, "%s %lld\n", s->newest, (long long)now);
	while (next_older(&rest, &key, &replaced))
		if (replaced >= keep_since)
			str_printf(&out, "%.*s %lld\n", (int)key.len, key.data,
				(long long)replaced);
	return str_take(&out);
}

static bool
rotate(struct store *store, const char *fresh, int64_t now, int64_t keep_since,
	struct error *err)
{
	struct stored s;
	char *older = NULL;
	bool ok = load_stored(store, &s, err);

	if (ok && s.newest) {
		older = add_older(&s, now, keep_since);
		ok = store_set_meta(store, OLDER, older, err);
	}
	ok = ok && store_set_meta(store, NEWEST, fresh, err);
	free(older);
	stored_clear(&s);
	return ok;
}

bool
token_keys_rotate(struct store *store, char *(*random)(size_t octets),
	int64_t now, int64_t keep_since, struct error *err)
{
	char *fresh = random(KEY_OCTETS);
	bool ok = store_together(store, err) &&
		store_together_end(store, "token key",
			rotate(store, fresh, now, keep_since, err), err);

	free(fresh);
	return ok;
}
