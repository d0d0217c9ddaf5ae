#include "model/schedule.h"

#include "unit.h"

#define TIMES(...)                                                          \
	.times = (const struct schedule_time[]){__VA_ARGS__},               \
	.time_count = sizeof((const struct schedule_time[]){__VA_ARGS__}) / \
		sizeof(struct schedule_time)
#define AT(hour, minute) TIMES({hour, minute})
#define DAYS(...)                                                      \
	.days = (const struct month_day[]){__VA_ARGS__},               \
	.day_count = sizeof((const struct month_day[]){__VA_ARGS__}) / \
		sizeof(struct month_day)
#define CHRISTMAS .holidays = christmas, .holiday_count = COUNT(christmas)

/* One of each year, and one of one. */
static const struct holiday christmas[] = {{0, 12, 25}, {2026, 12, 26}};

/* An instant of a slot or a moment, as ISO 8601 with or without zone. */
static int64_t
instant(const char *text, const struct zone *zone)
{
	struct date_read d;

	if (!text)
		return INSTANT_NONE;
	want_true(text, date_parse_iso(span_of(text), &d));
	return date_instant(&d, zone);
}

static const struct {
	const char *zone;
	struct schedule schedule;
	const char *now, *before, *after; /* on the wall, or in UTC with Z */
} cases[] = {
	{"UTC", {.every = EVERY_NEVER}, "2026-11-20 10:00", NULL, NULL},
	{"UTC", {.every = EVERY_DAY, AT(7, 0)}, "2026-11-20 10:00",
		"2026-11-20 07:00", "2026-11-21 07:00"},
	{"UTC", {.every = EVERY_DAY, AT(7, 0)}, "2026-11-20 07:00",
		"2026-11-20 07:00", "2026-11-21 07:00"},
	{"UTC", {.every = EVERY_DAY, AT(7, 0)}, "2026-11-20 06:59:59",
		"2026-11-19 07:00", "2026-11-20 07:00"},
	/* In Istanbul it is Monday while UTC still has Sunday. */
	{"Europe/Istanbul", {.every = EVERY_WEEK, .weekdays = 1 << 1, AT(1, 0)},
		"2026-11-22T22:30:00Z", "2026-11-22T22:00:00Z",
		"2026-11-29T22:00:00Z"},
	{"Europe/Istanbul", {.every = EVERY_WEEK, .weekdays = 1 << 0, AT(7, 0)},
		"2026-11-21 12:00", "2026-11-15 07:00", "2026-11-22 07:00"},
	{"UTC", {.every = EVERY_WEEK, .weekdays = 1 << 4, AT(0, 0)},
		"1970-01-01 00:00", "1970-01-01 00:00", "1970-01-08 00:00"},
	{"UTC", {.every = EVERY_WEEK, .weekdays = 1 << 3, AT(0, 0)},
		"1970-01-01 00:00", "1969-12-31 00:00", "1970-01-07 00:00"},
	{"UTC", {.every = EVERY_MONTH, DAYS({31, 0, 0}), AT(9, 0)},
		"2024-02-29 09:00", "2024-02-29 09:00", "2024-03-31 09:00"},
	{"UTC", {.every = EVERY_MONTH, DAYS({31, 0, 0}), AT(9, 0)},
		"2023-02-27 09:00", "2023-01-31 09:00", "2023-02-28 09:00"},
	{"UTC", {.every = EVERY_MONTH, DAYS({1, 0, 0}), AT(0, 0)},
		"2023-12-31 23:59", "2023-12-01 00:00", "2024-01-01 00:00"},
	{"UTC", {.every = EVERY_MONTH, DAYS({15, 0, 0}), AT(0, 0)},
		"2024-01-10 00:00", "2023-12-15 00:00", "2024-01-15 00:00"},
	/* Several days, several times. */
	{"UTC",
		{.every = EVERY_WEEK,
			.weekdays = 1 << 1 | 1 << 4,
			TIMES({7, 0}, {19, 30})},
		"2026-11-23 07:00", "2026-11-23 07:00", "2026-11-23 19:30"},
	{"UTC",
		{.every = EVERY_WEEK,
			.weekdays = 1 << 1 | 1 << 4,
			TIMES({7, 0}, {19, 30})},
		"2026-11-23 23:00", "2026-11-23 19:30", "2026-11-26 07:00"},
	{"UTC", {.every = EVERY_MONTH, DAYS({1, 0, 0}, {15, 0, 0}), AT(9, 0)},
		"2026-11-10 00:00", "2026-11-01 09:00", "2026-11-15 09:00"},
	/* The last Friday, the first and the third Monday. */
	{"UTC", {.every = EVERY_MONTH, DAYS({0, NTH_LAST, 5}), AT(9, 0)},
		"2026-11-10 00:00", "2026-10-30 09:00", "2026-11-27 09:00"},
	{"UTC", {.every = EVERY_MONTH, DAYS({0, 1, 1}, {0, 3, 1}), AT(9, 0)},
		"2026-11-10 00:00", "2026-11-02 09:00", "2026-11-16 09:00"},
	/* Every second week, from a Wednesday on: of that week the Monday. */
	{"UTC",
		{.every = EVERY_WEEK,
			.interval = 2,
			.start = {2026, 11, 25, 0, 0, 0},
			.weekdays = 1 << 1,
			AT(7, 0)},
		"2026-11-23 08:00", "2026-11-23 07:00", "2026-12-07 07:00"},
	{"UTC",
		{.every = EVERY_WEEK,
			.interval = 2,
			.start = {2026, 11, 25, 0, 0, 0},
			.weekdays = 1 << 1,
			AT(7, 0)},
		"2026-11-22 08:00", "2026-11-09 07:00", "2026-11-23 07:00"},
	{"UTC",
		{.every = EVERY_MONTH,
			.interval = 3,
			.start = {2026, 1, 1, 0, 0, 0},
			DAYS({1, 0, 0}),
			AT(7, 0)},
		"2026-11-20 00:00", "2026-10-01 07:00", "2027-01-01 07:00"},
	{"UTC",
		{.every = EVERY_DAY,
			.interval = 3,
			.start = {2026, 11, 20, 0, 0, 0},
			AT(7, 0)},
		"2026-11-20 08:00", "2026-11-20 07:00", "2026-11-23 07:00"},
	/* Holidays: left out, or put off to the day after them. */
	{"UTC", {.every = EVERY_WEEK, .weekdays = 1 << 5, AT(7, 0), CHRISTMAS},
		"2026-12-24 00:00", "2026-12-18 07:00", "2027-01-01 07:00"},
	{"UTC",
		{.every = EVERY_WEEK,
			.weekdays = 1 << 5,
			AT(7, 0),
			CHRISTMAS,
			.on_holiday = HOLIDAY_NEXT_DAY},
		"2026-12-24 00:00", "2026-12-18 07:00", "2026-12-27 07:00"},
	{"UTC", {.every = EVERY_DAY, AT(7, 0), CHRISTMAS}, "2026-12-26 12:00",
		"2026-12-24 07:00", "2026-12-27 07:00"},
	{"UTC", {.every = EVERY_DAY, AT(7, 0), CHRISTMAS}, "2027-12-25 12:00",
		"2027-12-24 07:00", "2027-12-26 07:00"},
	/* Never, but for a day that is a holiday each year. */
	{"UTC",
		{.every = EVERY_MONTH,
			.interval = 12,
			.start = {2026, 12, 1, 0, 0, 0},
			DAYS({25, 0, 0}),
			AT(7, 0),
			CHRISTMAS},
		"2026-12-26 12:00", NULL, NULL},
	/* The hour that does not exist: the first valid instant. */
	{"America/New_York", {.every = EVERY_DAY, AT(2, 30)},
		"2024-03-10 03:00", "2024-03-10T07:00:00Z", "2024-03-11 02:30"},
	{"America/New_York", {.every = EVERY_DAY, AT(2, 30)},
		"2024-03-10T06:59:59Z", "2024-03-09 02:30",
		"2024-03-10T07:00:00Z"},
	/* The hour that comes twice: its first. */
	{"America/New_York", {.every = EVERY_DAY, AT(1, 30)},
		"2024-11-03T06:30:00Z", "2024-11-03T05:30:00Z",
		"2024-11-04 01:30"},
	/* The same wall clock over a change. */
	{"Europe/London", {.every = EVERY_WEEK, .weekdays = 1 << 1, AT(7, 0)},
		"2024-03-31 12:00", "2024-03-25T07:00:00Z",
		"2024-04-01T06:00:00Z"},
	{"Australia/Lord_Howe", {.every = EVERY_DAY, AT(2, 15)},
		"2024-10-05T15:30:00Z", "2024-10-05T15:30:00Z",
		"2024-10-06T15:15:00Z"},
	/* A day that an island left out. */
	{"Pacific/Apia", {.every = EVERY_DAY, AT(7, 0)}, "2011-12-30T10:00:00Z",
		"2011-12-30T10:00:00Z", "2011-12-30T17:00:00Z"},
};

static void
test_slots(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct schedule s = cases[i].schedule;
		int64_t now;

		s.zone = zone_load(cases[i].zone, NULL);
		now = instant(cases[i].now, s.zone);
		want_int(cases[i].now, schedule_slot_before(&s, now),
			instant(cases[i].before, s.zone));
		want_int(cases[i].now, schedule_slot_after(&s, now),
			instant(cases[i].after, s.zone));
		zone_free(s.zone);
	}
}

/* Walking from slot to slot meets each once, forwards and backwards. */
static void
test_slot_order(void **state)
{
	struct schedule s = {.every = EVERY_DAY, AT(2, 30)};
	int64_t slot;

	(void)state;
	s.zone = zone_load("America/New_York", NULL);
	slot = schedule_slot_after(&s, 1700000000);
	for (int i = 0; i < 800; i++) {
		int64_t next = schedule_slot_after(&s, slot);

		want_true("about a day",
			next - slot >= 82800 - 1800 &&
				next - slot <= 90000 + 1800);
		want_int("back", schedule_slot_before(&s, next - 1), slot);
		want_int("itself", schedule_slot_before(&s, next), next);
		slot = next;
	}
	zone_free(s.zone);
}

static const struct {
	const char *zone;
	struct quiet_hours quiet;
	const char *now, *until, *from;
} nights[] = {
	{"UTC", {0, 0}, "2026-11-20 03:00", NULL, NULL},
	{"UTC", {22 * 60, 6 * 60 + 30}, "2026-11-20 03:00", "2026-11-20 06:30",
		NULL},
	{"UTC", {22 * 60, 6 * 60 + 30}, "2026-11-20 22:00", "2026-11-21 06:30",
		NULL},
	{"UTC", {22 * 60, 6 * 60 + 30}, "2026-11-20 06:30", NULL,
		"2026-11-20 22:00"},
	{"UTC", {12 * 60, 13 * 60}, "2026-11-20 12:59:59", "2026-11-20 13:00",
		NULL},
	{"UTC", {12 * 60, 13 * 60}, "2026-11-20 13:00", NULL,
		"2026-11-21 12:00"},
	/* A night of seven hours, when clocks go forward. */
	{"Europe/London", {23 * 60, 7 * 60}, "2024-03-30T23:30:00Z",
		"2024-03-31T06:00:00Z", NULL},
};

static void
test_quiet(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(nights); i++) {
		struct schedule s = {.quiet = nights[i].quiet};
		int64_t now;

		s.zone = zone_load(nights[i].zone, NULL);
		now = instant(nights[i].now, s.zone);
		want_int(nights[i].now, schedule_quiet_until(&s, now),
			instant(nights[i].until, s.zone));
		want_int(nights[i].now, schedule_quiet_from(&s, now),
			instant(nights[i].from, s.zone));
		zone_free(s.zone);
	}
}

static const struct {
	const char *zone, *from, *until;
	struct quiet_hours quiet;
	int64_t minutes;
} spans[] = {
	{"UTC", "2026-11-20 03:00", "2026-11-29 03:00", {0, 0}, 0},
	{"UTC", "2026-11-20 12:00", "2026-11-20 21:59", {22 * 60, 6 * 60}, 0},
	{"UTC", "2026-11-20 12:00", "2026-11-20 22:01", {22 * 60, 6 * 60}, 1},
	{"UTC", "2026-11-20 23:00", "2026-11-20 23:30", {22 * 60, 6 * 60}, 30},
	{"UTC", "2026-11-20 05:00", "2026-11-22 12:00", {22 * 60, 6 * 60},
		60 + 2 * 8 * 60},
	{"UTC", "2026-11-22 05:00", "2026-11-20 12:00", {22 * 60, 6 * 60}, 0},
	/* Quiet in the hour that is left out, and in seven that are six. */
	{"Europe/London", "2024-03-30 12:00", "2024-04-01 12:00",
		{60 + 10, 60 + 40}, 30},
	{"Europe/London", "2024-03-30 12:00", "2024-03-31 12:00", {0, 7 * 60},
		6 * 60},
};

static void
test_quiet_between(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(spans); i++) {
		struct schedule s = {.quiet = spans[i].quiet};

		s.zone = zone_load(spans[i].zone, NULL);
		want_int(spans[i].until,
			schedule_quiet_between(&s,
				instant(spans[i].from, s.zone),
				instant(spans[i].until, s.zone)),
			spans[i].minutes * 60);
		zone_free(s.zone);
	}
}

static void
test_after(void **state)
{
	struct schedule s = {.every = EVERY_DAY};
	int64_t last, slot;

	(void)state;
	s.zone = zone_load("Europe/London", NULL);
	/* Seven days of the calendar, an hour short. */
	last = instant("2024-03-25 07:00", s.zone);
	slot = instant("2024-04-01 07:00", s.zone);
	want_true("not asked", schedule_is_overdue(&s, last, slot));
	s.after.dispatches = 10;
	want_true("dispatches only", !schedule_is_overdue(&s, last, slot));
	s.after.days = 7;
	want_true("a week", schedule_is_overdue(&s, last, slot));
	want_true("a day less", !schedule_is_overdue(&s, last, slot - 86400));
	want_true("first", schedule_is_overdue(&s, INSTANT_NONE, slot));
	zone_free(s.zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_slot_order),
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_quiet_between),
		cmocka_unit_test(test_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
