/* Dates as languages write them. */
#include "unit.h"

#include "model/date_words.h"

#define NAMES                                                                   \
	"\tJanuary\tFebruary\tMarch\tApril\tMay\tJune\tJuly\tAugust\tSeptember" \
	"\tOctober\tNovember\tDecember\tSun\tMon\tTue\tWed\tThu\tFri\tSat"

static void
dates(void **state)
{
	static const struct {
		const char *words, *want;
	} cases[] = {
		{NULL, "2026-11-20"},
		{"", "2026-11-20"},
		{"{day} {month} {year}", "2026-11-20"}, /* without names */
		{"{day} {month} {year}" NAMES "\tmore", "2026-11-20"},
		{"{day} {month} {year}" NAMES, "20 November 2026"},
		{"{weekday}, {day}.{day}" NAMES, "Fri, 20.20"},
		{"{year}年{day}{" NAMES, "2026年20{"},
		{"{hour} {day" NAMES, "{hour} {day"},
		{NAMES, ""},
	};
	const struct civil date = {.year = 2026, .month = 11, .day = 20};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		date_words_write(&out, cases[i].words, date);
		want_text(cases[i].words, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

static void
first_and_last(void **state)
{
	static const struct {
		struct civil date;
		const char *want;
	} cases[] = {
		{{.year = 2023, .month = 1, .day = 1}, "Sun 1 January"},
		{{.year = 2022, .month = 12, .day = 31}, "Sat 31 December"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		date_words_write(
			&out, "{weekday} {day} {month}" NAMES, cases[i].date);
		want_text(cases[i].want, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates),
		cmocka_unit_test(first_and_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
