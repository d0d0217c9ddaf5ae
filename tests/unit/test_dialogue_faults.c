/*
 * Tens of thousands of short lives of a dialogue with a server that misbehaves
 * by chance, at any step, in pieces of any size. dialogue_client.h watches what
 * holds whatever the server says; here is what it means to a server:
 *
 *   a message that was taken is SENT or in doubt, and what is SENT was taken;
 *   who is REFUSED was refused with a 5xx;
 *   a server that behaves gets everything, and a QUIT.
 *
 * A failure names its life: life_of(N) is always the same.
 */
#include "unit.h"

#include "dialogue_client.h"

enum { LIVES = 20000, STEPS_MOST = 600 };

/* ----- chance ----- */

static uint32_t
next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

static int
below(uint64_t *seed, int n)
{
	return (int)(next(seed) % (uint32_t)n);
}

static bool
chance(uint64_t *seed, int percent)
{
	return below(seed, 100) < percent;
}

/* ----- the server ----- */

struct server {
	uint64_t *seed;
	int rate;	/* percent of replies that are not as they should be */
	bool tells_354; /* to DATA when nobody is left */
	struct str line, out;
	size_t out_at; /* so much of `out` was heard */
	bool closed, silent;
	/* It gave more replies than were asked for: from then on nobody can
	   know what its replies answer. */
	bool confused;
	int sender, recipient; /* accepted ones, or 0 */
	int in_body, early;
	bool empty;  /* in a body for nobody */
	bool nested; /* saw MAIL inside an envelope */
	bool taken[CLIENT_MOST + 1], refused[CLIENT_MOST + 1];
};

static void
reply(struct server *s, int code, const char *text)
{
	str_printf(&s->out, "%03d %s\r\n", code, text);
}

/* The same in a form that is odd but legal, or that people forgive. */
static void
reply_oddly(struct server *s, int code)
{
	switch (below(s->seed, 5)) {
	case 0:
		str_printf(&s->out, "%d\r\n", code);
		break;
	case 1:
		str_printf(&s->out, "%d bare LF\n", code);
		break;
	case 2:
		for (int i = below(s->seed, 40); i > 0; i--)
			str_printf(&s->out, "%d-line %d\r\n", code, i);
		reply(s, code, "end");
		break;
	case 3:
		str_printf(&s->out, "%d ", code);
		for (int i = 0; i < 3000; i++)
			str_add_char(&s->out, 'x');
		str_add(&s->out, "\r\n");
		break;
	default:
		str_printf(&s->out, "%d \xff\xfe\x1b\t\r\n", code);
		break;
	}
}

/* What is no reply to anything. */
static void
reply_nonsense(struct server *s, int code)
{
	static const char *const pieces[] = {"\r\n", "what?\r\n", "25\r\n",
		"2500 ok\r\n", "250ok\r\n", "150 wait\r\n", "600 beyond\r\n",
		"250-one\r\n251 two\r\n", "333 more?\r\n",
		"\x16\x03\x03\x00\r\n", "-250 ok\r\n"};

	if (chance(s->seed, 10))
		for (int i = 0; i < 5000; i++)
			str_add_char(&s->out, 'x');
	else if (chance(s->seed, 10))
		for (int i = 0; i < 1500; i++)
			str_printf(
				&s->out, "%d-and so on, and so on\r\n", code);
	str_add(&s->out, pieces[below(s->seed, COUNT(pieces))]);
}

/* Answers a command, and says whether the server took it as it was meant. */
static bool
answer(struct server *s, int code)
{
	static const int refusals[] = {
		421, 450, 451, 452, 500, 503, 550, 552, 553, 554};
	int refusal = refusals[below(s->seed, COUNT(refusals))];

	if (!chance(s->seed, s->rate)) {
		reply(s, code, "as usual");
		return true;
	}
	switch (below(s->seed, 10)) {
	case 0:
		s->closed = true;
		return chance(s->seed, 50);
	case 1:
		s->silent = true;
		return chance(s->seed, 50);
	case 2:
		reply(s, code, "and farewell");
		s->closed = true;
		return true;
	case 3:
		reply_nonsense(s, code);
		s->silent = true; /* whatever the client says to that */
		return chance(s->seed, 50);
	case 4:
		reply(s, code, "and more");
		reply(s, chance(s->seed, 50) ? refusal : code, "of it");
		s->confused = true;
		return true;
	case 5:
	case 6:
		reply_oddly(s, code);
		return true;
	default:
		reply(s, refusal, "not now");
		s->closed |= refusal == 421 && chance(s->seed, 70);
		s->refused[s->sender] |= refusal >= 500;
		return false;
	}
}

/* The octets of a body come in: it may not wait for the end. */
static void
interrupt_body(struct server *s)
{
	if (s->early || !chance(s->seed, s->rate / 4))
		return;
	s->early = s->in_body;
	s->confused = true;
	if (chance(s->seed, 50)) {
		reply(s, 250, "taken as it is");
		s->taken[s->in_body] = true;
	} else {
		reply(s, chance(s->seed, 50) ? 552 : 451, "enough of it");
		s->refused[s->in_body] = true;
	}
}

static void
end_of_body(struct server *s)
{
	int who = s->in_body;

	s->in_body = 0;
	s->sender = who;
	if (s->empty)
		answer(s, 554);
	else if (answer(s, 250))
		s->taken[who] = true;
	s->empty = false;
	s->sender = s->recipient = 0;
}

static void
on_data(struct server *s)
{
	if (s->recipient) {
		if (answer(s, 354))
			s->in_body = s->recipient;
		return;
	}
	if (s->tells_354 && answer(s, 354)) {
		s->empty = true;
		s->in_body = s->sender;
	} else if (!s->tells_354) {
		answer(s, 554);
	}
}

static void
on_line(struct server *s, struct span line)
{
	struct span from;

	if (s->in_body || s->empty) {
		if (span_equals(line, "."))
			end_of_body(s);
		else
			interrupt_body(s);
		return;
	}
	if (span_starts(line, "MAIL")) {
		from = span_slice(line, 0, span_find(line, '>') + 1);
		s->nested |= s->sender != 0 && !s->confused;
		s->sender =
			client_number(from, "MAIL FROM:<s", "@example.org>");
		s->recipient = 0;
		if (!answer(s, 250))
			s->sender = 0;
	} else if (span_starts(line, "RCPT")) {
		if (s->sender && answer(s, 250))
			s->recipient = s->sender;
		else if (!s->sender)
			reply(s, 503, "MAIL first");
	} else if (span_starts(line, "DATA")) {
		on_data(s);
	} else if (span_starts(line, "RSET")) {
		answer(s, 250);
		s->sender = s->recipient = 0;
	} else if (span_starts(line, "QUIT")) {
		answer(s, 221);
		s->closed = true;
	}
}

static void
serve(struct server *s, struct span octets)
{
	for (size_t i = 0; i < octets.len && !s->closed && !s->silent; i++) {
		if (octets.data[i] != '\n') {
			str_add_char(&s->line, octets.data[i]);
			continue;
		}
		on_line(s, span_trim(str_span(&s->line)));
		str_truncate(&s->line, 0);
	}
}

/* ----- a life ----- */

struct life {
	struct client client;
	struct server server;
	uint64_t seed;
	int people, pace; /* the most octets at a time */
	bool hasty;	  /* it is stopped on its way */
	bool lossy;	  /* replies die with a connection */
};

static void
send_some(struct life *l)
{
	struct str out = STR_INIT;

	client_send(&l->client, (size_t)(1 + below(&l->seed, l->pace)), &out);
	serve(&l->server, str_span(&out));
	str_clear(&out);
}

static void
hear_some(struct life *l)
{
	struct server *s = &l->server;
	size_t n = (size_t)(1 + below(&l->seed, l->pace));

	if (s->closed && l->lossy)
		s->out_at = s->out.len;
	if (n > s->out.len - s->out_at)
		n = s->out.len - s->out_at;
	if (n || s->closed)
		client_hear(&l->client, str_text(&s->out) + s->out_at, n);
	s->out_at += n;
}

/* Nothing is on its way: time passes. */
static void
wait_for_the_end(struct life *l)
{
	struct client *c = &l->client;
	int64_t at = dialogue_deadline(c->d);

	if (at == INT64_MAX || c->broken)
		return;
	dialogue_tick(c->d, at - 1);
	client_check(c, !dialogue_is_closed(c->d), "nothing before its time");
	c->now = at;
	dialogue_tick(c->d, at);
	client_check(c, dialogue_is_closed(c->d), "nobody waits for ever");
}

static void
one_step(struct life *l)
{
	struct client *c = &l->client;

	if (c->offered < l->people && chance(&l->seed, 50) &&
		dialogue_wants(c->d))
		client_offer(c);
	if (chance(&l->seed, 70))
		send_some(l);
	if (chance(&l->seed, 70))
		hear_some(l);
	client_take_events(c);
	if (c->body && !c->closed && !c->broken && chance(&l->seed, 50))
		client_give_body(c, below(&l->seed, 20), chance(&l->seed, 80));
	if ((c->done == l->people && !c->body) ||
		(l->hasty && chance(&l->seed, 3)))
		dialogue_finish(c->d, c->now);
	if (l->server.silent && l->server.out_at == l->server.out.len &&
		client_shown(c).len == 0 && !c->body && c->offered == l->people)
		wait_for_the_end(l);
}

/* What became of them, and what the server thinks. */
static void
compare(struct life *l)
{
	struct client *c = &l->client;
	struct server *s = &l->server;

	for (int i = 1; i <= c->offered; i++) {
		enum verdict_kind verdict = c->who[i].verdict;

		if (s->confused)
			continue;
		if (s->taken[i])
			client_check(c,
				verdict == VERDICT_SENT ||
					verdict == VERDICT_DOUBT,
				"what was taken is sent or in doubt");
		if (verdict == VERDICT_SENT)
			client_check(c, s->taken[i], "what is sent was taken");
		if (verdict == VERDICT_REFUSED)
			client_check(c, s->refused[i], "refused by a 5xx");
		if (s->rate == 0 && !l->hasty)
			client_check(c, verdict == VERDICT_SENT,
				"who behaves gets everything");
	}
	client_check(c, !s->nested, "no MAIL inside an envelope");
	if (s->rate == 0 && !l->hasty)
		client_check(c, strcmp(c->last, "QUIT") == 0,
			"who behaves gets a farewell");
}

static void
life_begin(struct life *l, int number)
{
	struct capabilities caps = {.eightbit = true};

	*l = (struct life){.seed = (uint64_t)number * 7919 + 1};
	next(&l->seed);
	caps.pipelining = chance(&l->seed, 60);
	caps.size_given = chance(&l->seed, 50);
	l->people = 1 + below(&l->seed, 8);
	l->pace = chance(&l->seed, 30) ? 3 : 1 + below(&l->seed, 400);
	l->hasty = chance(&l->seed, 15);
	l->lossy = chance(&l->seed, 30);
	l->server.seed = &l->seed;
	l->server.rate = chance(&l->seed, 10) ? 0 : 1 + below(&l->seed, 40);
	l->server.tells_354 = chance(&l->seed, 30);
	client_init(&l->client, &caps);
}

/* Returns the promise that was broken, or NULL. */
static const char *
life_of(int number, int *sent)
{
	struct life l;
	struct client *c = &l.client;
	int steps = 0;

	life_begin(&l, number);
	/* Small steps take many. */
	while (!c->closed && !c->broken &&
		steps++ < STEPS_MOST * 20 / l.pace + STEPS_MOST)
		one_step(&l);
	client_end(c);
	if (!c->broken)
		compare(&l);
	for (int i = 1; i <= c->offered; i++)
		*sent += c->who[i].verdict == VERDICT_SENT;
	client_clear(c);
	str_clear(&l.server.line);
	str_clear(&l.server.out);
	return c->broken;
}

static void
lives(void **state)
{
	int sent = 0;

	(void)state;
	for (int i = 0; i < LIVES; i++) {
		const char *broken = life_of(i, &sent);

		if (broken)
			fail_msg("life %d: %s", i, broken);
	}
	want_true("many arrive all the same", sent > LIVES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lives),
	};

	return cmocka_run_group_tests_name(
		"dialogue faults", tests, NULL, NULL);
}
