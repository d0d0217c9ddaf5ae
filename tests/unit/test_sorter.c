/*
 * More records than memory holds: on tapes, and in order.
 */
#include "unit.h"

#include "base/mem.h"
#include "base/sorter.h"
#include "base/tape.h"

/* ----- tapes ----- */

/* What is read, "first=second " each. */
static void
want_read(const char *name, struct tape *tape, int64_t from, int64_t to,
	size_t buffer, const char *want)
{
	struct tape_reader *reader = tape_read(tape, from, to, buffer);
	struct error err = ERROR_INIT;
	struct str got = STR_INIT;
	struct span first, second;

	while (tape_next(reader, &first, &second, &err)) {
		want_int(name, first.data[first.len], 0);
		want_int(name, second.data[second.len], 0);
		str_printf(&got, "%s=%s ", first.data, second.data);
	}
	want_int(name, err.kind, ERROR_NONE);
	want_text(name, str_text(&got), want);
	str_clear(&got);
	tape_reader_free(reader);
}

static void
test_tape(void **state)
{
	static const size_t buffers[] = {1, 7, 64, 4096};
	struct tape *tape = tape_new();
	int64_t middle;

	(void)state;
	tape_add(tape, span_of("a"), span_of("one"), NULL);
	tape_add(tape, SPAN_NONE, SPAN_NONE, NULL);
	middle = tape_end(tape);
	tape_add(tape, span_of("a longer one"), span_of("three"), NULL);
	for (size_t i = 0; i < COUNT(buffers); i++) {
		want_read("all", tape, 0, tape_end(tape), buffers[i],
			"a=one = a longer one=three ");
		want_read("its start", tape, 0, middle, buffers[i], "a=one = ");
		want_read("its end", tape, middle, tape_end(tape), buffers[i],
			"a longer one=three ");
		want_read("nothing", tape, middle, middle, buffers[i], "");
	}
	tape_free(tape);
}

/* Of several megabytes, which are in a file, but for the last. */
static void
test_long_tape(void **state)
{
	enum { RECORDS = 50000 };
	struct tape *tape = tape_new();
	struct error err = ERROR_INIT;
	struct tape_reader *reader;
	struct span first, second;
	char number[32], filler[100];
	int count = 0;

	(void)state;
	memset(filler, 'x', sizeof filler);
	for (int i = 0; i < RECORDS; i++) {
		snprintf(number, sizeof number, "%d", i);
		want_true("add",
			tape_add(tape, span_of(number),
				(struct span){filler, (size_t)(i % 100)},
				&err));
	}
	reader = tape_read(tape, 0, tape_end(tape), 1000);
	for (; tape_next(reader, &first, &second, &err); count++) {
		want_int("number", atoi(first.data), count);
		want_int(first.data, second.len, count % 100);
	}
	want_int("all", count, RECORDS);
	tape_reader_free(reader);
	tape_free(tape);
}

/* Where no file can be made, another folder takes it. */
static void
test_folders(void **state)
{
	char *kept = mem_strdup(getenv("TMPDIR"));
	struct tape *tape = tape_new();
	struct error err = ERROR_INIT;

	(void)state;
	setenv("TMPDIR", "/nowhere", 1);
	for (int i = 0; i < 20000; i++)
		want_true("add",
			tape_add(tape, span_of("a key"), span_of("a value"),
				&err));
	if (kept)
		setenv("TMPDIR", kept, 1);
	else
		unsetenv("TMPDIR");
	free(kept);
	tape_free(tape);
}

/* ----- sorting ----- */

static void
want_sorted(const char *name, size_t memory, const char *const *records,
	size_t count, const char *want)
{
	struct sorter *sorter = sorter_new(memory);
	struct error err = ERROR_INIT;
	struct str got = STR_INIT;
	struct span key, value;

	for (size_t i = 0; i < count; i++) {
		char *number = mem_printf("%zu", i);

		want_true(name,
			sorter_add(sorter, span_of(records[i]), span_of(number),
				&err));
		free(number);
	}
	want_true(name, sorter_sort(sorter, &err));
	while (sorter_next(sorter, &key, &value, &err))
		str_printf(&got, "%s%s ", key.data, value.data);
	want_true(name, !sorter_next(sorter, &key, &value, &err));
	want_int(name, err.kind, ERROR_NONE);
	want_text(name, str_text(&got), want);
	str_clear(&got);
	sorter_free(sorter);
}

static void
test_order(void **state)
{
	static const char *const records[] = {"b", "a", "", "longer than 8 b",
		"b", "longer than 8 a", "\xc3\xa9", "a", "longer than 8", "b"};
	static const size_t memories[] = {1, 50, 100, 100000};

	(void)state;
	for (size_t i = 0; i < COUNT(memories); i++) {
		want_sorted("by octets, then as they came", memories[i],
			records, COUNT(records),
			"2 a1 a7 b0 b4 b9 longer than 88 longer than 8 a5 "
			"longer than 8 b3 \xc3\xa9"
			"6 ");
		want_sorted("none", memories[i], records, 0, "");
	}
}

/* Keys of 1..N, in an order of their own, each three times. */
static void
test_many(void **state)
{
	enum { KEYS = 20011, STEP = 7919 };
	struct sorter *sorter = sorter_new(64 * 1024);
	struct error err = ERROR_INIT;
	struct span key, value;
	char text[32];
	int count = 0;

	(void)state;
	for (int i = 0; i < 3 * KEYS; i++) {
		int n = (int)((long)i * STEP % KEYS);

		snprintf(text, sizeof text, "reader%05d@example.org", n);
		want_true("add",
			sorter_add(sorter, span_of(text),
				(struct span){(const char *)&i, sizeof i},
				&err));
	}
	want_true("sort", sorter_sort(sorter, &err));
	for (int last = 0; sorter_next(sorter, &key, &value, &err); count++) {
		int i;

		memcpy(&i, value.data, sizeof i);
		want_int("key", atoi(key.data + strlen("reader")), count / 3);
		want_true("as they came", count % 3 == 0 || i > last);
		last = i;
	}
	want_int("all", count, 3 * KEYS);
	want_int("no error", err.kind, ERROR_NONE);
	sorter_free(sorter);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tape),
		cmocka_unit_test(test_long_tape),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
