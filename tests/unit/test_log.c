/*
 * What is told to the operator: one line each, whatever it quotes.
 */
#include "unit.h"

#include "base/log.h"

static const struct line {
	const char *name, *said, *want;
} lines[] = {
	{"plain", "list 'weekly': gone", "postrider: list 'weekly': gone\n"},
	{"UTF-8", "'çınar'", "postrider: 'çınar'\n"},
	{"line breaks", "'a\r\nb'", "postrider: 'a\\x0d\\nb'\n"},
	{"escape", "\x1b[2J", "postrider: \\x1b[2J\n"},
	{"delete", "\x7f", "postrider: \\x7f\n"},
	{"C1",
		"\xc2\x9b"
		"2J",
		"postrider: \\x9b2J\n"},
	{"no C1", "\xc2\xa0", "postrider: \xc2\xa0\n"},
	{"cut", "\xc2", "postrider: \xc2\n"},
};

static void
test_one_line_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		char *text;
		size_t size;
		FILE *out = open_memstream(&text, &size);
		struct log log = {.out = out, .level = LOG_QUIET};

		log_error(&log, "%s", lines[i].said);
		log_warn(&log, "not told");
		log_detail(&log, "not told");
		fclose(out);
		want_text(lines[i].name, text, lines[i].want);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_line_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
