/*
 * What the tests of the store share: a scratch folder with a store in it,
 * readers, an open issue, and short words for what a sender does.
 */
#ifndef STORE_UNIT_H
#define STORE_UNIT_H

#include "scratch.h"

#include <libpq-fe.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/copy.h"
#include "store/handle.h"
#include "store/merge.h"
#include "store/suppress.h"

/* With POSTGRES set to the URL of a database, each site has a schema there. */
struct site {
	char folder[64];
	const char *server; /* or NULL: a file */
	char *url, *path;
	struct store *store;
	int64_t list;
};

#define NOW ((int64_t)1700000000)

static inline void
want_no_error(const char *name, const struct error *err)
{
	if (err->kind != ERROR_NONE)
		fail_msg("%s: %s", name, err->text);
}

/* Fails unless `ok` is false with that kind and a text that contains `part`;
 * clears the error. */
static inline void
want_error(const char *name, bool ok, struct error *err, enum error_kind kind,
	const char *part)
{
	if (ok)
		fail_msg("%s: no error, want '%s'", name, part);
	want_int(name, err->kind, kind);
	if (!strstr(err->text, part))
		fail_msg("%s: want '%s' in '%s'", name, part, err->text);
	error_clear(err);
}

/* The call must succeed; its error is called `must`. */
#define MUST(call)                                                 \
	do {                                                       \
		struct error must = ERROR_INIT;                    \
		if (!(call))                                       \
			fail_msg("%s: %s", #call,                  \
				must.text ? must.text : "failed"); \
		error_clear(&must);                                \
	} while (0)

static inline struct store *
site_open(const struct site *site)
{
	struct error err = ERROR_INIT;
	struct store *store = store_open(
		&(struct store_options){.url = site->url, .patience_ms = 50},
		&err);

	want_no_error("open", &err);
	return store;
}

/* Its folder's name is that of its schema. */
static inline const char *
site_name(const struct site *site)
{
	return strrchr(site->folder, '/') + 1;
}

/* Takes the text. */
static inline void
site_tell_server(const struct site *site, char *sql)
{
	PGconn *conn = PQconnectdb(site->server);
	PGresult *result;

	PQclear(PQexec(conn, "SET client_min_messages = error"));
	result = PQexec(conn, sql);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(conn));
	PQclear(result);
	PQfinish(conn);
	free(sql);
}

/* Ends the connection of the site's store. */
static inline void
site_hang_up(const struct site *site)
{
	int64_t pid = 0;

	MUST(db_number(
		site->store->db, &must, &pid, "SELECT pg_backend_pid()"));
	site_tell_server(site,
		mem_printf("DO $$ BEGIN PERFORM pg_terminate_backend(%d, 9000);"
			   " END $$",
			(int)pid));
}

/* "CREATE" or "DROP" the site's schema. */
static inline void
site_schema(const struct site *site, const char *verb, const char *how)
{
	site_tell_server(site,
		mem_printf("%s SCHEMA \"%s\"%s", verb, site_name(site), how));
}

/* As before the first run: there is nothing where the store is. */
static inline void
site_empty(struct site *site)
{
	store_close(site->store);
	site->store = NULL;
	if (site->server) {
		site_schema(site, "DROP", " CASCADE");
		site_schema(site, "CREATE", "");
	} else {
		unlink(site->path);
	}
}

static inline void
site_start(struct site *site)
{
	*site = (struct site){.folder = "/tmp/store-test-XXXXXX"};
	if (!mkdtemp(site->folder))
		fail_msg("no scratch folder");
	site->server = getenv("POSTGRES");
	site->path = mem_printf("%s/state/postrider.db", site->folder);
	if (site->server) {
		char *state = mem_printf("%s/state", site->folder);

		mkdir(state, 0700);
		free(state);
		site_schema(site, "CREATE", "");
	}
	site->url = site->server
		? mem_printf("%s%coptions=-csearch_path%%3D%%22%s%%22",
			  site->server, strchr(site->server, '?') ? '&' : '?',
			  strrchr(site->folder, '/') + 1)
		: mem_printf("sqlite:%s", site->path);
	site->store = site_open(site);
	MUST(store_list(site->store, "weekly", &site->list, &must));
}

/* What it is about is a file. (cmocka's skip() is "not ok" to prove.) */
#define NEEDS_FILE()                                          \
	do {                                                  \
		if (getenv("POSTGRES")) {                     \
			print_message("# %s: left out, it is" \
				      " about a file\n",      \
				__func__);                    \
			return;                               \
		}                                             \
	} while (0)

/* And the other way round: of a file there is one owner at a time. */
#define NEEDS_SERVER()                                        \
	do {                                                  \
		if (!getenv("POSTGRES")) {                    \
			print_message("# %s: left out, it is" \
				      " about a server\n",    \
				__func__);                    \
			return;                               \
		}                                             \
	} while (0)

static inline void
copy_file(const char *from, const char *to)
{
	struct str bytes = STR_INIT;

	MUST(file_read(from, SIZE_MAX, &bytes, &must));
	MUST(file_write(to, str_span(&bytes), 0600, &must));
	str_clear(&bytes);
}

/* Closes the store, and keeps it as it is, in a file. */
static inline void
site_copy(struct site *site, const char *file)
{
	unlink(file);
	MUST(store_copy(site->store, file, &must));
	store_close(site->store);
	site->store = NULL;
}

/* Closes the store, and makes it what it was then. */
static inline void
site_put_back(struct site *site, const char *file)
{
	site_empty(site);
	if (site->server)
		MUST(store_put_in(file, site->url, NULL, &must));
	else
		copy_file(file, site->path);
}

static inline void
site_end(struct site *site)
{
	store_close(site->store);
	if (site->server)
		site_schema(site, "DROP", " CASCADE");
	scratch_remove(site->folder);
	free(site->path);
	free(site->url);
}

/* ----- readers ----- */

static inline void
set_state(struct store *store, int64_t list, const char *key,
	enum subscriber_state state, enum actor actor)
{
	struct subscriber s = {.key = key,
		.address = key,
		.origin = ORIGIN_EDITOR,
		.since = INSTANT_NONE};

	if (state == SUBSCRIBER_ERASED) {
		bool found;

		MUST(store_erase(store,
			&(struct erasure){.list = list,
				.key = key,
				.actor = actor,
				.at = NOW},
			&found, &must));
		want_true("was there", found);
		return;
	}
	MUST(store_subscriber_change(store, list,
		&(struct change){.subscriber = &s,
			.state = state,
			.actor = actor,
			.proof = "a test",
			.at = NOW},
		&must));
}

static inline bool
tell_person(void *data, const struct subscriber *s)
{
	struct str *out = data;

	str_printf(out, "%s%s=%s:%s", out->len ? " " : "", s->address,
		subscriber_state_name(s->state),
		subscriber_origin_name(s->origin));
	return true;
}

/* "a@example.org=active:import b@example.org=gone:import", in order of the
 * keys. */
static inline void
want_people(const struct site *site, const char *name, const char *want)
{
	struct str got = STR_INIT;

	MUST(store_subscribers(
		site->store, site->list, tell_person, &got, &must));
	want_text(name, str_text(&got), want);
	str_clear(&got);
}

/* r1@example.org, r2@example.org, …; in one merge: a change of its own would
 * be a wait for the disk each. */
static inline void
add_readers(struct store *store, int64_t list, int count)
{
	struct merge_report report;
	struct merge *merge = store_merge_new(store, list,
		&(struct merge_options){.actor = ACTOR_EDITOR,
			.origin = ORIGIN_EDITOR,
			.at = NOW});

	for (int i = 1; i <= count; i++) {
		char *key = mem_printf("r%d@example.org", i);
		struct subscriber s = {
			.key = key, .address = key, .since = INSTANT_NONE};

		MUST(store_merge_add(merge, &s, 0, &must));
		free(key);
	}
	MUST(store_merge_finish(merge, &report, &must));
	want_int("readers", report.added, count);
	store_merge_free(merge);
}

/* ----- issues ----- */

/* What opening an issue takes that carries "one" and "two", for readers of
 * English HTML. */
static inline struct opening
opening_numbered(int64_t list, int number, int64_t slot)
{
	static const struct carried_row carried[] = {
		{.id = "one",
			.language = "en",
			.revision = "r1",
			.mark = INSTANT_NONE,
			.content = "content:1",
			.link = "link:example.org/1",
			.body = "One."},
		{.id = "two",
			.language = "en",
			.revision = "r1",
			.mark = 5,
			.marked = true,
			.signatories = "A\nB",
			.body = "Two."},
	};
	static const char *const sources[] = {"dispatches"};
	static const struct opening_form forms[] = {
		{"en", "html", 0, {"a form", 6}},
	};

	return (struct opening){.list = list,
		.number = number,
		.slot = slot,
		.at = NOW,
		.salt = "salt",
		.subject = "Weekly",
		.carried = carried,
		.carried_count = COUNT(carried),
		.sources = sources,
		.source_count = COUNT(sources),
		.forms = forms,
		.form_count = COUNT(forms),
		.list_language = "en",
		.list_format = "html"};
}

static inline bool
open_numbered(struct store *store, int64_t list, int number, int64_t slot,
	int64_t *issue, struct error *err)
{
	struct opening opening = opening_numbered(list, number, slot);

	return store_issue_open(store, &opening, issue, err);
}

static inline int64_t
open_issue(struct site *site)
{
	int64_t issue = 0;

	MUST(open_numbered(site->store, site->list, 1, NOW, &issue, &must));
	return issue;
}

static inline struct issue_record
issue_of(struct site *site, int number)
{
	struct issue_record r = {.id = 0};
	bool found = false;

	MUST(store_issue_find(
		site->store, site->list, number, &r, &found, &must));
	want_true("issue is there", found);
	return r;
}

/* How many recipients are in that state. */
static inline size_t
count_state(struct site *site, enum recipient_state state)
{
	struct issue_record r = issue_of(site, 1);
	size_t count = r.counts[state];

	issue_record_clear(&r);
	return count;
}

/* ----- sending ----- */

static inline bool
claim(struct store *store, int64_t issue, const char *owner, const char *boot,
	bool hold, struct shard *shard)
{
	bool found = false;

	MUST(store_shard_claim(store,
		&(struct claim){.issue = issue,
			.owner = owner,
			.boot_id = boot,
			.hold = hold,
			.now = NOW},
		shard, &found, &must));
	return found;
}

static inline bool
try_turn(struct store *store, const struct shard *shard, int64_t seq,
	enum recipient_state state, struct error *err)
{
	struct turn_row row = {.shard = shard,
		.seq = seq,
		.state = state,
		.tried = state != RECIPIENT_WIRE,
		.code = 250};

	return store_turn(store, NOW, &row, 1, err);
}

static inline void
turn(struct store *store, const struct shard *shard, int64_t seq,
	enum recipient_state state)
{
	MUST(try_turn(store, shard, seq, state, &must));
}

static inline void
release(struct store *store, const struct shard *shard)
{
	MUST(store_shard_release(store, shard, &must));
}

/* How many of the shard are due; the first one's number in *seq. */
static inline size_t
load(struct store *store, const struct shard *shard, int64_t *seq)
{
	struct recipient out[64];
	size_t count = 0;

	MUST(store_recipients(store, shard, 0, NOW, out, 64, &count, &must));
	if (seq)
		*seq = count ? out[0].seq : 0;
	for (size_t i = 0; i < count; i++)
		recipient_clear(&out[i]);
	return count;
}

#endif
