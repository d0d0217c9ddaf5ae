/*
 * Servers, and what is said beside them: relays and mailboxes; which keys sign;
 * what real sending needs.
 */
#include "config_unit.h"

#include "base/mem.h"

/* ----- relays ----- */

static void
test_relays(void **state)
{
	static const struct {
		const char *text, *want;
		int port;
		bool implicit;
		enum tls_rule tls;
		const char *user, *password;
	} cases[] = {
		{"smtp://relay.example.org", "smtp://relay.example.org:25", 25,
			false, TLS_REQUIRED, NULL, NULL},
		{"smtp://u@relay.example.org/",
			"smtp://u@relay.example.org:587", 587, false,
			TLS_REQUIRED, "u", "env"},
		{"smtp://me@e.org:p@ss@h.example:2525",
			"smtp://me@e.org@h.example:2525", 2525, false,
			TLS_REQUIRED, "me@e.org", "p@ss"},
		{"smtp://a%40b.org:s%3ax@h.example",
			"smtp://a@b.org@h.example:587", 587, false,
			TLS_REQUIRED, "a@b.org", "s:x"},
		{"smtps://u:p@h.example", "smtps://u@h.example:465", 465, true,
			TLS_REQUIRED, "u", "p"},
		{"smtp://localhost:1025", "smtp://localhost:1025", 1025, false,
			TLS_NONE, NULL, NULL},
		{"smtp://127.0.0.1:25", "smtp://127.0.0.1:25", 25, false,
			TLS_NONE, NULL, NULL},
		{"smtp://127.evil.example", "smtp://127.evil.example:25", 25,
			false, TLS_REQUIRED, NULL, NULL},
		{"smtp://[::1]:2525", "smtp://[::1]:2525", 2525, false,
			TLS_NONE, NULL, NULL},
		{"smtps://localhost", "smtps://localhost:465", 465, true,
			TLS_REQUIRED, NULL, NULL},
	};
	static const char *const bad[] = {"", "spool", "smtp://", "smtp:x",
		"smtp://h:0", "smtp://h:65536", "smtp://h:1x", "smtp://@h",
		"smtp://u:@h", "smtp://h/path", "smtp://u%4@h", "smtp://[::1",
		"smtp://u%0d%0aRCPT@h", "smtp://h?x", "http://h", "smtp://h h",
		"smtp://:p@h"};
	struct arena *arena = arena_new();
	struct relay r;

	(void)state;
	setenv("POSTRIDER_SMTP_PASSWORD", "env", 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = ERROR_INIT;

		relay_parse(arena, cases[i].text, &r, &err);
		want_text(cases[i].text, err.text, NULL);
		want_text(cases[i].text, r.text, cases[i].want);
		want_int(cases[i].text, r.server.port, cases[i].port);
		want_int(cases[i].text, r.server.implicit_tls,
			cases[i].implicit);
		want_int(cases[i].text, r.server.tls, cases[i].tls);
		want_text(cases[i].text, r.server.user, cases[i].user);
		want_text(cases[i].text, r.server.password, cases[i].password);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		want_true(bad[i], !relay_parse(arena, bad[i], &r, NULL));
	want_true("spool", relay_parse(arena, "spool:/tmp/x", &r, NULL));
	want_text("spool", r.path, "/tmp/x");
	unsetenv("POSTRIDER_SMTP_PASSWORD");
	arena_free(arena);
}

static void
test_mailboxes(void **state)
{
	struct site site;
	const struct list *l;
	const struct source_config *s;

	(void)state;
	put("password", "from file\n");
	chmod("password", 0600);
	setenv("POSTRIDER_IMAP_PASSWORD", "p", 1);
	l = load_list(&site,
		"sources:\n"
		"- mailbox: imaps://me@e.org@h.example/News%2fA%26B\n"
		"  password_file: password\n"
		"  allow: [Press@Member.example, '@other.example']\n"
		"  authserv_id: mx.example.org\n"
		"  trim_quotes: true\n"
		"- mailbox: imap://u@localhost\n  allow: anyone\n"
		"- mailbox: mbox:/var/mail/nobody\n  allow: anyone\n"
		"- {tls: try, mailbox: 'imap://u@localhost/B', allow: anyone}"
		"\n");
	want_int("sources", l->source_count, 4);
	s = &l->sources[0];
	want_int("kind", s->mailbox.place.kind, MAILBOX_IMAP);
	want_text("name", s->name, "imaps://me@e.org@h.example:993/News/A&B");
	want_text("folder", s->mailbox.place.path, "News/A&B");
	want_text("user", s->mailbox.place.server.user, "me@e.org");
	want_text("password", s->mailbox.place.server.password, "from file");
	want_int("tls", s->mailbox.place.server.tls, TLS_REQUIRED);
	want_text("allow", s->mailbox.allow[1], "@other.example");
	want_true("trim", s->mailbox.trim_quotes);
	s = &l->sources[1];
	want_text("no password", s->name, "imap://u@localhost:143/INBOX");
	want_text("password", s->mailbox.place.server.password, "p");
	want_int("tls", s->mailbox.place.server.tls, TLS_NONE);
	want_text("anyone", s->mailbox.allow[0], NULL);
	s = &l->sources[2];
	want_int("kind", s->mailbox.place.kind, MAILBOX_MBOX);
	want_text("outside", s->mailbox.place.path, "/var/mail/nobody");
	want_int("tls", l->sources[3].mailbox.place.server.tls, TLS_TRY);
	want_text("own", l->site_list_ids[0], "a.example.org");
	want_text("own", l->site_list_ids[1], NULL);
	site_clear(&site);
	unsetenv("POSTRIDER_IMAP_PASSWORD");
	unlink("password");
}

static void
test_inbox(void **state)
{
	struct site site;
	const struct list *l;

	(void)state;
	setenv("POSTRIDER_IMAP_PASSWORD", "p", 1);
	l = load_list(&site, "inbox: maildir:mail/returned\n");
	want_int("kind", l->inbox->kind, MAILBOX_MAILDIR);
	want_text("below the site", l->inbox->path, "mail/returned");
	want_text("name", l->inbox->name, "maildir:mail/returned");
	site_clear(&site);
	l = load_list(&site,
		"inbox: {mailbox: 'imap://box@mail.example.org/Returned', "
		"tls: try}\n");
	want_int("kind", l->inbox->kind, MAILBOX_IMAP);
	want_text("folder", l->inbox->path, "Returned");
	want_text("password", l->inbox->server.password, "p");
	want_int("tls", l->inbox->server.tls, TLS_TRY);
	site_clear(&site);
	l = load_list(&site, "inbox: none\n");
	want_true("none", l->inbox == NULL);
	site_clear(&site);
	unsetenv("POSTRIDER_IMAP_PASSWORD");
}

static void
test_transport(void **state)
{
	struct site site;
	const struct list *l;
	char *got;

	(void)state;
	put("password", "from file\r\nnote\n");
	chmod("password", 0600);
	l = load_list(&site,
		"transport:\n- relay: smtp://u@one.example\n"
		"  password_file: password\n"
		"- relay: smtp://localhost\n  tls: required\n"
		"- spool:state/other\n");
	want_int("relays", l->relay_count, 3);
	want_text("password", l->relays[0].server.password, "from file");
	want_int("tls", l->relays[0].server.tls, TLS_REQUIRED);
	want_int("tls", l->relays[1].server.tls, TLS_REQUIRED);
	want_text("spool", l->relays[2].path, "state/other");
	site_clear(&site);

	chmod("password", 0644);
	got = load_problems(&site);
	want_text("readable", got,
		"warning: " FILE_ ":5:10: password can be "
		"read by everyone: chmod o-r it\n");
	free(got);
	site_clear(&site);
	put("password", "\n");
	want_problems("empty",
		FILE_ ":5:10: password: the password must stand "
		      "in the first line\n"
		      "warning: " FILE_ ":5:10: password can be read by "
		      "everyone: chmod o-r it\n");

	l = load_list(&site,
		"transport:\n- relay: spool:state/other\n"
		"  senders: [example.net]\n  rate: 5 per second\n");
	want_true("senders of a spool", l->relays[0].senders != NULL);
	want_int("rate of a spool", l->relays[0].rate.count, 5);
	site_clear(&site);
}

static void
test_sending(void **state)
{
	struct problems problems = PROBLEMS_INIT;
	struct site site;
	const struct list *l;

	(void)state;
	l = load_list(&site, "transport: smtp://u@h.example\n");
	list_check_sending(l, &problems);
	want_int("errors", problems.errors, 4);
	want_int("warnings", problems.count, 5);
	want_text("password", problems.items[0].text,
		"list 'a': no password for smtp://u@h.example:587: name a "
		"password_file beside it, or set POSTRIDER_SMTP_PASSWORD");
	want_text("address", problems.items[1].text,
		"list 'a': 'postal_address' is missing: the law of many "
		"countries asks for it in each letter; or say why there is "
		"none: \"none: …\"");
	problems_clear(&problems);
	site_clear(&site);

	l = load_list(&site,
		"transport: smtp://h.example\nweb: https://e.org\n"
		"bounces: b@e.org\npostal_address: Quay 1\n"
		"privacy_url: https://e.org/p\n");
	list_check_sending(l, &problems);
	want_int("all is well", problems.count, 0);
	problems_clear(&problems);
	site_clear(&site);
}

/* What is not there yet is made; what is in its place is a mistake. */
static void
test_folders(void **state)
{
	static const struct {
		const char *name, *path, *want; /* NULL: all is well */
	} cases[] = {
		{"not there yet", "state/spool", NULL},
		{"a file", "filed/spool",
			"list 'a': 'transport': filed/spool is no folder"},
		{"below a file", "filed/spool/more",
			"list 'a': 'transport': filed/spool is no folder"},
		{"there", "filed", NULL},
	};

	(void)state;
	want_true("folder", file_make_folders("filed", 0755, NULL));
	put("filed/spool", "");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct problems problems = PROBLEMS_INIT;
		char *text = mem_printf("transport: spool:%s\n", cases[i].path);
		struct site site;

		list_check_folders(load_list(&site, text), &problems);
		want_text(cases[i].name,
			problems.count ? problems.items[0].text : NULL,
			cases[i].want);
		want_int(cases[i].name, problems.errors, !!cases[i].want);
		problems_clear(&problems);
		site_clear(&site);
		free(text);
	}
}

/* A list that needs neither says why; forgetting it is no way. */
static void
test_waivers(void **state)
{
	static const struct {
		const char *name, *yaml, *address, *why;
		size_t errors; /* when it is to be sent */
	} cases[] = {
		{"an address", "postal_address: Quay 1\n", "Quay 1", NULL, 0},
		{"none, with a reason",
			"postal_address: 'None: members only'\n", NULL,
			"members only", 0},
		{"a street called so", "postal_address: Nonesuch Lane 1\n",
			"Nonesuch Lane 1", NULL, 0},
		{"not said", "", NULL, NULL, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct problems problems = PROBLEMS_INIT;
		char *yaml = mem_printf(
			"transport: smtp://h.example\nweb: https://e.org\n"
			"bounces: b@e.org\nprivacy_url: 'none: members only'\n%s",
			cases[i].yaml);
		struct site site;
		const struct list *l = load_list(&site, yaml);

		list_check_sending(l, &problems);
		want_int(cases[i].name, problems.errors, cases[i].errors);
		want_text(cases[i].name, l->postal_address, cases[i].address);
		want_text(cases[i].name, l->no_postal_address, cases[i].why);
		want_text("privacy", l->privacy_url, NULL);
		want_text("privacy", l->no_privacy_url, "members only");
		problems_clear(&problems);
		site_clear(&site);
		free(yaml);
	}
}

static void
test_bare_waiver(void **state)
{
	struct site site;
	char *text;

	(void)state;
	put_list("postal_address: none\nprivacy_url: 'none: '\n");
	text = load_problems(&site);
	want_text("why", text,
		FILE_ ":4:17: 'postal_address' is needed by law nearly "
		      "everywhere; say why this list needs none: \"none: an "
		      "internal list of our members\"\n" FILE_
		      ":5:14: 'privacy_url' is needed by law nearly "
		      "everywhere; say why this list needs none: \"none: an "
		      "internal list of our members\"\n");
	free(text);
	site_clear(&site);
}

/* ----- which keys sign ----- */

static void
test_dkim(void **state)
{
	/* Of two senders, the selectors of those keys that sign. */
	static const struct {
		const char *keys, *top, *below;
	} cases[] = {
		{"{selector: a, key: k}", "a", "a"},
		{"{selector: a, key: k, domain: Example.ORG}", "a", "a"},
		{"[{selector: a, key: k, domain: example.org}, "
		 "{selector: b, key: k, domain: example.org}]",
			"ab", "ab"},
		{"[{selector: a, key: k, domain: example.org}, "
		 "{selector: b, key: k, domain: other.example}, "
		 "{selector: c, key: k, domain: news.example.org}]",
			"a", "c"},
		{"[{selector: a, key: k, domain: ample.org}, "
		 "{selector: b, key: k, domain: x.news.example.org}, "
		 "{selector: c, key: k, domain: example.org}]",
			"c", "c"},
		{"none", "", ""},
	};

	(void)state;
	put("lists/defaults.yaml",
		"dkim: {selector: z, key: z, domain: other.example}\n");
	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		const char *keys = cases[i / 2].keys;
		struct str text = STR_INIT, got = STR_INIT;
		struct site site;
		const struct list *l;

		str_printf(&text,
			"title: A\nlist_id: a.example.org\nfrom: A <a@%s>\n"
			"dkim: %s\n",
			i % 2 ? "news.example.org" : "example.org", keys);
		put("lists/a/list.yaml", str_text(&text));
		want_problems(str_text(&text), "");
		want_true("site", site_load(&site, ".", NULL));
		l = site_find(&site, "a");
		for (size_t k = 0; k < l->dkim_count; k++)
			if (list_signs_with(l, &l->dkim[k]))
				str_add(&got, l->dkim[k].selector);
		want_text(str_text(&text), str_text(&got),
			i % 2 ? cases[i / 2].below : cases[i / 2].top);
		str_clear(&text);
		str_clear(&got);
		site_clear(&site);
	}
}

static void
test_dkim_settings(void **state)
{
	struct site site;
	const struct list *l;

	(void)state;
	put("lists/defaults.yaml",
		"dkim: {selector: pr1, key: /srv/keys/pr1.pem}\n");
	put("lists/a/list.yaml",
		"title: A\nlist_id: a.example.org\n"
		"from: a@b\xc3\xbc"
		"cher.example\n");
	want_problems("beyond ASCII", "");
	want_true("site", site_load(&site, ".", NULL));
	l = site_find(&site, "a");
	want_text("domain", l->dkim[0].domain, "xn--bcher-kva.example");
	want_text("key", l->dkim[0].key, "/srv/keys/pr1.pem");
	want_text("selector", l->dkim[0].selector, "pr1");
	want_true("relaxed", !l->dkim[0].simple_body);
	site_clear(&site);
	l = load_list(&site,
		"dkim: {selector: s, key: keys/s.pem, canonicalization: "
		"relaxed/simple}\n");
	want_text("domain", l->dkim[0].domain, "example.org");
	want_text("key", l->dkim[0].key, "keys/s.pem");
	want_true("simple", l->dkim[0].simple_body);
	site_clear(&site);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_relays),
		TEST(test_mailboxes),
		TEST(test_inbox),
		TEST(test_transport),
		TEST(test_sending),
		TEST(test_folders),
		TEST(test_waivers),
		TEST(test_bare_waiver),
		TEST(test_dkim),
		TEST(test_dkim_settings),
	};

	return cmocka_run_group_tests_name("sending", tests, NULL, NULL);
}
