/*
 * How long it takes to check a token tells nothing of the proof it should have
 * had, nor of which key it was made with: counted in instructions, by a parent
 * that has its child do one at a time. Clocks would tell more of the machine.
 */
#include "unit.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "membership_unit.h"
#include "run/world.h"
#include "subscribers/tokens.h"

enum { KEYS = 2, WRONG = 3 };

struct case_of_time {
	struct token_keys *keys;
	struct span token;
	bool proves; /* what is wanted of it */
};

static bool
only_read(const struct case_of_time *c)
{
	uint64_t first, second;

	return token_read(c->token, &first, &second);
}

static bool
verify(const struct case_of_time *c)
{
	uint64_t first, second;

	return token_keys_verify(
		c->keys, c->token, TOKEN_UNSUBSCRIBE, &first, &second);
}

/* ----- counting ----- */

/* The child: what is counted lies between two signals. */
static void
be_counted(
	bool (*act)(const struct case_of_time *c), const struct case_of_time *c)
{
	bool proven;

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		_exit(EXIT_FAILURE);
	raise(SIGUSR1);
	proven = act(c);
	raise(SIGUSR1);
	_exit(proven);
}

/* True at the signal; false when the child has ended, or stands still. */
static bool
step(pid_t child, int request, bool *signalled)
{
	int status;

	if (ptrace(request, child, NULL, NULL) < 0 ||
		waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
		return false;
	*signalled = WSTOPSIG(status) == SIGUSR1;
	return true;
}

/* 0: it may not be counted here. */
static long
count(bool (*act)(const struct case_of_time *c), const struct case_of_time *c)
{
	pid_t child = fork();
	bool there = false;
	long steps = 0;
	int status;

	if (child == 0)
		be_counted(act, c);
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
		return 0;
	while (!there && step(child, PTRACE_SINGLESTEP, &there))
		steps++;
	want_true("both signals came", there);
	ptrace(PTRACE_CONT, child, NULL, NULL);
	waitpid(child, &status, 0);
	want_int("proven", WEXITSTATUS(status), act == only_read || c->proves);
	return steps;
}

/* Without what the letters of the token cost, which its sender knows. */
static long
count_check(const struct case_of_time *c)
{
	long reading = count(only_read, c);

	return reading ? count(verify, c) - (KEYS + 1) * reading : 0;
}

/* ----- tokens ----- */

static char *
make(struct hash_key *key)
{
	struct token_proof proof;
	struct str out = STR_INIT;

	token_prove(&proof, key, TOKEN_SUBSCRIBER, 3, 4711);
	token_write(&out, &proof, TOKEN_UNSUBSCRIBE);
	return str_take(&out);
}

/* Another letter at that place, from behind when negative. */
static char *
changed(const char *token, int at)
{
	char *copy = mem_strdup(token);
	char *letter = at < 0 ? copy + strlen(copy) + at : copy + at;

	*letter = *letter == 'a' ? 'b' : 'a';
	return copy;
}

static void
fill_keys(struct club *c, char *tokens[KEYS])
{
	for (int i = 0; i < KEYS; i++) {
		struct token_keys *keys =
			token_keys_load(c->site.store, world_random, NULL);

		tokens[i] = make(token_keys_newest(keys));
		token_keys_free(keys);
		if (i + 1 < KEYS)
			MUST(token_keys_rotate(
				c->site.store, world_random, NOW, 0, &must));
	}
}

static void
want_alike(const char *name, struct token_keys *keys, char *const *tokens,
	int count_of, bool proves)
{
	long first = 0;

	for (int i = 0; i < count_of; i++) {
		long steps = count_check(&(struct case_of_time){
			keys, span_of(tokens[i]), proves});

		if (!steps)
			skip();
		first = i ? first : steps;
		want_int(name, steps, first);
	}
}

static void
time_tells_nothing(void **state)
{
	struct token_keys *keys;
	char *good[KEYS], *wrong[WRONG];
	struct club c;

	(void)state;
	club_start(&c);
	fill_keys(&c, good);
	keys = token_keys_load(c.site.store, NULL, NULL);
	/* Behind three octets of numbers: the first octet of the proof, its
	   middle, and the last but for filling bits. */
	wrong[0] = changed(good[KEYS - 1], 5);
	wrong[1] = changed(good[KEYS - 1], 12);
	wrong[2] = changed(good[KEYS - 1], -2);
	/* What is looked for the first time only is found by now. */
	want_true("proves",
		verify(&(struct case_of_time){keys, span_of(good[0]), true}));
	want_alike("made with any of the keys", keys, good, KEYS, true);
	want_alike("wrong at any place", keys, wrong, WRONG, false);
	for (int i = 0; i < KEYS; i++)
		free(good[i]);
	for (int i = 0; i < WRONG; i++)
		free(wrong[i]);
	token_keys_free(keys);
	club_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_tells_nothing),
	};

	return cmocka_run_group_tests_name("token time", tests, NULL, NULL);
}
