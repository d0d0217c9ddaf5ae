#include "model/list.h"

#include "unit.h"

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
	{"UTC", {.every = EVERY_DAY, .hour = 7}, "2026-11-20 10:00",
		"2026-11-20 07:00", "2026-11-21 07:00"},
	{"UTC", {.every = EVERY_DAY, .hour = 7}, "2026-11-20 07:00",
		"2026-11-20 07:00", "2026-11-21 07:00"},
	{"UTC", {.every = EVERY_DAY, .hour = 7}, "2026-11-20 06:59:59",
		"2026-11-19 07:00", "2026-11-20 07:00"},
	/* In Istanbul it is Monday while UTC still has Sunday. */
	{"Europe/Istanbul", {.every = EVERY_WEEK, .weekday = 1, .hour = 1},
		"2026-11-22T22:30:00Z", "2026-11-22T22:00:00Z",
		"2026-11-29T22:00:00Z"},
	{"Europe/Istanbul", {.every = EVERY_WEEK, .weekday = 0, .hour = 7},
		"2026-11-21 12:00", "2026-11-15 07:00", "2026-11-22 07:00"},
	{"UTC", {.every = EVERY_WEEK, .weekday = 4}, "1970-01-01 00:00",
		"1970-01-01 00:00", "1970-01-08 00:00"},
	{"UTC", {.every = EVERY_WEEK, .weekday = 3}, "1970-01-01 00:00",
		"1969-12-31 00:00", "1970-01-07 00:00"},
	{"UTC", {.every = EVERY_MONTH, .day = 31, .hour = 9},
		"2024-02-29 09:00", "2024-02-29 09:00", "2024-03-31 09:00"},
	{"UTC", {.every = EVERY_MONTH, .day = 31, .hour = 9},
		"2023-02-27 09:00", "2023-01-31 09:00", "2023-02-28 09:00"},
	{"UTC", {.every = EVERY_MONTH, .day = 1}, "2023-12-31 23:59",
		"2023-12-01 00:00", "2024-01-01 00:00"},
	{"UTC", {.every = EVERY_MONTH, .day = 15}, "2024-01-10 00:00",
		"2023-12-15 00:00", "2024-01-15 00:00"},
	/* The hour that does not exist: the first valid instant. */
	{"America/New_York", {.every = EVERY_DAY, .hour = 2, .minute = 30},
		"2024-03-10 03:00", "2024-03-10T07:00:00Z", "2024-03-11 02:30"},
	{"America/New_York", {.every = EVERY_DAY, .hour = 2, .minute = 30},
		"2024-03-10T06:59:59Z", "2024-03-09 02:30",
		"2024-03-10T07:00:00Z"},
	/* The hour that comes twice: its first. */
	{"America/New_York", {.every = EVERY_DAY, .hour = 1, .minute = 30},
		"2024-11-03T06:30:00Z", "2024-11-03T05:30:00Z",
		"2024-11-04 01:30"},
	/* The same wall clock over a change. */
	{"Europe/London", {.every = EVERY_WEEK, .weekday = 1, .hour = 7},
		"2024-03-31 12:00", "2024-03-25T07:00:00Z",
		"2024-04-01T06:00:00Z"},
	{"Australia/Lord_Howe", {.every = EVERY_DAY, .hour = 2, .minute = 15},
		"2024-10-05T15:30:00Z", "2024-10-05T15:30:00Z",
		"2024-10-06T15:15:00Z"},
	/* A day that an island left out. */
	{"Pacific/Apia", {.every = EVERY_DAY, .hour = 7},
		"2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z",
		"2011-12-30T17:00:00Z"},
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
	struct schedule s = {.every = EVERY_DAY, .hour = 2, .minute = 30};
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

static void
test_formats(void **state)
{
	enum letter_format got;

	(void)state;
	for (int f = FORMAT_HTML; f <= FORMAT_RFC1153; f++) {
		const char *name = letter_format_name((enum letter_format)f);

		want_true(name, letter_format_find(name, &got));
		want_int(name, got, f);
	}
	want_true("unknown", !letter_format_find("pdf", &got));
}

static void
test_list_free(void **state)
{
	struct arena *arena = arena_new();
	struct list *list = arena_alloc(arena, sizeof *list);

	(void)state;
	list->arena = arena;
	list->schedule.zone = zone_load("Europe/Istanbul", NULL);
	list_free(list);
	list_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_slot_order),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_list_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
