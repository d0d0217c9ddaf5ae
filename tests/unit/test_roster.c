/*
 * Rosters, merged into a real store in a scratch folder.
 */
#include "store_unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"
#include "store/request.h"
#include "store/suppress.h"
#include "subscribers/roster.h"

struct desk {
	struct site site;
	struct list list;
	char *path;
	struct roster_options options;
	struct roster_report report;
	struct problems problems;
	struct error err;
};

static void
desk_start(struct desk *d)
{
	*d = (struct desk){.problems = PROBLEMS_INIT, .err = ERROR_INIT};
	site_start(&d->site);
	d->path = mem_printf("%s/subscribers.csv", d->site.folder);
	d->list.name = "weekly";
	d->list.language = "en";
	d->list.roster = d->path;
	d->options.now = NOW;
}

static void
desk_end(struct desk *d)
{
	problems_clear(&d->problems);
	error_clear(&d->err);
	site_end(&d->site);
	free(d->path);
}

/* Writes the roster as it was `age` seconds ago. */
static void
write_roster(struct desk *d, const char *text, int age)
{
	struct timespec times[2] = {
		{.tv_nsec = UTIME_OMIT}, {.tv_sec = NOW - age}};

	MUST(file_write(d->path, span_of(text), 0600, &must));
	want_int("utimens", utimensat(AT_FDCWD, d->path, times, 0), 0);
}

static bool
update(struct desk *d)
{
	problems_clear(&d->problems);
	error_clear(&d->err);
	return roster_update(&d->list, d->site.store, d->site.list, &d->options,
		&d->report, &d->problems, &d->err);
}

static void
want_problem(struct desk *d, size_t i, const char *want)
{
	char *text = mem_printf("%s%s", d->path, want);

	want_true("told", d->problems.count > i);
	want_text("problem", d->problems.items[i].text, text);
	free(text);
}

/* ----- cases ----- */

static void
test_update(void **state)
{
	struct desk d;
	struct subscriber *s;

	(void)state;
	desk_start(&d);
	write_roster(&d,
		"\xef\xbb\xbf"
		"E-posta;Ad;Soyad;Dil;Format;City\r\n"
		"A@Example.org;Ayşe;Poe;TR;text;\"Kadı\nköy\"\r\n"
		"b@example.org;Ben;;;;\r\n",
		60);
	want_true("update", update(&d));
	want_int("rows", d.report.rows, 2);
	want_int("valid", d.report.valid, 2);
	want_int("added", d.report.merge.added, 2);
	want_int("problems", d.problems.count, 0);
	want_people(&d.site, "both",
		"A@Example.org=active:file b@example.org=active:file");
	MUST((s = store_subscriber(
		      d.site.store, d.site.list, "a@example.org", &must)));
	want_text("name", s->name, "Ayşe Poe");
	want_text("language", s->language, "tr");
	want_text("format", s->format, "text");
	want_text("fields", s->fields, "{\"City\":\"Kadı\\nköy\"}");
	want_int("origin", s->origin, ORIGIN_FILE);
	subscriber_free(s);
	desk_end(&d);
}

/* Columns of the roster's own: what is kept, and what is told. */
static void
test_fields(void **state)
{
	struct str text = STR_INIT, want = STR_INIT;
	struct subscriber *s;
	struct desk d;

	(void)state;
	desk_start(&d);
	str_add(&text, "TEAM,email");
	for (int i = 1; i <= 35; i++)
		str_printf(&text, ",Column %d", i);
	str_add(&text, "\nred,a@example.org,\"");
	for (int i = 0; i < 199; i++)
		str_add_char(&text, 'y');
	str_add(&text, "\u00e7z\"");
	for (int i = 2; i <= 35; i++)
		str_printf(&text, ",%d", i);
	str_add(&text, "\n,b@example.org");
	for (int i = 1; i <= 35; i++)
		str_add_char(&text, ',');
	str_add(&text, "x\n");
	write_roster(&d, str_text(&text), 60);
	want_true("update", update(&d));
	want_int("problems", d.problems.count, 2);
	want_problem(&d, 0,
		":2: 'Column 1': this column's text is longer than 200 octets; "
		"the rest of it is not kept");
	want_problem(&d, 1,
		":2: 'Column 32': there are more than 32 columns of your own; "
		"this one and those behind it are not kept");
	MUST((s = store_subscriber(
		      d.site.store, d.site.list, "a@example.org", &must)));
	str_add(&want, "{\"TEAM\":\"red\",\"Column 1\":\"");
	for (int i = 0; i < 199; i++)
		str_add_char(&want, 'y');
	str_add_char(&want, '"');
	for (int i = 2; i <= 31; i++)
		str_printf(&want, ",\"Column %d\":\"%d\"", i, i);
	str_add_char(&want, '}');
	want_text("kept", s->fields, str_text(&want));
	subscriber_free(s);
	MUST((s = store_subscriber(
		      d.site.store, d.site.list, "b@example.org", &must)));
	want_text("none", s->fields, NULL);
	subscriber_free(s);
	str_clear(&text);
	str_clear(&want);
	desk_end(&d);
}

static void
test_unchanged(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	write_roster(&d, "email\na@example.org\n", 60);
	want_true("first", update(&d) && !d.report.unchanged);
	want_true("second", update(&d) && d.report.unchanged);
	want_int("not read", d.report.rows, 0);
	d.options.force = true;
	want_true("forced", update(&d) && !d.report.unchanged);
	d.options.force = false;
	write_roster(&d, "email\nb@example.org\n", 50);
	want_true("changed", update(&d) && !d.report.unchanged);
	write_roster(&d, "email\nc@example.org\n", 50);
	want_true("replaced, with the same size and time",
		update(&d) && !d.report.unchanged);
	want_people(&d.site, "all",
		"a@example.org=removed:file b@example.org=removed:file "
		"c@example.org=active:file");
	desk_end(&d);
}

/* A second writing within the same tick of the clock shows nowhere. */
static void
test_just_written(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	write_roster(&d, "email\na@example.org\n", 1);
	want_true("first", update(&d) && !d.report.unchanged);
	want_true("again", update(&d) && !d.report.unchanged);
	desk_end(&d);
}

/* Half of a file that is being saved strikes nobody; one that is written again
 * and again is read all the same. */
static void
test_settling(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	d.options.settle = 120;
	write_roster(&d, "email\na@example.org\nb@example.org\n", 200);
	want_true("update", update(&d));
	write_roster(&d, "email\na@example.or", 60);
	want_true("update", update(&d));
	want_true("settling", d.report.settling);
	want_people(&d.site, "as before",
		"a@example.org=active:file b@example.org=active:file");
	write_roster(&d, "email\na@example.org\nc@example.org\n", 1);
	d.options.now += 60;
	want_true("update", update(&d));
	want_true("still", d.report.settling);
	d.options.now += 60;
	write_roster(&d, "email\na@example.org\nd@example.org\n", -100);
	d.options.accept = true;
	want_true("update", update(&d));
	want_true("long enough", !d.report.settling);
	want_people(&d.site, "read",
		"a@example.org=active:file b@example.org=removed:file "
		"d@example.org=active:file");
	desk_end(&d);
}

static void
test_dry_run(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	write_roster(&d, "email\na@example.org\n", 60);
	d.options.dry_run = true;
	want_true("dry run", update(&d));
	want_int("would add", d.report.merge.added, 1);
	want_people(&d.site, "nobody", "");
	d.options.dry_run = false;
	want_true("for real", update(&d) && !d.report.unchanged);
	want_people(&d.site, "one", "a@example.org=active:file");
	desk_end(&d);
}

static void
test_invalid(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	write_roster(&d,
		"email,name,language,format\n"
		"a@example.org,Ann,Klingon,pdf\n"
		"\"nobody\",\"a\nb\"\n"
		",Ben\n"
		"A@EXAMPLE.ORG,Twice\n"
		"b@example.org\nb@@example.org\n",
		60);
	want_true("update", update(&d));
	want_int("rows", d.report.rows, 6);
	want_int("valid", d.report.valid, 3);
	want_int("invalid", d.report.invalid, 3);
	want_int("duplicates", d.report.merge.duplicates, 1);
	want_int("told", d.problems.count, 6);
	want_int("errors", d.problems.errors, 0);
	want_problem(&d, 0,
		":2: 'Klingon': no language tag such as 'en' or "
		"'pt-br'; ignored");
	want_problem(&d, 1,
		":2: 'pdf': no format; it may be html, text, "
		"mime-digest or rfc1153; ignored");
	want_true("line",
		strstr(d.problems.items[2].text,
			"subscribers.csv:3: 'nobody': left out, no address: "));
	want_true("line",
		strstr(d.problems.items[3].text,
			"subscribers.csv:5: '': left out, no address: "));
	want_problem(&d, 4,
		":6: 'A@EXAMPLE.ORG': stands twice; its first row counts");
	want_true("line",
		strstr(d.problems.items[5].text,
			"subscribers.csv:8: 'b@@example.org': left out, no address: "));
	want_people(&d.site, "two",
		"a@example.org=active:file b@example.org=active:file");
	desk_end(&d);
}

static void
test_many_invalid(void **state)
{
	struct str text = STR_INIT;
	struct desk d;

	(void)state;
	desk_start(&d);
	str_add(&text, "email\na@example.org\n");
	for (int i = 0; i < 150; i++)
		str_add(&text, "nobody\n");
	write_roster(&d, str_text(&text), 60);
	want_true("update", update(&d));
	want_int("invalid", d.report.invalid, 150);
	want_int("told", d.problems.count, 101);
	want_problem(&d, 100, ": and 50 more like these");
	str_clear(&text);
	desk_end(&d);
}

static void
test_left(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	write_roster(&d,
		"email,status\na@example.org,subscribed\n"
		"b@example.org,unsubscribed\n",
		60);
	want_true("update", update(&d));
	want_int("left", d.report.left, 1);
	want_people(&d.site, "one", "a@example.org=active:file");
	write_roster(&d,
		"email,status\na@example.org,unsubscribed\n"
		"b@example.org,unsubscribed\n",
		50);
	want_true("all left", update(&d));
	want_people(&d.site, "none", "a@example.org=removed:file");
	desk_end(&d);
}

static void
test_guard(void **state)
{
	struct str text = STR_INIT;
	struct desk d;

	(void)state;
	desk_start(&d);
	str_add(&text, "email\n");
	for (int i = 0; i < 100; i++)
		str_printf(&text, "r%d@example.org\n", i);
	write_roster(&d, str_text(&text), 60);
	want_true("all", update(&d));
	write_roster(&d, "email\nr1@example.org\n", 50);
	for (int i = 0; i < 2; i++) { /* it is not forgotten */
		want_true("refused", !update(&d));
		want_int("kind", d.err.kind, ERROR_DATA);
		want_true("text",
			strstr(d.err.text,
				"subscribers.csv: 99 of its 100 subscribers are no "
				"longer in it, more than a fifth: nothing was changed; "
				"if they are to be removed, run again with "
				"--accept-roster"));
	}
	d.options.accept = true;
	want_true("accepted", update(&d));
	want_int("struck", d.report.merge.struck, 99);
	str_clear(&text);
	desk_end(&d);
}

/* A file that an editor or a script cut to nothing strikes nobody. */
static void
test_emptied(void **state)
{
	static const char *const empty[] = {"", "email\n", "\n\n"};
	struct desk d;

	(void)state;
	desk_start(&d);
	write_roster(&d, "email\n", 60);
	want_true("nobody yet", update(&d));
	write_roster(&d, "email\na@example.org\n", 50);
	want_true("one", update(&d));
	for (size_t i = 0; i < COUNT(empty); i++) {
		write_roster(&d, empty[i], 40);
		want_true("refused", !update(&d));
		want_int("kind", d.err.kind, ERROR_DATA);
		want_people(&d.site, "stays", "a@example.org=active:file");
	}
	d.options.accept = true;
	want_true("accepted", update(&d));
	want_people(&d.site, "struck", "a@example.org=removed:file");
	desk_end(&d);
}

/* Asks to join, and never confirms. */
static void
ask_to_join(struct desk *d, const char *address)
{
	set_state(d->site.store, d->site.list, address, SUBSCRIBER_PENDING,
		ACTOR_SELF);
}

/* Who has yet to confirm is kept out; when he is forgotten, the file that did
 * not change makes him a reader. */
static void
test_pending_passes(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	ask_to_join(&d, "new@example.org");
	ask_to_join(&d, "other@example.org");
	set_state(d.site.store, d.site.list, "last@example.org",
		SUBSCRIBER_ACTIVE, ACTOR_EDITOR);
	write_roster(&d, "email\na@example.org\nnew@example.org\n", 60);
	want_true("update", update(&d));
	want_int("kept out", d.report.merge.kept[SUBSCRIBER_PENDING], 1);
	want_true("again", update(&d));
	want_true("nothing passed", d.report.unchanged);
	MUST(store_requests_prune(d.site.store, d.site.list, NOW + 1, &must));
	want_true("forgotten", update(&d));
	want_true("it is read", !d.report.unchanged);
	want_int("added", d.report.merge.added, 1);
	ask_to_join(&d, "third@example.org");
	set_state(d.site.store, d.site.list, "fourth@example.org",
		SUBSCRIBER_ACTIVE, ACTOR_EDITOR);
	MUST(store_requests_prune(d.site.store, d.site.list, NOW + 1, &must));
	want_true("nobody of the file", update(&d));
	want_true("it is not read for him", d.report.unchanged);
	desk_end(&d);
}

static void
test_suppression_passes(void **state)
{
	struct suppression s = {.key = "a@example.org",
		.reason = "by letter",
		.actor = ACTOR_EDITOR,
		.at = NOW};
	struct desk d;
	bool found;

	(void)state;
	desk_start(&d);
	for (int i = 0; i < 2; i++) {
		s.list = i ? SITE_WIDE : d.site.list;
		MUST(store_suppress(d.site.store, &s, &must));
		write_roster(
			&d, "email\na@example.org\nb@example.org\n", 60 - i);
		want_true("update", update(&d));
		want_int("kept out", d.report.merge.suppressed, 1);
		want_true("again", update(&d));
		want_true("nothing passed", d.report.unchanged);
		MUST(store_unsuppress(
			d.site.store, s.list, "a@example.org", &found, &must));
		want_true("lifted", update(&d));
		want_people(&d.site, "both",
			"a@example.org=active:file b@example.org=active:file");
		want_true("again", update(&d));
		want_true("unchanged", d.report.unchanged);
	}
	desk_end(&d);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{"an open quote",
			"email,name\na@example.org,\"Ann\nb@example.org,Ben\n",
			":2: a quote is opened in this row and never closed"},
		{"no addresses", "name,city\nAnn,Quay\n",
			": no address in any of its 1 rows"},
	};
	struct desk d;

	(void)state;
	desk_start(&d);
	for (size_t i = 0; i < COUNT(cases); i++) {
		write_roster(&d, cases[i].text, 60);
		want_true(cases[i].name, !update(&d));
		want_int(cases[i].name, d.err.kind, ERROR_DATA);
		want_true(cases[i].name, strstr(d.err.text, cases[i].want));
		want_people(&d.site, cases[i].name, "");
	}
	unlink(d.path);
	want_true("gone", !update(&d));
	want_int("gone", d.err.kind, ERROR_INPUT);
	want_int("mkdir", mkdir(d.path, 0700), 0);
	want_true("a folder", !update(&d));
	want_true("a folder", strstr(d.err.text, "is a folder"));
	d.list.roster = NULL;
	want_true("none", update(&d));
	desk_end(&d);
}

static void
test_code_page(void **state)
{
	struct desk d;
	struct subscriber *s;

	(void)state;
	desk_start(&d);
	d.list.language = "tr";
	write_roster(&d, "email,isim\na@example.org,\xde\xfeule\n", 60);
	want_true("update", update(&d));
	MUST((s = store_subscriber(
		      d.site.store, d.site.list, "a@example.org", &must)));
	want_text("name", s->name, "Şşule");
	subscriber_free(s);
	desk_end(&d);
}

static void
test_inspect(void **state)
{
	static const char text[] = "\xef\xbb\xbf"
				   "Email;Name\r\na@example.org;\"A;B\"\r\n"
				   "A@example.org\r\nnobody;x;y\r\n";
	static const char want[] =
		"{\"encoding\":\"utf-8-sig\",\"delimiter\":\";\","
		"\"eol\":\"crlf\",\"row_count\":4,"
		"\"header\":[\"Email\",\"Name\"],"
		"\"rows\":[[\"Email\",\"Name\"],[\"a@example.org\",\"A;B\"],"
		"[\"A@example.org\"],[\"nobody\",\"x\",\"y\"]],"
		"\"records\":[{\"Email\":\"a@example.org\",\"Name\":\"A;B\"},"
		"{\"Email\":\"A@example.org\"},"
		"{\"Email\":\"nobody\",\"Name\":\"x\",\"_2\":\"y\"}],"
		"\"addresses\":{\"rows\":3,\"valid\":2,"
		"\"distinct_ignoring_case\":1,\"left\":0,"
		"\"first\":[\"a@example.org\",\"A@example.org\"],"
		"\"refused\":[\"nobody\"]}}";
	struct arena *arena = arena_new();
	struct str got = STR_INIT;
	struct value *v;

	(void)state;
	MUST(roster_inspect(arena, "a.csv", span_of(text), &v, &must));
	json_write(&got, v, false);
	want_text("inspect", str_text(&got), want);
	str_clear(&got);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_just_written),
		cmocka_unit_test(test_settling),
		cmocka_unit_test(test_dry_run),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_many_invalid),
		cmocka_unit_test(test_left),
		cmocka_unit_test(test_guard),
		cmocka_unit_test(test_emptied),
		cmocka_unit_test(test_pending_passes),
		cmocka_unit_test(test_suppression_passes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_code_page),
		cmocka_unit_test(test_inspect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
