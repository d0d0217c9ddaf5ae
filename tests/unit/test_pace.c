/* How a relay's connections grow, and how they give way. */
#include "unit.h"

#include "deliver/pace.h"

enum { PAUSE = 1000 };

/*
 * Words: o a connection opened, a a recipient accepted, t trouble, r a
 * temporary refusal about the relay; +N: N ms pass. A number behind a word is
 * how often.
 */
static void
play(struct pace *p, const char *words, int64_t *now)
{
	while (*words) {
		char what = *words++;
		long n = 0;

		while (*words >= '0' && *words <= '9')
			n = n * 10 + (*words++ - '0');

		if (what == '+')
			*now += n;
		for (long i = 0; what != '+' && i < (n ? n : 1); i++)
			switch (what) {
			case 'o':
				pace_opened(p);
				break;
			case 'a':
				pace_accepted(p);
				break;
			case 't':
				pace_trouble(p, *now);
				break;
			case 'r':
				pace_refused(p, *now);
				break;
			default:
				fail_msg("no word '%c'", what);
			}
		words += *words == ' ';
	}
}

static const struct {
	const char *name, *words;
	int most, window;
	int64_t opens_in; /* ms from now; 0: at once */
} cases[] = {
	{"begins with four", "", 32, 4, 0},
	{"never more than it may", "", 3, 3, 0},
	{"two more for each that opened", "o4", 32, 12, 0},
	{"… up to the most", "o40", 32, 32, 0},
	{"grows with what is accepted, too", "a4", 32, 5, 0},
	{"half after trouble, and a pause", "o40 t", 32, 16, PAUSE},
	{"what comes in the pause is the same trouble", "o40 t +500 t t", 32,
		16, PAUSE - 500},
	{"again: a quarter, and a longer pause", "o40 t +1000 t", 32, 8,
		2 * PAUSE},
	{"never less than one", "t +1000 t +2000 t +4000 t", 32, 1, 8 * PAUSE},
	{"pauses are bounded",
		"t +300000 t +300000 t +300000 t +300000 t +300000 t +300000 t"
		" +300000 t +300000 t +300000 t +300000 t",
		32, 1, 300000},
	{"slow growth after trouble", "o40 t +1000 o5", 32, 16, 0},
	{"one more for each two windows accepted", "o40 t +1000 a32", 32, 17,
		0},
	{"not before", "o40 t +1000 a31", 32, 16, 0},
	{"after more trouble for each four", "o40 t +1000 t +2000 a32", 32, 9,
		0},
	{"what is accepted shortens the next pause",
		"t +1000 t +2000 t +4000 a a t", 32, 1, 2 * PAUSE},
	{"a refusal or two are nothing", "o40 r4 a r4", 32, 32, 0},
	{"a burst of them is trouble", "o40 r5", 32, 16, PAUSE},
};

static void
grows_and_gives_way(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t now = 5000;
		struct pace p;

		pace_init(&p, cases[i].most, PAUSE);
		play(&p, cases[i].words, &now);
		want_int(cases[i].name, p.window, cases[i].window);
		want_int(cases[i].name, p.open_at > now ? p.open_at - now : 0,
			cases[i].opens_in);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_gives_way),
	};

	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
