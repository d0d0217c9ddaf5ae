#include "model/edits.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

enum { NAME_WIDTH = 60, MARK_OCTETS = 8, SHOWN = 60 };

struct edits *
edits_new(void)
{
	struct edits *edits = mem_new(sizeof *edits);

	edits->arena = arena_new();
	return edits;
}

void
edits_free(struct edits *edits)
{
	if (!edits)
		return;
	arena_free(edits->arena);
	free(edits);
}

bool
edits_are_empty(const struct edits *edits)
{
	return !edits->order.count && !edits->pinned.count &&
		!edits->held.count && !edits->dropped.count &&
		!edits->subject && !edits->note;
}

/* ----- lists of texts ----- */

/* SIZE_MAX when it does not stand there. */
static size_t
edited_place(const struct edited *ids, const char *id)
{
	for (size_t i = 0; i < ids->count; i++)
		if (strcmp(ids->items[i], id) == 0)
			return i;
	return SIZE_MAX;
}

bool
edited_has(const struct edited *ids, const char *id)
{
	return edited_place(ids, id) != SIZE_MAX;
}

/* Borrows the text. */
static void
add(struct arena *arena, struct edited *list, const char *text)
{
	list->items = arena_grow(
		arena, list->items, list->count, sizeof *list->items);
	list->items[list->count++] = text;
}

static void
take_out(struct edited *list, const char *text)
{
	size_t at = edited_place(list, text);

	if (at == SIZE_MAX)
		return;
	list->count--;
	memmove(&list->items[at], &list->items[at + 1],
		(list->count - at) * sizeof *list->items);
}

static bool
add_id(struct arena *arena, struct edited *list, const char *id,
	struct error *err)
{
	if (edited_has(list, id))
		return true;
	if (text_is_empty(id) || strlen(id) > EDITS_ID_MOST)
		return error_set(err, ERROR_DATA,
			"an id has between 1 and %d octets", EDITS_ID_MOST);
	if (list->count == EDITS_IDS_MOST)
		return error_set(err, ERROR_DATA,
			"no more than %d dispatches can be named",
			EDITS_IDS_MOST);
	add(arena, list, arena_strdup(arena, id));
	return true;
}

/* ----- deciding ----- */

bool
edits_decide(struct edits *edits, enum edit_verb verb, const char *id,
	struct error *err)
{
	struct edited *const lists[] = {
		[EDIT_PIN] = &edits->pinned,
		[EDIT_HOLD] = &edits->held,
		[EDIT_DROP] = &edits->dropped,
	};

	if (verb != EDIT_UNDO && !add_id(edits->arena, lists[verb], id, err))
		return false;
	for (enum edit_verb v = EDIT_PIN; v < EDIT_UNDO; v++)
		if (v != verb)
			take_out(lists[v], id);
	return true;
}

static bool
replace(struct arena *arena, struct edited *list, const char *const *ids,
	size_t count, struct error *err)
{
	struct edited fresh = {.count = 0};

	for (size_t i = 0; i < count; i++)
		if (!add_id(arena, &fresh, ids[i], err))
			return false;
	*list = fresh;
	return true;
}

bool
edits_set_order(struct edits *edits, const char *const *ids, size_t count,
	struct error *err)
{
	return replace(edits->arena, &edits->order, ids, count, err);
}

bool
edits_set_pinned(struct edits *edits, const char *const *ids, size_t count,
	struct error *err)
{
	if (!replace(edits->arena, &edits->pinned, ids, count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		take_out(&edits->held, ids[i]);
		take_out(&edits->dropped, ids[i]);
	}
	return true;
}

bool
edits_set_subject(struct edits *edits, const char *subject, struct error *err)
{
	struct str line = STR_INIT;

	text_flatten(&line, span_of(subject));
	if (line.len > EDITS_SUBJECT_MOST) {
		str_clear(&line);
		return error_set(err, ERROR_DATA,
			"a subject has at most %d octets", EDITS_SUBJECT_MOST);
	}
	edits->subject = arena_take_some(edits->arena, &line);
	return true;
}

bool
edits_set_note(struct edits *edits, struct span note, struct error *err)
{
	struct str text = STR_INIT;

	if (note.len > EDITS_NOTE_MOST)
		return error_set(err, ERROR_DATA,
			"a note has at most %d octets", EDITS_NOTE_MOST);
	text_repair(&text, span_trim(note));
	edits->note = arena_take_some(edits->arena, &text);
	return true;
}

const char *
edits_mark(struct arena *arena, const char *text)
{
	unsigned char hash[HASH_SIZE];
	struct str mark = STR_INIT;

	hash_sha256(span_of(text ? text : ""), hash);
	hash_write_hex(&mark, hash, MARK_OCTETS);
	return arena_take(arena, &mark);
}

bool
edits_settle(struct edits *edits, const char **text, const char *before,
	const char *saw, const char *what, struct error *err)
{
	struct span now;

	if (!saw || text_equals(*text, before) ||
		text_equals(edits_mark(edits->arena, before), saw))
		return true;
	if (text_equals(edits_mark(edits->arena, *text), saw)) {
		*text = before;
		return true;
	}
	now = text_cut(span_of(before ? before : ""), SHOWN);
	return error_set(err, ERROR_DATA,
		"somebody else changed the %s while you wrote, to '%.*s': look "
		"at the page, and write yours again where it should stand",
		what, (int)now.len, now.data);
}

void
edits_sign(struct edits *edits, const char *name)
{
	struct str flat = STR_INIT, line = STR_INIT;

	text_flatten(&flat, span_of(name));
	text_shorten(&line, str_span(&flat), NAME_WIDTH);
	if (line.len && !edited_has(&edits->by, str_text(&line))) {
		if (edits->by.count == EDITS_BY_MOST)
			take_out(&edits->by, edits->by.items[0]);
		add(edits->arena, &edits->by, arena_take(edits->arena, &line));
	}
	str_clear(&flat);
	str_clear(&line);
}

/* ----- JSON ----- */

static void
set_list(struct arena *arena, struct value *map, const char *key,
	const struct edited *list)
{
	value_set_texts(arena, map, key, list->items, list->count);
}

struct value *
edits_to_value(struct arena *arena, const struct edits *edits)
{
	struct value *map = value_new_map(arena);

	set_list(arena, map, "order", &edits->order);
	set_list(arena, map, "pinned", &edits->pinned);
	set_list(arena, map, "held", &edits->held);
	set_list(arena, map, "dropped", &edits->dropped);
	value_set_text(arena, map, "subject", edits->subject);
	value_set_text(arena, map, "note", edits->note);
	set_list(arena, map, "by", &edits->by);
	return map;
}

void
edits_write(struct str *out, const struct edits *edits)
{
	struct arena *arena = arena_new();

	json_write(out, edits_to_value(arena, edits), false);
	arena_free(arena);
}

/* A list of texts, none of them a number or a map. */
static bool
read_list(const struct value *map, const char *key, const struct value **list,
	struct error *err)
{
	const struct value *v = value_find(map, key);

	*list = v;
	if (v && v->kind != VALUE_LIST)
		return error_set(err, ERROR_DATA, "'%s' is no list", key);
	for (size_t i = 0; v && i < v->count; i++)
		if (v->items[i]->kind != VALUE_TEXT)
			return error_set(err, ERROR_DATA,
				"'%s' holds something that is no text", key);
	return true;
}

static bool
read_order(struct edits *edits, const struct value *map, struct error *err)
{
	const struct value *list;
	bool ok = read_list(map, "order", &list, err);

	for (size_t i = 0; ok && list && i < list->count; i++)
		ok = add_id(
			edits->arena, &edits->order, list->items[i]->text, err);
	return ok;
}

static bool
read_decided(struct edits *edits, const struct value *map, const char *key,
	enum edit_verb verb, struct error *err)
{
	const struct value *list;
	bool ok = read_list(map, key, &list, err);

	for (size_t i = 0; ok && list && i < list->count; i++)
		ok = edits_decide(edits, verb, list->items[i]->text, err);
	return ok;
}

static bool
read_by(struct edits *edits, const struct value *map, struct error *err)
{
	const struct value *list;

	if (!read_list(map, "by", &list, err))
		return false;
	for (size_t i = 0; list && i < list->count; i++)
		edits_sign(edits, list->items[i]->text);
	return true;
}

static bool
read_all(struct edits *edits, const struct value *map, struct error *err)
{
	if (map->kind != VALUE_MAP)
		return error_set(err, ERROR_DATA, "it is no map");
	return read_order(edits, map, err) &&
		read_decided(edits, map, "pinned", EDIT_PIN, err) &&
		read_decided(edits, map, "held", EDIT_HOLD, err) &&
		read_decided(edits, map, "dropped", EDIT_DROP, err) &&
		edits_set_subject(
			edits, value_find_text(map, "subject"), err) &&
		edits_set_note(
			edits, span_of(value_find_text(map, "note")), err) &&
		read_by(edits, map, err);
}

struct edits *
edits_read(struct span json, struct error *err)
{
	struct edits *edits = edits_new();
	struct value *v = json_parse(edits->arena, "edits", json, err);

	if (v && read_all(edits, v, err))
		return edits;
	if (v)
		error_wrap(err, "edits");
	edits_free(edits);
	return NULL;
}
