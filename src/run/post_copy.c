#include "run/post_copy.h"

#include "base/json.h"
#include "model/returned.h"
#include "store/returned.h"

struct copying {
	struct arena *arena;
	struct value *rows; /* a list */
};

static bool
add_consent(void *data, const struct consent *c)
{
	struct copying *to = data;
	struct value *row =
		value_push(to->arena, to->rows, value_new_map(to->arena));

	value_set_instant(to->arena, row, "at", c->at);
	if (c->was_known)
		value_set_text(
			to->arena, row, "was", subscriber_state_name(c->was));
	value_set_text(to->arena, row, "state", subscriber_state_name(c->now));
	value_set_text(to->arena, row, "by", actor_name(c->actor));
	value_set_text(to->arena, row, "proof", c->proof);
	return true;
}

static bool
add_return(void *data, const struct return_record *r)
{
	struct copying *to = data;
	struct value *row =
		value_push(to->arena, to->rows, value_new_map(to->arena));

	value_set_instant(to->arena, row, "at", r->at);
	value_set_text(to->arena, row, "class", return_class_name(r->class));
	value_set_text(to->arena, row, "status", r->status);
	value_set_text(to->arena, row, "text", r->text);
	return true;
}

/* Columns that are no JSON, for whatever reason, are given as they stand. */
static void
add_fields(struct arena *arena, struct value *all, const struct subscriber *s)
{
	struct value *fields;

	if (!s->fields)
		return;
	fields = json_parse(arena, "fields", span_of(s->fields), NULL);
	value_set(arena, all, "fields",
		fields ? fields : value_new_text(arena, s->fields));
}

static void
add_person(struct arena *arena, struct value *all, const struct subscriber *s)
{
	value_set_text(arena, all, "address", s->address);
	value_set_text(arena, all, "name", s->name);
	value_set_text(arena, all, "state", subscriber_state_name(s->state));
	value_set_text(arena, all, "origin", subscriber_origin_name(s->origin));
	value_set_text(arena, all, "language", s->language);
	value_set_text(arena, all, "format", s->format);
	value_set_instant(arena, all, "since", s->since);
	value_set_instant(arena, all, "paused_until", s->until);
	add_fields(arena, all, s);
}

bool
post_copy_write(struct str *out, struct store *store, const struct list *list,
	const struct subscriber *s, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *all = value_new_map(arena);
	struct copying history = {arena, value_new_list(arena)};
	struct copying returned = {arena, value_new_list(arena)};
	bool ok = store_consents(store, s->id, add_consent, &history, err) &&
		store_returns(store, s->id, add_return, &returned, err);

	if (ok) {
		value_set_text(arena, all, "list", list->name);
		value_set_text(arena, all, "title", list->title);
		add_person(arena, all, s);
		value_set(arena, all, "history", history.rows);
		value_set(arena, all, "returned", returned.rows);
		json_write(out, all, true);
		str_add_char(out, '\n');
	}
	arena_free(arena);
	return ok;
}
