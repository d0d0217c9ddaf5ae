/*
 * The schedule: how often, on which days, at which times, and when not. What
 * belongs together is known when all layers are read: `on` says weekdays and
 * days of a month alike.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/config.h"
#include "config/finish.h"
#include "config/settings.h"

enum { HOURS = 24, EVERY_MOST = 366 };

static struct schedule *
schedule_of(const struct reader *r)
{
	return &r->list->schedule;
}

/* ----- every ----- */

static const struct {
	const char *name;
	enum schedule_every every;
	bool hourly;
} periods[] = {
	{"never", EVERY_NEVER, false},
	{"hour", EVERY_DAY, true},
	{"day", EVERY_DAY, false},
	{"week", EVERY_WEEK, false},
	{"month", EVERY_MONTH, false},
};

/* "week", "2 weeks" */
static bool
find_period(struct schedule *s, const char *word, long count)
{
	size_t n = strlen(word);

	if (count != 1 && n && word[n - 1] == 's')
		n--;
	for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
		if (strlen(periods[i].name) != n ||
			strncmp(word, periods[i].name, n) != 0)
			continue;
		s->every = periods[i].every;
		s->hourly = periods[i].hourly;
		s->interval = (int)count;
		return count == 1 || (s->every != EVERY_NEVER && !s->hourly);
	}
	return false;
}

void
read_every(struct reader *r, const struct setting *setting,
	const struct value *v, void *field)
{
	struct schedule *s = schedule_of(r);
	const char *text = v->text;
	char *end = NULL;
	long count = 1;

	(void)field;
	if (isdigit((unsigned char)text[0])) {
		count = strtol(text, &end, 10);
		text = end + strspn(end, " ");
	}
	if (count < 1 || count > EVERY_MOST || !find_period(s, text, count)) {
		s->every = EVERY_NEVER;
		s->interval = 1;
		reader_complain(r, v,
			"'%s' must be hour, day, week, month or never, or so "
			"many of them, '2 weeks'",
			setting->name);
	}
}

/* ----- on ----- */

static int
find_word(const char *const *words, struct span word, size_t least)
{
	for (int i = 0; words[i]; i++)
		if (word.len >= least && word.len <= strlen(words[i]) &&
			strncasecmp(word.data, words[i], word.len) == 0)
			return i;
	return -1;
}

static int
find_weekday(struct span word)
{
	static const char *const names[] = {"sunday", "monday", "tuesday",
		"wednesday", "thursday", "friday", "saturday", NULL};

	return find_word(names, word, 3);
}

/* "first monday", "last friday" */
static bool
read_nth_weekday(const char *text, struct month_day *out)
{
	static const char *const names[] = {
		"first", "second", "third", "fourth", "last", NULL};
	const char *space = strchr(text, ' ');
	struct span nth = {text, space ? (size_t)(space - text) : 0};

	if (!space)
		return false;
	out->nth = find_word(names, nth, nth.len) + 1;
	out->weekday = find_weekday(span_of(space + strspn(space, " ")));
	return out->nth > 0 && nth.len == strlen(names[out->nth - 1]) &&
		out->weekday >= 0;
}

static bool
read_month_day(const struct value *v, struct month_day *out)
{
	int64_t day = 0;

	*out = (struct month_day){.day = 0};
	if (strcasecmp(v->text, "last") == 0)
		out->day = 31;
	else if (v->kind == VALUE_NUMBER && value_as_int(v, &day) && day >= 1 &&
		day <= 31)
		out->day = (int)day;
	return out->day || read_nth_weekday(v->text, out);
}

void
read_days(struct reader *r, const struct setting *setting,
	const struct value *v, void *field)
{
	struct schedule *s = schedule_of(r);
	size_t count = value_each_count(v);
	struct month_day *days =
		arena_alloc(r->list->arena, (count + 1) * sizeof *days);

	(void)field;
	s->weekdays = 0;
	s->days = days;
	s->day_count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct value *item = value_each(v, i);
		int weekday = find_weekday(span_of(item->text));

		if (weekday >= 0)
			s->weekdays |= 1u << weekday;
		else if (read_month_day(item, &days[s->day_count]))
			s->day_count++;
		else
			reader_complain(r, item,
				"'%s' must be a weekday like 'monday', or a "
				"day of the month: 1 to 31, 'last', 'last "
				"friday'",
				setting->name);
	}
}

/* ----- at ----- */

static bool
read_time(const char *t, struct schedule_time *out)
{
	int end = 0;

	return isdigit((unsigned char)t[0]) &&
		sscanf(t, "%2d:%2d%n", &out->hour, &out->minute, &end) == 2 &&
		end >= 4 && isdigit((unsigned char)t[end - 2]) &&
		out->hour < HOURS && out->minute >= 0 && out->minute <= 59 &&
		!t[end];
}

static int
minute_of(const struct schedule_time *t)
{
	return t->hour * 60 + t->minute;
}

static int
compare_times(const void *a, const void *b)
{
	return minute_of(a) - minute_of(b);
}

void
read_times(struct reader *r, const struct setting *setting,
	const struct value *v, void *field)
{
	struct schedule *s = schedule_of(r);
	size_t count = value_each_count(v);
	struct schedule_time *times =
		arena_alloc(r->list->arena, (count + 1) * sizeof *times);

	(void)field;
	s->times = times;
	s->time_count = 0;
	for (size_t i = 0; i < count; i++)
		if (read_time(value_each(v, i)->text, &times[s->time_count]))
			s->time_count++;
		else
			reader_complain(r, value_each(v, i),
				"'%s' must be a time like \"07:30\"",
				setting->name);
	qsort(times, s->time_count, sizeof *times, compare_times);
}

/* ----- when not ----- */

void
read_start(struct reader *r, const struct setting *setting,
	const struct value *v, void *field)
{
	struct date_read read;

	(void)field;
	if (v->kind == VALUE_NULL)
		return;
	if (date_parse_iso(span_of(v->text), &read) && !read.has_time &&
		civil_is_valid(read.civil))
		schedule_of(r)->start = read.civil;
	else
		reader_complain(r, v, "'%s' must be a day like 2026-11-23",
			setting->name);
}

/* "12-25", "2027-04-05" */
static bool
read_holiday(const char *text, struct holiday *out)
{
	struct date_read read;
	int end = 0;

	*out = (struct holiday){.year = 0};
	if (sscanf(text, "%2d-%2d%n", &out->month, &out->day, &end) == 2 &&
		!text[end])
		return out->month >= 1 && out->month <= 12 && out->day >= 1 &&
			out->day <= civil_month_days(2024, out->month);
	if (!date_parse_iso(span_of(text), &read) || read.has_time ||
		!civil_is_valid(read.civil))
		return false;
	*out = (struct holiday){
		read.civil.year, read.civil.month, read.civil.day};
	return true;
}

void
read_holidays(struct reader *r, const struct setting *setting,
	const struct value *v, void *field)
{
	struct schedule *s = schedule_of(r);
	size_t count = value_each_count(v);
	struct holiday *holidays =
		arena_alloc(r->list->arena, (count + 1) * sizeof *holidays);

	(void)field;
	s->holidays = holidays;
	s->holiday_count = 0;
	for (size_t i = 0; i < count; i++)
		if (read_holiday(value_each(v, i)->text,
			    &holidays[s->holiday_count]))
			s->holiday_count++;
		else
			reader_complain(r, value_each(v, i),
				"'%s' must be days like 12-25, of every year, "
				"or 2027-04-05",
				setting->name);
}

void
read_quiet(struct reader *r, const struct setting *setting,
	const struct value *v, void *field)
{
	struct quiet_hours *quiet = &schedule_of(r)->quiet;
	struct schedule_time from, until;
	const char *dash = v->kind == VALUE_NULL ? NULL : strchr(v->text, '-');
	char *first;

	(void)field;
	*quiet = (struct quiet_hours){.from = 0};
	if (v->kind == VALUE_NULL)
		return;
	first = dash ? strndup(v->text, (size_t)(dash - v->text)) : NULL;
	if (first && read_time(first, &from) && read_time(dash + 1, &until))
		*quiet = (struct quiet_hours){
			minute_of(&from), minute_of(&until)};
	else
		reader_complain(r, v, "'%s' must be hours like \"22:00-06:30\"",
			setting->name);
	free(first);
}

/* ----- all of it ----- */

/* `on` is not there, or of the other kind; one that is no day at all has been
 * told. */
static void
want_day(struct reader *r, bool other, const char *said)
{
	const struct schedule *s = schedule_of(r);

	if (other)
		reader_complain_field(r, &s->days, "%s", said);
	else if (!reader_knows(r, &s->days) || r->errors == 0)
		reader_complain_field(r, &s->every, "%s", said);
}

static void
finish_days(struct reader *r)
{
	const struct schedule *s = schedule_of(r);

	if (s->every == EVERY_WEEK && (!s->weekdays || s->day_count))
		want_day(r, s->day_count > 0,
			"'every: week' needs a weekday: 'on: monday'");
	if (s->every == EVERY_MONTH && (s->weekdays || !s->day_count))
		want_day(r, s->weekdays != 0,
			"'every: month' needs a day of the month: 'on: 1', "
			"'on: first monday'");
	if (s->interval > 1 && !s->start.year &&
		(!reader_knows(r, &s->start) || r->errors == 0))
		reader_complain_field(r, &s->every,
			"it must be known which of them: 'starting: "
			"2026-11-23'");
}

/* Each hour, at the minute that was said. */
static void
fill_hours(struct reader *r)
{
	struct schedule *s = schedule_of(r);
	struct schedule_time *times =
		arena_alloc(r->list->arena, HOURS * sizeof *times);

	if (s->time_count > 1)
		reader_complain_field(r, &s->times,
			"'every: hour' has one time, for its minutes: 'at: "
			"\"00:15\"'");
	for (int hour = 0; hour < HOURS; hour++)
		times[hour] = (struct schedule_time){
			hour, s->time_count ? s->times[0].minute : 0};
	s->times = times;
	s->time_count = HOURS;
}

static void
finish_times(struct reader *r)
{
	const struct schedule *s = schedule_of(r);

	if (s->hourly)
		fill_hours(r);
	if (s->every != EVERY_NEVER && !s->time_count &&
		(!reader_knows(r, &s->times) || r->errors == 0))
		reader_complain_field(r, &s->every,
			"the schedule needs a time: 'at: \"07:00\"'");
	if (s->every == EVERY_NEVER && reader_knows(r, &s->times) &&
		!reader_knows(r, &s->every))
		reader_complain_field(r, &s->times,
			"the schedule needs 'every: day', week or month");
}

static bool
is_quiet_at(const struct quiet_hours *q, int minute)
{
	return q->from <= q->until ? minute >= q->from && minute < q->until
				   : minute >= q->from || minute < q->until;
}

/* An hourly list may have its nights. */
static void
finish_quiet(struct reader *r)
{
	const struct schedule *s = schedule_of(r);

	for (size_t i = 0; !s->hourly && i < s->time_count; i++)
		if (is_quiet_at(&s->quiet, minute_of(&s->times[i])))
			reader_complain_field(r, &s->quiet,
				"%02d:%02d is in the quiet hours: nothing "
				"would be sent then",
				s->times[i].hour, s->times[i].minute);
}

void
schedule_finish(struct reader *r)
{
	struct schedule *s = schedule_of(r);
	struct error err = ERROR_INIT;

	finish_days(r);
	finish_times(r);
	finish_quiet(r);
	if (s->timezone)
		s->zone = zone_load(s->timezone, &err);
	if (err.text)
		reader_complain_field(r, &s->timezone, "%s", err.text);
	error_clear(&err);
}

bool
list_read_schedule(struct list *list, const char *file, const struct value *map,
	struct problems *problems)
{
	struct reader r = {
		.list = list, .problems = problems, .told = map_new()};
	struct value *initial = settings_initial(list->arena);
	struct value *said = value_new_map(list->arena);

	value_set(
		list->arena, said, "schedule", value_find(initial, "schedule"));
	settings_read(&r, settings, said, list);
	value_set(list->arena, said, "schedule", (struct value *)map);
	r.file = file;
	settings_read(&r, settings, said, list);
	schedule_finish(&r);
	map_free(r.told);
	return r.errors == 0;
}
