/*
 * The slots that a schedule makes: {schedule: …, from: TIME, count: N}, or a
 * list of such.
 */
#include "base/yaml.h"
#include "config/config.h"
#include "run/inspect.h"

enum { SLOTS = 5, SLOTS_MOST = 1000 };

static int64_t
number_of(const struct value *v, const char *key, int64_t initial)
{
	const struct value *number = value_find(v, key);
	int64_t n;

	return number && value_as_int(number, &n) ? n : initial;
}

static bool
read_from(const struct value *v, int64_t *from, struct error *err)
{
	const struct value *text = value_find(v, "from");
	struct date_read read;

	if (!text || !date_parse_iso(span_of(text->text), &read))
		return error_set(err, ERROR_DATA,
			"a schedule is inspected from a time on: 'from: "
			"2026-11-20T09:00:00Z'");
	*from = date_instant(&read, NULL);
	return true;
}

static void
push_instant(struct arena *a, struct value *list, int64_t instant)
{
	struct str text = STR_INIT;

	date_write_iso(&text, instant);
	value_push(a, list, value_new_span(a, str_span(&text)));
	str_clear(&text);
}

static struct value *
show_slots(
	struct arena *a, const struct schedule *s, int64_t from, int64_t count)
{
	struct value *v = value_new_map(a);
	struct value *slots = value_set(a, v, "slots", value_new_list(a));
	int64_t slot = from;

	value_set_instant(a, v, "before", schedule_slot_before(s, from));
	while (count-- > 0 &&
		(slot = schedule_slot_after(s, slot)) != INSTANT_NONE)
		push_instant(a, slots, slot);
	return v;
}

static struct value *
inspect_one(
	const struct inspection *in, const struct value *v, struct error *err)
{
	struct list list = {.arena = in->arena};
	struct problems problems = PROBLEMS_INIT;
	const struct value *map = value_find(v, "schedule");
	int64_t from = 0, count = number_of(v, "count", SLOTS);
	struct value *out = NULL;

	if (!map)
		error_set(err, ERROR_DATA, "%s: no 'schedule'", in->path);
	else if (!list_read_schedule(&list, in->path, map, &problems))
		error_set(err, ERROR_DATA, "%s", problems.items[0].text);
	else if (read_from(v, &from, err))
		out = show_slots(in->arena, &list.schedule, from,
			count < SLOTS_MOST ? count : SLOTS_MOST);
	zone_free(list.schedule.zone);
	problems_clear(&problems);
	return out;
}

struct value *
inspect_schedule(const struct inspection *in, struct error *err)
{
	struct value *v = yaml_parse(in->arena, in->path, 1, in->bytes, err);
	struct value *all;

	if (!v || v->kind != VALUE_LIST)
		return v ? inspect_one(in, v, err) : NULL;
	all = value_new_list(in->arena);
	for (size_t i = 0; i < v->count; i++) {
		struct value *one = inspect_one(in, v->items[i], err);

		if (!one)
			return NULL;
		value_push(in->arena, all, one);
	}
	return all;
}
