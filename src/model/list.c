/*
 * Slots are counted in periods of the schedule: days, weeks or months since
 * 1970 in its time zone. Each period has one slot.
 */
#include "model/list.h"

#include <string.h>

enum { DAY = 86400, THURSDAY = 4 /* 1970-01-01 */ };

void
list_free(struct list *list)
{
	if (!list)
		return;
	zone_free(list->schedule.zone);
	arena_free(list->arena);
}

/* ----- schedule ----- */

static int64_t
period_at(const struct schedule *s, int64_t now)
{
	struct civil c = zone_civil(s->zone, now);
	int64_t days = floor_div(civil_to_instant(c, 0), DAY);

	switch (s->every) {
	case EVERY_WEEK:
		return floor_div(days, 7);
	case EVERY_MONTH:
		return (int64_t)c.year * 12 + c.month - 1;
	default:
		return days;
	}
}

static int64_t
slot_of(const struct schedule *s, int64_t period)
{
	struct civil c;
	int last;

	switch (s->every) {
	case EVERY_WEEK:
		period = period * 7 + (s->weekday - THURSDAY + 7) % 7;
		/* fall through */
	default:
		c = civil_from_instant(period * DAY, 0);
		break;
	case EVERY_MONTH:
		c = (struct civil){.year = (int)floor_div(period, 12)};
		c.month = (int)(period - (int64_t)c.year * 12) + 1;
		last = civil_month_days(c.year, c.month);
		c.day = s->day < last ? s->day : last;
		break;
	}
	c.hour = s->hour;
	c.minute = s->minute;
	return zone_instant(s->zone, c);
}

/* From a period that is surely later, or earlier, one step at a time: where
 * clocks and calendars jump, no shortcut holds. */
int64_t
schedule_slot_before(const struct schedule *s, int64_t now)
{
	int64_t period = period_at(s, now) + 1;

	if (s->every == EVERY_NEVER)
		return INSTANT_NONE;
	while (slot_of(s, period) > now)
		period--;
	return slot_of(s, period);
}

int64_t
schedule_slot_after(const struct schedule *s, int64_t now)
{
	int64_t period = period_at(s, now) - 1;

	if (s->every == EVERY_NEVER)
		return INSTANT_NONE;
	while (slot_of(s, period) <= now)
		period++;
	return slot_of(s, period);
}

/* ----- formats ----- */

void
list_digest_name(struct str *out, const struct list *list)
{
	static const char word[] = "Digest";

	str_add(out, list->title);
	if (!span_ends(span_of(list->title), word))
		str_add_all(out, " ", word, NULL);
}

static const char *const format_names[LETTER_FORMATS] = {
	[FORMAT_HTML] = "html",
	[FORMAT_TEXT] = "text",
	[FORMAT_MIME_DIGEST] = "mime-digest",
	[FORMAT_RFC1153] = "rfc1153",
};

const char *
letter_format_name(enum letter_format format)
{
	return format_names[format];
}

bool
letter_format_find(const char *name, enum letter_format *out)
{
	for (size_t i = 0; i < LETTER_FORMATS; i++)
		if (strcmp(name, format_names[i]) == 0) {
			*out = (enum letter_format)i;
			return true;
		}
	return false;
}

enum letter_format
list_format_for(const struct list *list, const char *name)
{
	enum letter_format format;

	return name && letter_format_find(name, &format) ? format
							 : list->format;
}

const char *
list_language_for(const struct list *list, const char *language)
{
	return language && language[0] ? language : list->language;
}

bool
letter_format_is_digest(enum letter_format format)
{
	return format == FORMAT_MIME_DIGEST || format == FORMAT_RFC1153;
}
