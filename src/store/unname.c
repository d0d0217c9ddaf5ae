#include "store/unname.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "model/address.h"
#include "store/handle.h"

/* ----- a text ----- */

static bool
is_of_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Is what stands at `at` an address of its own, and no part of a longer one? */
static bool
stands_alone(struct span text, size_t at, size_t len)
{
	struct span rest = span_from(text, at + len);

	if (at &&
		(is_of_word(text.data[at - 1]) ||
			strchr(".+-_%", text.data[at - 1])))
		return false;
	if (rest.len && (is_of_word(*rest.data) || *rest.data == '-'))
		return false;
	return rest.len < 2 || *rest.data != '.' || !is_of_word(rest.data[1]);
}

static bool
names(struct span text, size_t at, struct span address)
{
	return address.len &&
		span_same_nocase(span_slice(text, at, address.len), address) &&
		stands_alone(text, at, address.len);
}

static void
replace(struct str *out, struct span text, struct span address,
	struct span wire)
{
	for (size_t at = 0; at < text.len;) {
		size_t len = names(text, at, address) ? address.len
			: names(text, at, wire)	      ? wire.len
						      : 0;

		if (len)
			str_add(out, "(erased)");
		else
			str_add_char(out, text.data[at++]);
		at += len;
	}
}

void
unname_text(struct str *out, struct span text, struct span address)
{
	struct str wire = STR_INIT;
	bool needs_utf8;

	address_wire(&wire, address, &needs_utf8);
	replace(out, text, address, str_span(&wire));
	str_clear(&wire);
}

/* ----- what is kept ----- */

#define OF_NOTICES \
	" key = (SELECT '" STORE_NOTICES "' || name FROM list WHERE id = ?1)"

struct kept {
	int64_t issue; /* 0: what waits for the editors */
	const char *text;
};

/* In the arena; *count of them. */
static bool
read_kept(struct store *store, struct arena *arena, int64_t list,
	struct kept **out, size_t *count, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT id, paused FROM issue"
		" WHERE list = ?1 AND paused IS NOT NULL"
		" UNION ALL SELECT 0, value FROM meta WHERE" OF_NOTICES,
		db_int(list));

	*out = NULL;
	*count = 0;
	while (db_next(rows, err)) {
		*out = arena_grow(arena, *out, *count, sizeof **out);
		(*out)[(*count)++] = (struct kept){row_int(rows, 0),
			arena_strdup(arena, row_text(rows, 1))};
	}
	return db_done(rows);
}

static bool
write_kept(struct store *store, int64_t list, const struct kept *kept,
	const char *text, struct error *err)
{
	if (kept->issue)
		return db_run(store->db, err,
			"UPDATE issue SET paused = ?2 WHERE id = ?1",
			db_int(kept->issue), db_text(text));
	return db_run(store->db, err,
		"UPDATE meta SET value = ?2 WHERE" OF_NOTICES, db_int(list),
		db_text(text));
}

static bool
unname_kept(struct store *store, int64_t list, const struct kept *kept,
	const char *address, struct error *err)
{
	struct str out = STR_INIT;
	bool ok;

	unname_text(&out, span_of(kept->text), span_of(address));
	ok = text_equals(str_text(&out), kept->text) ||
		write_kept(store, list, kept, str_text(&out), err);
	str_clear(&out);
	return ok;
}

bool
unname(struct store *store, int64_t list, const char *address,
	struct error *err)
{
	struct arena *arena = arena_new();
	struct kept *kept = NULL;
	size_t count = 0;
	bool ok =
		!*address || read_kept(store, arena, list, &kept, &count, err);

	for (size_t i = 0; ok && i < count; i++)
		ok = unname_kept(store, list, &kept[i], address, err);
	arena_free(arena);
	return ok;
}
