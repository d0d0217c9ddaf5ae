/*
 * Rosters merged into the store, and subscribers changed one by one.
 */
#include "store_unit.h"

#include "store/handle.h"

struct row {
	const char *key, *name, *language;
};

static const struct merge_options from_file = {
	.actor = ACTOR_FILE,
	.origin = ORIGIN_FILE,
	.strike = true,
	.proof = "subscribers.csv",
	.at = NOW,
};

static struct merge_report
merge(struct site *site, const struct merge_options *options,
	const struct row *rows, size_t count)
{
	struct merge *m = store_merge_new(site->store, site->list, options);
	struct merge_report report;

	for (size_t i = 0; i < count; i++) {
		struct subscriber s = {.key = rows[i].key,
			.address = rows[i].key,
			.name = rows[i].name,
			.language = rows[i].language,
			.since = INSTANT_NONE};

		MUST(store_merge_add(m, &s, 0, &must));
	}
	MUST(store_merge_finish(m, &report, &must));
	store_merge_free(m);
	return report;
}

#define MERGE(site, options, ...)                                   \
	merge((site), (options), (const struct row[]){__VA_ARGS__}, \
		COUNT(((const struct row[]){__VA_ARGS__})))

/* "active Name tr file" */
static char *
describe(struct site *site, const char *key)
{
	struct error err = ERROR_INIT;
	struct subscriber *s =
		store_subscriber(site->store, site->list, key, &err);
	char *text;

	want_no_error(key, &err);
	if (!s)
		return NULL;
	text = mem_printf("%s %s %s %s", subscriber_state_name(s->state),
		s->name ? s->name : "-", s->language ? s->language : "-",
		subscriber_origin_name(s->origin));
	subscriber_free(s);
	return text;
}

static void
want_reader(struct site *site, const char *key, const char *want)
{
	char *text = describe(site, key);

	want_text(key, text, want);
	free(text);
}

/* ----- one reader's story ----- */

static void
test_coming_and_going(void **state)
{
	struct merge_report r;
	struct site site;

	(void)state;
	site_start(&site);
	r = MERGE(&site, &from_file, {"a", "Ada", "tr"}, {"b", NULL, NULL},
		{"c", "Cem", NULL}, {"a", "Other", NULL});
	want_int("staged", r.staged, 3);
	want_int("added", r.added, 3);
	want_reader(&site, "a", "active Ada tr file");

	r = MERGE(&site, &from_file, {"a", "Ada", "tr"}, {"b", NULL, NULL},
		{"c", "Cem", NULL});
	want_int("nothing", r.added + r.changed + r.returned + r.struck, 0);

	/* What the file no longer says about its own is gone. */
	r = MERGE(&site, &from_file, {"a", "Ada B.", NULL}, {"b", NULL, "de"});
	want_int("changed", r.changed, 2);
	want_int("struck", r.struck, 1);
	want_reader(&site, "a", "active Ada B. - file");
	want_reader(&site, "b", "active - de file");
	want_reader(&site, "c", "removed Cem - file");

	r = MERGE(&site, &from_file, {"a", "Ada B.", NULL}, {"b", NULL, "de"},
		{"c", "Cem", "tr"});
	want_int("returned", r.returned, 1);
	want_int("not counted as changed", r.changed, 0);
	want_reader(&site, "c", "active Cem tr file");
	site_end(&site);
}

/* Those who came by other ways are never struck, and a file's empty cells say
 * nothing about them. */
static void
test_other_origins(void **state)
{
	struct merge_options import = from_file;
	struct merge_report r;
	struct site site;

	(void)state;
	site_start(&site);
	import.actor = ACTOR_EDITOR;
	import.origin = ORIGIN_WEB;
	import.strike = false;
	MERGE(&site, &import, {"w", "Wim", "de"}, {"x", "Xenia", NULL});
	r = MERGE(&site, &from_file, {"a", NULL, NULL}, {"w", NULL, NULL});
	want_int("struck", r.struck, 0);
	want_int("changed", r.changed, 0);
	want_reader(&site, "w", "active Wim de web");
	r = MERGE(&site, &from_file, {"a", NULL, NULL}, {"w", "Willem", NULL});
	want_int("changed", r.changed, 1);
	want_reader(&site, "w", "active Willem de web");

	/* Who was taken off and stands in the file again is the file's. */
	set_state(site.store, site.list, "x", SUBSCRIBER_REMOVED, ACTOR_EDITOR);
	r = MERGE(&site, &from_file, {"a", NULL, NULL}, {"x", "Xenia", NULL});
	want_int("returned", r.returned, 1);
	want_reader(&site, "x", "active Xenia - file");
	site_end(&site);
}

static void
test_kept_out(void **state)
{
	static const struct {
		const char *key, *want;
		enum subscriber_state state;
		enum actor actor;
		bool out;
	} cases[] = {
		{"g", "gone Name - editor", SUBSCRIBER_GONE, ACTOR_SELF, true},
		{"e", "erased - - editor", SUBSCRIBER_ERASED, ACTOR_SELF, true},
		{"b", "bounced Name - editor", SUBSCRIBER_BOUNCED, ACTOR_INBOX,
			true},
		{"p", "paused Name - editor", SUBSCRIBER_PAUSED, ACTOR_SELF,
			false},
	};
	struct merge_options editor = from_file;
	struct merge_report r;
	struct site site;
	size_t out = 0;

	(void)state;
	site_start(&site);
	editor.actor = ACTOR_EDITOR;
	editor.origin = ORIGIN_EDITOR;
	editor.strike = false;
	for (size_t i = 0; i < COUNT(cases); i++) {
		MERGE(&site, &editor, {cases[i].key, "Name", NULL});
		set_state(site.store, site.list, cases[i].key, cases[i].state,
			cases[i].actor);
		out += cases[i].out;
	}
	for (int file = 0; file < 2; file++) {
		r = MERGE(&site, file ? &from_file : &editor,
			{"g", "New", NULL}, {"e", "New", NULL},
			{"b", "New", NULL}, {"p", "Name", NULL});
		want_int("kept out", r.kept_out, out);
		want_int("gone", r.kept[SUBSCRIBER_GONE], 1);
		want_int("erased", r.kept[SUBSCRIBER_ERASED], 1);
		want_int("bounced", r.kept[SUBSCRIBER_BOUNCED], 1);
		want_int("returned", r.returned, 0);
		want_int("changed", r.changed, 0);
		for (size_t i = 0; i < COUNT(cases); i++)
			want_reader(&site, cases[i].key, cases[i].want);
	}
	site_end(&site);
}

/* ----- imports: what rows say of leaving, and whom they change ----- */

static const struct merge_options import = {
	.actor = ACTOR_EDITOR,
	.origin = ORIGIN_EDITOR,
	.proof = "moved house",
	.at = NOW,
};

/* One reader as he is here, and one row about him. */
static void
test_left_elsewhere(void **state)
{
	static const struct {
		const char *name;
		enum subscriber_state here; /* PENDING: unknown */
		enum subscriber_origin origin;
		int64_t since; /* here */
		enum subscriber_state says;
		int64_t left; /* there */
		const char *want;
	} cases[] = {
		{"unknown, left", SUBSCRIBER_PENDING, 0, 0, SUBSCRIBER_GONE,
			INSTANT_NONE, "gone N - editor"},
		{"unknown, bounced", SUBSCRIBER_PENDING, 0, 0,
			SUBSCRIBER_BOUNCED, INSTANT_NONE, "bounced N - editor"},
		{"reader, left", SUBSCRIBER_ACTIVE, ORIGIN_FILE, NOW - 9,
			SUBSCRIBER_GONE, INSTANT_NONE, "gone - - file"},
		{"reader, left before", SUBSCRIBER_ACTIVE, ORIGIN_EDITOR, NOW,
			SUBSCRIBER_GONE, NOW - 9, "gone - - editor"},
		{"reader, bounced", SUBSCRIBER_ACTIVE, ORIGIN_FILE, NOW,
			SUBSCRIBER_BOUNCED, INSTANT_NONE, "active - - file"},
		{"removed, left", SUBSCRIBER_REMOVED, ORIGIN_FILE, NOW,
			SUBSCRIBER_GONE, INSTANT_NONE, "gone - - file"},
		{"confirmed here", SUBSCRIBER_ACTIVE, ORIGIN_WEB, NOW - 9,
			SUBSCRIBER_GONE, INSTANT_NONE, "active - - web"},
		{"confirmed here after he left there", SUBSCRIBER_ACTIVE,
			ORIGIN_MAIL, NOW - 5, SUBSCRIBER_GONE, NOW - 9,
			"active - - mail"},
		{"confirmed here, then left there", SUBSCRIBER_ACTIVE,
			ORIGIN_WEB, NOW - 9, SUBSCRIBER_GONE, NOW - 5,
			"gone - - web"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct subscriber here = {.key = "a",
			.address = "a",
			.origin = cases[i].origin,
			.since = cases[i].since};
		struct subscriber row = {.key = "a",
			.address = "a",
			.name = "N",
			.state = cases[i].says,
			.since = cases[i].left};
		struct merge_report report;
		struct merge *m;
		struct site site;

		site_start(&site);
		if (cases[i].here != SUBSCRIBER_PENDING)
			MUST(store_subscriber_change(site.store, site.list,
				&(struct change){.subscriber = &here,
					.state = cases[i].here,
					.actor = ACTOR_SELF,
					.at = NOW},
				&must));
		for (int round = 0; round < 2; round++) {
			m = store_merge_new(site.store, site.list, &import);
			MUST(store_merge_add(m, &row, 0, &must));
			MUST(store_merge_finish(m, &report, &must));
			store_merge_free(m);
			want_reader(&site, "a", cases[i].want);
			want_int(cases[i].name, report.added + report.changed,
				0);
		}
		want_int(cases[i].name, report.left + report.noted, 0);
		site_end(&site);
	}
}

/* ----- what a reader chose himself ----- */

static void
say(struct site *site, enum actor actor, const char *name, const char *language)
{
	struct subscriber s = {.key = "a",
		.address = "a",
		.name = name,
		.language = language,
		.origin = ORIGIN_FILE,
		.since = INSTANT_NONE};

	MUST(store_subscriber_change(site->store, site->list,
		&(struct change){.subscriber = &s,
			.state = SUBSCRIBER_ACTIVE,
			.actor = actor,
			.at = NOW},
		&must));
}

static void
test_own_choice(void **state)
{
	static const struct {
		const char *name;
		bool there; /* the file brought him, as "Ada", "tr" */
		enum actor actor;
		const char *says[2]; /* name, language */
		const struct merge_options *then;
		struct row row;
		const char *want;
		int changed;
	} cases[] = {
		{"chose a language", true, ACTOR_SELF, {NULL, "en"}, &from_file,
			{"a", "Ada B.", "de"}, "active Ada B. en file", 1},
		{"the file says nothing", true, ACTOR_SELF, {NULL, "en"},
			&from_file, {"a", "Ada", NULL}, "active Ada en file",
			0},
		{"took his name away", true, ACTOR_SELF, {"", NULL}, &from_file,
			{"a", "Ada", "tr"}, "active - tr file", 0},
		{"sent the form as it was", true, ACTOR_SELF, {"Ada", "tr"},
			&from_file, {"a", "Ada B.", "de"},
			"active Ada B. de file", 1},
		{"an import", true, ACTOR_SELF, {NULL, "en"}, &import,
			{"a", "Ada", "de"}, "active Ada en file", 0},
		{"an editor's word", true, ACTOR_EDITOR, {NULL, "en"},
			&from_file, {"a", "Ada", "de"}, "active Ada de file",
			1},
		{"came himself", false, ACTOR_SELF, {"Ada", NULL}, &from_file,
			{"a", "Eve", "de"}, "active Ada de file", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct merge_report r;
		struct site site;

		site_start(&site);
		if (cases[i].there)
			MERGE(&site, &from_file, {"a", "Ada", "tr"});
		say(&site, cases[i].actor, cases[i].says[0], cases[i].says[1]);
		r = merge(&site, cases[i].then, &cases[i].row, 1);
		want_int(cases[i].name, r.changed, cases[i].changed);
		want_reader(&site, "a", cases[i].want);
		r = merge(&site, cases[i].then, &cases[i].row, 1);
		want_int("and again", r.changed, 0);
		site_end(&site);
	}
}

/* Struck and back again, he has what he chose; erased, he has nothing. */
static void
test_own_choice_stays(void **state)
{
	struct merge_options told = from_file;
	struct subscriber *s;
	struct site site;

	(void)state;
	told.accept = true;
	site_start(&site);
	MERGE(&site, &from_file, {"a", "Ada", "tr"}, {"b", NULL, NULL});
	say(&site, ACTOR_SELF, "A.", "en");
	MERGE(&site, &told, {"b", NULL, NULL});
	want_reader(&site, "a", "removed A. en file");
	MERGE(&site, &from_file, {"a", "Ada", "tr"}, {"b", NULL, NULL});
	want_reader(&site, "a", "active A. en file");
	set_state(site.store, site.list, "a", SUBSCRIBER_ERASED, ACTOR_SELF);
	s = store_subscriber(site.store, site.list, "a", NULL);
	want_int("erased", s->own, 0);
	subscriber_free(s);
	site_end(&site);
}

/* Of several rows of one, whichever says that he left. */
static void
test_left_among_duplicates(void **state)
{
	static const enum subscriber_state says[] = {SUBSCRIBER_ACTIVE,
		SUBSCRIBER_BOUNCED, SUBSCRIBER_GONE, SUBSCRIBER_ACTIVE};
	struct merge_report report;
	struct merge *m;
	struct site site;

	(void)state;
	site_start(&site);
	m = store_merge_new(site.store, site.list, &import);
	for (size_t i = 0; i < COUNT(says); i++)
		MUST(store_merge_add(m,
			&(struct subscriber){.key = "a",
				.address = "a",
				.name = i ? NULL : "First",
				.state = says[i],
				.since = INSTANT_NONE},
			i, &must));
	MUST(store_merge_finish(m, &report, &must));
	store_merge_free(m);
	want_int("noted", report.noted, 1);
	want_int("duplicates", report.duplicates, 3);
	want_reader(&site, "a", "gone First - editor");
	site_end(&site);
}

static void
test_only_new(void **state)
{
	struct merge_options add = import;
	struct merge_report r;
	struct site site;

	(void)state;
	add.only_new = true;
	site_start(&site);
	MERGE(&site, &import, {"a", "Ada", NULL}, {"r", "Rosa", NULL});
	set_state(site.store, site.list, "r", SUBSCRIBER_REMOVED, ACTOR_EDITOR);
	r = MERGE(&site, &add, {"a", "Other", "tr"}, {"n", "Nora", NULL},
		{"r", "Rosa", "de"});
	want_int("added", r.added, 1);
	want_int("changed", r.changed, 0);
	want_int("returned", r.returned, 1);
	want_reader(&site, "a", "active Ada - editor");
	want_reader(&site, "n", "active Nora - editor");
	want_reader(&site, "r", "active Rosa de editor");
	site_end(&site);
}

/* ----- dry run, proofs, order ----- */

static void
test_dry_run(void **state)
{
	struct merge_options dry = from_file;
	struct merge_report real, told;
	struct site site;

	(void)state;
	dry.dry_run = dry.accept = true;
	site_start(&site);
	MERGE(&site, &from_file, {"a", "A", NULL}, {"b", "B", NULL},
		{"c", "C", NULL}, {"d", "D", NULL}, {"e", "E", NULL});
	set_state(site.store, site.list, "a", SUBSCRIBER_REMOVED, ACTOR_EDITOR);
	set_state(site.store, site.list, "b", SUBSCRIBER_GONE, ACTOR_SELF);
	store_close(site.store);
	site.store = store_open(
		&(struct store_options){.url = site.url, .read_only = true},
		NULL);
	told = MERGE(&site, &dry, {"a", "A", NULL}, {"b", "B", NULL},
		{"c", "Other", NULL}, {"d", "D", NULL}, {"f", "F", NULL});
	want_reader(&site, "c", "active C - file");
	want_reader(&site, "f", NULL);
	store_close(site.store);
	site.store = site_open(&site);
	dry.dry_run = false;
	real = MERGE(&site, &dry, {"a", "A", NULL}, {"b", "B", NULL},
		{"c", "Other", NULL}, {"d", "D", NULL}, {"f", "F", NULL});
	want_true("same", memcmp(&told, &real, sizeof told) == 0);
	want_int("added", real.added, 1);
	want_int("changed", real.changed, 1);
	want_int("returned", real.returned, 1);
	want_int("struck", real.struck, 1);
	want_int("kept out", real.kept_out, 1);
	site_end(&site);
}

static bool
add_proof(void *data, const struct consent *c)
{
	struct str *out = data;

	str_printf(out, "%s>%s %s (%s); ",
		c->was_known ? subscriber_state_name(c->was) : "",
		subscriber_state_name(c->now), actor_name(c->actor),
		c->proof ? c->proof : "");
	return true;
}

static void
want_history(struct site *site, const char *key, const char *wanted)
{
	struct error err = ERROR_INIT;
	struct str out = STR_INIT;
	struct subscriber *s =
		store_subscriber(site->store, site->list, key, &err);

	want_no_error(key, &err);
	want_true(key, s != NULL);
	MUST(store_consents(site->store, s->id, add_proof, &out, &must));
	want_text(key, str_text(&out), wanted);
	str_clear(&out);
	subscriber_free(s);
}

static void
test_proofs(void **state)
{
	struct site site;

	(void)state;
	site_start(&site);
	MERGE(&site, &from_file, {"a", NULL, NULL}, {"b", NULL, NULL});
	MERGE(&site, &from_file, {"b", "B", NULL});
	MERGE(&site, &from_file, {"b", "B", NULL}, {"a", NULL, NULL});
	set_state(site.store, site.list, "a", SUBSCRIBER_ACTIVE, ACTOR_EDITOR);
	set_state(site.store, site.list, "a", SUBSCRIBER_GONE, ACTOR_SELF);
	want_history(&site, "a",
		">active file (subscribers.csv); "
		"active>removed file (subscribers.csv); "
		"removed>active file (subscribers.csv); "
		"active>gone self (a test); ");
	site_end(&site);
}

/* Who came in one go has one proof, and who is erased takes none of it. */
static void
test_arrivals(void **state)
{
	static const char *const all[] = {"a", "b", "c", "d"};
	struct site site;
	bool found;

	(void)state;
	site_start(&site);
	set_state(site.store, site.list, "z", SUBSCRIBER_ACTIVE, ACTOR_EDITOR);
	MERGE(&site, &from_file, {"a", NULL, NULL}, {"b", NULL, NULL},
		{"c", NULL, NULL}, {"d", NULL, NULL});
	MERGE(&site, &from_file, {"a", NULL, NULL}, {"b", NULL, NULL},
		{"c", NULL, NULL}, {"d", NULL, NULL}, {"e", NULL, NULL});
	want_history(&site, "z", ">active editor (a test); ");
	want_history(&site, "e", ">active file (subscribers.csv); ");
	for (size_t erased = 0; erased < COUNT(all); erased++) {
		size_t which = (erased + 1) % COUNT(all); /* b, c, d, a */

		for (size_t i = 0; i < COUNT(all); i++)
			if (i == 0 || i > erased)
				want_history(&site, all[i],
					">active file (subscribers.csv); ");
		MUST(store_erase(site.store,
			&(struct erasure){.list = site.list,
				.key = all[which],
				.actor = ACTOR_EDITOR,
				.at = NOW},
			&found, &must));
		want_true("found", found);
		want_history(&site, all[which], "active>erased editor (); ");
	}
	want_history(&site, "z", ">active editor (a test); ");
	want_history(&site, "e", ">active file (subscribers.csv); ");
	site_end(&site);
}

static bool
add_key(void *data, const struct subscriber *s)
{
	struct str *out = data;

	str_printf(out, "%s ", s->key);
	return out->len < 4;
}

struct order {
	char last[40];
	size_t count;
};

static bool
check_order(void *data, const struct subscriber *s)
{
	struct order *order = data;

	want_true(s->key, strcmp(order->last, s->key) < 0);
	snprintf(order->last, sizeof order->last, "%s", s->key);
	order->count++;
	return true;
}

static void
test_walking(void **state)
{
	struct order order = {"", 0};
	struct str out = STR_INIT;
	struct site site;

	(void)state;
	site_start(&site);
	MERGE(&site, &from_file, {"c", NULL, NULL}, {"a", NULL, NULL},
		{"b", NULL, NULL});
	MUST(store_subscribers(site.store, site.list, add_key, &out, &must));
	want_text("stops when told", str_text(&out), "a b ");
	str_clear(&out);
	add_readers(site.store, site.list, 1200); /* several pages */
	MUST(store_subscribers(
		site.store, site.list, check_order, &order, &must));
	want_int("all", order.count, 1203);
	site_end(&site);
}

/* ----- what happens meanwhile ----- */

static void
test_while_staging(void **state)
{
	struct subscriber s = {
		.key = "a", .address = "a", .since = INSTANT_NONE};
	struct merge_report report;
	struct merge *m;
	struct site site;
	struct store *other;

	(void)state;
	site_start(&site);
	m = store_merge_new(site.store, site.list, &from_file);
	MUST(store_merge_add(m, &s, 0, &must));
	other = site_open(&site);
	MUST(store_set_meta(other, "nobody", "is locked out", &must));
	MUST(store_set_meta(site.store, "nor", "the same handle", &must));
	MUST(store_merge_add(m, &s, 0, &must));
	MUST(store_merge_finish(m, &report, &must));
	want_int("added", report.added, 1);
	want_int("the second", report.duplicates, 1);
	store_merge_free(m);
	store_close(other);
	site_end(&site);
}

/* Several transactions; each kind of change on both sides of their border. */
static void
test_long_roster(void **state)
{
	enum { PEOPLE = 10500 };
	struct merge_report report;
	struct merge *m;
	struct site site;

	(void)state;
	site_start(&site);
	for (int round = 0; round < 2; round++) {
		m = store_merge_new(site.store, site.list, &from_file);
		for (int i = round; i < PEOPLE; i++) {
			char key[32];
			struct subscriber s = {.key = key,
				.address = key,
				.name = round ? "N" : NULL,
				.since = INSTANT_NONE};

			snprintf(key, sizeof key, "r%d@example.org", i);
			MUST(store_merge_add(m, &s, 0, &must));
		}
		MUST(store_merge_finish(m, &report, &must));
		store_merge_free(m);
		want_int("added", report.added, round ? 0 : PEOPLE);
		want_int("changed", report.changed, round ? PEOPLE - 1 : 0);
		want_int("struck", report.struck, round);
	}
	site_end(&site);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_coming_and_going),
		cmocka_unit_test(test_other_origins),
		cmocka_unit_test(test_kept_out),
		cmocka_unit_test(test_left_elsewhere),
		cmocka_unit_test(test_left_among_duplicates),
		cmocka_unit_test(test_own_choice),
		cmocka_unit_test(test_own_choice_stays),
		cmocka_unit_test(test_only_new),
		cmocka_unit_test(test_dry_run),
		cmocka_unit_test(test_proofs),
		cmocka_unit_test(test_arrivals),
		cmocka_unit_test(test_walking),
		cmocka_unit_test(test_while_staging),
		cmocka_unit_test(test_long_roster),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
