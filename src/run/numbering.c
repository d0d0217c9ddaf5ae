/*
 * What an issue is called beside its number: the third of the twelfth volume,
 * or of the 47th week. Years and weeks are those of its slot, on the list's
 * wall.
 */
#include "run/compose.h"

static struct civil
day_of(const struct list *list, int64_t slot)
{
	struct civil c = zone_civil(list->schedule.zone, slot);

	c.hour = c.minute = c.second = 0;
	return c;
}

/* The first moment of the day so many days before this one. */
static int64_t
day_before(const struct list *list, struct civil day, int days)
{
	struct civil c = civil_from_instant(
		civil_to_instant(day, 0) - days * INT64_C(86400), 0);

	return zone_instant(list->schedule.zone, c);
}

static int
volume_of(const struct list *list, int year, int64_t first)
{
	int since = list->first_volume;

	if (!since)
		since = first == INSTANT_NONE ? year : day_of(list, first).year;
	return year >= since ? year - since + 1 : 1;
}

int
compose_number(const struct compose_options *o)
{
	return o->number > o->list->first_number ? o->number
						 : o->list->first_number;
}

bool
compose_name(
	const struct compose_options *o, struct issue *issue, struct error *err)
{
	const struct list *list = o->list;
	struct civil day = day_of(list, o->slot);
	struct issue_name *name = &issue->name;
	int64_t from, first;
	size_t count;

	if (list->numbering == NUMBERING_RUNNING)
		return true;
	if (list->numbering == NUMBERING_WEEK) {
		civil_iso_week(day, &name->year, &name->week);
		from = day_before(list, day, (civil_weekday(day) + 6) % 7);
	} else {
		from = zone_instant(list->schedule.zone,
			(struct civil){.year = day.year, .month = 1, .day = 1});
	}
	if (!store_issue_count(
		    o->store, o->list_id, from, o->slot, &count, &first, err))
		return false;
	name->count = (int)count + 1;
	if (list->numbering == NUMBERING_VOLUME)
		name->volume = volume_of(list, day.year, first);
	return true;
}
