/* The IMAP dialogue against scripts, in pieces of every size. */
#include "unit.h"

#include "base/mem.h"
#include "mailbox/imap.h"

/* 2026-05-24T10:00:00Z */
#define SINCE 1779616800

struct talk {
	struct str said, mails; /* our commands; "UID=bytes " of each mail */
	char *position, *trouble;
};

/* The server's words, each behind the command that they answer. */
static void
talk(struct talk *t, const struct imap_options *options,
	const char *const *replies, size_t piece)
{
	struct imap *imap = imap_new(options);
	struct imap_event event;

	*t = (struct talk){.said = STR_INIT};
	for (;;) {
		struct span out = imap_output(imap), in;

		str_add_span(&t->said, out);
		imap_sent(imap, out.len);
		in = span_of(*replies);
		for (size_t i = 0; i < in.len; i += piece) {
			struct span part = span_slice(in, i, piece);

			imap_input(imap, part.data, part.len);
			while ((event = imap_next(imap)).kind == IMAP_MAIL)
				str_printf(&t->mails, "%u=%.*s ",
					(unsigned)event.uid,
					(int)event.bytes.len, event.bytes.data);
		}
		if (!*replies++) {
			imap_input(imap, NULL, 0);
			event = imap_next(imap);
		}
		if (event.kind != IMAP_NONE)
			break;
	}
	if (event.kind == IMAP_DONE)
		t->position = imap_position(imap);
	else
		t->trouble = mem_strdup(imap_trouble(imap));
	imap_free(imap);
}

static void
talk_clear(struct talk *t)
{
	str_clear(&t->said);
	str_clear(&t->mails);
	free(t->position);
	free(t->trouble);
}

static const struct imap_options inbox = {
	.folder = "INBOX", .since = SINCE, .largest = 100, .most = 30};

#define OPENED                                                    \
	"* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7] " \
	"UIDs\r\n* OK [UIDNEXT 12] next {5}\r\nP1 OK [READ-ONLY] done\r\n"

static const struct {
	const char *name;
	struct imap_options options;
	const char *replies[6];
	const char *said, *mails, *position, *trouble;
} cases[] = {
	{"the first time",
		{.folder = "INBOX", .since = SINCE, .largest = 100, .most = 30},
		{OPENED, "* SEARCH 11 4\r\nP2 OK\r\n",
			"* 1 FETCH (FLAGS (\\Seen \"a)\") UID 4 BODY[]<0> "
			"{5}\r\n1\r\nP3)\r\n"
			"* 3 EXISTS\r\n"
			"* 2 FETCH (BODY[]<0> {0}\r\n UID 11)\r\nP3 OK\r\n",
			"* BYE\r\nP4 OK\r\n"},
		"P1 EXAMINE \"INBOX\"\r\nP2 UID SEARCH SINCE 24-May-2026\r\n"
		"P3 UID FETCH 4,11 (UID BODY.PEEK[]<0.100>)\r\nP4 LOGOUT\r\n",
		"4=1\r\nP3 11= ", "7:12", NULL},
	{"nothing new",
		{.folder = "INBOX",
			.position = "7:12",
			.largest = 9,
			.most = 9},
		{OPENED, "* SEARCH 11\r\nP2 OK\r\n", "P3 OK\r\n"},
		"P1 EXAMINE \"INBOX\"\r\nP2 UID SEARCH UID 12:*\r\n"
		"P3 LOGOUT\r\n",
		"", "7:12", NULL},
	{"other numbers",
		{.folder = "a\"&\u011f",
			.position = "6:12",
			.since = SINCE,
			.largest = 9,
			.most = 1},
		{OPENED, "* SEARCH 5 6\r\nP2 OK\r\n",
			"* 1 fetch (body[] \"q\\\"\" uid 5)\r\nP3 OK\r\n",
			"P4 OK\r\n"},
		"P1 EXAMINE \"a\\\"&-&AR8-\"\r\n"
		"P2 UID SEARCH SINCE 24-May-2026\r\n"
		"P3 UID FETCH 5 (UID BODY.PEEK[]<0.9>)\r\nP4 LOGOUT\r\n",
		"5=q\\\" ", "7:6", NULL},
	{"put back from a backup",
		{.folder = "INBOX",
			.position = "7:13",
			.since = SINCE,
			.largest = 9,
			.most = 9},
		{OPENED, "* SEARCH 11\r\nP2 OK\r\n",
			"* 1 FETCH (UID 11 BODY[]<0> \"x\")\r\nP3 OK\r\n",
			"P4 OK\r\n"},
		"P1 EXAMINE \"INBOX\"\r\n"
		"P2 UID SEARCH SINCE 24-May-2026\r\n"
		"P3 UID FETCH 11 (UID BODY.PEEK[]<0.9>)\r\nP4 LOGOUT\r\n",
		"11=x ", "7:12", NULL},
	{"an empty folder",
		{.folder = "INBOX", .since = SINCE, .largest = 9, .most = 9},
		{OPENED, "* SEARCH\r\nP2 OK\r\n", "P3 OK\r\n"},
		"P1 EXAMINE \"INBOX\"\r\nP2 UID SEARCH SINCE 24-May-2026\r\n"
		"P3 LOGOUT\r\n",
		"", "7:12", NULL},
	{"came meanwhile",
		{.folder = "INBOX",
			.position = "7:12",
			.largest = 9,
			.most = 9},
		{OPENED, "* SEARCH 12 14\r\nP2 OK\r\n", "P3 OK\r\n",
			"P4 OK\r\n"},
		"P1 EXAMINE \"INBOX\"\r\nP2 UID SEARCH UID 12:*\r\n"
		"P3 UID FETCH 12,14 (UID BODY.PEEK[]<0.9>)\r\nP4 LOGOUT\r\n",
		"", "7:15", NULL},
	{"no such folder", {.folder = "x", .largest = 9, .most = 9},
		{"P1 NO [NONEXISTENT] Mailbox doesn't exist\r\n"},
		"P1 EXAMINE \"x\"\r\n", "", NULL,
		"the server said: NO [NONEXISTENT] Mailbox doesn't exist"},
	{"hangs up", {.folder = "x", .largest = 9, .most = 9},
		{"* BYE too many\r\n"}, "P1 EXAMINE \"x\"\r\n", "", NULL,
		"the server hung up: too many"},
	{"closes", {.folder = "x", .largest = 9, .most = 9}, {"* OK"},
		"P1 EXAMINE \"x\"\r\n", "", NULL,
		"the server closed the connection"},
	{"no validity", {.folder = "x", .largest = 9, .most = 9}, {"P1 OK\r\n"},
		"P1 EXAMINE \"x\"\r\n", "", NULL,
		"the server gives its mails no lasting numbers"},
	{"another tag", {.folder = "x", .largest = 9, .most = 9}, {"P2 OK\r\n"},
		"P1 EXAMINE \"x\"\r\n", "", NULL,
		"the server answers what nobody asked: OK"},
	{"what nobody asked for, twice, and what is gone",
		{.folder = "x", .largest = 9, .most = 9},
		{OPENED, "* SEARCH 4 11\r\nP2 OK\r\n",
			"* 1 FETCH (UID 4 BODY[]<0> NIL)\r\n"
			"* 2 FETCH (UID 9 BODY[]<0> \"x\")\r\n"
			"* 3 FETCH (UID 11 BODY[]<0> \"NIL\")\r\n"
			"* 3 FETCH (UID 11 BODY[]<0> \"y\")\r\nP3 OK\r\n",
			"P4 OK\r\n"},
		"P1 EXAMINE \"x\"\r\nP2 UID SEARCH SINCE 01-Jan-1970\r\n"
		"P3 UID FETCH 4,11 (UID BODY.PEEK[]<0.9>)\r\nP4 LOGOUT\r\n",
		"11=NIL ", "7:12", NULL},
	{"an endless literal", {.folder = "x", .largest = 9, .most = 9},
		{"* 1 FETCH (BODY[] {99999999999}\r\n"}, "P1 EXAMINE \"x\"\r\n",
		"", NULL, "the server's reply does not end"},
};

static void
scripts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t piece = 1; piece < 200; piece += 9) {
			struct talk t;

			talk(&t, &cases[i].options, cases[i].replies, piece);
			want_text(cases[i].name, str_text(&t.said),
				cases[i].said);
			want_text(cases[i].name, str_text(&t.mails),
				cases[i].mails);
			want_text(cases[i].name, t.position, cases[i].position);
			want_text(cases[i].name, t.trouble, cases[i].trouble);
			talk_clear(&t);
		}
}

/* A server that never ends a line. */
static void
endless(void **state)
{
	struct imap *imap = imap_new(&inbox);
	static char octets[1 << 20];

	(void)state;
	memset(octets, 'x', sizeof octets);
	for (int i = 0; i < 5; i++) {
		want_int("bounded", imap_next(imap).kind, IMAP_NONE);
		imap_input(imap, octets, sizeof octets);
	}
	want_int("refused", imap_next(imap).kind, IMAP_FAILED);
	imap_free(imap);
}

/* Short lines, without an end, that answer nothing. */
static void
babbling(void **state)
{
	struct imap *imap = imap_new(&inbox);
	struct str octets = STR_INIT;
	struct imap_event event = {.kind = IMAP_NONE};

	(void)state;
	while (octets.len < 1 << 20)
		str_add(&octets,
			"* OK still there\r\n"
			"* 1 FETCH (UID 1 BODY[] {2}\r\nyy)\r\n");
	for (int i = 0; i < 100 && event.kind == IMAP_NONE; i++) {
		imap_input(imap, octets.data, octets.len);
		event = imap_next(imap);
	}
	want_int("refused", event.kind, IMAP_FAILED);
	want_text("why", imap_trouble(imap),
		"the server says much, and does not answer");
	str_clear(&octets);
	imap_free(imap);
}

static void
names(void **state)
{
	/* The examples are those of RFC 3501, 5.1.3, and what lies beyond. */
	static const char *const pairs[][2] = {
		{"INBOX", "\"INBOX\""},
		{"~peter/mail/\u53f0\u5317/\u65e5\u672c\u8a9e",
			"\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\""},
		{"R&D", "\"R&-D\""},
		{"\U0001f4f0", "\"&2D3c8A-\""},
		{"a\\b", "\"a\\\\b\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct str out = STR_INIT;

		imap_write_folder(&out, pairs[i][0]);
		want_text(pairs[i][0], str_text(&out), pairs[i][1]);
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts),
		cmocka_unit_test(endless),
		cmocka_unit_test(babbling),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("imap", tests, NULL, NULL);
}
