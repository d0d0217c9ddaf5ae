/*
 * Imports into a real store, and exports out of it.
 */
#include "store_unit.h"

#include <sys/stat.h>

#include "base/file.h"
#include "subscribers/export.h"
#include "subscribers/import.h"

struct desk {
	struct site site;
	struct import_options options;
	struct roster_report report;
	struct problems problems;
	struct error err;
};

static void
desk_start(struct desk *d)
{
	*d = (struct desk){.problems = PROBLEMS_INIT, .err = ERROR_INIT};
	site_start(&d->site);
	d->options.now = NOW;
	d->options.consent = "asked at the congress";
}

static void
desk_end(struct desk *d)
{
	problems_clear(&d->problems);
	error_clear(&d->err);
	site_end(&d->site);
}

/* Borrowed until the next call. */
static const char *
put_file(struct desk *d, const char *name, const char *text)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", d->site.folder, name);
	MUST(file_write(path, span_of(text), 0600, &must));
	return path;
}

static bool
import(struct desk *d, const char *path)
{
	problems_clear(&d->problems);
	error_clear(&d->err);
	return import_people(path, d->site.store, d->site.list, &d->options,
		&d->report, &d->problems, &d->err);
}

static void
must_import(struct desk *d, const char *text)
{
	if (!import(d, put_file(d, "people.csv", text)))
		fail_msg("%s: %s", text, d->err.text);
}

/* ----- modes ----- */

static void
test_modes(void **state)
{
	static const struct {
		const char *name;
		enum import_mode mode;
		const char *want, *name_of_b;
		size_t added, changed, removed;
	} cases[] = {
		{"update", IMPORT_UPDATE,
			"a@example.org=active:import "
			"b@example.org=active:import "
			"c@example.org=active:import "
			"h@example.org=active:editor",
			"Bo", 1, 1, 0},
		{"add", IMPORT_ADD,
			"a@example.org=active:import "
			"b@example.org=active:import "
			"c@example.org=active:import "
			"h@example.org=active:editor",
			"Ben", 1, 0, 0},
		{"replace", IMPORT_REPLACE,
			"a@example.org=removed:import "
			"b@example.org=active:import "
			"c@example.org=active:import "
			"h@example.org=active:editor",
			"Bo", 1, 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct subscriber *s;
		struct desk d;

		desk_start(&d);
		set_state(d.site.store, d.site.list, "h@example.org",
			SUBSCRIBER_ACTIVE, ACTOR_EDITOR);
		must_import(&d,
			"email,name\na@example.org,Ann\nb@example.org,Ben\n");
		d.options.mode = cases[i].mode;
		must_import(&d,
			"email,name\nb@example.org,Bo\nc@example.org,Cem\n");
		want_people(&d.site, cases[i].name, cases[i].want);
		want_int(cases[i].name, d.report.merge.added, cases[i].added);
		want_int(cases[i].name, d.report.merge.changed,
			cases[i].changed);
		want_int(
			cases[i].name, d.report.merge.struck, cases[i].removed);
		MUST((s = store_subscriber(d.site.store, d.site.list,
			      "b@example.org", &must)));
		want_text(cases[i].name, s->name, cases[i].name_of_b);
		subscriber_free(s);
		desk_end(&d);
	}
}

static void
test_mode_names(void **state)
{
	enum import_mode mode;

	(void)state;
	want_true("replace",
		import_mode_find("replace", &mode) && mode == IMPORT_REPLACE);
	want_true("none", !import_mode_find("merge", &mode));
}

static void
test_guard(void **state)
{
	struct str many = STR_INIT;
	struct desk d;

	(void)state;
	desk_start(&d);
	str_add(&many, "email\n");
	for (int i = 0; i < 10; i++)
		str_printf(&many, "r%d@example.org\n", i);
	must_import(&d, str_text(&many));
	d.options.mode = IMPORT_REPLACE;
	want_true("refused",
		!import(&d,
			put_file(&d, "few.csv", "email\nr1@example.org\n")));
	want_int("kind", d.err.kind, ERROR_DATA);
	want_true("text",
		strstr(d.err.text,
			"few.csv: 9 of the 10 subscribers whom imports brought "
			"are not in it, more than a fifth: nothing was changed; "
			"if they are to be removed, import again with "
			"--accept"));
	want_true("emptied", !import(&d, put_file(&d, "none.csv", "email\n")));
	d.options.accept = true;
	want_true("accepted",
		import(&d, put_file(&d, "few.csv", "email\nr1@example.org\n")));
	want_int("removed", d.report.merge.struck, 9);
	str_clear(&many);
	desk_end(&d);
}

/* Rows that say "he left" of most of the readers: a column was misread. */
static void
test_guard_of_leaving(void **state)
{
	struct str many = STR_INIT, left = STR_INIT;
	struct desk d;

	(void)state;
	desk_start(&d);
	str_add(&many, "email\n");
	str_add(&left, "email,unsubscribed_at\n");
	for (int i = 0; i < 10; i++) {
		str_printf(&many, "r%d@example.org\n", i);
		str_printf(&left, "r%d@example.org,%s\n", i,
			i < 3 ? "2024-01-01" : "0001-01-01T00:00:00Z");
	}
	must_import(&d, str_text(&many));
	want_true(
		"refused", !import(&d, put_file(&d, "x.csv", str_text(&left))));
	want_int("kind", d.err.kind, ERROR_DATA);
	want_true("text",
		strstr(d.err.text,
			"x.csv: 3 of the 10 readers of the list would be gone "
			"(3 because a row says that they left there, 0 because "
			"they are not in it), more than a fifth: nothing was "
			"changed; if that is right, import again with "
			"--accept"));
	d.options.accept = true;
	must_import(&d, str_text(&left));
	want_int("gone", d.report.merge.left, 3);
	want_int("no readers any more", d.report.merge.kept_out, 0);
	d.options.accept = false;
	must_import(&d,
		"email,status\nr3@example.org,unsubscribed\n"
		"r0@example.org,unsubscribed\nx@example.org,unsubscribed\n");
	want_int("one of seven", d.report.merge.left, 1);
	str_clear(&many);
	str_clear(&left);
	desk_end(&d);
}

/* Each is less than a fifth, together they are more. */
static void
test_guard_of_both(void **state)
{
	struct str many = STR_INIT, few = STR_INIT;
	struct desk d;

	(void)state;
	desk_start(&d);
	str_add(&many, "email\n");
	str_add(&few, "email,status\n");
	for (int i = 0; i < 12; i++) {
		str_printf(&many, "r%d@example.org\n", i);
		if (i >= 2)
			str_printf(&few, "r%d@example.org,%s\n", i,
				i < 4 ? "unsubscribed" : "");
	}
	must_import(&d, str_text(&many));
	d.options.mode = IMPORT_REPLACE;
	want_true(
		"refused", !import(&d, put_file(&d, "x.csv", str_text(&few))));
	want_true("text",
		strstr(d.err.text,
			"4 of the 12 readers of the list would be gone (2 "
			"because a row says that they left there, 2 because "
			"they are not in it)"));
	str_clear(&many);
	str_clear(&few);
	desk_end(&d);
}

/* Whom mail does not reach is not removed by a replacement, or the one after
 * it would bring him back. */
static void
test_bounced_stay(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	must_import(&d, "email\na@example.org\nb@example.org\n");
	set_state(d.site.store, d.site.list, "b@example.org",
		SUBSCRIBER_BOUNCED, ACTOR_INBOX);
	d.options.mode = IMPORT_REPLACE;
	must_import(&d, "email\na@example.org\n");
	must_import(&d, "email\na@example.org\nb@example.org\n");
	want_people(&d.site, "still",
		"a@example.org=active:import "
		"b@example.org=bounced:import");
	want_int("told", d.report.merge.kept[SUBSCRIBER_BOUNCED], 1);
	desk_end(&d);
}

/* An exported roster that comes back takes nobody's pause for his leaving; of
 * who does not pause here it says no more than no row. */
static void
test_paused_stay(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	must_import(&d, "email\na@example.org\nb@example.org\nc@example.org\n");
	set_state(d.site.store, d.site.list, "a@example.org", SUBSCRIBER_PAUSED,
		ACTOR_SELF);
	d.options.mode = IMPORT_REPLACE;
	must_import(&d,
		"email,state\na@example.org,paused\nb@example.org,paused\n"
		"c@example.org,active\nn@example.org,paused\n");
	want_people(&d.site, "still",
		"a@example.org=paused:import "
		"b@example.org=removed:import "
		"c@example.org=active:import");
	want_int("removed", d.report.merge.struck, 1);
	must_import(&d,
		"email,state\na@example.org,paused\nb@example.org,suspended\n"
		"b@example.org,active\nc@example.org,active\n"
		"c@example.org,nomail\n");
	want_people(&d.site, "beside another row",
		"a@example.org=paused:import "
		"b@example.org=active:import "
		"c@example.org=active:import");
	want_int("none is told", d.report.merge.duplicates, 0);
	desk_end(&d);
}

/* ----- where they come from ----- */

static void
test_folder(void **state)
{
	struct subscriber *s;
	struct desk d;
	char *path;

	(void)state;
	desk_start(&d);
	must_import(&d, "email\nr@example.org\n");
	path = mem_printf("%s/audience", d.site.folder);
	want_int("mkdir", mkdir(path, 0700), 0);
	want_true("nothing in it", !import(&d, path));
	want_int("kind", d.err.kind, ERROR_INPUT);
	put_file(&d, "audience/subscribed_x.csv",
		"Email Address,CONFIRM_TIME\n"
		"a@example.org,2019-03-01 10:20:30\nnobody,\n"
		"f@example.org,2999-01-01\n");
	put_file(&d, "audience/unsubscribed_x.csv",
		"Email Address,UNSUB_TIME\nl@example.org,2020-01-01\n"
		"r@example.org,2020-01-01\nA@example.org,\n");
	put_file(&d, "audience/cleaned_members_export_1.csv",
		"Email Address\nb@example.org\n");
	put_file(&d, "audience/notes.doc", "Email\nno@example.org\n");
	want_true("all of them", import(&d, path));
	want_people(&d.site, "all",
		"a@example.org=gone:import "
		"b@example.org=bounced:import "
		"f@example.org=active:import "
		"l@example.org=gone:import "
		"r@example.org=gone:import");
	want_int("added", d.report.merge.added, 1);
	want_int("noted", d.report.merge.noted, 3);
	want_int("gone", d.report.merge.left, 1);
	want_int("problems", d.problems.count, 2);
	want_true("the invalid one",
		strstr(d.problems.items[0].text,
			"audience/subscribed_x.csv:3: 'nobody': left out"));
	want_true("one that stands twice",
		strstr(d.problems.items[1].text,
			"audience/unsubscribed_x.csv:4: 'A@example.org': "
			"stands twice"));
	MUST((s = store_subscriber(
		      d.site.store, d.site.list, "f@example.org", &must)));
	want_int("nobody joined in the future", s->since, NOW);
	subscriber_free(s);
	free(path);
	desk_end(&d);
}

static void
test_since(void **state)
{
	struct subscriber *s;
	struct desk d;

	(void)state;
	desk_start(&d);
	must_import(&d, "email,created_at\na@example.org,2019-03-01\n");
	MUST((s = store_subscriber(
		      d.site.store, d.site.list, "a@example.org", &must)));
	want_int("since", s->since, 1551398400);
	want_text("no field", s->fields, NULL);
	subscriber_free(s);
	desk_end(&d);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"email,name\na@example.org,\"Ann\nb@example.org\n",
			":2: a quote is opened in this row and never closed"},
		{"name,city\nAnn,Quay\n", ": no address in any of its 1 rows"},
		{"{\"address\":\"a@example.org\"}\nnothing\n", ":2: "},
	};
	struct desk d;

	(void)state;
	desk_start(&d);
	for (size_t i = 0; i < COUNT(cases); i++) {
		want_true(cases[i].text,
			!import(&d, put_file(&d, "p.csv", cases[i].text)));
		want_int(cases[i].text, d.err.kind, ERROR_DATA);
		want_true(cases[i].text, strstr(d.err.text, cases[i].want));
		want_people(&d.site, cases[i].text, "");
	}
	want_true("not there", !import(&d, "/nowhere/people.csv"));
	want_int("not there", d.err.kind, ERROR_INPUT);
	desk_end(&d);
}

/* ----- dry runs ----- */

static void
tell_plan(void *data, enum merge_action action, const char *address,
	enum subscriber_state state)
{
	struct str *out = data;

	str_printf(out, "%s %.1s %s; ", merge_action_name(action), address,
		subscriber_state_name(state));
}

static void
test_dry_run(void **state)
{
	struct str plan = STR_INIT;
	struct desk d;

	(void)state;
	desk_start(&d);
	must_import(&d,
		"email\na@example.org\nb@example.org\nc@example.org\n"
		"d@example.org\n");
	set_state(d.site.store, d.site.list, "b@example.org", SUBSCRIBER_GONE,
		ACTOR_SELF);
	d.options.mode = IMPORT_REPLACE;
	d.options.dry_run = true;
	d.options.on_plan = tell_plan;
	d.options.data = &plan;
	must_import(&d,
		"email,name,status\na@example.org,Ann,\nb@example.org,,\n"
		"d@example.org,,unsubscribed\ne@example.org,,\n"
		"f@example.org,,bounced\n");
	want_text("plan", str_text(&plan),
		"change a active; keep out b gone; strike c active; "
		"leave d active; add e active; note f bounced; ");
	want_people(&d.site, "nothing was changed",
		"a@example.org=active:import "
		"b@example.org=gone:import "
		"c@example.org=active:import "
		"d@example.org=active:import");
	str_clear(&plan);
	desk_end(&d);
}

/* ----- there and back ----- */

static char *export(struct desk *d, const struct export_options *options)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(export_people(out, d->site.store, d->site.list, options, &must));
	fclose(out);
	return text;
}

static void
test_export(void **state)
{
	static const char people[] =
		"address,name,state,origin,language,format,since,City,=x,email\n"
		"'+a@example.org,\"=SUM(A1)\",active,,tr,text,"
		"2020-02-03T04:05:06Z,\"Kadı\nköy\",''-1,\n"
		"'o@example.org,\"'t Hooft, \"\"J\"\" \",active,,,,"
		"2020-02-03T04:05:06Z,'tis,,x@example.org\n"
		"g@example.org,,gone,,,,,,,\n";
	static const char want[] =
		"\xef\xbb\xbf"
		"address,name,state,origin,language,format,since,City,email,"
		"\"'=x\"\r\n"
		"'o@example.org,\"'t Hooft, \"\"J\"\"\",active,import,,,"
		"2020-02-03T04:05:06Z,'tis,x@example.org,\r\n"
		"\"'+a@example.org\",\"'=SUM(A1)\",active,import,tr,text,"
		"2020-02-03T04:05:06Z,\"Kadı\nköy\",,\"''-1\"\r\n"
		"g@example.org,,gone,import,,,2023-11-14T22:13:20Z,,,\r\n";
	static const char want_active[] =
		"{\"address\":\"'o@example.org\",\"name\":"
		"\"'t Hooft, \\\"J\\\"\",\"state\":\"active\",\"origin\":"
		"\"import\",\"since\":\"2020-02-03T04:05:06Z\",\"fields\":"
		"{\"City\":\"'tis\",\"email\":\"x@example.org\"}}\n"
		"{\"address\":\"+a@example.org\",\"name\":\"=SUM(A1)\","
		"\"state\":\"active\",\"origin\":\"import\",\"language\":"
		"\"tr\",\"format\":\"text\",\"since\":\"2020-02-03T04:05:06Z\""
		",\"fields\":{\"City\":\"Kadı\\nköy\",\"=x\":\"'-1\"}}\n";
	char *csv, *lines, *again;
	struct desk d;

	(void)state;
	desk_start(&d);
	must_import(&d, people);
	csv = export(&d, &(struct export_options){.bom = true});
	want_text("csv", csv, want);
	lines = export(&d,
		&(struct export_options){.json_lines = true,
			.filtered = true,
			.state = SUBSCRIBER_ACTIVE});
	want_text("lines", lines, want_active);
	desk_end(&d);

	desk_start(&d);
	must_import(&d, csv);
	again = export(&d, &(struct export_options){.bom = true});
	want_text("there and back", again, csv);
	free(again);
	desk_end(&d);

	desk_start(&d);
	must_import(&d, lines);
	again = export(&d, &(struct export_options){.json_lines = true});
	want_text("lines, there and back", again, lines);
	free(again);
	free(lines);
	free(csv);
	desk_end(&d);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_mode_names),
		cmocka_unit_test(test_guard),
		cmocka_unit_test(test_guard_of_leaving),
		cmocka_unit_test(test_guard_of_both),
		cmocka_unit_test(test_bounced_stay),
		cmocka_unit_test(test_paused_stay),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_dry_run),
		cmocka_unit_test(test_export),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
