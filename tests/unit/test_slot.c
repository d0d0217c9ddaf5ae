#include "unit.h"

#include "model/slot.h"

static void
every_name_is_found_again(void **state)
{
	(void)state;
	for (int i = 0; i < SLOT_COUNT; i++) {
		struct slot found, next, slot = {.name = (enum slot_name)i};
		struct str out = STR_INIT;
		size_t at, len;

		want_true(slot_text((enum slot_name)i),
			slot_find(
				span_of(slot_text((enum slot_name)i)), &found));
		want_int(slot_text((enum slot_name)i), found.name, i);
		str_add(&out, "before ");
		slot_mark(&out, "q7zslot", slot);
		str_add(&out, " after.");
		want_true("mark",
			slot_next(str_span(&out), "q7zslot", &at, &len, &next));
		want_int("which", next.name, i);
		want_int("where", at, strlen("before "));
		want_int("how long", at + len, out.len - strlen(" after."));
		str_clear(&out);
	}
}

static void
what_is_no_slot(void **state)
{
	static const char *const cases[] = {"", "q7zslot", "q7zslotname",
		"q7zslotunknown.", "q7zslotname,", "name.", "q7zslo",
		"q7zslot.", "q7zslotfield_.", "q7zslotfield__a.",
		"q7zslotfield_A.", "q7zslotfield_a"};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slot slot;
		size_t at, len;

		want_true(cases[i],
			!slot_next(span_of(cases[i]), "q7zslot", &at, &len,
				&slot));
	}
}

static void
several_in_a_row(void **state)
{
	static const enum slot_name want[] = {
		SLOT_NAME, SLOT_FIELD, SLOT_ADDRESS};
	struct span s = span_of("q7zslotq7zslotname.q7zslotno.q7zslotfield_x."
				"q7zslotaddress.");
	size_t at, len, count = 0;
	struct slot slot;

	(void)state;
	while (slot_next(s, "q7zslot", &at, &len, &slot)) {
		want_int("which", slot.name, want[count++]);
		s = span_from(s, at + len);
	}
	want_int("how many", count, COUNT(want));
}

static void
columns_of_the_roster(void **state)
{
	static const char *const fields[] = {"city", "line_2", "3"};

	(void)state;
	for (size_t i = 0; i < COUNT(fields); i++) {
		struct slot slot = {SLOT_FIELD, span_of(fields[i])}, found;
		struct str out = STR_INIT;
		size_t at, len;

		slot_mark(&out, "q7zslot", slot);
		want_true(fields[i],
			slot_next(
				str_span(&out), "q7zslot", &at, &len, &found));
		want_int(fields[i], found.name, SLOT_FIELD);
		want_int("all of it", len, out.len);
		want_true(fields[i], span_equals(found.field, fields[i]));
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_found_again),
		cmocka_unit_test(what_is_no_slot),
		cmocka_unit_test(several_in_a_row),
		cmocka_unit_test(columns_of_the_roster),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
