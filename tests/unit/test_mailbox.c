#include "unit.h"

#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "mailbox/mailbox.h"
#include "html/html.h"
#include "source/mailbox.h"

#include <sys/stat.h>
#include <unistd.h>

/* ----- titles ----- */

static void
titles(void **state)
{
	static const struct {
		const char *subject, *list, *want;
		bool reply;
	} cases[] = {
		{"Plain", NULL, "Plain", false},
		{"Re: Plain", NULL, "Plain", true},
		{"RE[2]: Fwd: AW: Plain", NULL, "Plain", true},
		{"Ynt: \xc4\xb0lt: Kongre", NULL, "Kongre", true},
		{"Fwd: Plain", NULL, "Plain", false},
		{"Re (2): Plain", NULL, "Plain", true},
		{"Re2: Plain", NULL, "Plain", true},
		{"Re : Plain", NULL, "Plain", true},
		{"Res 1325: women, peace", NULL, "Res 1325: women, peace",
			false},
		{"TR 2026: a report", NULL, "TR 2026: a report", false},
		{"Re: [Harbour] Re: Plain", "<harbour.example.org>", "Plain",
			true},
		{"[harbour 12] Plain", "News <harbour.example.org>", "Plain",
			false},
		{"[Harbour News] Plain", "Harbour News <h.example.org>",
			"Plain", false},
		{"[PATCH 1/2] harbour", "<harbour.example.org>",
			"[PATCH 1/2] harbour", false},
		{"[harbour] Plain", NULL, "[harbour] Plain", false},
		{"Report: the quay", NULL, "Report: the quay", false},
		{"Re:", NULL, "", true},
		{"Reading", NULL, "Reading", false},
		{"", NULL, "", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct message m = {
			.subject = cases[i].subject, .list_id = cases[i].list};
		bool reply;
		char *got = span_dup(mail_title(&m, &reply));

		want_text(cases[i].subject, got, cases[i].want);
		want_int(cases[i].subject, reply, cases[i].reply);
		free(got);
	}
}

/* ----- text ----- */

static void
signatures(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"one\n-- \nme\n", "one"},
		{"one\n--\nme\n", "one"},
		{"one\n--\nme\nthe quay\n\n", "one"},
		{"one\n--\ntwo\n\nthree\n", "one\n--\ntwo\n\nthree\n"},
		{"one\n-- \ntwo\n\nthree\n", "one"},
		{"one\n--\ntwo\n-- \nme\n", "one\n--\ntwo"},
		{"one\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n",
			"one\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"},
		{"one\n---\nme\n", "one\n---\nme\n"},
		{"one\n-- \nme\n__________________________________\nlist\n",
			"one"},
		{"one\n__________________________________\n"
		 "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
			"one\n__________________________________\n"
			"1\n2\n3\n4\n5\n6\n7\n8\n9\n"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got =
			span_dup(mail_trim_signature(span_of(cases[i].text)));

		want_text(cases[i].text, got, cases[i].want);
		free(got);
	}
}

/* As gpg --clearsign puts it around a text, without its end. */
#define SIGNED(signature)                                              \
	"a\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nb\n\n" \
	"- - c\n- -- \n-----BEGIN PGP SIGNATURE----- \n\niQ=\n" signature

static void
changes(void **state)
{
	static const struct {
		void (*change)(struct str *out, struct span text);
		const char *text, *want;
	} cases[] = {
		{mail_trim_quotes, "a\n> 1\n> 2\nb", "a\n> 1\n> 2\nb\n"},
		{mail_trim_quotes, "> 1\n> 2\n> 3\n> 4\n> 5\n> 6\n> 7\nb\n",
			"> 1\n> 2\n> 3\n> 4\n> […]\nb\n"},
		{mail_trim_quotes, "> 1\n> 2\n> 3\n> 4\n> 5\n> 6\nb\n",
			"> 1\n> 2\n> 3\n> 4\n> 5\n> 6\nb\n"},
		{mail_trim_quotes, "", ""},
		{mail_trim_armor, SIGNED("-----END PGP SIGNATURE-----\nz"),
			"a\nb\n\n- c\n-- \nz"},
		{mail_trim_armor, SIGNED(""), SIGNED("")},
		{mail_trim_armor, "-----END PGP SIGNATURE-----\nb",
			"-----END PGP SIGNATURE-----\nb"},
		{mail_trim_armor, "", ""},
		{mail_obscure, "to jane@example.org, <j.d@a-b.example.com>.\n",
			"to jane@…, <j.d@…>.\n"},
		{mail_obscure, "https://example.org/@jane@example.org x",
			"https://example.org/@jane@example.org x"},
		{mail_obscure, "src=\"cid:1@example.org\"",
			"src=\"cid:1@example.org\""},
		{mail_obscure, "a @ b, a@b, @example.org",
			"a @ b, a@b, @example.org"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		cases[i].change(&out, span_of(cases[i].text));
		want_text(cases[i].text, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

/* ----- senders ----- */

#define FROM "From: press@member.example\n"
#define SAYS "Authentication-Results: mx.example.org; "

static void
senders(void **state)
{
	static const struct {
		const char *headers;
		bool want;
	} cases[] = {
		{SAYS "dmarc=pass header.from=member.example\n" FROM, true},
		{SAYS "spf=fail; dkim=pass (good) header.d=member.example\n" FROM,
			true},
		{SAYS "spf=pass smtp.mailfrom=b@bounce.member.example\n" FROM,
			true},
		{"Authentication-Results: MX.example.org 1;\n"
		 " dkim=pass header.i=@member.example\n" FROM,
			true},
		{SAYS "dkim=pass header.d=other.example\n" FROM, false},
		{SAYS "dkim=pass header.d=xmember.example\n" FROM, false},
		{SAYS "dkim=pass header.d=example\n" FROM, false},
		{SAYS "dkim=fail header.d=member.example\n" FROM, false},
		{SAYS "dkim=fail (dkim=pass header.d=member.example)\n" FROM,
			false},
		{SAYS "spf=fail smtp.mailfrom=\"; dkim=pass "
		      "header.d=member.example\"\n" FROM,
			false},
		{SAYS "dkim=pass(good)header.d=member.example\n" FROM, true},
		/* What the server does not take for its own name. */
		{"Authentication-Results: mx.(x)example.org; "
		 "dmarc=pass header.from=member.example\n" FROM,
			false},
		{"Authentication-Results: =?utf-8?q?mx=2Eexample.org?=; "
		 "dmarc=pass header.from=member.example\n" FROM,
			false},
		{SAYS "dkim=fail =?utf-8?q?=3B?= "
		      "dmarc=pass header.from=member.example\n" FROM,
			false},
		{"Authentication-Results: evil.example; "
		 "dmarc=pass header.from=member.example\n" FROM,
			false},
		/* Two of one server, and one that its sender put below. */
		{SAYS "dkim=none\n" SAYS
		      "dmarc=pass header.from=member.example\n" FROM,
			true},
		{SAYS "dkim=none\nReceived: x\n" SAYS
		      "dmarc=pass header.from=member.example\n" FROM,
			false},
		{SAYS "dmarc=pass header.from=member.example\n" FROM
		      "From: b@other.example\n",
			false},
		{SAYS "dmarc=pass header.from=member.example\n"
		      "From: press@member.example, b@other.example\n",
			false},
		{FROM, false},
		{SAYS "dmarc=pass header.from=member.example\n", false},
	};
	static const char *const allow[] = {"press@Member.example", NULL};
	static const char *const domain[] = {"@member.example", NULL};
	static const char *const other[] = {
		"a@member.example", "mber.example", NULL};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		char *mail = mem_printf("%s\nx\n", cases[i].headers);
		struct message *m = message_parse(a, span_of(mail));

		want_int(cases[i].headers,
			mail_sender_is_proven(m, "mx.example.org"),
			cases[i].want);
		want_int("nobody", mail_sender_is_proven(m, NULL), false);
		if (i == 0) {
			want_true("a", mail_sender_is_allowed(m, allow));
			want_true("b", mail_sender_is_allowed(m, domain));
			want_true("c", !mail_sender_is_allowed(m, other));
		}
		free(mail);
		arena_free(a);
	}
}

static void
obscuring(void **state)
{
	static const char *const pairs[][2] = {
		{"<p>To <b>jane</b>@exam<wbr>ple.org, <i>bo@a.exa</i>mple.com",
			"<p>To <strong>jane</strong>@…, <em>bo@…</em></p>\n"},
		{"<p>jane@<br>example.org jane@x<b>.example</b>.org.",
			"<p>jane@<br>\nexample.org jane@…<strong></strong>."
			"</p>\n"},
		{"<p><a href='mailto:a@example.org'>a@<b>example</b>.org</a>,"
		 "<a href='https://example.org/@a'>b@example.org</a>",
			"<p>a@<strong>…</strong>,"
			"<a href=\"https://example.org/@a\">b@…</a></p>\n"},
		{"<p>none at all</p><p>@<b>x</b>",
			"<p>none at all</p>\n<p>@<strong>x</strong></p>\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct arena *arena = arena_new();
		struct passage *p = html_parse(arena, span_of(pairs[i][0]),
			&(struct html_options){.base = NULL});
		struct str out = STR_INIT;

		mail_obscure_passage(arena, p);
		passage_to_html(&out, p, 0);
		want_text(pairs[i][0], str_text(&out), pairs[i][1]);
		str_clear(&out);
		arena_free(arena);
	}
}

/* ----- dispatches ----- */

static void
add(struct dispatches *all, struct mail_threads *threads,
	const struct mailbox_options *options, const char *mail)
{
	mail_dispatch_add(all, threads, options, span_of(mail), "here");
}

static void
dispatching(void **state)
{
	static const char *const own[] = {"own.example.org", NULL};
	const struct source_config source = {
		.name = "box",
		.mailbox = {.trim_signatures = true, .obscure_addresses = true},
	};
	const struct mailbox_options options = {
		.source = &source,
		.own_lists = own,
		.since = 1795154400 - 60,
	};
	struct mail_threads *threads = mail_threads_new();
	struct dispatches all;
	const struct variant *v;

	(void)state;
	dispatches_init(&all);
	add(&all, threads, &options,
		"From: Jane <jane@example.org>\nMessage-ID: <1@example.org>\n"
		"Date: Fri, 20 Nov 2026 09:00:00 +0300\nSubject: Quay\n"
		"Archived-At: <https://example.org/1>\n\n"
		"Write to me@example.org\n-- \nJane\n");
	add(&all, threads, &options,
		"From: bo@example.org\nMessage-ID: <2@example.org>\n"
		"Subject: Re: Quay\nIn-Reply-To: <1@example.org>\n\n" SIGNED(
			"-----END PGP SIGNATURE-----\n"));
	add(&all, threads, &options,
		"Message-ID: <3@example.org>\nSubject: Re: QUAY\n\nyes\n");
	add(&all, threads, &options,
		"Message-ID: <4@example.org>\nSubject: Re: other\n"
		"References: <0@example.org> <2@example.org>\n\nyes\n");
	add(&all, threads, &options,
		"Content-Type: text/html\n\n<p>no subject, no id</p>\n");
	add(&all, threads, &options,
		"Message-ID: <6@example.org>\n\nNews of today. More of it.\n");
	add(&all, threads, &options,
		"Message-ID: <7@example.org>\nContent-Type: text/html\n\n"
		"<p onclick=x>Ask <a href='mailto:bo@example.org'>Bo "
		"(bo@exam<wbr>ple.org)</a>. Or not.<script>1</script>\n");
	/* Left out. */
	add(&all, threads, &options,
		"Message-ID: <8@example.org>\nSubject: old\n"
		"Date: Fri, 20 Nov 2026 05:58:00 +0000\n\nyes\n");
	add(&all, threads, &options,
		"Message-ID: <2@example.org>\nSubject: again\n\nyes\n");
	add(&all, threads, &options,
		"List-Id: Own <OWN.example.org>\nSubject: own\n\nyes\n");
	add(&all, threads, &options,
		"Auto-Submitted: auto-replied\nSubject: away\n\nyes\n");

	want_int("count", all.count, 7);
	want_int("problems", all.problems.count, 0);
	v = all.items[0].variants;
	want_text("id", all.items[0].id, "1@example.org");
	want_text("source", all.items[0].source, "box");
	want_int("date", all.items[0].date, 1795154400);
	want_text("title", v->title, "Quay");
	want_text("author", v->author, "Jane");
	want_text("body", v->body, "Write to me@…");
	want_text("link", v->link, "https://example.org/1");
	want_int("kind", v->body_kind, BODY_TEXT);
	want_int("revision", strlen(v->revision), 32);
	for (int i = 1; i < 4; i++)
		want_text("story", all.items[i].variants->story, v->story);
	want_text("author", all.items[1].variants->author, "bo@…");
	want_text("unsigned", all.items[1].variants->body, "a\nb\n\n- c");
	want_text("answer", all.items[1].variants->title, "Re: Quay");
	v = all.items[4].variants;
	want_int("kind", v->body_kind, BODY_HTML);
	want_int("id", strncmp(all.items[4].id, "mail-", 5), 0);
	want_text("title", v->title, "no subject, no id");
	want_true("story", strcmp(v->story, all.items[0].variants->story) != 0);
	want_text("sentence", all.items[5].variants->title, "News of today.");
	v = all.items[6].variants;
	want_text("title", v->title, "Ask Bo (bo@…).");
	want_true("safe", strstr(v->body, "Ask Bo (bo@…). Or not."));
	want_true("safe", !strstr(v->body, "script") && !strstr(v->body, "@e"));
	mail_threads_free(threads);
	dispatches_clear(&all);
}

/* No store's index has room for it. */
static void
long_ids(void **state)
{
	const struct source_config source = {.name = "box"};
	const struct mailbox_options options = {
		.source = &source, .since = INSTANT_NONE};
	struct mail_threads *threads = mail_threads_new();
	struct str mail = STR_INIT;
	struct dispatches all;

	(void)state;
	dispatches_init(&all);
	str_add(&mail, "Message-ID: <");
	for (int i = 0; i < 4000; i++)
		str_add_char(&mail, (char)('a' + i % 26));
	str_add(&mail, "@example.org>\nSubject: News\n\nText.\n");
	add(&all, threads, &options, str_text(&mail));
	add(&all, threads, &options, str_text(&mail));
	want_int("once", all.count, 1);
	want_true("short", strlen(all.items[0].id) < 100);
	str_clear(&mail);
	mail_threads_free(threads);
	dispatches_clear(&all);
}

static void
attaching(void **state)
{
	static const char mail[] =
		"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
		"--b\n\nSee beside.\n"
		"--b\nContent-Type: application/pdf; name=a.pdf\n\nx\n"
		"--b\nContent-Type: image/png\n\nx\n"
		"--b\nContent-Type: message/rfc822\n\n"
		"Subject: =?utf-8?Q?=C4=B0stanbul?=\n next\n\nx\n"
		"--b\nContent-Type: message/rfc822\n\nFrom: a\n\nx\n"
		"--b\nContent-Type: message/rfc822; name=b.eml\n\n"
		"Subject: b\n\nx\n--b--\n";
	static const char *allow[] = {"member.example", NULL};
	const struct source_config open = {.name = "box"};
	const struct source_config closed = {
		.name = "box", .mailbox = {.allow = allow}};
	struct mail_threads *threads = mail_threads_new();
	struct dispatches all;

	(void)state;
	dispatches_init(&all);
	add(&all, threads, &(struct mailbox_options){.source = &open}, mail);
	add(&all, threads, &(struct mailbox_options){.source = &closed},
		"Subject: unproven\nFrom: a@member.example\n\nx\n");
	want_int("count", all.count, 1);
	want_text("body", all.items[0].variants->body,
		"See beside.\n\n[a.pdf, image/png, \u0130stanbul next, "
		"message/rfc822, b.eml]\n");
	want_int("told", all.problems.count, 1);
	mail_threads_free(threads);
	dispatches_clear(&all);
}

/* A log of ten megabytes, in lines and in one. */
static void
cutting(void **state)
{
	static const char head[] = "Subject: log\n\n";
	const struct source_config source = {.name = "box"};
	const struct mailbox_options options = {.source = &source};

	(void)state;
	for (int lines = 0; lines < 2; lines++) {
		struct mail_threads *threads = mail_threads_new();
		struct str mail = STR_INIT;
		struct dispatches all;
		size_t n;

		dispatches_init(&all);
		str_add(&mail, head);
		for (int i = 0; i < 1000000; i++)
			str_add(&mail, lines ? "one line\n" : "piece\u20ac x");
		add(&all, threads, &options, str_text(&mail));
		n = strlen(all.items[0].variants->body);
		want_true("cut", n > 1000000 && n < 1100000);
		want_true("characters are whole",
			text_is_utf8(span_of(all.items[0].variants->body)));
		want_true("says so",
			strstr(all.items[0].variants->body + n - 10, "[…]"));
		mail_threads_free(threads);
		dispatches_clear(&all);
		str_clear(&mail);
	}
}

/* ----- folders and files ----- */

static void
write_file(const char *root, const char *name, const char *text)
{
	char *path = file_join(root, name);
	char *slash = strrchr(path, '/');

	*slash = '\0';
	assert_true(file_make_folders(path, 0700, NULL));
	*slash = '/';
	assert_true(file_write(path, span_of(text), 0600, NULL));
	free(path);
}

struct box {
	struct source_config source;
	struct mailbox_options options;
	struct dispatches mails;
	char *position;
	struct error err;
};

/* Later than any file. */
#define FAR_AWAY 20000000000LL

/* What is new in it, since `before` was read. */
static struct box
read_box(const char *root, const char *name, const struct box *before)
{
	struct box box = {.err = ERROR_INIT};
	char *path = file_join(root, name);
	char *folder = file_join(path, "cur");

	box.source = (struct source_config){.kind = SOURCE_MAILBOX,
		.name = "box",
		.mailbox.place = {.name = "box",
			.path = path,
			.kind = file_exists(folder) || strcmp(name, "none") == 0
				? MAILBOX_MAILDIR
				: MAILBOX_MBOX}};
	box.options = (struct mailbox_options){.source = &box.source,
		.now = before ? before->options.now : 0,
		.largest = MAILBOX_LARGEST,
		.known = before ? &before->mails : NULL,
		.position = before ? before->position : NULL};
	dispatches_init(&box.mails);
	mailbox_source_read(&box.options, &box.mails, &box.position, &box.err);
	free(folder);
	free(path);
	return box;
}

static void
box_clear(struct box *box)
{
	dispatches_clear(&box->mails);
	error_clear(&box->err);
	free(box->position);
}

static size_t
count_mails(const char *root, const char *name, enum error_kind *kind)
{
	struct box box = read_box(root, name, NULL);
	size_t count = box.mails.count;

	*kind = box.err.kind;
	box_clear(&box);
	return count;
}

/* A mail that cannot be read now comes when it can, however much later. */
static void
unreadable(const char *root)
{
	char *path = file_join(root, "dir/new/3"), *folder;
	uid_t user = geteuid();
	const struct box before = {.options = {.now = FAR_AWAY}};
	struct box first, second;

	chmod(root, 0755);
	for (int i = 0; i < 4; i++) {
		static const char *const names[] = {
			"dir", "dir/new", "dir/cur", "dir/tmp"};

		folder = file_join(root, names[i]);
		chmod(folder, 0755);
		free(folder);
	}
	chmod(path, 0);
	want_int("nobody", user == 0 ? seteuid(65534) : 0, 0);
	first = read_box(root, "dir", &before);
	want_int("back", user == 0 ? seteuid(0) : 0, 0);
	want_true("told", first.mails.problems.count > 0);
	chmod(path, 0600);
	second = read_box(root, "dir", &first);
	want_int("read", second.mails.count + first.mails.count, 2);
	box_clear(&second);
	box_clear(&first);
	free(path);
}

static void
going_on(const char *root, const char *name)
{
	struct box first = read_box(root, name, NULL), second, third;

	second = read_box(root, name, &first);
	want_int(name, second.mails.count, 0);
	want_text(name, second.position, first.position);
	if (first.source.mailbox.place.kind == MAILBOX_MAILDIR)
		write_file(root, "dir/new/9",
			"Message-ID: <9@example.org>\nSubject: Re: new\n\n9\n");
	else
		write_file(root, name,
			"From a Mon Aug  2 21:25:01 2004\nSubject: 2\n\n2\n\n"
			"From a Mon Aug  2 21:25:02 2004\nSubject: Re: 2\n\n"
			"3\n");
	third = read_box(root, name, &first);
	want_int(name, third.mails.count, 1);
	want_text(name, third.mails.items[0].variants->story,
		first.mails.items[1].variants->story);
	box_clear(&third);
	/* Older than what was read: not looked at. */
	free(first.position);
	first.position = mem_printf("%lld", FAR_AWAY);
	first.options.now = FAR_AWAY + 1;
	dispatches_clear(&first.mails);
	dispatches_init(&first.mails);
	third = read_box(root, name, &first);
	want_int(name, third.mails.count,
		first.source.mailbox.place.kind == MAILBOX_MAILDIR ? 0 : 2);
	box_clear(&third);
	/* The clock went back: what comes now looks older than that. */
	free(first.position);
	first.position = mem_printf("%lld", FAR_AWAY + 2);
	third = read_box(root, name, &first);
	want_true(name, third.mails.count >= 2);
	box_clear(&third);
	box_clear(&second);
	box_clear(&first);
}

/* Of hosts that share a store each may have one of that name, or one is put back
 * from a backup: how far the other was read says nothing of it, though its mails
 * are no newer. */
static void
another_folder(const char *root)
{
	struct box none = {.options = {.now = FAR_AWAY}}, first, second;

	write_file(root, "older/cur/1",
		"Message-ID: <o@example.org>\nSubject: Older\n\n1\n");
	write_file(root, "older/new/2",
		"Message-ID: <p@example.org>\nSubject: Older, too\n\n2\n");
	write_file(root, "newer/cur/1",
		"Message-ID: <n@example.org>\nSubject: Newer\n\n1\n");
	write_file(root, "newer/new/2",
		"Message-ID: <q@example.org>\nSubject: Newer, too\n\n2\n");
	first = read_box(root, "newer", &none);
	want_int("newer", first.mails.count, 2);
	dispatches_clear(&first.mails);
	dispatches_init(&first.mails);
	first.options.now = FAR_AWAY;
	second = read_box(root, "newer", &first);
	want_int("read before", second.mails.count, 0);
	box_clear(&second);
	second = read_box(root, "older", &first);
	want_int("another", second.mails.count, 2);
	box_clear(&second);
	box_clear(&first);
}

/* Who cannot keep a mail gets it again. */
static bool
take_two(void *data, struct span bytes, const char *where, struct error *err)
{
	int *taken = data;

	want_true(where, bytes.len > 0);
	if (++*taken < 2)
		return true;
	return error_set(err, ERROR_IO, "the disk is full");
}

static void
stopping(const char *root, const char *name, enum mailbox_kind kind)
{
	struct error err = ERROR_INIT;
	char *path = file_join(root, name), *position;
	const struct mail_place place = {.kind = kind, .path = path};
	struct problems problems = PROBLEMS_INIT;
	int taken = 0;
	const struct mailbox_reading reading = {
		.place = &place,
		.now = FAR_AWAY,
		.largest = MAILBOX_LARGEST,
		.take = take_two,
		.data = &taken,
		.problems = &problems,
	};

	want_int("stops", mailbox_read(&reading, &position, &err), false);
	want_int("at once", taken, 2);
	want_text("says why", err.text, "the disk is full");
	want_text("and is no farther", position, NULL);
	problems_clear(&problems);
	error_clear(&err);
	free(path);
}

struct seen {
	struct str where;
};

static bool
note_where(void *data, struct span bytes, const char *where, struct error *err)
{
	struct seen *seen = data;

	(void)bytes;
	(void)err;
	str_add_all(&seen->where, strrchr(where, ' '), NULL);
	return true;
}

/* What is appended is read alone; what was rewritten, from its beginning. */
static void
growing(const char *root)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
#define ONE "From a Mon Aug  2 21:25:01 2004\nSubject: 1\n\n>From 1\n\n"
#define TWO "From a Mon Aug  2 21:25:02 2004\nSubject: 2\n\n2\n"
#define SEEN "From a Mon Aug  2 21:25:01 2004\nStatus: RO\nSubject: 1\n\n1\n\n"
		{ONE, " 1"},
		{ONE TWO, " 2"},
		{ONE TWO, ""},
		{ONE TWO "\n" ONE TWO, " 3 4"},
		{SEEN TWO "\n" ONE TWO, " 1 2 3 4"},
		{TWO, " 1"},
		{"", ""},
		{ONE, " 1"},
	};
	char *path = file_join(root, "growing"), *position = NULL;
	const struct mail_place place = {.kind = MAILBOX_MBOX, .path = path};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct seen seen = {STR_INIT};
		struct error err = ERROR_INIT;
		const struct mailbox_reading reading = {
			.place = &place,
			.position = position,
			.take = note_where,
			.data = &seen,
		};
		char *reached;

		write_file(root, "growing", cases[i].text);
		want_true("read", mailbox_read(&reading, &reached, &err));
		want_text(cases[i].text, str_text(&seen.where), cases[i].want);
		str_clear(&seen.where);
		free(position);
		position = reached;
	}
	free(position);
	free(path);
}

static void
reading(void **state)
{
	char root[] = "/tmp/postrider-mailbox-XXXXXX";
	enum error_kind kind;
	char *command;

	(void)state;
	assert_non_null(mkdtemp(root));
	write_file(root, "dir/cur/1:2,S", "Subject: seen\n\n1\n");
	write_file(root, "dir/cur/2:2,ST", "Subject: thrown away\n\n2\n");
	write_file(root, "dir/new/3", "Subject: new\n\n3\n");
	write_file(root, "dir/tmp/4", "Subject: on its way\n\n4\n");
	write_file(root, "dir/.Sent/cur/5:2,S", "Subject: other folder\n\n5\n");
	write_file(root, "none/x", "Subject: x\n\nx\n");
	write_file(root, "box",
		"From a Mon Aug  2 21:25:01 2004\nSubject: 1\n\n1\n\n"
		"From a Mon Aug  2 21:25:01 2004\nSubject: 2\n\n2\n");
	write_file(root, "empty", "");
	write_file(root, "text", "no mail\n");
	want_int("maildir", count_mails(root, "dir", &kind), 2);
	want_int("maildir", kind, ERROR_NONE);
	want_int("mbox", count_mails(root, "box", &kind), 2);
	want_int("empty", count_mails(root, "empty", &kind), 0);
	want_int("empty", kind, ERROR_NONE);
	count_mails(root, "text", &kind);
	want_int("no mbox", kind, ERROR_DATA);
	count_mails(root, "none", &kind);
	want_int("no maildir", kind, ERROR_INPUT);
	count_mails(root, "absent", &kind);
	want_int("absent", kind, ERROR_INPUT);
	stopping(root, "dir", MAILBOX_MAILDIR);
	stopping(root, "box", MAILBOX_MBOX);
	growing(root);
	unreadable(root);
	going_on(root, "dir");
	going_on(root, "box");
	another_folder(root);
	command = mem_printf("rm -r '%s'", root);
	want_int("rm", system(command), 0);
	free(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles),
		cmocka_unit_test(signatures),
		cmocka_unit_test(changes),
		cmocka_unit_test(senders),
		cmocka_unit_test(obscuring),
		cmocka_unit_test(dispatching),
		cmocka_unit_test(long_ids),
		cmocka_unit_test(attaching),
		cmocka_unit_test(cutting),
		cmocka_unit_test(reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
