#include "base/date.h"

#include "base/zone_rule.h"
#include "unit.h"

/* ----- civil time ----- */

static void
test_civil(void **state)
{
	static const struct {
		struct civil civil;
		int64_t instant;
		int weekday;
	} cases[] = {
		{{1970, 1, 1, 0, 0, 0}, 0, 4},
		{{1969, 12, 31, 23, 59, 59}, -1, 3},
		{{2000, 2, 29, 12, 0, 0}, 951825600, 2},
		{{1900, 3, 1, 0, 0, 0}, -2203891200, 4},
		{{2026, 11, 20, 6, 0, 0}, 1795154400, 5},
		{{2100, 12, 31, 23, 59, 59}, 4133980799, 5},
		{{1, 1, 1, 0, 0, 0}, -62135596800, 1},
		{{0, 3, 1, 0, 0, 0}, -62162035200, 3},
		{{9999, 12, 31, 23, 59, 59}, 253402300799, 5},
		{{-400, 2, 29, 0, 0, 0}, -74784902400, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct civil c = cases[i].civil;
		char name[32];

		snprintf(name, sizeof name, "%04d-%02d-%02d", c.year, c.month,
			c.day);
		want_int(name, civil_to_instant(c, 0), cases[i].instant);
		want_int(name, civil_weekday(c), cases[i].weekday);
		c = civil_from_instant(cases[i].instant, 0);
		want_true(name,
			memcmp(&c, &cases[i].civil, sizeof c) == 0 &&
				civil_is_valid(c));
	}
}

static void
test_iso_week(void **state)
{
	static const struct {
		struct civil day;
		int year, week;
	} cases[] = {
		{{2026, 11, 20, 0, 0, 0}, 2026, 47},
		{{2026, 12, 31, 0, 0, 0}, 2026, 53},
		{{2027, 1, 3, 0, 0, 0}, 2026, 53},
		{{2027, 1, 4, 0, 0, 0}, 2027, 1},
		{{2024, 12, 29, 0, 0, 0}, 2024, 52},
		{{2024, 12, 30, 0, 0, 0}, 2025, 1},
		{{2021, 1, 3, 0, 0, 0}, 2020, 53},
		{{2023, 1, 1, 0, 0, 0}, 2022, 52},
		{{2000, 2, 29, 0, 0, 0}, 2000, 9},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int year, week;

		civil_iso_week(cases[i].day, &year, &week);
		want_int("year", year, cases[i].year);
		want_int("week", week, cases[i].week);
	}
}

/* Every day of three centuries has a successor that a calendar knows. */
static void
test_civil_days(void **state)
{
	struct civil was = {1899, 12, 31, 0, 0, 0};

	(void)state;
	for (int64_t day = -25567; day < 84006; day++) {
		struct civil c = civil_from_instant(day * 86400, 0);
		bool turn = was.day == civil_month_days(was.year, was.month);

		want_int("day", c.day, turn ? 1 : was.day + 1);
		want_int("back", civil_to_instant(c, 0), day * 86400);
		was = c;
	}
	want_int("century", civil_month_days(1900, 2), 28);
	want_int("leap", civil_month_days(2000, 2), 29);
	want_int("december", civil_month_days(2023, 12), 31);
}

/* No instant overflows. */
static void
test_civil_limits(void **state)
{
	(void)state;
	want_true("far", civil_from_instant(INT64_MAX, 86400).year > 1000000);
	want_true("long ago", civil_from_instant(INSTANT_NONE, 0).year < 0);
	want_true("invalid",
		!civil_is_valid(
			(struct civil){.year = 2023, .month = 2, .day = 29}));
}

/* ----- reading ----- */

struct reading {
	const char *text, *want; /* UTC */
	bool has_time, has_zone;
};

static void
check_readings(bool (*parse)(struct span, struct date_read *),
	const struct reading *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = cases[i].text;
		struct str got = STR_INIT;
		struct date_read d;

		want_true(text, parse(span_of(text), &d));
		date_write_iso(&got, date_instant(&d, NULL));
		want_text(text, got.data, cases[i].want);
		want_int(text, d.has_time, cases[i].has_time);
		want_int(text, d.has_zone, cases[i].has_zone);
		str_clear(&got);
	}
}

static void
check_refused(bool (*parse)(struct span, struct date_read *),
	const char *const *cases, size_t count)
{
	struct date_read d;

	for (size_t i = 0; i < count; i++)
		want_true(cases[i], !parse(span_of(cases[i]), &d));
}

static void
test_parse_iso(void **state)
{
	static const struct reading cases[] = {
		{"2024-03-09", "2024-03-09T00:00:00Z", false, false},
		{" 2024-3-9 ", "2024-03-09T00:00:00Z", false, false},
		{"2024/03/09", "2024-03-09T00:00:00Z", false, false},
		{"20240309", "2024-03-09T00:00:00Z", false, false},
		{"2024-03", "2024-03-01T00:00:00Z", false, false},
		{"2024-03-09 10:00", "2024-03-09T10:00:00Z", true, false},
		{"2024-03-09 9:05:07", "2024-03-09T09:05:07Z", true, false},
		{"2024-03-09T10:00:00Z", "2024-03-09T10:00:00Z", true, true},
		{"2024-03-09t10:00:00z", "2024-03-09T10:00:00Z", true, true},
		{"2024-03-09T10:00:00+03:00", "2024-03-09T07:00:00Z", true,
			true},
		{"2024-03-09T10:00:00.5+0300", "2024-03-09T07:00:00Z", true,
			true},
		{"2024-03-09T10:00:00,123Z", "2024-03-09T10:00:00Z", true,
			true},
		{"20240309T101530Z", "2024-03-09T10:15:30Z", true, true},
		{"20240309T1015", "2024-03-09T10:15:00Z", true, false},
		{"2009-06-22 10:00:00 -0700", "2009-06-22T17:00:00Z", true,
			true},
		{"2009-06-22 10:00:00 -0700 MST", "2009-06-22T17:00:00Z", true,
			true},
		{"2024-03-09 10:00 UTC", "2024-03-09T10:00:00Z", true, true},
		{"2024-03-09 10:00 +3", "2024-03-09T07:00:00Z", true, true},
		{"2024-03-09 10:00 EST", "2024-03-09T15:00:00Z", true, true},
		{"2004-07-08 23:56:58 -00:20", "2004-07-09T00:16:58Z", true,
			true},
		{"2024-03-09 12:30 AM", "2024-03-09T00:30:00Z", true, false},
		{"2024-03-09 3:05 pm", "2024-03-09T15:05:00Z", true, false},
		{"2024-12-31T24:00:00Z", "2025-01-01T00:00:00Z", true, true},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", true, true},
		{"2017-02-29 11:00:00", "2017-03-01T11:00:00Z", true, false},
	};
	static const char *const bad[] = {"", "tomorrow", "2024", "22013",
		"2024-13-01", "2024-00-10", "2024-01-32", "2024-01-00",
		"2024-01-01T", "2024-01-01 25:00", "2024-01-01 24:30",
		"2024-01-01 10:61", "2024-01-01 10", "2024-01-01 10:5",
		"2024-01-01 13:00 PM", "2024-01-01x", "2024-01-01 10:00 Mars",
		"2024-xx-27", "2024-01-01 10:00 +0275", "2024-01/01",
		"2024-01-01 10:00:00 2024 -0800", "{{ page.date }}"};
	(void)state;
	check_readings(date_parse_iso, cases, COUNT(cases));
	check_refused(date_parse_iso, bad, COUNT(bad));
}

static void
test_parse_mail(void **state)
{
	static const struct reading cases[] = {
		{"Fri, 20 Nov 2026 09:00:00 +0300", "2026-11-20T06:00:00Z",
			true, true},
		{"20 Nov 2026 09:00 -0000", "2026-11-20T09:00:00Z", true, true},
		{"Sun,25 Dec 2011 12:27:13 -1337", "2011-12-26T02:04:13Z", true,
			true},
		{"Sun, 26 Jan 14 17:14:22 -0600", "2014-01-26T23:14:22Z", true,
			true},
		{"1 Jan 49 00:00:00 GMT", "2049-01-01T00:00:00Z", true, true},
		{"1 Jan 50 00:00:00 GMT", "1950-01-01T00:00:00Z", true, true},
		{"1 Jan 104 00:00:00 GMT", "2004-01-01T00:00:00Z", true, true},
		{"26 Jan 2014 17:14:22 EDT", "2014-01-26T21:14:22Z", true,
			true},
		{"26 Jan 2014 17:14:22 ut", "2014-01-26T17:14:22Z", true, true},
		{"26 Jan 2014 17:14:22 A", "2014-01-26T17:14:22Z", true, true},
		{"26 Jan 2014 17:14:22 XYZ", "2014-01-26T17:14:22Z", true,
			true},
		{"26 Jan 2014 17:14:22", "2014-01-26T17:14:22Z", true, false},
		{"Fri (a (nested\\)) one), 21 (x)Nov(y)1997 09(z):55:06 -0600",
			"1997-11-21T15:55:06Z", true, true},
		{"Thu, 01 Jan 2004 19:48:21 +0200 (Doğu Avrupa",
			"2004-01-01T17:48:21Z", true, true},
		{"Fri,\r\n 21 Nov 1997\r\n 09:55:06 -0600",
			"1997-11-21T15:55:06Z", true, true},
		{"Thu, 01 Jan 2004", "2004-01-01T00:00:00Z", false, false},
		{"Mon, 26 January 2004 16:31:00 ET", "2004-01-26T21:31:00Z",
			true, true},
		{"Tues, 7 Sept 2004 10:00:00 GMT", "2004-09-07T10:00:00Z", true,
			true},
		{"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z", true,
			true},
		{"Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z", true,
			false},
		{"Sun Jan  4 16:29:06 EST 2004", "2004-01-04T21:29:06Z", true,
			true},
		{"Sun Jan  4 16:29:06 +0200 2004", "2004-01-04T14:29:06Z", true,
			true},
		{"Thu Aug 30 2012 17:26:16 GMT+0200 (CEST)",
			"2012-08-30T15:26:16Z", true, true},
		{"March 9, 2024", "2024-03-09T00:00:00Z", false, false},
		{"2003-12-31T10:14:55-08:00", "2003-12-31T18:14:55Z", true,
			true},
		{"10 Jun 2030 13:39:60 +0000", "2030-06-10T13:40:00Z", true,
			true},
	};
	static const char *const bad[] = {"Mar, 02 Avr 2014 15:04:13 -0500",
		"Tue, 02 A 2014 15:04:13 -0500", "Coincident with the rapture",
		"", "((((", "Fri,", "31", "Sun, 99 Jun 2009 12:00:00 GMT",
		"Mon, 31 Jun 2009 12:00:00 GMT", "1 Jan 20040 00:00:00 GMT",
		"1 Jan 2004 25:00:00 GMT"};
	(void)state;
	check_readings(date_parse_mail, cases, COUNT(cases));
	check_refused(date_parse_mail, bad, COUNT(bad));
}

/* ----- writing ----- */

static void
test_write(void **state)
{
	static const struct {
		int64_t instant;
		int offset;
		const char *want;
	} cases[] = {
		{1795154400, 10800, "Fri, 20 Nov 2026 09:00:00 +0300"},
		{1795154400, 0, "Fri, 20 Nov 2026 06:00:00 +0000"},
		{1795154400, -12600, "Fri, 20 Nov 2026 02:30:00 -0330"},
		{1795154400, 7016, "Fri, 20 Nov 2026 07:56:00 +0156"},
		{-1, 0, "Wed, 31 Dec 1969 23:59:59 +0000"},
	};
	struct str got = STR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		str_truncate(&got, 0);
		date_write_mail(&got, cases[i].instant, cases[i].offset);
		want_text("mail", str_text(&got), cases[i].want);
	}
	str_clear(&got);
}

static void
test_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t want;
		const char *written;
	} cases[] = {
		{"90 s", 90, "1 minute 30 seconds"},
		{"2 minutes", 120, "2 minutes"},
		{"2min", 120, "2 minutes"},
		{"18 hours", 64800, "18 hours"},
		{"5 days", 432000, "5 days"},
		{"1 week", 604800, "7 days"},
		{"100 years", 3153600000, "36500 days"},
		{"2 months", 5184000, "60 days"},
		{"1 Day", 86400, "1 day"},
		{"1 day 12 hours", 129600, "1 day 12 hours"},
		{"1d12h", 129600, "1 day 12 hours"},
		{"0", 0, "0 seconds"},
		{" 1 hour 1 second ", 3601, "1 hour"},
		{"0 s", 0, "0 seconds"},
	};
	static const char *const bad[] = {"", "5", "days", "-5 days",
		"1.5 hours", "5 moons", "5 days before", "9999999999999 days",
		"999999999999 weeks", "5 days,"};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str written = STR_INIT;
		int64_t got = -1;

		duration_parse(span_of(cases[i].text), &got);
		want_int(cases[i].text, got, cases[i].want);
		duration_write(&written, got);
		want_text(cases[i].text, written.data, cases[i].written);
		str_clear(&written);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		want_true(bad[i],
			!duration_parse(span_of(bad[i]), &(int64_t){0}));
}

/* ----- zones; the tables were computed by another implementation ----- */

static const int64_t instants[] = {
	268099200,   /* 1978-07-01T00:00 */
	1269737999,  /* 2010-03-28T00:59:59 */
	1269738000,  /* 2010-03-28T01:00 */
	1473206400,  /* 2016-09-07T00:00 */
	1705320000,  /* 2024-01-15T12:00 */
	1710053999,  /* 2024-03-10T06:59:59 */
	1710054000,  /* 2024-03-10T07:00 */
	1712415599,  /* 2024-04-06T14:59:59 */
	1712415600,  /* 2024-04-06T15:00 */
	1721044800,  /* 2024-07-15T12:00 */
	1729990799,  /* 2024-10-27T00:59:59 */
	1729990800,  /* 2024-10-27T01:00 */
	1730613599,  /* 2024-11-03T05:59:59 */
	1730613600,  /* 2024-11-03T06:00 */
	1798761599,  /* 2026-12-31T23:59:59 */
	2145830400,  /* 2037-12-31T00:00 */
	2524608000,  /* 2050-01-01T00:00 */
	2531955600,  /* 2050-03-27T01:00 */
	2540246400,  /* 2050-07-01T00:00 */
	4102401600,  /* 2099-12-31T12:00 */
	13585104000, /* 2400-06-30T00:00 */
};

static const struct {
	const char *zone;
	int offsets[COUNT(instants)];
} offset_cases[] = {
	{"Europe/Istanbul",
		{10800, 7200, 10800, 10800, 10800, 10800, 10800, 10800, 10800,
			10800, 10800, 10800, 10800, 10800, 10800, 10800, 10800,
			10800, 10800, 10800, 10800}},
	{"America/New_York",
		{-14400, -14400, -14400, -14400, -18000, -18000, -14400, -14400,
			-14400, -14400, -14400, -14400, -14400, -18000, -18000,
			-18000, -18000, -14400, -14400, -18000, -14400}},
	{"Australia/Lord_Howe",
		{36000, 39600, 39600, 37800, 39600, 39600, 39600, 39600, 37800,
			37800, 39600, 39600, 39600, 39600, 39600, 39600, 39600,
			39600, 37800, 39600, 37800}},
	{"Asia/Kolkata",
		{19800, 19800, 19800, 19800, 19800, 19800, 19800, 19800, 19800,
			19800, 19800, 19800, 19800, 19800, 19800, 19800, 19800,
			19800, 19800, 19800, 19800}},
	{"Europe/London",
		{3600, 0, 3600, 3600, 0, 0, 0, 3600, 3600, 3600, 3600, 0, 0, 0,
			0, 0, 0, 3600, 3600, 0, 3600}},
	{"UTC",
		{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
			0}},
	{"Europe/Dublin",
		{3600, 0, 3600, 3600, 0, 0, 0, 3600, 3600, 3600, 3600, 0, 0, 0,
			0, 0, 0, 3600, 3600, 0, 3600}},
	{"America/Sao_Paulo",
		{-10800, -10800, -10800, -10800, -10800, -10800, -10800, -10800,
			-10800, -10800, -10800, -10800, -10800, -10800, -10800,
			-10800, -10800, -10800, -10800, -10800, -10800}},
	{"Pacific/Apia",
		{-39600, -39600, -39600, 46800, 46800, 46800, 46800, 46800,
			46800, 46800, 46800, 46800, 46800, 46800, 46800, 46800,
			46800, 46800, 46800, 46800, 46800}},
};

static void
test_zone_offset(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(offset_cases); i++) {
		struct error err = ERROR_INIT;
		struct zone *zone = zone_load(offset_cases[i].zone, &err);

		want_text(offset_cases[i].zone, err.text, NULL);
		for (size_t k = 0; k < COUNT(instants); k++) {
			char name[64];

			snprintf(name, sizeof name, "%s at %lld",
				offset_cases[i].zone, (long long)instants[k]);
			want_int(name, zone_offset(zone, instants[k]),
				offset_cases[i].offsets[k]);
		}
		zone_free(zone);
	}
}

/* Times that do not exist are marked. */
static const struct {
	const char *zone;
	struct civil civil;
	int64_t want;
} instant_cases[] = {
	{"Europe/Istanbul", {2026, 11, 20, 7, 0, 0}, 1795147200},
	{"Europe/Istanbul", {2015, 11, 8, 3, 30, 0}, 1446942600},
	{"Europe/Istanbul", {2016, 3, 27, 3, 30, 0}, 1459040400}, /* gap */
	{"Europe/Istanbul", {2075, 7, 1, 7, 0, 0}, 3329179200},
	{"America/New_York", {2024, 3, 10, 2, 30, 0}, 1710054000}, /* gap */
	{"America/New_York", {2024, 3, 10, 2, 0, 0}, 1710054000},  /* gap */
	{"America/New_York", {2024, 3, 10, 1, 59, 59}, 1710053999},
	{"America/New_York", {2024, 3, 10, 3, 0, 0}, 1710054000},
	{"America/New_York", {2024, 11, 3, 1, 30, 0}, 1730611800},
	{"America/New_York", {2024, 11, 3, 0, 59, 59}, 1730609999},
	{"America/New_York", {2024, 11, 3, 2, 0, 0}, 1730617200},
	{"America/New_York", {2061, 3, 13, 2, 15, 0}, 2877922800}, /* gap */
	{"America/New_York", {2061, 11, 6, 1, 15, 0}, 2898479700},
	{"America/New_York", {2024, 7, 4, 23, 0, 0}, 1720148400},
	{"Australia/Lord_Howe", {2024, 10, 6, 2, 15, 0}, 1728142200}, /* gap */
	{"Australia/Lord_Howe", {2024, 4, 7, 1, 45, 0}, 1712414700},
	{"Australia/Lord_Howe", {2055, 10, 3, 2, 10, 0}, 2706103800}, /* gap */
	{"Australia/Lord_Howe", {2055, 12, 31, 23, 59, 0}, 2713870740},
	{"Asia/Kolkata", {2024, 6, 1, 12, 0, 0}, 1717223400},
	{"Asia/Kolkata", {2070, 6, 1, 12, 0, 0}, 3168829800},
	{"Europe/London", {2024, 3, 31, 1, 30, 0}, 1711846800}, /* gap */
	{"Europe/London", {2024, 10, 27, 1, 30, 0}, 1729989000},
	{"Europe/London", {2088, 3, 28, 1, 30, 0}, 3731274000}, /* gap */
	{"Europe/London", {1971, 6, 1, 12, 0, 0}, 44622000},
	{"UTC", {2024, 2, 29, 12, 0, 0}, 1709208000},
	{"Pacific/Apia", {2011, 12, 30, 12, 0, 0}, 1325239200}, /* gap */
	{"Pacific/Apia", {2011, 12, 31, 0, 0, 0}, 1325239200},
	{"Europe/Dublin", {2050, 3, 27, 1, 30, 0}, 2531955600}, /* gap */
	{"Europe/Dublin", {2050, 10, 30, 1, 30, 0}, 2550702600},
};

static void
test_zone_instant(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(instant_cases); i++) {
		struct zone *zone = zone_load(instant_cases[i].zone, NULL);
		struct civil c = instant_cases[i].civil;
		char name[64];

		snprintf(name, sizeof name, "%s %d-%d-%d %d:%d",
			instant_cases[i].zone, c.year, c.month, c.day, c.hour,
			c.minute);
		want_int(name, zone_instant(zone, c), instant_cases[i].want);
		zone_free(zone);
	}
	want_int("no zone is UTC",
		zone_instant(NULL, (struct civil){1970, 1, 2, 0, 0, 0}), 86400);
}

static void
test_zone_names(void **state)
{
	static const char *const bad[] = {"Europe/Instanbul", "", "../passwd",
		"/etc/localtime", "Europe/../Europe/London", "Europe/",
		"Europe", "tzdata.zi", "a b", "\xc4\xb0"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct error err = ERROR_INIT;
		struct zone *zone = zone_load(bad[i], &err);

		want_true(bad[i], !zone && err.kind == ERROR_CONFIG);
		error_clear(&err);
	}
}

static void
test_zone_nearest(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	want_true("unknown", !zone_load("Europe/Instanbul", &err));
	want_text("nearest", err.text,
		"unknown time zone 'Europe/Instanbul', did you mean "
		"'Europe/Istanbul'?");
	error_clear(&err);
}

static void
test_zone_rules(void **state)
{
	static const struct {
		const char *text;
		int64_t instant;
		int want; /* -1: no rule */
	} cases[] = {
		{"EST5", 0, -18000},
		{"<+03>-3", 0, 10800},
		{"EST5EDT,M3.2.0,M11.1.0", 1710053999, -18000},
		{"EST5EDT,M3.2.0,M11.1.0", 1710054000, -14400},
		{"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 1728142199, 37800},
		{"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 1728142200, 39600},
		/* Daylight time in winter, one hour behind. */
		{"IST-1GMT0,M10.5.0,M3.5.0/1", 1705320000, 0},
		{"IST-1GMT0,M10.5.0,M3.5.0/1", 1721044800, 3600},
		/* All the year (RFC 8536, 3.3.1). */
		{"EST5EDT,0/0,J365/25", 1704067199, -14400},
		{"EST5EDT,0/0,J365/25", 1704085200, -14400},
		/* 1 March, leap year or not: J60 and 59. */
		{"A1B,J60/0,J300/0", 1, -1},
		{"AAA0BBB,J60/0,J300/0", 1709251199, 0},
		{"AAA0BBB,J60/0,J300/0", 1709251200, 3600},
		{"AAA0BBB,J60/0,J300/0", 1677628800, 3600},
		{"AAA0BBB,59/0,J300/0", 1709164800, 3600},
		/* Hours beyond the day, and before it. */
		{"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1711846799, -7200},
		{"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1711846800, -3600},
		{"EST5EDT", 0, -1},
		{"", 0, -1},
		{"EST", 0, -1},
		{"EST5EDT,M3.2.0", 0, -1},
		{"EST5EDT,M13.2.0,M11.1.0", 0, -1},
		{"EST5EDT,M3.2.0,M11.1.0x", 0, -1},
		{"<+03-3", 0, -1},
		{"EST5EDT,M3.6.0,M11.1.0", 0, -1},
		{"EST999", 0, -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct zone_rule rule;
		int got = -1;

		if (zone_rule_parse(span_of(cases[i].text), &rule))
			got = zone_rule_offset(&rule, cases[i].instant);
		want_int(cases[i].text, got, cases[i].want);
	}
}

/* Files that lie about their counts, or end early. */
static void
test_zone_files(void **state)
{
	static const char head[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	char folder[] = "/tmp/zones.XXXXXX", path[64];

	(void)state;
	want_true("folder", mkdtemp(folder));
	snprintf(path, sizeof path, "%s/Bad", folder);
	setenv("TZDIR", folder, 1);
	for (size_t n = 0; n <= 64; n++) {
		FILE *f = fopen(path, "w");
		struct error err = ERROR_INIT;

		want_true("file", f);
		fwrite(head, 1, n < 20 ? n : 20, f);
		for (size_t i = 20; i < n; i++)
			fputc(i % 2 ? 0x7f : 0xff, f);
		fclose(f);
		want_true("refused", !zone_load("Bad", &err));
		error_clear(&err);
	}
	unsetenv("TZDIR");
	remove(path);
	remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_civil),
		cmocka_unit_test(test_iso_week),
		cmocka_unit_test(test_civil_days),
		cmocka_unit_test(test_civil_limits),
		cmocka_unit_test(test_parse_iso),
		cmocka_unit_test(test_parse_mail),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_zone_offset),
		cmocka_unit_test(test_zone_instant),
		cmocka_unit_test(test_zone_names),
		cmocka_unit_test(test_zone_nearest),
		cmocka_unit_test(test_zone_rules),
		cmocka_unit_test(test_zone_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
