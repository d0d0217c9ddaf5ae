#include "net/dns.h"

#include "unit.h"

/* Literals with their NULs. */
#define OCTETS(text)                     \
	{                                \
		(text), sizeof(text) - 1 \
	}

#define HEAD(answers) "\1\2\x81\x80\0\1\0" answers "\0\0\0\0"
#define QUESTION "\1a\4test\0\0\x10\0\1"
#define TXT(rdlen) "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0" rdlen
#define CNAME "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\1b\xc0\x0e"

/* The records in order, each in brackets; NULL: no answer. */
static const struct {
	const char *name;
	struct span answer;
	const char *want;
} answers[] = {
	{"one", OCTETS(HEAD("\1") QUESTION TXT("\4") "\3abc"), "[abc]"},
	{"joined", OCTETS(HEAD("\1") QUESTION TXT("\10") "\3abc\0\2de"),
		"[abcde]"},
	{"two", OCTETS(HEAD("\2") QUESTION TXT("\2") "\1a" TXT("\2") "\1b"),
		"[a][b]"},
	{"behind an alias", OCTETS(HEAD("\2") QUESTION CNAME TXT("\2") "\1a"),
		"[a]"},
	{"none", OCTETS(HEAD("\0") QUESTION), ""},
	{"of no strings", OCTETS(HEAD("\1") QUESTION TXT("\0")), "[]"},
	{"another class",
		OCTETS(HEAD("\1") QUESTION
			"\xc0\x0c\0\x10\0\3\0\0\0\x3c\0\2\1a"),
		""},
	{"a string beyond its record",
		OCTETS(HEAD("\1") QUESTION TXT("\4") "\4abc"), NULL},
	{"a string beyond its record, within the answer",
		OCTETS(HEAD("\2") QUESTION TXT("\2") "\5a" TXT("\2") "\1b"),
		NULL},
	{"a record beyond the answer",
		OCTETS(HEAD("\1") QUESTION TXT("\5") "\3abc"), NULL},
	{"fewer than said", OCTETS(HEAD("\2") QUESTION TXT("\2") "\1a"), NULL},
	{"more than said", OCTETS(HEAD("\0") QUESTION TXT("\2") "\1a"), NULL},
	{"a name that points at itself",
		OCTETS(HEAD("\1") QUESTION
			"\xc0\x18\0\x10\0\1\0\0\0\x3c\0\2\1a"),
		NULL},
	{"a name that points beyond",
		OCTETS(HEAD("\1") QUESTION
			"\xff\xff\0\x10\0\1\0\0\0\x3c\0\2\1a"),
		NULL},
	{"cut short by the server",
		OCTETS("\1\2\x83\x80\0\1\0\1\0\0\0\0" QUESTION TXT("\2") "\1a"),
		NULL},
	{"nothing", OCTETS(""), NULL},
};

static void
show(const struct dns_records *records, struct str *out)
{
	for (size_t i = 0; i < records->count; i++) {
		str_add_char(out, '[');
		str_add_span(out, records->texts[i]);
		str_add_char(out, ']');
	}
}

static void
known_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		struct arena *arena = arena_new();
		struct dns_records records;
		struct str got = STR_INIT;
		bool ok = dns_read_txt(answers[i].answer, arena, &records);

		show(&records, &got);
		want_text(answers[i].name, ok ? str_text(&got) : NULL,
			answers[i].want);
		str_clear(&got);
		arena_free(arena);
	}
}

/* What is cut or changed anywhere is read or refused, and nothing beyond it is
 * (that is for the sanitizers and for valgrind to see). */
static void
damaged_answers(void **state)
{
	uint32_t chance = 7;

	(void)state;
	for (size_t round = 0; round < 40000; round++) {
		struct span whole = answers[round % COUNT(answers)].answer;
		struct arena *arena = arena_new();
		struct dns_records records;
		char *copy;

		chance = chance * 1664525 + 1013904223;
		if (round % 3)
			whole.len = (chance >> 8) % (whole.len + 1);
		copy = malloc(whole.len ? whole.len : 1);
		memcpy(copy, whole.data, whole.len);
		for (int i = 0; whole.len && i < 3; i++) {
			chance = chance * 1664525 + 1013904223;
			copy[(chance >> 8) % whole.len] = (char)(chance >> 24);
		}
		whole.data = copy;
		if (dns_read_txt(whole, arena, &records))
			for (size_t i = 0; i < records.count; i++)
				want_true("within",
					records.texts[i].len < whole.len);
		free(copy);
		arena_free(arena);
	}
}

/* Nobody listens there. */
static void
no_answer(void **state)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct dns_records records;

	(void)state;
	want_true("refused",
		!dns_txt("a.test", "127.0.0.1:1", arena, &records, &err));
	want_int("refused", err.kind, ERROR_LATER);
	want_text("refused", err.text, "the DNS gives no answer about a.test");
	error_clear(&err);
	want_true("no server",
		!dns_txt("a.test", "nowhere", arena, &records, &err));
	want_int("no server", err.kind, ERROR_LATER);
	error_clear(&err);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(damaged_answers),
		cmocka_unit_test(no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
