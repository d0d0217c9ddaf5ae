#include "unit.h"

#include "base/date.h"
#include "source/feed.h"

static const struct {
	const char *text, *want; /* NULL: no date */
} cases[] = {
	{"Fri, 20 Nov 2026 09:00:00 +0300", "2026-11-20T06:00:00Z"},
	{"  2026-11-20T09:00:00+03:00\n", "2026-11-20T06:00:00Z"},
	{"2026-11-20", "2026-11-20T00:00:00Z"},
	{"2026-11", "2026-11-01T00:00:00Z"},
	{"2026", "2026-01-01T00:00:00Z"},
	{"261120", "2026-11-20T00:00:00Z"},
	{"26-11-20", "2026-11-20T00:00:00Z"},
	{"-2611", "2026-11-01T00:00:00Z"},
	{"-26-11", "2026-11-01T00:00:00Z"},
	{"2026-324", "2026-11-20T00:00:00Z"},
	{"2026324", "2026-11-20T00:00:00Z"},
	{"26324", "2026-11-20T00:00:00Z"},
	{"2026-011-20T06:00:00Z", "2026-11-20T06:00:00Z"},
	{"Fri, 2026/11/20 06:00:00 EST", "2026-11-20T11:00:00Z"},
	{"Fri Nov 20 06:00:00 2026", "2026-11-20T06:00:00Z"},
	{"Παρ, 20 Νοέ 2026 06:00:00 GMT", "2026-11-20T06:00:00Z"},
	{"2026-július-20T6:15-05:00", "2026-07-20T11:15:00Z"},
	{"2026년 11월 20일  오전 09:00:00", "2026-11-20T00:00:00Z"},
	{"2026-11-20 오후 09:00:00", "2026-11-20T12:00:00Z"},
	{"", NULL},
	{"yesterday", NULL},
	{"26011", NULL},
	{"999", NULL},
	{"2026-xx-20", NULL},
	{"2026-367", NULL},
	{"2026-11-20T10:61:00Z", NULL},
	{"Fri, 99 Nov 2026 09:00:00 GMT", NULL},
	{"오", NULL},
	{"일M 년", NULL},
};

static void
test_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t when = feed_date(span_of(cases[i].text));
		struct str text = STR_INIT;

		if (when != INSTANT_NONE)
			date_write_iso(&text, when);
		want_text(cases[i].text,
			when == INSTANT_NONE ? NULL : str_text(&text),
			cases[i].want);
		str_clear(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_dates)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
