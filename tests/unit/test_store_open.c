/*
 * Opening a store: the first time, of another version, by several at once,
 * where nothing may be written, and what is no store at all.
 */
#include "store_unit.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "store/handle.h"
#include "store/migrate.h"

static struct store *
open_as(const struct site *site, bool read_only, struct error *err)
{
	return store_open(&(struct store_options){.url = site->url,
				  .read_only = read_only,
				  .patience_ms = 50},
		err);
}

static void
test_urls(void **state)
{
	static const char *const urls[] = {
		"mysql://localhost/postrider", "sqlite", "state/x.db", ""};
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++)
		want_error(urls[i],
			store_open(
				&(struct store_options){.url = urls[i]}, &err),
			&err, ERROR_CONFIG, "must be sqlite:PATH or");
}

static void
test_private_file(void **state)
{
	struct site site;
	struct stat st;

	(void)state;
	NEEDS_FILE();
	site_start(&site);
	want_int("stat", stat(site.path, &st), 0);
	want_int("not for others", st.st_mode & 07, 0);
	site_end(&site);
}

static void
test_meta(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	char *value;

	(void)state;
	site_start(&site);
	want_text("absent", store_meta(site.store, "roster", &err), NULL);
	want_no_error("absent", &err);
	MUST(store_set_meta(site.store, "roster", "12", &must));
	MUST(store_set_meta(site.store, "roster", "it's 13", &must));
	store_close(site.store);
	site.store = site_open(&site);
	value = store_meta(site.store, "roster", &err);
	want_text("kept", value, "it's 13");
	free(value);
	site_end(&site);
}

/* ----- what is no store of ours ----- */

static void
write_schema(struct site *site, const char *number)
{
	MUST(store_set_meta(site->store, "schema", number, &must));
	store_close(site->store);
	site->store = NULL;
}

static void
test_newer(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;

	(void)state;
	for (int read_only = 0; read_only < 2; read_only++) {
		site_start(&site);
		write_schema(&site, "7000");
		want_error("newer", open_as(&site, read_only, &err), &err,
			ERROR_CONFIG,
			"made by a newer postrider (schema 7000,"
			" this one knows 8); upgrade this program");
		site_end(&site);
	}
}

/* What was pooled before bodies stood apart has them in its heads. */
static void
test_layout_1(void **state)
{
	struct str text = STR_INIT;
	struct site site;
	bool found;

	(void)state;
	site_start(&site);
	MUST(site.store->db->ops->script(site.store->db,
		"DROP INDEX subscriber_until; DROP INDEX subscriber_probed;"
		"DROP INDEX subscriber_pending; DROP INDEX subscriber_erased;"
		"ALTER TABLE subscriber DROP COLUMN until;"
		"ALTER TABLE subscriber DROP COLUMN probed_at;"
		"ALTER TABLE subscriber DROP COLUMN own;"
		"DROP TABLE suppressed; DROP TABLE request; DROP TABLE post;"
		"DROP TABLE returned; DROP TABLE arrival;"
		"DROP TABLE heard; DROP TABLE draft; DROP TABLE draft_form;"
		"DROP TABLE draft_carried; DROP TABLE draft_source;"
		"DROP TABLE draft_across;"
		"DROP TABLE allowance;"
		"DROP TABLE retraction; DROP TABLE retraction_alias;"
		"DROP TABLE lease; ALTER TABLE shard DROP COLUMN lease;"
		"ALTER TABLE pool DROP COLUMN text;"
		"INSERT INTO pool (list, source, id, at, body)"
		" VALUES (1, 'f', 'a', 10, '{}')",
		&must));
	write_schema(&site, "1");
	want_true("opened", (site.store = open_as(&site, false, NULL)));
	MUST(store_pool_text(site.store, 1, "f", "a", &text, &found, &must));
	want_true("is there", found);
	want_text("no text", str_text(&text), "");
	str_clear(&text);
	site_end(&site);
}

static void
replace_file(struct site *site, const char *text)
{
	store_close(site->store);
	site->store = NULL;
	MUST(file_write(site->path, span_of(text), 0600, &must));
}

static void
test_no_store(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	char *text = mem_new(5001);

	(void)state;
	memset(text, 'x', 5000);
	for (int i = 0; i < 2 && !getenv("POSTGRES"); i++) {
		site_start(&site);
		replace_file(&site, text);
		want_error("garbage", open_as(&site, i, &err), &err,
			ERROR_CONFIG, "is no postrider database");
		site_end(&site);
	}
	free(text);

	site_start(&site);
	MUST(site.store->db->ops->script(
		site.store->db, "DROP TABLE meta", &must));
	want_error("other program", open_as(&site, false, &err), &err,
		ERROR_CONFIG, "is the database of another program");
	site_end(&site);

	if (getenv("POSTGRES"))
		return;
	site_start(&site);
	replace_file(&site, "");
	want_true("an empty file is a fresh one",
		(site.store = open_as(&site, false, &err)));
	site_end(&site);
}

/* ----- several at once ----- */

static void
test_first_runs_at_once(void **state)
{
	pid_t child[4];
	struct site site;
	int status;

	(void)state;
	site_start(&site);
	site_empty(&site);
	fflush(stdout);
	for (size_t i = 0; i < COUNT(child); i++) {
		child[i] = fork();
		if (child[i] == 0) {
			struct error err = ERROR_INIT;
			struct store *store = store_open(
				&(struct store_options){.url = site.url}, &err);
			int64_t list = 0;

			if (!store || !store_list(store, "weekly", &list, &err))
				printf("# %s\n", err.text);
			fflush(stdout);
			_exit(list != 1);
		}
	}
	for (size_t i = 0; i < COUNT(child); i++) {
		waitpid(child[i], &status, 0);
		want_int("child", status, 0);
	}
	site_end(&site);
}

static void
test_busy(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	struct store *other;

	(void)state;
	site_start(&site);
	other = site_open(&site);
	MUST(store_begin(other, DB_SOON, &must));
	want_error("busy", store_set_meta(site.store, "a", "b", &err), &err,
		ERROR_LATER,
		"another run is using it, and was not done after"
		" a moment; try again later");
	want_true("end", !store_end(other, "test", false, NULL));
	MUST(store_set_meta(site.store, "a", "b", &must));
	store_close(other);
	site_end(&site);
}

/* ----- reading only ----- */

static void
test_read_missing(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	struct store *store;
	struct seen *seen;
	int64_t list, last;
	int number;

	(void)state;
	site_start(&site);
	site_empty(&site);
	store = open_as(&site, true, &err);
	want_no_error("open", &err);
	MUST(store_list(store, "weekly", &list, &must));
	want_true("what is in memory may be written to", list > 0);
	seen = store_seen(store, list, 0, &err);
	want_true("nothing seen", !seen_has(seen, "one"));
	seen_free(seen);
	MUST(store_issue_next(store, list, &number, &last, &must));
	want_int("first", number, 1);
	store_close(store);
	want_true("nothing made", !file_exists(site.path));
	site_end(&site);
}

/* A reader sees what was committed before and after, while a transaction of
 * another is open; and may use temporary tables. */
static void
test_read_while_written(void **state)
{
	struct error err = ERROR_INIT;
	struct audience_count *groups;
	struct site site;
	struct store *reader;
	size_t count;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 2);
	issue = open_issue(&site);
	reader = open_as(&site, true, &err);
	want_no_error("open", &err);
	MUST(store_begin(site.store, DB_SOON, &must));
	MUST(store_audiences(reader, site.list, &(struct across){&issue, 1}, 1,
		&groups, &count, &must));
	want_int("one group", count, 1);
	want_int("spared", groups[0].spared, 1);
	want_int("both", groups[0].count, 2);
	audience_counts_free(groups, count);
	want_true("end", !store_end(site.store, "test", false, NULL));
	set_state(site.store, site.list, "r1@example.org", SUBSCRIBER_REMOVED,
		ACTOR_EDITOR);
	MUST(store_audiences(
		reader, site.list, NULL, 0, &groups, &count, &must));
	want_int("one left", groups[0].count, 1);
	audience_counts_free(groups, count);
	store_close(reader);
	site_end(&site);
}

/* What a child without the right to write sees. */
static int
look_unprivileged(const struct site *site)
{
	struct error err = ERROR_INIT;
	struct store *store;
	size_t counts[SUBSCRIBER_STATES];

	if (geteuid() == 0 && (setegid(65534) < 0 || seteuid(65534) < 0))
		return 1;
	store = open_as(site, true, &err);
	if (!store)
		return printf("# read: %s\n", err.text), 2;
	if (!store_subscriber_counts(store, site->list, counts, &err) ||
		counts[SUBSCRIBER_ACTIVE] != 2)
		return 3;
	store_close(store);
	store = open_as(site, false, &err);
	if (store || err.kind != ERROR_IO ||
		!strstr(err.text,
			"cannot be written; this user needs the right"))
		return printf("# write: %s\n", err.text), 4;
	error_clear(&err);
	return 0;
}

static void
test_folder_not_writable(void **state)
{
	char *folder;
	struct site site;
	int status;
	pid_t child;

	(void)state;
	NEEDS_FILE();
	site_start(&site);
	folder = mem_printf("%s/state", site.folder);
	add_readers(site.store, site.list, 2);
	store_close(site.store);
	site.store = NULL;
	chmod(site.folder, 0755);
	chmod(site.path, 0444);
	chmod(folder, 0555);
	fflush(stdout);
	child = fork();
	if (child == 0)
		_exit(look_unprivileged(&site));
	waitpid(child, &status, 0);
	chmod(folder, 0755);
	want_int("child", WEXITSTATUS(status), 0);
	want_true("ended by itself", WIFEXITED(status));
	free(folder);
	site_end(&site);
}

/* ----- steps ----- */

struct steps {
	char text[200];
};

static void
note_step(void *data, const char *what, bool after)
{
	struct steps *steps = data;
	size_t len = strlen(steps->text);

	snprintf(steps->text + len, sizeof steps->text - len, "%s%s ",
		after ? "+" : "-", what);
}

static void
test_steps(void **state)
{
	struct error err = ERROR_INIT;
	struct steps steps = {""};
	struct site site;
	struct shard shard;
	int64_t issue;
	bool closed;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 1);
	store_close(site.store);
	site.store = store_open(&(struct store_options){.url = site.url,
					.step = note_step,
					.step_data = &steps},
		&err);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	turn(site.store, &shard, 1, RECIPIENT_WIRE);
	want_true("refused turn",
		!try_turn(site.store, &shard, 1, RECIPIENT_WIRE, NULL));
	release(site.store, &shard);
	MUST(store_issue_close(site.store, issue, NOW, false, &closed, &must));
	want_text("steps", steps.text,
		"-open +open -claim +claim -turn +turn "
		"-release +release -close +close ");
	site_end(&site);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_private_file),
		cmocka_unit_test(test_meta),
		cmocka_unit_test(test_newer),
		cmocka_unit_test(test_layout_1),
		cmocka_unit_test(test_no_store),
		cmocka_unit_test(test_first_runs_at_once),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_read_missing),
		cmocka_unit_test(test_read_while_written),
		cmocka_unit_test(test_folder_not_writable),
		cmocka_unit_test(test_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
