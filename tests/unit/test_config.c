/*
 * What is read from list.yaml and defaults.yaml, and what is said of mistakes.
 */
#include "config_unit.h"

#include "base/mem.h"
#include "base/value.h"
#include "config/settings.h"

/* ----- mistakes: each after the three lines of `base` ----- */

static const struct {
	const char *text, *want;
} mistakes[] = {
	{"", ""},
	/* names */
	{"shedule: {every: day}\n",
		FILE_
		":4:1: unknown key 'shedule', did you mean 'schedule'?\n"},
	{"qqqqq: 1\n", FILE_ ":4:1: unknown key 'qqqqq'\n"},
	{"schedule: {evry: day}\n",
		FILE_ ":4:12: unknown key 'evry', did you mean 'every'?\n"},
	{"min: 3\n",
		FILE_ ":4:1: 'min' does not stand here, but under 'select'\n"},
	{"sources:\nfolder: dispatches\n",
		FILE_ ":5:1: 'folder' does not stand here, but under "
		      "'sources', indented: '  - folder: …'\n"},
	{"title: \xfc\n",
		FILE_ ":4:8: bytes that are no UTF-8: save the file "
		      "as UTF-8\n"},
	{"approval: required\n",
		FILE_ ":4:11: 'approval' is 'none', or says when the draft is "
		      "made: {draft: 18 hours before}\n"},
	{"images: embedd\n",
		FILE_ ":4:9: 'images' must be embed, fetch, link or none, "
		      "not 'embedd', did you mean 'embed'?\n"},
	{"select: {updates: sometimes}\n",
		FILE_ ":4:19: 'updates' must be marked, any or none, not "
		      "'sometimes'\n"},
	{"sources:\n- folder: dispatches\n- rsss: x\n",
		FILE_ ":6:3: unknown key 'rsss'\n"},
	/* types */
	{"subject: [a]\n",
		FILE_ ":4:10: 'subject' must be a text, not a list\n"},
	{"subject: {{list.title}}\n",
		FILE_ ":4:11: a key must be text; a value that begins with "
		      "'{' or '[' needs quotes\n"},
	{"select: 3\n",
		FILE_ ":4:9: here must stand keys and values ('key: "
		      "value'), one a line\n"},
	{"connections: many\n",
		FILE_ ":4:14: 'connections' must be a whole "
		      "number from 1 to 256\n"},
	{"connections: '8'\n",
		FILE_ ":4:14: 'connections' must be a whole "
		      "number from 1 to 256\n"},
	{"connections: 257\n",
		FILE_ ":4:14: 'connections' must be a whole "
		      "number from 1 to 256\n"},
	{"html_budget: 1e9\n",
		FILE_ ":4:14: 'html_budget' must be a whole "
		      "number from 5000 to 10000000\n"},
	{"limits: {feed: 10GiB}\n",
		FILE_ ":4:16: 'feed' must be a size like '500 KB' or '10 MB', "
		      "from 1 KB to 100 MB\n"},
	{"limits: {roster: 100001 MB}\n",
		FILE_ ":4:18: 'roster' must be a size like '500 KB' or "
		      "'10 MB', from 1 KB to 100000 MB\n"},
	{"limits: {folder: 1 KB}\n",
		FILE_ ":4:18: 'folder' must be a size like '500 KB' or "
		      "'10 MB', from 1024 KB to 2000 MB\n"},
	{"limits: {pool: 9999}\n",
		FILE_ ":4:16: 'pool' must be a whole number from 10000 to "
		      "1000000\n"},
	{"limits: {fetch: 11 minutes}\n",
		FILE_ ":4:17: 'fetch' must be from 1 to 600 seconds\n"},
	{"guard: {recipients: 0.5}\n",
		FILE_ ":4:21: 'recipients' must be a factor like 1.5, or "
		      "none\n"},
	{"settle: soon\n",
		FILE_ ":4:9: 'settle' must be a time like '90 seconds', '18 "
		      "hours' or '5 days', not 'soon'\n"},
	{"description: \"a\\nb\"\n",
		FILE_ ":4:14: 'description' must be one line: it has a line "
		      "break or another control character\n"},
	{"reply_to: nobody\n",
		FILE_ ":4:11: 'reply_to': 'nobody': has no '@'\n"},
	{"reply_to: \"x@example.org\\r\\nBcc: y@example.org\"\n",
		FILE_ ":4:11: 'reply_to' must be one line: it has a line break "
		      "or another control character\n"},
	{"language: english\n",
		FILE_ ":4:11: 'language' must be a language "
		      "like 'en' or 'pt-BR', not 'english'\n"},
	{"web: lists.example.org\n",
		FILE_ ":4:6: 'web' must be a web address that begins with "
		      "https://, not 'lists.example.org'\n"},
	{"inbox: /var/mail\n",
		FILE_ ":4:8: 'inbox' must be maildir:PATH, "
		      "mbox:PATH, or imaps://…, not "
		      "'/var/mail'\n"},
	{"inbox: maildir:/var/mail/returned\n",
		FILE_ ":4:8: '/var/mail/returned' leaves the site: only "
		      "lists/defaults.yaml may name paths outside\n"},
	{"inbox: {tls: try}\n",
		FILE_ ":4:8: 'inbox' needs 'mailbox: "
		      "imaps://user@host/INBOX'\n"},
	{"template: a/b\n",
		FILE_ ":4:11: 'template' must be a name of "
		      "letters, digits, '-', '_' and '.', not "
		      "'a/b'\n"},
	{"template: digset\n",
		FILE_ ":4:11: there is no folder templates/ of that name: "
		      "'digset', did you mean 'digest'?\n"},
	/* the schedule */
	{"schedule: {every: week, at: \"07:00\"}\n",
		FILE_ ":4:19: 'every: week' needs a weekday: 'on: monday'\n"},
	{"schedule: {every: week, on: 3, at: \"07:00\"}\n",
		FILE_ ":4:29: 'every: week' needs a weekday: 'on: monday'\n"},
	{"schedule: {every: month, on: friday, at: \"07:00\"}\n",
		FILE_ ":4:30: 'every: month' needs a day of the month: 'on: "
		      "1', 'on: first monday'\n"},
	{"schedule: {every: day}\n",
		FILE_ ":4:19: the schedule needs a time: 'at: \"07:00\"'\n"},
	{"schedule: {at: 7:00}\n",
		FILE_ ":4:16: the schedule needs 'every: day', week or "
		      "month\n"},
	{"schedule: {every: day, at: 25:00}\n",
		FILE_ ":4:28: 'at' must be a time like \"07:30\"\n"},
	{"schedule: {every: month, on: 32, at: 7:00}\n",
		FILE_ ":4:30: 'on' must be a weekday like 'monday', or a day "
		      "of the month: 1 to 31, 'last', 'last friday'\n"},
	{"schedule: {every: month, on: last fri, at: [7:00, 7]}\n",
		FILE_ ":4:51: 'at' must be a time like \"07:30\"\n"},
	{"schedule: {every: 2 weeks, on: monday, at: 7:00}\n",
		FILE_ ":4:19: it must be known which of them: 'starting: "
		      "2026-11-23'\n"},
	{"schedule: {every: 2 hours}\n",
		FILE_ ":4:19: 'every' must be hour, day, week, month or "
		      "never, or so many of them, '2 weeks'\n"},
	{"schedule: {every: fortnight, on: monday, at: 7:00}\n",
		FILE_ ":4:19: 'every' must be hour, day, week, month or "
		      "never, or so many of them, '2 weeks'\n"},
	{"schedule: {every: hour, at: [0:15, 0:45]}\n",
		FILE_ ":4:29: 'every: hour' has one time, for its minutes: "
		      "'at: \"00:15\"'\n"},
	{"schedule: {every: day, at: 7:00, starting: 2026-02-30}\n",
		FILE_ ":4:44: 'starting' must be a day like 2026-11-23\n"},
	{"schedule: {every: day, at: 7:00, holidays: [12-25, 02-30]}\n",
		FILE_ ":4:52: 'holidays' must be days like 12-25, of every "
		      "year, or 2027-04-05\n"},
	{"schedule: {every: day, at: 7:00, on_holiday: dance}\n",
		FILE_ ":4:46: 'on_holiday' must be skip or next day, not "
		      "'dance'\n"},
	{"schedule: {every: day, at: 7:00, quiet: nights}\n",
		FILE_ ":4:41: 'quiet' must be hours like \"22:00-06:30\"\n"},
	{"schedule: {every: day, at: 7:00, quiet: \"22:00-07:30\"}\n",
		FILE_ ":4:41: 07:00 is in the quiet hours: nothing would be "
		      "sent then\n"},
	{"schedule: {every: day, at: 7:00, timezone: Mars/Base}\n",
		FILE_ ":4:44: unknown time zone 'Mars/Base', say one like "
		      "'Europe/Istanbul'\n"},
	/* sources and paths */
	{"sources: [{folder: nowhere}]\n",
		FILE_ ":4:20: there is no folder 'lists/a/nowhere'\n"},
	{"sources:\n- folder: dispatches\n- folder: ../a/./dispatches\n",
		FILE_ ":6:3: the source '../a/./dispatches' stands here "
		      "twice\n"},
	{"sources: [{section: x}]\n",
		FILE_ ":4:11: a source needs 'folder: PATH', "
		      "'feed: URL' or 'mailbox: …'\n"},
	{"sources: [dispatches]\n",
		FILE_ ":4:11: a source is written '- folder: PATH'\n"},
	{"sources: []\n",
		FILE_ ":4:10: a list needs a source: '- folder: dispatches'\n"},
	{"sources: [{folder: dispatches, feed: x}]\n",
		FILE_ ":4:32: a source is one thing: begin another '- feed: "
		      "…'\n"},
	{"sources: [{folder: ../../../x}]\n",
		FILE_ ":4:20: '../../../x' leaves the site: only "
		      "lists/defaults.yaml may name paths outside\n"},
	{"roster: /etc/passwd\n",
		FILE_ ":4:9: '/etc/passwd' leaves the site: only "
		      "lists/defaults.yaml may name paths outside\n"},
	{"roster: people.csv\n",
		FILE_ ":4:9: there is no file 'lists/a/people.csv'\n"},
	{"transport: spool:~/spool\n",
		FILE_ ":4:12: 'transport': write the path out, '~' is not "
		      "understood\n"},
	{"store: mysql://x\n",
		FILE_ ":4:8: 'store' must be sqlite:PATH or "
		      "postgresql://…, not 'mysql://x'\n"},
	/* relays */
	{"transport: smpt://x\n",
		FILE_ ":4:12: a relay is 'spool', 'spool:PATH', "
		      "'smtp://user@host:587' or 'smtps://user@host'\n"},
	{"transport: smtp://a:secret@ho st\n",
		FILE_ ":4:12: the relay's address cannot be read: write "
		      "smtp://user@host:587, and %40 for an odd character "
		      "like @\n"},
	{"transport: {tls: none}\n",
		FILE_ ":4:12: a relay needs 'relay: smtp://…'\n"},
	{"transport: {relay: smtps://h, tls: try}\n",
		FILE_ ":4:20: 'tls: try' contradicts smtps://\n"},
	{"transport: []\n",
		FILE_ ":4:12: 'transport' must have 1 to 16 relays\n"},
	{"store: postgresql://u:secret@db.example.org/x\n",
		"warning: " FILE_ ":4:8: everyone can read the password in "
		"this file: put it into a file of its own (?passfile=PATH), or "
		"chmod o-r\n"},
	{"store: postgresql:///x?password=secret\n",
		"warning: " FILE_ ":4:8: everyone can read the password in "
		"this file: put it into a file of its own (?passfile=PATH), or "
		"chmod o-r\n"},
	{"store: postgresql://u@db.example.org:5432/x?passfile=/etc/pgpass\n",
		""},
	{"transport: smtp://u:secret@relay.example.org\n",
		"warning: " FILE_ ":4:12: everyone can read the password in "
		"this file: put it into a password_file, or chmod o-r\n"},
	{"transport: {relay: smtp://u@h.example, password_file: none}\n",
		"warning: " FILE_ ":4:20: no password for "
		"smtp://u@h.example:587: none: No such file or directory\n"},
	/* mailboxes */
	{"sources: [{mailbox: 'maildir:none', allow: anyone}]\n",
		FILE_ ":4:21: there is no folder 'lists/a/none'\n"},
	{"sources: [{mailbox: 'mbox:', allow: anyone}]\n",
		FILE_ ":4:21: 'mbox:' needs a path\n"},
	{"sources: [{mailbox: 'mbox:x'}]\n",
		FILE_ ":4:21: a mailbox publishes to all readers: say whose "
		      "mail is taken, 'allow: [press@member.example]', or "
		      "'allow: anyone' when only editors put mail there\n"},
	{"sources: [{mailbox: 'mbox:x', allow: [a.example, b@c.example]}]\n",
		FILE_ ":4:21: senders are easily forged: 'authserv_id:' names "
		      "the server whose Authentication-Results prove them\n"},
	{"sources: [{mailbox: 'mbox:x', allow: [anyone, b.example]}]\n",
		FILE_ ":4:21: 'allow: anyone' stands alone, without others\n"},
	{"sources: [{mailbox: 'mbox:x', allow: [press]}]\n",
		FILE_ ":4:39: 'allow' must be an address, a domain like "
		      "member.example, or 'anyone', not 'press'\n"},
	{"sources: [{mailbox: 'pop3://x', allow: anyone}]\n",
		FILE_ ":4:21: 'mailbox' must be maildir:PATH, mbox:PATH, or "
		      "imaps://…, not 'pop3://x'\n"},
	{"sources: [{mailbox: 'imaps://u:secret@', allow: anyone}]\n",
		FILE_ ":4:21: the mailbox's address cannot be read: write "
		      "imaps://user@host/INBOX, and %40 for an odd character "
		      "like @\n"},
	{"sources: [{mailbox: 'imaps://u@h', tls: none, allow: anyone}]\n",
		FILE_
		":4:11: 'tls: none' contradicts imaps://\n"
		"warning: " FILE_ ":4:11: no password for "
		"imaps://u@h:993/INBOX: name a password_file beside it, or set "
		"POSTRIDER_IMAP_PASSWORD\n"},
	{"sources: [{mailbox: 'imap://u@h', allow: anyone}]\n",
		"warning: " FILE_ ":4:11: no password for imap://u@h:143/INBOX:"
		" name a password_file beside it, or set "
		"POSTRIDER_IMAP_PASSWORD\n"},
	/* what belongs together */
	{"select: {min: 9, max: 8}\n",
		FILE_ ":4:15: 'min' (9) is more than 'max' (8)\n"},
	{"select: {min: 50}\n",
		FILE_ ":4:15: 'min' (50) is more than 'max' (40)\n"},
	{"once_across: [b]\n",
		FILE_ ":4:14: 'once_across': there is no list "
		      "'b'\n"},
	{"siblings: a\n", FILE_ ":4:11: 'siblings' names the list itself\n"},
	/* signing */
	{"dkim: {selector: a, key: b}\n", ""},
	{"dkim: none\n", ""},
	{"dkim: keys/a.pem\n",
		FILE_ ":4:7: here must stand keys and values ('key: value'), "
		      "one a line\n"},
	{"dkim: {selector: a}\n",
		FILE_ ":4:7: a key to sign with is written '{selector: pr1, "
		      "key: keys/pr1.pem}'\n"},
	{"dkim: []\n",
		FILE_ ":4:7: 'dkim' must have 1 to 16 keys, or be none\n"},
	{"dkim: {selector: a..b, key: b}\n",
		FILE_ ":4:18: 'selector' must be a name in the DNS like "
		      "'pr202611', not 'a..b'\n"},
	{"dkim: {selector: a b, key: b}\n",
		FILE_ ":4:18: 'selector' must be a name of letters, digits, "
		      "'-', '_' and '.', not 'a b'\n"},
	{"dkim: {selector: a, key: b, domain: 'e.org; x'}\n",
		FILE_ ":4:37: 'domain' must be a domain like 'example.org', "
		      "not 'e.org; x'\n"},
	{"dkim: {selector: a, key: b, canonicalization: simple}\n",
		FILE_ ":4:47: 'canonicalization' must be relaxed/relaxed or "
		      "relaxed/simple, not 'simple'\n"},
	{"dkim: {selector: a, key: /etc/a.pem}\n",
		FILE_ ":4:26: '/etc/a.pem' leaves the site: only "
		      "lists/defaults.yaml may name paths outside\n"},
	{"dkim: [{selector: a, key: b}, {selector: A, key: c}]\n",
		FILE_ ":4:31: the selector 'A' of example.org has a key "
		      "already\n"},
	{"dkim: {selector: a, key: b, domain: other.example}\n",
		FILE_ ":4:7: no key is for mail from a@example.org: add one "
		      "whose domain is example.org, or say 'dkim: none' in "
		      "this list\n"},
	/* not yet */
	{"sources: [{feed: 'example.org/feed.xml'}]\n",
		FILE_ ":4:18: 'feed' must be a web address that begins with "
		      "https://, not 'example.org/feed.xml'\n"},
	{"approval: {draft: soon}\n",
		FILE_ ":4:19: 'draft' must be a time like '90 seconds', '18 "
		      "hours' or '5 days', not 'soon'\n"},
	{"format: digest\n",
		FILE_ ":4:9: 'format' must be html, text, mime-digest or "
		      "rfc1153, not 'digest'\n"},
	{"hooks: {}\n",
		FILE_ ":4:1: 'hooks' may stand only in "
		      "lists/defaults.yaml\n"},
	/* several in one pass, and YAML that is none */
	{"imges: none\nsettle: -1\nmin: 1\n",
		FILE_
		":4:1: unknown key 'imges', did you mean 'images'?\n" FILE_
		":5:9: 'settle' must be a time like '90 seconds', '18 "
		"hours' or '5 days', not '-1'\n" FILE_
		":6:1: 'min' does not stand here, but under 'select'\n"},
	{"title: B\n",
		FILE_ ":4:1: 'title' stands here again, and first in "
		      "line 1\n"},
};

static void
test_mistakes(void **state)
{
	(void)state;
	unsetenv("POSTRIDER_SMTP_PASSWORD");
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		put_list(mistakes[i].text);
		want_problems(mistakes[i].text, mistakes[i].want);
	}
}

static void
test_missing(void **state)
{
	(void)state;
	put("lists/a/list.yaml", "from: nobody\n");
	want_problems("missing",
		FILE_ ":1:7: 'from': 'nobody': has no '@'\n" FILE_
		      ": 'title' is missing: add a line like 'title: Harbour "
		      "Weekly'\n" FILE_
		      ": 'list_id' is missing: add a line like 'list_id: "
		      "weekly.example.org'\n");
	put("lists/a/list.yaml", "");
	put("lists/defaults.yaml",
		"title: A\nfrom: a@example.org\n"
		"list_id: a\n");
	want_problems("in defaults",
		"lists/defaults.yaml:1:1: 'title' belongs to one list: it "
		"cannot stand in lists/defaults.yaml\n"
		"lists/defaults.yaml:3:1: 'list_id' belongs to one list: it "
		"cannot stand in lists/defaults.yaml\n" FILE_
		": 'title' is missing: add a line like 'title: Harbour "
		"Weekly'\n" FILE_
		": 'list_id' is missing: add a line like 'list_id: "
		"weekly.example.org'\n");
	put("lists/a/list.yaml", "title: A\nlist_id: a.b\nfrom:\n");
	put("lists/defaults.yaml", "from: a@example.org\n");
	want_problems("taken back",
		FILE_ ": 'from' is missing: add a line "
		      "like 'from: Harbour Wire <weekly@example.org>'\n");
}

static void
test_serve(void **state)
{
	(void)state;
	put_list("");
	put("lists/defaults.yaml",
		"serve: {listen: example.org, trusted_proxies: ['::1', lan]}\n");
	want_problems("serve",
		"lists/defaults.yaml:1:17: 'listen' must be an address and "
		"port like '127.0.0.1:8025', or unix:PATH, not 'example.org'\n"
		"lists/defaults.yaml:1:55: 'trusted_proxies' must be an "
		"address or a network like '10.0.0.0/8', not 'lan'\n");
}

/* ----- what comes out ----- */

/* Lists are known to share a store by its spelling. */
static void
test_one_store(void **state)
{
	static const char *const spellings[] = {"sqlite:state/postrider.db",
		"sqlite:./state//postrider.db",
		"sqlite:x/../state/postrider.db", "sqlite:linked/postrider.db"};
	const char *folder = *state;
	char *wanted = NULL, *defaults = NULL;

	want_int("a folder and a link to it",
		mkdir("state", 0755) || symlink("state", "linked") ||
			symlink(folder, "whole"),
		0);
	want_true("memory",
		asprintf(&wanted, "sqlite:%s/state/postrider.db", folder) > 0 &&
			asprintf(&defaults,
				"store: sqlite:%s/whole/state/postrider.db\n",
				folder) > 0);
	for (size_t i = 0; i <= COUNT(spellings); i++) {
		char *line = NULL;
		struct site site;
		const struct list *l;

		put("lists/defaults.yaml",
			i < COUNT(spellings) ? "" : defaults);
		want_true("memory",
			asprintf(&line, "%s%s\n",
				i < COUNT(spellings) ? "store: " : "",
				i < COUNT(spellings) ? spellings[i] : "") > 0);
		l = load_list(&site, line);
		want_text(line, l->store, wanted);
		site_clear(&site);
		free(line);
	}
	free(wanted);
	free(defaults);
}

static void
test_defaults(void **state)
{
	struct site site;
	const struct list *l;
	char *store = NULL;

	(void)state;
	l = load_list(&site, "");
	want_text("name", l->name, "a");
	want_text("folder", l->folder, "lists/a");
	want_text("site", l->site, ".");
	want_text("title", l->title, "A");
	want_text("from name", l->from.name, "A");
	want_text("from", l->from.address, "a@example.org");
	want_text("language", l->language, "en");
	want_text("fallback", l->fallback[0], "en");
	want_int("every", l->schedule.every, EVERY_NEVER);
	want_text("timezone", l->schedule.timezone, "UTC");
	want_int("sources", l->source_count, 1);
	want_text("path", l->sources[0].path, "lists/a/dispatches");
	want_int("allow", l->sources[0].mailbox.allow[0] == NULL, 1);
	want_int("first", l->select.first_issue, 7 * 86400);
	want_int("updates", l->select.updates, UPDATES_MARKED);
	want_int("min", l->select.min, 1);
	want_int("max", l->select.max, 40);
	want_int("organisations", l->select.organisations[0] == NULL, 1);
	want_text("mark", l->title_marks[0], "(Updated)");
	want_text("mark", l->title_marks[1], "(To be updated)");
	want_int("settle", l->settle, 120);
	want_text("subject", l->subject,
		"{{list.title}} {{issue.label}}: {{lead.title}}"
		"{{#more}} {{more}}{{/more}}");
	want_text("template", l->template_name, "digest");
	want_int("format", l->format, FORMAT_HTML);
	want_int("images", l->images, IMAGES_EMBED);
	want_int("budget", l->html_budget, 90000);
	want_int("dispatch", l->limits.dispatch, 1 << 20);
	want_int("feed", l->limits.feed, 10 << 20);
	want_int("fetch", l->limits.fetch, 30);
	want_int("folder", l->limits.folder, 500 << 20);
	want_int("roster", l->limits.roster, 1000 << 20);
	want_int("pool", l->limits.pool, 50000);
	want_int("archive", l->archive, ARCHIVE_NONE);
	want_int("approval", l->approval, 0);
	want_int("before", l->approval_before, 18 * 3600);
	want_true("store",
		asprintf(&store, "sqlite:%s/state/postrider.db",
			(char *)*state) > 0);
	want_text("store", l->store, store);
	want_int("relays", l->relay_count, 1);
	want_int("spool", l->relays[0].kind, TRANSPORT_SPOOL);
	want_text("spool", l->relays[0].path, "state/spool");
	want_int("connections", l->connections, 8);
	want_text("roster", l->roster, NULL);
	want_int("doubt", l->in_doubt, DOUBT_RESEND);
	want_int("give up", l->give_up_after, 5 * 86400);
	want_int("catch up", l->catch_up, 86400);
	want_int("ledgers", l->keep_ledgers, 0);
	want_true("guard",
		l->guard_recipients == 1.5 && l->guard_dispatches == 5);
	free(store);
	site_clear(&site);
}

static void
test_settings(void **state)
{
	struct site site;
	const struct list *l;

	(void)state;
	want_true("folder", file_make_folders("shared/news", 0755, NULL));
	put("lists/a/subscribers.csv", "address\n");
	l = load_list(&site,
		"language: pt-BR\nfallback: [EN, tr]\nreply_to: D <d@e.org>\n"
		"schedule: {every: month, on: last, at: 7:05, timezone: "
		"Europe/Istanbul}\n"
		"sources: {folder: ../../shared/news, section: World}\n"
		"select: {organisations: ITU, min: 2, first_issue: 0, "
		"overflow: roll}\n"
		"web: https://lists.example.org/\nguard: none\n"
		"editors: desk@example.org\nin_doubt: hold\napproval: none\n"
		"postal_address: |\n  Quay 1\n  Example\n"
		"archive: public\nkeep_ledgers: 1 year\ntitle_marks:\n");
	want_text("language", l->language, "pt-br");
	want_text("fallback", l->fallback[0], "en");
	want_text("reply_to", l->reply_to, "d@e.org");
	want_int("day", l->schedule.days[0].day, 31);
	want_int("minute", l->schedule.times[0].minute, 5);
	want_int("zone", zone_offset(l->schedule.zone, 1795154400), 10800);
	want_text("path", l->sources[0].path, "shared/news");
	want_text("section", l->sources[0].section, "World");
	want_text("organisation", l->select.organisations[0], "ITU");
	want_int("max", l->select.max, 40);
	want_text("web", l->web, "https://lists.example.org");
	want_true("guard", l->guard_recipients == 0);
	want_text("editor", l->editors[0], "desk@example.org");
	want_text("address", l->postal_address, "Quay 1\nExample");
	want_text("roster", l->roster, "lists/a/subscribers.csv");
	want_text("mark", l->title_marks[0], "(Updated)");
	site_clear(&site);
	l = load_list(
		&site, "roster: none\nsources: {feed: https://e.org/feed/}\n");
	want_text("no roster", l->roster, NULL);
	want_text("feed", l->sources[0].path, "https://e.org/feed/");
	site_clear(&site);
	l = load_list(&site, "roster: subscribers.csv\nschedule:\nselect:\n");
	want_text("roster", l->roster, "lists/a/subscribers.csv");
	site_clear(&site);
}

/* Maps are laid over key by key, the rest is replaced; an empty value is the
 * built-in default. */
static void
test_layers(void **state)
{
	struct site site;
	const struct list *l;

	(void)state;
	put("lists/defaults.yaml",
		"schedule: {every: week, on: monday, at: 7:00, timezone: "
		"Europe/Istanbul}\n"
		"select: {min: 3, max: 9}\neditors: [a@e.org, b@e.org]\n"
		"language: tr\nsettle: 1 hour\nweb: https://e.org\n");
	l = load_list(&site,
		"schedule: {on: tue}\nselect: {max: 5}\n"
		"editors: [c@e.org]\nlanguage:\nweb: ~\n");
	want_int("every", l->schedule.every, EVERY_WEEK);
	want_int("on", (int)l->schedule.weekdays, 1 << 2);
	want_int("at", l->schedule.times[0].hour, 7);
	want_text("timezone", l->schedule.timezone, "Europe/Istanbul");
	want_int("min", l->select.min, 3);
	want_int("max", l->select.max, 5);
	want_text("editors", l->editors[0], "c@e.org");
	want_text("editors", l->editors[1], NULL);
	want_text("language", l->language, "en");
	want_int("settle", l->settle, 3600);
	want_text("web", l->web, NULL);
	site_clear(&site);
}

/* ----- several lists ----- */

static void
test_site(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	char *problems;

	(void)state;
	put_list("once_across: [beta, c]\n");
	want_true("folders",
		file_make_folders("lists/beta/dispatches", 0755, NULL) &&
			file_make_folders("lists/c/dispatches", 0755, NULL) &&
			file_make_folders("lists/old", 0755, NULL) &&
			file_make_folders("lists/.git", 0755, NULL));
	put("lists/beta/list.yaml",
		"title: B\nfrom: b@example.org\n"
		"list_id: a.example.org\n");
	put("lists/c/list.yaml",
		"title: C\nfrom: c@example.org\n"
		"list_id: c.example.org\nsiblings: [bb]\n");
	/* Told once, though it concerns each list. */
	put("lists/defaults.yaml", "conections: 3\n");
	put("lists/defaults.yml", "connections: 3\n");
	put("lists/old/list.yml", "title: Old\n");
	problems = load_problems(&site);
	want_text("all", problems,
		"warning: lists/defaults.yml: is not read: settings stand in "
		"lists/defaults.yaml, and those of one list in list.yaml in "
		"its folder\n"
		"lists/defaults.yaml:1:1: unknown key 'conections', did you "
		"mean 'connections'?\n"
		"warning: lists/old: no list.yaml there, so it is no list: "
		"list.yml is not read\n"
		"lists/beta/list.yaml:3:10: the list_id 'a.example.org' belongs "
		"to list 'a' already: each needs its own\n"
		"lists/c/list.yaml:4:11: 'siblings': there is no list 'bb'\n");
	want_int("none is sound", site.list_count, 0);
	remove("lists/defaults.yml");
	want_int("they are beside them", site.unsound_count, 3);
	want_text("in order", site.unsound[1]->name, "beta");
	free(problems);
	site_clear(&site);

	remove("lists/defaults.yaml");
	free(load_problems(&site));
	want_int("one is", site.list_count, 1);
	want_int("the rest", site.unsound_count, 2);
	want_true("found", site_find(&site, "a") && !site_find(&site, "beta"));
	want_true("unknown", !site_unknown(&site, "bta", &err));
	want_text("unknown", err.text,
		"there is no list 'bta', did you mean "
		"'beta'?");
	want_int("unknown", err.kind, ERROR_USAGE);
	want_true("broken", !site_unknown(&site, "beta", &err));
	want_text("broken", err.text,
		"the settings of list 'beta' have "
		"mistakes: 'postrider check' tells them");
	error_clear(&err);
	site_clear(&site);
}

static void
test_no_site(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	char *problems;

	(void)state;
	want_true("none", !site_load(&site, "lists/", &err));
	want_text("none", err.text,
		"lists: no site here, there is no folder "
		"lists/ (postrider -C SITE names another place)");
	want_int("none", err.kind, ERROR_CONFIG);
	error_clear(&err);
	site_clear(&site);
	/* Without lists, defaults.yaml is read all the same. */
	put("lists/defaults.yaml", "webb: x\n");
	problems = load_problems(&site);
	want_text("defaults", problems,
		"warning: lists/a: no list.yaml there, so it is no list\n"
		"lists/defaults.yaml:1:1: unknown key 'webb', did you mean "
		"'web'?\n");
	free(problems);
	site_clear(&site);
}

/* Paths outside: in defaults.yaml, when nobody else may write it. */
static void
test_outside(void **state)
{
	(void)state;
	put_list("");
	put("lists/defaults.yaml",
		"transport: spool:/tmp/x\n"
		"roster: ../../../../etc/passwd\n");
	want_problems("outside", "");
	chmod("lists/defaults.yaml", 0666);
	want_problems("writable",
		"lists/defaults.yaml:1:12: '/tmp/x' leaves the site, and "
		"others may write this file: take that right away (chmod "
		"go-w)\n"
		"lists/defaults.yaml:2:9: '../../../../etc/passwd' leaves the "
		"site, and others may write this file: take that right away "
		"(chmod go-w)\n");
}

static void
test_paths(void **state)
{
	static const struct {
		const char *said, *want;
	} cases[] = {
		{"pages", "pages"},
		{"/srv/pages", "/srv/pages"},
		{"none", NULL},
		{"", NULL},
	};

	(void)state;
	put_list("");
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = mem_printf("archive_folder: %s\nmetrics: %s\n",
			cases[i].said, cases[i].said);
		struct site site;
		const struct list *l;

		put("lists/defaults.yaml", text);
		want_problems(cases[i].said, "");
		site_load(&site, ".", NULL);
		l = site_find(&site, "a");
		want_text(cases[i].said, l->archive_folder, cases[i].want);
		want_text(cases[i].said, l->metrics, cases[i].want);
		site_clear(&site);
		free(text);
	}
}

/* Names end where the tree of values does: hostile files stay cheap. */
static void
test_large(void **state)
{
	struct str text = STR_INIT;
	struct site site;

	(void)state;
	for (int i = 0; i < 5000; i++)
		str_printf(&text, "k%d: 1\n", i);
	put_list(str_text(&text));
	free(load_problems(&site));
	want_int("each is told", site.problems.errors, 5000);
	site_clear(&site);
	str_truncate(&text, 0);
	str_add(&text, "sources:\n");
	for (int i = 0; i < 30000; i++)
		str_add(&text, "- folder: dispatches\n");
	put_list(str_text(&text));
	want_problems("sources",
		FILE_ ":5:1: 'sources' may have 500 entries, "
		      "not 30000\n");
	str_clear(&text);
}

/* ----- the manual ----- */

/* "| `select.min` | `1` |": a row for each setting, with its default. */
static void
check_manual(
	const char *manual, const char *prefix, const struct setting *table)
{
	for (const struct setting *s = table; s->name; s++) {
		char *row = NULL;
		int n = s->initial
			? asprintf(&row, "| `%s%s` | `%s` |", prefix, s->name,
				  s->initial)
			: asprintf(&row, "| `%s%s` | ", prefix, s->name);

		want_true("memory", n > 0);
		if (!s->table || s->read != read_map)
			want_true(row, strstr(manual, row));
		free(row);
		if (!s->table)
			continue;
		want_true(
			"memory", asprintf(&row, "%s%s.", prefix, s->name) > 0);
		check_manual(manual, row, s->table);
		free(row);
	}
}

static void
test_manual(void **state)
{
	struct error err = ERROR_INIT;
	struct str manual = STR_INIT;

	(void)state;
	file_read("docs/configuration.md", 1 << 20, &manual, &err);
	want_text("read from the top level", err.text, NULL);
	check_manual(str_text(&manual), "", settings);
	check_manual(str_text(&manual), "sources.", source_settings);
	check_manual(str_text(&manual), "transport.", relay_settings);
	check_manual(str_text(&manual), "inbox.", inbox_settings);
	check_manual(str_text(&manual), "dkim.", dkim_settings);
	str_clear(&manual);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_manual), /* before others leave here */
		TEST(test_mistakes),
		TEST(test_missing),
		TEST(test_serve),
		TEST(test_one_store),
		TEST(test_defaults),
		TEST(test_settings),
		TEST(test_layers),
		TEST(test_site),
		TEST(test_no_site),
		TEST(test_outside),
		TEST(test_paths),
		TEST(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
