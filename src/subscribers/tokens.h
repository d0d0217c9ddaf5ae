/*
 * The site's token keys. The newest makes tokens; those before it still prove
 * tokens of letters that were sent with them, for mails live for years.
 */
#ifndef SUBSCRIBERS_TOKENS_H
#define SUBSCRIBERS_TOKENS_H

#include "model/token.h"
#include "store/store.h"

struct token_keys;

/* How long a key is good after another took its place: as long as the letters
 * may lie in somebody's mailbox. In seconds. */
#define TOKEN_KEY_LIFE ((int64_t)5 * 366 * 86400)

/*
 * Makes the first when there is none. `random` gives so many octets in base 32,
 * to free(); NULL, as for a read-only store: none is made, and none proves
 * anything.
 */
struct token_keys *token_keys_load(
	struct store *store, char *(*random)(size_t octets), struct error *err);
void token_keys_free(struct token_keys *keys);

/* The newest: for token_prove(), and as text for deliveries. NULL: there is
 * none. */
struct hash_key *token_keys_newest(struct token_keys *keys);
const char *token_keys_newest_text(const struct token_keys *keys);

/* Was it made for this purpose with any of the keys? Each is tried, in constant
 * time. The numbers are set when it is true. */
bool token_keys_verify(struct token_keys *keys, struct span token,
	enum token_purpose purpose, uint64_t *first, uint64_t *second);

/* Makes a new key; those replaced before `keep_since` are forgotten. Handles
 * that are open go on with what they loaded: they still make tokens that
 * prove. */
bool token_keys_rotate(struct store *store, char *(*random)(size_t octets),
	int64_t now, int64_t keep_since, struct error *err);

#endif
