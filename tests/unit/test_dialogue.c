/*
 * The dialogue against scripts: lines that begin with S: come from the server,
 * C: is what must have been written since, E: an event that must come next.
 * Before the server speaks all has been sent, but for "S!: ", where it speaks
 * too early. "o N" offers recipient N (rN@example.org), "b N" gives his body,
 * "f" finishes, "close" is the server's end, "t MS" lets time pass.
 */
#include "unit.h"

#include "base/str.h"
#include "deliver/dialogue.h"

struct script {
	const char *name;
	const char *caps; /* p pipelining, u SMTPUTF8, 8 8BITMIME, s SIZE 100 */
	const char *steps;
};

#define ENVELOPE_1 "MAIL FROM:<s@example.org>|RCPT TO:<r1@example.org>|DATA"
#define ENVELOPE_2 "MAIL FROM:<s@example.org>|RCPT TO:<r2@example.org>|DATA"

static const struct script scripts[] = {
	{"one recipient, pipelined", "p",
		"o 1\n"
		"C: " ENVELOPE_1 "\n"
		"S: 250 ok|250 ok|354 go\n"
		"E: body 1\n"
		"b 1\n"
		"C: body 1|.\n"
		"S: 250 queued\n"
		"E: sent 1 250 queued\n"
		"f\n"
		"C: QUIT\n"
		"S: 221 bye\n"
		"E: closed\n"},
	{"the next envelope goes with the body", "p",
		"o 1\no 2\n"
		"C: " ENVELOPE_1 "\n"
		"S: 250 ok|250 ok|354 go\n"
		"E: body 1\n"
		"b 1\n"
		"C: body 1|.|" ENVELOPE_2 "\n"
		"S: 250 queued|250 ok|250 ok|354 go\n"
		"E: sent 1 250 queued\n"
		"E: body 2\n"
		"b 2\n"
		"C: body 2|.\n"
		"S: 250 queued\n"
		"E: sent 2 250 queued\n"},
	{"without pipelining, one at a time", "",
		"o 1\n"
		"C: MAIL FROM:<s@example.org>\n"
		"S: 250 ok\n"
		"C: RCPT TO:<r1@example.org>\n"
		"S: 250 ok\n"
		"C: DATA\n"
		"S: 354 go\n"
		"E: body 1\n"
		"b 1\n"
		"C: body 1|.\n"
		"S: 250 ok\n"
		"E: sent 1 250 ok\n"},
	{"without pipelining, a refusal is reset", "",
		"o 1\n"
		"C: MAIL FROM:<s@example.org>\n"
		"S: 250 ok\n"
		"C: RCPT TO:<r1@example.org>\n"
		"S: 550 no such user\n"
		"E: refused 1 550 no such user\n"
		"o 2\n"
		"C: RSET\n"
		"S: 250 ok\n"
		"C: MAIL FROM:<s@example.org>\n"},
	{"refused recipient, DATA refused: RSET before the next", "p",
		"o 1\no 2\n"
		"C: " ENVELOPE_1 "\n"
		"S: 250 ok|550 5.1.1 unknown|554 no valid recipients\n"
		"E: refused 1 550 5.1.1 unknown\n"
		"C: RSET|" ENVELOPE_2 "\n"
		"S: 250 ok|250 ok|250 ok|354 go\n"
		"E: body 2\n"},
	{"refused recipient, yet 354: a lone dot, no body", "p",
		"o 1\no 2\n"
		"C: " ENVELOPE_1 "\n"
		"S: 250 ok|550 5.1.1 unknown|354 go\n"
		"E: refused 1 550 5.1.1 unknown\n"
		"C: .|" ENVELOPE_2 "\n"
		"S: 554 nobody|250 ok|250 ok|354 go\n"
		"E: body 2\n"},
	{"refused MAIL: what follows inherits it", "p",
		"o 1\n"
		"C: " ENVELOPE_1 "\n"
		"S: 550 5.1.8 bad sender|503 need MAIL|503 need RCPT\n"
		"E: pause 1 550 5.1.8 bad sender\n"},
	{"4xx to RCPT", "p",
		"o 1\n"
		"C: " ENVELOPE_1 "\n"
		"S: 250 ok|450 4.2.0 greylisted|554 none\n"
		"E: later 1 450 4.2.0 greylisted\n"},
	{"4xx to the body", "p",
		"o 1\n"
		"S: 250 ok|250 ok|354 go\n"
		"E: body 1\nb 1\n"
		"C: " ENVELOPE_1 "|body 1|.\n"
		"S: 451 later\n"
		"E: later 1 451 later\n"},
	{"cut before the body: untouched", "p",
		"o 1\no 2\n"
		"S: 250 ok|250 ok|354 go\n"
		"E: body 1\n"
		"close\n"
		"E: untouched 1 0 the server closed the connection\n"
		"E: untouched 2 0 the server closed the connection\n"
		"E: closed the server closed the connection\n"},
	{"cut after the dot: in doubt, the next untouched", "p",
		"o 1\no 2\n"
		"S: 250 ok|250 ok|354 go\n"
		"E: body 1\nb 1\n"
		"C: " ENVELOPE_1 "|body 1|.|" ENVELOPE_2 "\n"
		"close\n"
		"E: doubt 1 0 the server closed the connection\n"
		"E: untouched 2 0 the server closed the connection\n"
		"E: closed the server closed the connection\n"},
	{"cut before the dot was written: later, never in doubt", "p",
		"o 1\n"
		"S: 250 ok|250 ok|354 go\n"
		"C: " ENVELOPE_1 "\n"
		"E: body 1\nb 1\n"
		"close\n"
		"E: later 1 0 the server closed the connection\n"
		"E: closed the server closed the connection\n"},
	{"421 decides for the one it answers alone", "p",
		"o 1\no 2\n"
		"S: 250 ok|250 ok|354 go\n"
		"E: body 1\nb 1\n"
		"C: " ENVELOPE_1 "|body 1|.|" ENVELOPE_2 "\n"
		"S: 421 4.3.2 going down\n"
		"E: later 1 421 4.3.2 going down\n"
		"E: untouched 2 0 the server closed the connection: 421 4.3.2 "
		"going down\n"
		"E: closed the server closed the connection: 421 4.3.2 going "
		"down\n"},
	{"421 to MAIL of the next", "p",
		"o 1\no 2\n"
		"S: 250 ok|250 ok|354 go\n"
		"E: body 1\nb 1\n"
		"C: " ENVELOPE_1 "|body 1|.|" ENVELOPE_2 "\n"
		"S: 250 ok|421 enough\n"
		"E: sent 1 250 ok\n"
		"E: later 2 421 enough\n"
		"E: closed the server closed the connection: 421 enough\n"},
	{"a reply that answers nothing", "p",
		"S: 250 hello again\n"
		"E: closed the server said what nobody asked for: 250 hello "
		"again\n"},
	{"garbage", "p",
		"o 1\n"
		"S: what?\n"
		"E: untouched 1 0 the server sent what is no SMTP reply\n"
		"E: closed the server sent what is no SMTP reply\n"},
	{"codes that change in a reply", "p",
		"o 1\n"
		"S: 250-one|251 two\n"
		"E: untouched 1 0 the server sent what is no SMTP reply\n"
		"E: closed the server sent what is no SMTP reply\n"},
	{"2xx to DATA is no leave to send", "p",
		"o 1\n"
		"S: 250 ok|250 ok|250 ok\n"
		"E: untouched 1 0 the server answered DATA with neither 354 "
		"nor a refusal\n"
		"E: closed the server answered DATA with neither 354 nor a "
		"refusal\n"},
	{"3xx out of turn", "p",
		"o 1\n"
		"S: 354 go\n"
		"E: untouched 1 0 the server answered out of turn with 3xx\n"
		"E: closed the server answered out of turn with 3xx\n"},
	{"accepted before its end was sent: in doubt", "p",
		"o 1\n"
		"S: 250 ok|250 ok|354 go\n"
		"C: " ENVELOPE_1 "\n"
		"E: body 1\nb 1\n"
		"S!: 250 ok\n"
		"E: doubt 1 0 the server accepted the message before its end "
		"was sent\n"
		"E: closed the server accepted the message before its end was "
		"sent\n"},
	{"refused before its end was sent", "p",
		"o 1\n"
		"S: 250 ok|250 ok|354 go\n"
		"C: " ENVELOPE_1 "\n"
		"E: body 1\nb 1\n"
		"S!: 552 5.3.4 too big\n"
		"E: pause 1 552 5.3.4 too big\n"
		"E: closed the server answered before the end of the message\n"},
	{"an answer to what was not sent yet", "p",
		"o 1\n"
		"S!: 250 ok\n"
		"E: untouched 1 0 the server answered a command that it had "
		"not been sent\n"
		"E: closed the server answered a command that it had not been "
		"sent\n"},
	{"421 may come before anything is sent", "p",
		"o 1\n"
		"S!: 421 4.3.2 busy\n"
		"E: later 1 421 4.3.2 busy\n"
		"E: closed the server closed the connection: 421 4.3.2 busy\n"},
	{"multi-line replies", "p",
		"o 1\n"
		"S: 250-ok|250-so far|250 ok|250 ok|354 go\n"
		"E: body 1\n"},
	{"no reply in time", "p",
		"o 1\n"
		"C: " ENVELOPE_1 "\n"
		"t 299999\n"
		"S: 250 ok\n"
		"t 300001\n"
		"E: untouched 1 0 no reply to RCPT within 300 s\n"
		"E: closed no reply to RCPT within 300 s\n"},
	{"ten minutes for the final reply", "p",
		"o 1\n"
		"S: 250 ok|250 ok|354 go\n"
		"E: body 1\nb 1\n"
		"C: " ENVELOPE_1 "|body 1|.\n"
		"t 599999\n"
		"t 2\n"
		"E: doubt 1 0 no reply to the message within 600 s\n"
		"E: closed no reply to the message within 600 s\n"},
	{"stopped after 354: closed without a body", "p",
		"o 1\n"
		"S: 250 ok|250 ok|354 go\n"
		"E: body 1\n"
		"f\n"
		"E: untouched 1 0 the sending was stopped\n"
		"E: closed the sending was stopped\n"},
	{"stopped while a body is out: its reply is awaited", "p",
		"o 1\no 2\n"
		"S: 250 ok|250 ok|354 go\n"
		"E: body 1\nb 1\n"
		"C: " ENVELOPE_1 "|body 1|.|" ENVELOPE_2 "\n"
		"f\n"
		"S: 250 ok|250 ok|250 ok|354 go\n"
		"E: sent 1 250 ok\n"
		"E: untouched 2 0 the sending was stopped\n"
		"E: closed the sending was stopped\n"},
	{"stopped at an envelope: its reply is awaited, but not for long", "p",
		"o 1\n"
		"C: " ENVELOPE_1 "\n"
		"t 100000\n"
		"f\n"
		"t 4999\n"
		"S: 250 ok\n"
		"t 5000\n"
		"E: untouched 1 0 no reply to RCPT within 5 s\n"
		"E: closed no reply to RCPT within 5 s\n"},
	{"stopped while a body is out: its reply is awaited long", "p",
		"o 1\n"
		"S: 250 ok|250 ok|354 go\n"
		"E: body 1\nb 1\n"
		"C: " ENVELOPE_1 "|body 1|.\n"
		"f\n"
		"t 599999\n"
		"S: 250 ok\n"
		"E: sent 1 250 ok\n"
		"C: QUIT\n"
		"t 5000\n"
		"E: closed no reply to QUIT within 5 s\n"},
	{"no SMTPUTF8: refused without a word to the server", "p",
		"o u\n"
		"C: \n"
		"E: refused 117 0 the relay does not take international "
		"addresses (no SMTPUTF8)\n"},
	{"SMTPUTF8 is asked for", "pu",
		"o u\n"
		"C: MAIL FROM:<s@example.org> SMTPUTF8|RCPT "
		"TO:<ü@example.org>|DATA\n"},
	{"its header is 8-bit", "pu8",
		"o u\n"
		"C: MAIL FROM:<s@example.org> BODY=8BITMIME SMTPUTF8|RCPT "
		"TO:<ü@example.org>|DATA\n"},
	{"SIZE is said", "ps",
		"o 1\n"
		"C: MAIL FROM:<s@example.org> SIZE=50|RCPT "
		"TO:<r1@example.org>|DATA\n"},
	{"too large for the relay", "ps",
		"o L\n"
		"C: \n"
		"E: pause 76 0 the message has 500 octets, the relay takes at "
		"most 100\n"},
	{"an address cannot smuggle a command", "p",
		"o x\n"
		"C: \n"
		"E: refused 120 0 the address cannot stand in an SMTP "
		"command\n"},
	{"a sender cannot either", "p",
		"o y\n"
		"C: \n"
		"E: pause 121 0 the sender cannot stand in an SMTP command\n"},
};

static const char *const verdict_names[] = {
	[VERDICT_SENT] = "sent",
	[VERDICT_LATER] = "later",
	[VERDICT_REFUSED] = "refused",
	[VERDICT_PAUSE] = "pause",
	[VERDICT_DOUBT] = "doubt",
	[VERDICT_UNTOUCHED] = "untouched",
};

static void
offer(struct dialogue *d, char who, int64_t now)
{
	char address[64];
	struct envelope e = {.sender = span_of("s@example.org"), .size = 50};

	e.token = (uint64_t)(who <= '9' ? who - '0' : who);
	snprintf(address, sizeof address, "r%c@example.org", who);
	e.recipient = span_of(address);
	if (who == 'u') {
		e.recipient = span_of("ü@example.org");
		e.utf8 = true;
	} else if (who == 'x') {
		e.recipient = span_of("a@example.org>\r\nDATA");
	} else if (who == 'y') {
		e.sender = span_of("s@example.org>\r\nRCPT TO:<b@example.org");
	} else if (who == 'L') {
		e.size = 500;
	}
	dialogue_offer(d, &e, now);
}

static void
body(struct dialogue *d, char who, int64_t now)
{
	str_printf(rope_own(dialogue_body(d)), "body %c\r\n", who);
	dialogue_body_end(d, now);
}

static struct span
first_output(struct dialogue *d)
{
	struct span run = SPAN_NONE;

	dialogue_output(d, &run, 1);
	return run;
}

/* Sends it all; what that was is added to `sent`, lines joined by |. */
static void
all_is_sent(struct dialogue *d, struct str *sent, int64_t now)
{
	struct span out, line;

	while ((out = first_output(d)).len) {
		struct span rest = out;

		while (span_next_line(&rest, &line)) {
			if (sent->len)
				str_add_char(sent, '|');
			str_add_span(sent, line);
		}
		dialogue_sent(d, out.len, now);
	}
}

/* What has been written since the last look. */
static void
want_output(const char *name, struct dialogue *d, struct str *sent,
	const char *want, int64_t now)
{
	all_is_sent(d, sent, now);
	want_text(name, str_text(sent), want);
	str_truncate(sent, 0);
}

static void
server_says(
	struct dialogue *d, struct span text, bool byte_by_byte, int64_t now)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] == '|')
			str_add(&out, "\r\n");
		else
			str_add_char(&out, text.data[i]);
	str_add(&out, "\r\n");
	if (byte_by_byte)
		for (size_t i = 0; i < out.len; i++)
			dialogue_input(d, out.data + i, 1, now);
	else
		dialogue_input(d, out.data, out.len, now);
	str_clear(&out);
}

static void
want_event(const char *name, struct dialogue *d, const char *want)
{
	struct dialogue_event e = dialogue_event(d);
	struct str got = STR_INIT;

	switch (e.kind) {
	case EVENT_NONE:
		str_add(&got, "none");
		break;
	case EVENT_BODY:
		str_printf(&got, "body %d", (int)e.token);
		break;
	case EVENT_OUTCOME:
		str_printf(&got, "%s %d %d %s",
			verdict_names[e.outcome.verdict], (int)e.token,
			e.outcome.code, e.outcome.text);
		break;
	case EVENT_CLOSED:
		str_printf(&got, "closed%s%s", e.outcome.text[0] ? " " : "",
			e.outcome.text);
		break;
	}
	want_text(name, str_text(&got), want);
	str_clear(&got);
}

/* Writing is only compared where a script asks for it; before the server
 * answers, all of it has been sent. */
static void
run_script(const struct script *s, bool byte_by_byte)
{
	struct capabilities caps = {
		.pipelining = strchr(s->caps, 'p') != NULL,
		.smtputf8 = strchr(s->caps, 'u') != NULL,
		.eightbit = strchr(s->caps, '8') != NULL,
		.size_given = strchr(s->caps, 's') != NULL,
		.size = strchr(s->caps, 's') ? 100 : 0,
	};
	struct dialogue *d = dialogue_new(&caps, NULL, 0);
	struct span rest = span_of(s->steps), line;
	struct str sent = STR_INIT;
	int64_t now = 0;

	while (span_next_line(&rest, &line)) {
		char *step = span_dup(line);

		if (strncmp(step, "C: ", 3) == 0)
			want_output(s->name, d, &sent, step + 3, now);
		else if (strncmp(step, "S!: ", 4) == 0)
			server_says(d, span_from(line, 4), byte_by_byte, now);
		else if (strncmp(step, "S: ", 3) == 0) {
			all_is_sent(d, &sent, now);
			server_says(d, span_from(line, 3), byte_by_byte, now);
		} else if (strncmp(step, "E: ", 3) == 0)
			want_event(s->name, d, step + 3);
		else if (strcmp(step, "close") == 0)
			dialogue_input(d, "", 0, now);
		else if (step[0] == 'o')
			offer(d, step[2], now);
		else if (step[0] == 'b')
			body(d, step[2], now);
		else if (step[0] == 'f')
			dialogue_finish(d, now);
		else if (step[0] == 't')
			dialogue_tick(d, now += atoi(step + 2));
		else
			fail_msg("%s: no step '%s'", s->name, step);
		free(step);
	}
	want_event(s->name, d, "none");
	str_clear(&sent);
	dialogue_free(d);
}

static void
scripts_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(scripts); i++) {
		run_script(&scripts[i], false);
		run_script(&scripts[i], true);
	}
}

static void
endless_replies_end(void **state)
{
	struct capabilities caps = {.pipelining = true};
	static const struct {
		const char *name, *piece;
		int times;
		const char *why;
	} cases[] = {
		{"a line without end", "250 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			1000, "closed the server's reply line never ends"},
		{"lines without end",
			"250-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 10000,
			"closed the server's reply never ends"},
		{"lines without a text", "250-\r\n", 10000,
			"closed the server's reply never ends"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dialogue *d = dialogue_new(&caps, NULL, 0);

		for (int k = 0; k < cases[i].times; k++)
			dialogue_input(
				d, cases[i].piece, strlen(cases[i].piece), 0);
		want_event(cases[i].name, d, cases[i].why);
		dialogue_free(d);
	}
}

/* An octet now and then is no reply: its time runs from the command. */
static void
dripping_replies_end(void **state)
{
	struct capabilities caps = {.pipelining = true};
	struct dialogue *d = dialogue_new(&caps, NULL, 0);
	struct str sent = STR_INIT;
	int64_t now = 0;

	(void)state;
	offer(d, '1', now);
	all_is_sent(d, &sent, now);
	while (!dialogue_is_closed(d) && now < 3600 * 1000) {
		now += 10 * 1000;
		dialogue_tick(d, now);
		dialogue_input(d, "2", 1, now);
	}
	want_int("ends in time", now, dialogue_timeouts_default.mail);
	want_event("who", d, "untouched 1 0 no reply to MAIL within 300 s");
	want_event("why", d, "closed no reply to MAIL within 300 s");
	str_clear(&sent);
	dialogue_free(d);
}

/* TLS libraries hold on to what they were given: it must not move. */
static void
shown_output_stays(void **state)
{
	struct capabilities caps = {.pipelining = true};
	struct dialogue *d = dialogue_new(&caps, NULL, 0);
	struct str sent = STR_INIT;
	struct span shown, again;

	(void)state;
	offer(d, '1', 0);
	all_is_sent(d, &sent, 0);
	server_says(d, span_of("250 ok|250 ok|354 go"), false, 0);
	want_event("body", d, "body 1");
	body(d, '1', 0);
	shown = first_output(d);
	offer(d, '2', 0);
	again = first_output(d);
	assert_ptr_equal(shown.data, again.data);
	want_int("length", again.len, shown.len);
	dialogue_sent(d, shown.len, 0);
	str_truncate(&sent, 0);
	want_output("what came meanwhile", d, &sent, ENVELOPE_2, 0);
	str_clear(&sent);
	dialogue_free(d);
}

static void
capabilities(void **state)
{
	static const struct {
		const char *line;
		struct capabilities want;
	} cases[] = {
		{"PIPELINING", {.pipelining = true}},
		{"pipelining", {.pipelining = true}},
		{"SIZE 1000", {.size_given = true, .size = 1000}},
		{"SIZE", {.size_given = true}},
		{"SIZE 0", {.size_given = true}},
		{"SIZEABLE", {.size = 0}},
		{"8BITMIME", {.eightbit = true}},
		{"SMTPUTF8", {.smtputf8 = true}},
		{"PIPELININGS", {.size = 0}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct capabilities got = {.size = 0};
		const char *name = cases[i].line;

		capabilities_read(&got, span_of(name));
		want_int(name, got.pipelining, cases[i].want.pipelining);
		want_int(name, got.size_given, cases[i].want.size_given);
		want_int(name, got.size, cases[i].want.size);
		want_int(name, got.eightbit, cases[i].want.eightbit);
		want_int(name, got.smtputf8, cases[i].want.smtputf8);
	}
}

/* A step without a timeout would wait for ever: 0 is what libcurl takes so. */
static void
every_step_has_a_timeout(void **state)
{
	const struct dialogue_timeouts *t = &dialogue_timeouts_default;

	(void)state;
	want_true("connect", t->connect > 0 && t->connect <= 60 * 1000);
	want_true("mail", t->mail >= 5 * 60 * 1000);
	want_true("rcpt", t->rcpt >= 5 * 60 * 1000);
	want_true("data", t->data >= 2 * 60 * 1000);
	want_true("block", t->block >= 3 * 60 * 1000);
	want_true("body", t->body >= 10 * 60 * 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts_hold),
		cmocka_unit_test(endless_replies_end),
		cmocka_unit_test(dripping_replies_end),
		cmocka_unit_test(shown_output_stays),
		cmocka_unit_test(capabilities),
		cmocka_unit_test(every_step_has_a_timeout),
	};

	return cmocka_run_group_tests_name("dialogue", tests, NULL, NULL);
}
