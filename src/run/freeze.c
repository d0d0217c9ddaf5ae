#include "run/freeze.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "run/world.h"
#include "select/select.h"

enum { SALT_OCTETS = 15, HASHED_OCTETS = 10 };

static const char *
new_salt(struct arena *arena)
{
	char *salt = world_random(SALT_OCTETS);
	const char *copy = arena_strdup(arena, salt);

	free(salt);
	return copy;
}

static void
freeze_forms(struct arena *arena, const struct composed *c, struct opening *out)
{
	struct opening_form *forms =
		arena_alloc(arena, (c->form_count + 1) * sizeof *forms);

	for (size_t i = 0; i < c->form_count; i++) {
		const struct composed_form *f = &c->forms[i];
		struct str bytes = STR_INIT;
		size_t len;

		if (f->form)
			form_save(f->form, &bytes);
		len = bytes.len;
		forms[i] = (struct opening_form){
			.language = f->language,
			.format = letter_format_name(f->format),
			.spared = f->spared,
			.bytes = {arena_take(arena, &bytes), len},
		};
	}
	out->forms = forms;
	out->form_count = c->form_count;
}

static void
freeze_sources(
	struct arena *arena, const struct list *list, struct opening *out)
{
	const char **names =
		arena_alloc(arena, (list->source_count + 1) * sizeof *names);

	for (size_t i = 0; i < list->source_count; i++)
		names[i] = list->sources[i].name;
	out->sources = names;
	out->source_count = list->source_count;
}

void
freeze(struct arena *arena, const struct list *list, int64_t list_id,
	const struct composed *c, bool out_of_turn, int64_t at,
	struct opening *out)
{
	struct carried_row *rows;

	*out = (struct opening){
		.list = list_id,
		.number = c->issue->number,
		.slot = c->issue->slot,
		.at = at,
		.salt = new_salt(arena),
		.subject = c->forms[0].letter->subject_shown,
		.carried_count = select_carried(arena, c->issue, &rows),
		.list_language = list->language,
		.list_format = letter_format_name(c->forms[0].format),
		.across = c->across,
		.across_count = c->spared_count,
		.readers = (int64_t)c->recipients,
	};
	out->carried = rows;
	freeze_forms(arena, c, out);
	if (!out_of_turn)
		freeze_sources(arena, list, out);
}

void
freeze_hash(struct str *out, const struct opening *o)
{
	unsigned char result[HASH_SIZE];
	struct hash h;

	hash_init(&h);
	hash_add_number(&h, (uint64_t)o->number);
	hash_add_text(&h, o->list_format);
	for (size_t i = 0; i < o->form_count; i++) {
		hash_add_text(&h, o->forms[i].language);
		hash_add_text(&h, o->forms[i].format);
		hash_add_number(&h, o->forms[i].spared);
		hash_add_span(&h, o->forms[i].bytes);
	}
	for (size_t i = 0; i < o->carried_count; i++) {
		hash_add_text(&h, o->carried[i].id);
		hash_add_text(&h, o->carried[i].language);
		hash_add_text(&h, o->carried[i].revision);
		hash_add_number(&h, (uint64_t)o->carried[i].kind);
	}
	hash_end(&h, result);
	hash_write_base32(out, result, HASHED_OCTETS);
}
