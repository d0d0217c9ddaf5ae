/*
 * An issue is being sent, and a call of the database fails, each of them once:
 * the sending ends and says so, and the next one goes on to the promise. Nobody
 * is skipped, and nobody gets it twice: what was known when it failed is written
 * behind it.
 */
#include "failing_db.h"

#include <glob.h>

#include "base/map.h"
#include "deliver/pool.h"
#include "form_unit.h"

enum { READERS = 3 }; /* one of whom leaves before he is sent it */

struct plan {
	const char *name;
	struct rate rate; /* of the relay, and of the readers' domain */
	bool gone;	  /* the server is, before anything is asked of it */
};

/* The roster's columns are read for it, of each reader. */
static struct list_field fields[] = {{.name = "city"}};
static const struct letter letter = {
	.format = FORMAT_TEXT,
	.language = "en",
	.subject = "Harbour Weekly 12: The quay",
	.text = "Of " SLOT("field_city") ".\n",
};

/* So that what is done once a second is done each time. */
static int64_t
ticks(void)
{
	static int64_t ms;

	return ms += 1000;
}

static void
open_it(struct life *life)
{
	struct error err = ERROR_INIT;
	struct list list = weekly;
	struct form *form;
	struct opening opening = opening_numbered(life->site.list, 1, NOW);
	struct opening_form stored = {"en", "text", 0, {NULL, 0}};
	struct str bytes = STR_INIT;

	list.fields = fields;
	list.field_count = COUNT(fields);
	form = make(&list, &letter, &err);
	want_no_error("form", &err);
	form_save(form, &bytes);
	stored.bytes = str_span(&bytes);
	opening.forms = &stored;
	opening.list_format = "text";
	add_readers(life->site.store, life->site.list, READERS);
	MUST(store_issue_open(life->site.store, &opening, &life->issue, &must));
	str_clear(&bytes);
	form_free(form);
}

/* The `at`-th call fails; 0: none. */
static bool
deliver(struct life *life, const struct plan *plan, const char *owner,
	unsigned at, struct error *err)
{
	char *path = mem_printf("%s/spool", life->site.folder);
	struct relay relay = {.kind = TRANSPORT_SPOOL,
		.path = path,
		.text = "spool",
		.rate = plan->rate};
	struct domain_rate domain = {"example.org", plan->rate};
	struct issue_record issue = issue_of(&life->site, 1);
	struct list list = weekly;
	struct log log = {.level = LOG_QUIET};
	struct delivery_result result = {.paused = NULL};
	bool ok;

	list.relays = &relay;
	list.relay_count = 1;
	list.connections = 2;
	list.rates = &domain;
	list.rate_count = 1;
	if (plan->gone) {
		site_hang_up(&life->site);
		want_true("gone", store_is_lost(life->site.store, NULL));
	}
	life->failing.seen = 0;
	life->failing.at = at;
	ok = delivery_run(&(struct delivery){.store = life->site.store,
				  .list = &list,
				  .list_id = life->site.list,
				  .issue = &issue,
				  .token_key = span_of("a key"),
				  .signal_fd = -1,
				  .owner = owner,
				  .boot_id = "boot",
				  .ehlo_name = "host.example.org",
				  .log = &log,
				  .now = NOW,
				  .until = INSTANT_NONE,
				  .ticks = ticks,
				  .once = true},
		&result, err);
	life->failing.at = 0;
	delivery_result_clear(&result);
	issue_record_clear(&issue);
	free(path);
	return ok;
}

/* ----- what came ----- */

/* A header's value; yours. */
static char *
header(const char *message, const char *name)
{
	const char *at = strstr(message, name);

	if (!at)
		fail_msg("no %s in <%s>", name, message);
	at += strlen(name);
	return span_dup(span_slice(span_of(at), 0, strcspn(at, "\n")));
}

/* Notes who got it; a repeat must bear what the first one bore. */
static void
take_letter(const char *name, const char *path, struct map *letters)
{
	struct str message = STR_INIT;
	char *whom, *identity, *before;

	MUST(file_read(path, 65536, &message, &must));
	whom = header(str_text(&message), "Delivered-To: ");
	identity = header(str_text(&message), "\nMessage-ID: ");
	before = map_find(letters, whom);
	if (before)
		want_text(name, identity, before);
	else
		map_set(letters, whom, mem_strdup(identity));
	free(whom);
	free(identity);
	str_clear(&message);
}

static void
want_promise(struct life *life, const char *name)
{
	const size_t people = READERS - 1;
	char *pattern = mem_printf("%s/spool/new/*", life->site.folder);
	struct issue_record issue = issue_of(&life->site, 1);
	struct map *letters = map_new();
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		fail_msg("%s: no letters", name);
	for (size_t i = 0; i < found.gl_pathc; i++)
		take_letter(name, found.gl_pathv[i], letters);
	want_int(name, map_count(letters), people);
	want_int(name, issue.counts[RECIPIENT_SENT], people);
	want_int(name, issue.counts[RECIPIENT_DROPPED], 1);
	want_int(name, found.gl_pathc, people);
	for (size_t i = 0; i < map_count(letters); i++)
		free(map_value(letters, i));
	map_free(letters);
	globfree(&found);
	issue_record_clear(&issue);
	free(pattern);
}

/* What a minute does after a host has gone. */
static void
end_leases(struct life *life)
{
	char *sql;

	if (!life->looking)
		return;
	sql = mem_printf(
		"UPDATE \"%s\".shard SET lease = 0", site_name(&life->site));
	PQclear(PQexec(life->looking, sql));
	free(sql);
}

/* ----- each call ----- */

/* False: there is no such call. */
static bool
fail_at(const struct plan *plan, unsigned at)
{
	char *name = mem_printf("%s, call %u", plan->name, at);
	struct error err = ERROR_INIT;
	struct life life;
	bool ok, failed;

	life_start(&life, open_it);
	set_state(life.site.store, life.site.list, "r2@example.org",
		SUBSCRIBER_GONE, ACTOR_SELF);
	ok = deliver(&life, plan, "one", at, &err);
	failed = life.failing.seen >= at;
	if (failed) {
		want_error(name, ok, &err, ERROR_IO, FAILURE);
		want_int(name, life.site.store->depth, 0);
		want_true(name,
			!life.site.store->db->ops->is_open(
				life.site.store->db));
		end_leases(&life);
		ok = deliver(&life, plan, "two", 0, &err);
	}
	want_no_error(name, &err);
	want_true(name, ok);
	want_promise(&life, name);
	life_end(&life);
	free(name);
	return failed;
}

static void
fail_at_each(const struct plan *plan)
{
	unsigned at = 1;

	while (fail_at(plan, at))
		at++;
	want_true("it asks the database", at > 30);
}

static void
each_call_fails(void **state)
{
	(void)state;
	NEEDS_FILE();
	fail_at_each(&(struct plan){.name = "metered", .rate = {100, 1}});
}

/* A server has a page of them on the wire beforehand. */
static void
each_call_of_a_server_fails(void **state)
{
	(void)state;
	NEEDS_SERVER();
	fail_at_each(&(struct plan){.name = "as many as can be"});
}

/* Before anything of the sending was asked: nobody waits at a connection that is
 * none. */
static void
a_server_is_gone(void **state)
{
	const struct plan gone = {.name = "gone", .gone = true};
	const struct plan back = {.name = "back"};
	struct error err = ERROR_INIT;
	struct life life;

	(void)state;
	NEEDS_SERVER();
	life_start(&life, open_it);
	want_error("sent", deliver(&life, &gone, "one", 0, &err), &err,
		ERROR_LATER, "the connection was lost");
	MUST(store_mend(life.site.store, &must));
	want_true("sent", deliver(&life, &back, "two", 0, &err));
	life_end(&life);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_fails),
		cmocka_unit_test(each_call_of_a_server_fails),
		cmocka_unit_test(a_server_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
