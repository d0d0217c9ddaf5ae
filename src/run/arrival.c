#include "run/arrival.h"

#include <strings.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/value.h"
#include "mime/header.h"

/* Who writes to a thousand at once, or is about a hundred, is no reader. */
enum { TO_MOST = 50, RETURNED_MOST = 50 };
enum { CLOCKS = 10 * 60, KNOWN_OCTETS = 15 };

static const char **
copy_texts(struct arena *arena, const char **texts, size_t count)
{
	const char **out = arena_alloc(arena, (count + 1) * sizeof *out);

	for (size_t i = 0; i < count; i++)
		out[i] = arena_strdup(arena, texts[i]);
	return out;
}

static struct returned *
copy_returned(struct arena *arena, const struct returned *from, size_t count)
{
	struct returned *out = arena_alloc(arena, (count + 1) * sizeof *out);

	for (size_t i = 0; i < count; i++) {
		out[i] = from[i];
		out[i].address = arena_strdup(arena, from[i].address);
		out[i].status = arena_strdup(arena, from[i].status);
		out[i].reason = arena_strdup(arena, from[i].reason);
		out[i].diagnostic = arena_strdup(arena, from[i].diagnostic);
	}
	return out;
}

static struct wish *
copy_wishes(struct arena *arena, const struct wish *from, size_t count)
{
	struct wish *out = arena_alloc(arena, (count + 1) * sizeof *out);

	for (size_t i = 0; i < count; i++)
		out[i] = (struct wish){
			from[i].kind, arena_strdup(arena, from[i].value)};
	return out;
}

static void
copy_mail(struct arena *arena, const struct inbox_mail *from,
	struct inbox_mail *to)
{
	*to = *from;
	if (to->returned_count > RETURNED_MOST)
		to->returned_count = RETURNED_MOST;
	to->returned = copy_returned(arena, from->returned, to->returned_count);
	to->wishes = copy_wishes(arena, from->wishes, from->wish_count);
	to->sender = arena_strdup(arena, from->sender);
	to->tokens = copy_texts(arena, from->tokens, to->token_count);
}

/* ----- whom it was sent to ----- */

static void
add_addresses(struct arena *arena, struct arrival *a, const struct value *all)
{
	for (size_t i = 0; i < all->count && a->to_count < TO_MOST; i++) {
		const char *address = value_find_text(all->items[i], "email");

		if (address)
			a->to[a->to_count++] = arena_strdup(arena, address);
	}
}

static void
read_to(struct arena *arena, const struct message *m, struct arrival *a)
{
	static const char *const names[] = {"Delivered-To", "X-Original-To",
		"Envelope-To", "X-Envelope-To", "To", "Cc", NULL};
	struct arena *scratch = arena_new();

	a->to = arena_alloc(arena, TO_MOST * sizeof *a->to);
	for (const char *const *name = names; *name; name++)
		for (size_t i = 0; i < m->header_count; i++)
			if (strcasecmp(m->headers[i].name, *name) == 0)
				add_addresses(arena, a,
					header_read_addresses(
						scratch, m->headers[i].raw));
	arena_free(scratch);
}

/* ----- when ----- */

static const char *
write_known(struct arena *arena, const struct message *m, struct span bytes)
{
	unsigned char hash[HASH_SIZE];
	struct str text = STR_INIT;

	if (m->id)
		str_add(&text, m->id);
	else
		message_as_sent(&text, bytes);
	hash_sha256(str_span(&text), hash);
	str_truncate(&text, 0);
	hash_write_base32(&text, hash, KNOWN_OCTETS);
	return arena_take(arena, &text);
}

struct arrival *
arrival_read(struct arena *arena, struct span bytes, const char *where)
{
	struct arena *scratch = arena_new();
	const struct message *m = inbox_parse(scratch, bytes);
	struct arrival *a = arena_alloc(arena, sizeof *a);

	copy_mail(arena, inbox_read_message(scratch, m), &a->mail);
	a->where = arena_strdup(arena, where);
	a->id = arena_strdup(arena, m->id);
	a->known = write_known(arena, m, bytes);
	a->name = arena_strdup(arena, m->from_count == 1 ? m->from.name : NULL);
	a->came = message_came(m);
	read_to(arena, m, a);
	arena_free(scratch);
	return a;
}

bool
arrival_is_before(const struct arrival *a, int64_t instant)
{
	return a->came != INSTANT_NONE && instant != INSTANT_NONE &&
		a->came < instant - CLOCKS;
}
