/*
 * PostgreSQL behind the table of store/db.h: statements, transactions, and what
 * its errors mean to people.
 *
 * Where SQLite has one writer, a transaction of the modes DB_SOON and DB_NOW
 * locks the one row of `change_count`, and counts in it: whoever writes the same
 * way waits, and who reads sees by the number that something was written.
 */
#include "store/postgres.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/mem.h"
#include "base/text.h"

/* ----- errors ----- */

/* By the beginning of SQLSTATE (PostgreSQL 15 manual, appendix A). */
static const char lock_not_available[] = "55P03";

static const struct {
	const char *state;
	enum error_kind kind;
	const char *text;
} failures[] = {
	{"53100", ERROR_IO,
		"its disk is full; free some space, nothing was lost"},
	{"53", ERROR_LATER, "it has no room for this now; try again later"},
	{"25006", ERROR_IO,
		"cannot be written (is it a standby?); name the primary server"},
	{"25P03", ERROR_LATER,
		"it waited for us and let go; nothing was lost, try again "
		"later"},
	{"3F", ERROR_CONFIG,
		"there is no such schema; make it first (CREATE SCHEMA)"},
	{"42501", ERROR_CONFIG,
		"this user may not do that there; make it the owner of the "
		"store's tables"},
	/* By which the store has a transaction end there. */
	{"22012", ERROR_LATER, "another process took over what this one did"},
	{"40", ERROR_LATER, "another process was in the way; try again later"},
	{"57", ERROR_LATER, "it is being shut down; try again later"},
	{"08", ERROR_LATER, "the connection was lost; try again later"},
	{"28", ERROR_CONFIG, "it does not let this user in"},
	{"XX001", ERROR_IO, "is damaged; restore a backup"},
	{"XX002", ERROR_IO, "is damaged; restore a backup"},
};

/* What libpq says has lines, and a line end behind them. */
static bool
set(const struct postgres *db, enum error_kind kind, const char *text,
	const char *said, struct error *err)
{
	struct str line = STR_INIT;

	text_flatten(&line, span_of(said));
	error_set(err, kind, "%s: %s%s%s%s", db->db.title, text ? text : "",
		text ? " (" : "", str_text(&line), text ? ")" : "");
	str_clear(&line);
	return false;
}

bool
postgres_fail(
	const struct postgres *db, const PGresult *result, struct error *err)
{
	const char *state =
		result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *said = state
		? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
		: PQerrorMessage(db->conn);

	if (state && strcmp(state, lock_not_available) == 0)
		return db_fail_busy(&db->db, db->patience_ms, err);
	for (size_t i = 0; state && i < sizeof failures / sizeof *failures; i++)
		if (strncmp(state, failures[i].state,
			    strlen(failures[i].state)) == 0)
			return set(db, failures[i].kind, failures[i].text, said,
				err);
	if (!state || PQstatus(db->conn) == CONNECTION_BAD)
		return set(db, ERROR_LATER,
			"the connection was lost; try again later", said, err);
	return set(db, ERROR_BUG, NULL, said, err);
}

/* ----- results on their way ----- */

static struct postgres *
postgres_of(struct db *db)
{
	return (struct postgres *)db;
}

static PGresult *
read_one(struct postgres *db)
{
	postgres_await(db);
	return PQgetResult(db->conn);
}

/* The next result and, behind it, the NULL that ends a statement's. */
static PGresult *
read_result(struct postgres *db)
{
	PGresult *result = read_one(db);

	if (result && PQresultStatus(result) != PGRES_PIPELINE_SYNC)
		PQclear(read_one(db));
	return result;
}

static bool
has_failed(const PGresult *result)
{
	switch (PQresultStatus(result)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_PIPELINE_SYNC:
		return false;
	default:
		return true;
	}
}

/* Who commits what has failed is told "ROLLBACK". */
static bool
is_wanted(PGresult *result, int64_t want)
{
	if (want == A_COMMIT)
		return strcmp(PQcmdStatus(result), "COMMIT") == 0;
	return want < 0 || strtoll(PQcmdTuples(result), NULL, 10) == want;
}

static bool
is_good(struct postgres *db, PGresult *result, int64_t want, struct error *err)
{
	if (want == A_SYNC ? !result : has_failed(result))
		return postgres_fail(db, result, err);
	return is_wanted(result, want) || db_fail_expected(&db->db, err);
}

static void
forget_answer(struct postgres *db)
{
	PQclear(db->answer);
	db->answer = NULL;
}

/* The first failure is kept, for what follows it in the pipeline fails only
 * because of it. What was asked for is good when its commit is. */
static void
read_next_unread(struct postgres *db, int64_t want)
{
	PGresult *result = want == A_SYNC ? read_one(db) : read_result(db);
	struct error ill = ERROR_INIT;
	bool good = is_good(db, result, want, &ill);

	if (!db->ill.kind)
		error_move(&db->ill, &ill);
	error_clear(&ill);
	if (want == A_COMMIT && !db->ill.kind)
		db->db.later_good++;
	if (!good && db->until_answered)
		forget_answer(db);
	if (good && want == AN_ANSWER)
		db->answer = result;
	else
		PQclear(result);
	db->until_answered -= db->until_answered > 0;
}

/* The first `most` of those that nobody waits for. With `now` only what is here
 * already. */
static void
read_unread(struct postgres *db, size_t most, bool now)
{
	size_t read = 0;

	while (read < most && !(now && PQisBusy(db->conn)))
		read_next_unread(db, db->wants[read++]);
	db->unread -= read;
	memmove(db->wants, db->wants + read, db->unread * sizeof *db->wants);
}

/*
 * Ends the pipeline, and waits for what was sent in it. With `last` its last
 * statement is not among the unread ones, and its result is the caller's.
 */
static bool
finish(struct postgres *db, PGresult **last, struct error *err)
{
	PGresult *sync;

	if (last)
		*last = NULL;
	if (!PQpipelineSync(db->conn))
		return postgres_fail(db, NULL, err);
	read_unread(db, db->unread, false);
	if (last)
		*last = read_result(db);
	sync = read_one(db);
	if (!db->ill.kind && last && has_failed(*last))
		postgres_fail(db, *last, &db->ill);
	if (!db->ill.kind && !sync)
		postgres_fail(db, NULL, &db->ill);
	PQclear(sync);
	if (!db->ill.kind)
		return true;
	if (last) {
		PQclear(*last);
		*last = NULL;
	}
	return error_move(err, &db->ill);
}

/* ----- sending ----- */

static struct prepared *
find_prepared(struct postgres *db, const char *sql)
{
	size_t at = db_slot(sql);
	struct prepared *p;

	do
		p = &db->cache[at++ % POSTGRES_SLOTS];
	while (p->sql && p->sql != sql);
	return p;
}

/* What is run once is not worth preparing: most of what a short run asks. */
static bool
send_once(struct postgres *db, const char *sql,
	const struct postgres_params *params)
{
	char *theirs = postgres_sql(sql);
	int sent = PQsendQueryParams(db->conn, theirs, params->count,
		params->types, params->values, params->lengths, params->formats,
		1);

	free(theirs);
	return sent != 0;
}

static bool
prepare(struct postgres *db, struct prepared *p,
	const struct postgres_params *params, struct error *err)
{
	char *theirs = postgres_sql(p->sql);
	char name[sizeof p->name];
	PGresult *result;
	bool sent;

	snprintf(name, sizeof name, "s%zu", (size_t)(p - db->cache));
	sent = PQsendPrepare(
		db->conn, name, theirs, params->count, params->types);
	free(theirs);
	if (!sent)
		return postgres_fail(db, NULL, err);
	if (!finish(db, &result, err))
		return false;
	PQclear(result);
	memcpy(p->name, name, sizeof name);
	return true;
}

static bool
send_params(struct postgres *db, const char *sql,
	const struct postgres_params *params, struct error *err)
{
	struct prepared *p = find_prepared(db, sql);
	bool sent;

	if (!p->sql) {
		assert(db->cached < POSTGRES_SLOTS / 2);
		db->cached++;
		p->sql = sql;
		sent = send_once(db, sql, params);
	} else {
		if (!*p->name && !prepare(db, p, params, err))
			return false;
		sent = PQsendQueryPrepared(db->conn, p->name, params->count,
			params->values, params->lengths, params->formats, 1);
	}
	return sent || postgres_fail(db, NULL, err);
}

static bool
send(struct postgres *db, const char *sql, const struct db_value *values,
	size_t count, struct error *err)
{
	struct postgres_params params;
	bool ok;

	postgres_params_fill(&params, values, count);
	ok = send_params(db, sql, &params, err);
	postgres_params_clear(&params);
	return ok;
}

/* Sends it behind what was sent before; its result is read some time. */
static bool
send_unread(struct postgres *db, int64_t want, const char *sql,
	const struct db_value *values, size_t count, struct error *err)
{
	if (!send(db, sql, values, count, err))
		return false;
	db->wants[db->unread++] = want;
	return db->unread < UNREAD_MAX || finish(db, NULL, err);
}

static PGresult *
send_and_wait(struct postgres *db, const char *sql,
	const struct db_value *values, size_t count, struct error *err)
{
	PGresult *result;

	return send(db, sql, values, count, err) && finish(db, &result, err)
		? result
		: NULL;
}

/* ----- statements ----- */

/* The first that fails is the last. */
static bool
run_script(struct postgres *db, const char *theirs, struct error *err)
{
	PGresult *result;
	bool ok = PQsendQuery(db->conn, theirs) || postgres_fail(db, NULL, err);

	while ((result = read_one(db))) {
		if (ok && has_failed(result))
			ok = postgres_fail(db, result, err);
		PQclear(result);
	}
	return ok;
}

/* Several at once are no part of a pipeline. */
bool
postgres_script(struct db *base, const char *sql, struct error *err)
{
	struct postgres *db = postgres_of(base);
	char *theirs = postgres_sql(sql);
	bool ok = finish(db, NULL, err) && PQexitPipelineMode(db->conn);

	if (ok) {
		ok = run_script(db, theirs, err);
		PQenterPipelineMode(db->conn);
	}
	free(theirs);
	return ok;
}

static bool
postgres_run(struct db *base, struct error *err, int64_t *changed,
	const char *sql, const struct db_value *values, size_t count)
{
	struct postgres *db = postgres_of(base);
	PGresult *result;

	if (!changed && db->open)
		return send_unread(db, ANY_ROWS, sql, values, count, err);
	result = send_and_wait(db, sql, values, count, err);
	if (!result)
		return false;
	if (changed)
		*changed = strtoll(PQcmdTuples(result), NULL, 10);
	PQclear(result);
	return true;
}

static bool
postgres_expect(struct db *base, struct error *err, int64_t want,
	const char *sql, const struct db_value *values, size_t count)
{
	base->missed = false;
	return send_unread(postgres_of(base), want, sql, values, count, err);
}

static struct db_rows *
make_rows(struct postgres *db, PGresult *result)
{
	struct postgres_rows *rows = mem_new(sizeof *rows);

	rows->rows.db = &db->db;
	rows->result = result;
	rows->at = -1;
	return &rows->rows;
}

static struct db_rows *
postgres_query(struct db *base, struct error *err, const char *sql,
	const struct db_value *values, size_t count)
{
	struct postgres *db = postgres_of(base);
	PGresult *result = send_and_wait(db, sql, values, count, err);

	return result ? make_rows(db, result) : NULL;
}

static bool
postgres_next(struct db_rows *base, struct error *err)
{
	struct postgres_rows *rows = (struct postgres_rows *)base;

	(void)err; /* all of them are here */
	if (rows->at < PQntuples(rows->result))
		rows->at++;
	return rows->at < PQntuples(rows->result);
}

static void
postgres_done(struct db_rows *base)
{
	struct postgres_rows *rows = (struct postgres_rows *)base;

	PQclear(rows->result);
	free(rows);
}

static bool
postgres_is_null(const struct db_rows *base, int column)
{
	const struct postgres_rows *rows = (const struct postgres_rows *)base;

	return PQgetisnull(rows->result, rows->at, column) != 0;
}

static int64_t
postgres_row_number(const struct db_rows *base, int column)
{
	const struct postgres_rows *rows = (const struct postgres_rows *)base;

	return postgres_number(rows->result, rows->at, column);
}

static struct span
postgres_bytes(const struct db_rows *base, int column)
{
	const struct postgres_rows *rows = (const struct postgres_rows *)base;

	if (PQgetisnull(rows->result, rows->at, column))
		return (struct span){NULL, 0};
	return (struct span){PQgetvalue(rows->result, rows->at, column),
		(size_t)PQgetlength(rows->result, rows->at, column)};
}

/* ----- transactions ----- */

/*
 * How each begins. DB_SOON and DB_NOW lock the row of `change_count`, and count
 * in it: it is below 0 when the store is sealed. DB_ALONE, which may take long,
 * locks all out who lock that, or a shard, and then reads.
 */
static const char alone[] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;"
			    "SET LOCAL idle_in_transaction_session_timeout = 0;"
			    "LOCK TABLE change_count, shard IN EXCLUSIVE MODE;";

static const char snapshot[] =
	"SET LOCAL idle_in_transaction_session_timeout = 0;"
	"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;";

/* The table that DB_SOON and DB_NOW lock has to be there before any other, and
 * two processes may find at once that it is not. */
const char postgres_layout[] =
	"SET LOCAL idle_in_transaction_session_timeout = 0;"
	"SELECT pg_advisory_xact_lock(7236279, hashtext(current_schema()));"
	"CREATE TABLE IF NOT EXISTS change_count (n BIGINT NOT NULL)"
	" WITH (fillfactor = 10);"
	"INSERT INTO change_count (n) SELECT 0"
	" WHERE NOT EXISTS (SELECT 1 FROM change_count);";

static void
postgres_rollback(struct db *base)
{
	struct postgres *db = postgres_of(base);

	PQclear(send_and_wait(db, "ROLLBACK", NULL, 0, NULL));
	db->open = false;
}

static bool
count_change(struct db *base, struct error *err)
{
	int64_t counted;

	return db_change(base, err, &counted,
		       "UPDATE change_count SET n = n + 1 WHERE n >= 0") &&
		(counted || db_fail_moved(base, err));
}

static bool
begin_as(struct db *base, enum db_mode mode, struct error *err)
{
	switch (mode) {
	case DB_TEMPORARY:
	case DB_SHARD_SOON:
	case DB_SHARD_NOW:
		return true;
	case DB_LAYOUT:
		return postgres_script(base, postgres_layout, err);
	case DB_SNAPSHOT:
		return postgres_script(base, snapshot, err);
	case DB_ALONE:
		return postgres_script(base, alone, err);
	default:
		return count_change(base, err);
	}
}

static bool
postgres_begin(struct db *base, enum db_mode mode, struct error *err)
{
	struct postgres *db = postgres_of(base);

	if (!send_unread(db, ANY_ROWS, "BEGIN", NULL, 0, err))
		return false;
	db->open = true;
	if (begin_as(base, mode, err))
		return true;
	postgres_rollback(base);
	return false;
}

static bool
postgres_is_open(struct db *base)
{
	const struct postgres *db = postgres_of(base);

	return db->open && PQstatus(db->conn) == CONNECTION_OK;
}

static bool
expects(const struct postgres *db)
{
	for (size_t i = 0; i < db->unread; i++)
		if (db->wants[i] >= 0)
			return true;
	return false;
}

static bool
fail_taken_back(const struct postgres *db, struct error *err)
{
	return error_set(err, ERROR_LATER,
		"%s: the transaction was taken back; try again later",
		db->db.title);
}

static bool
commit(struct postgres *db, struct error *err)
{
	PGresult *result = send_and_wait(db, "COMMIT", NULL, 0, err);
	bool ok = result && is_wanted(result, A_COMMIT);

	if (result && !ok)
		fail_taken_back(db, err);
	PQclear(result);
	return ok;
}

static bool
postgres_ready(struct db *base, struct error *err)
{
	struct postgres *db = postgres_of(base);

	return !expects(db) || finish(db, NULL, err);
}

static bool
postgres_commit(struct db *base, struct error *err)
{
	struct postgres *db = postgres_of(base);

	if (postgres_ready(base, err) && commit(db, err)) {
		db->open = false;
		return true;
	}
	postgres_rollback(base);
	return false;
}

static bool
send_sync(struct postgres *db, struct error *err)
{
	if (!PQpipelineSync(db->conn))
		return postgres_fail(db, NULL, err);
	db->wants[db->unread++] = A_SYNC;
	return true;
}

/* What failed ends at the first sync, so that the commit is a rollback, and the
 * connection good for more. */
static bool
postgres_commit_later(struct db *base, struct error *err)
{
	struct postgres *db = postgres_of(base);

	base->later++;
	if (db->unread + 3 > UNREAD_MAX) {
		if (!postgres_commit(base, err))
			return false;
		base->later_good++;
		return true;
	}
	db->open = false;
	return send_sync(db, err) &&
		send_unread(db, A_COMMIT, "COMMIT", NULL, 0, err) &&
		send_sync(db, err) &&
		(PQflush(db->conn) >= 0 || postgres_fail(db, NULL, err));
}

static bool
postgres_is_busy(struct db *base)
{
	struct postgres *db = postgres_of(base);

	if (PQconsumeInput(db->conn))
		read_unread(db, db->unread, true);
	return db->unread > 0;
}

static int
postgres_fd(struct db *base)
{
	return PQsocket(postgres_of(base)->conn);
}

static bool
postgres_ask(struct db *base, struct error *err, const char *sql,
	const struct db_value *values, size_t count)
{
	struct postgres *db = postgres_of(base);
	const size_t behind = 3; /* sync, commit, sync */

	assert(!db->answer && !db->until_answered);
	if (db->unread + 1 + behind >= UNREAD_MAX && !finish(db, NULL, err))
		return false;
	if (!send_unread(db, AN_ANSWER, sql, values, count, err))
		return false;
	db->until_answered = db->unread + behind;
	return true;
}

static bool
postgres_is_waiting(struct db *base)
{
	return postgres_of(base)->until_answered > 0;
}

static struct db_rows *
postgres_answer(struct db *base, struct error *err)
{
	struct postgres *db = postgres_of(base);
	PGresult *answer;

	read_unread(db, db->until_answered, false);
	if (db->ill.kind) {
		forget_answer(db);
		error_move(err, &db->ill);
		return NULL;
	}
	answer = db->answer;
	db->answer = NULL;
	if (answer)
		return make_rows(db, answer);
	fail_taken_back(db, err);
	return NULL;
}

const struct db_ops postgres_ops = {
	.tables =
		"SELECT relname FROM pg_class"
		" WHERE relnamespace = quote_ident(current_schema())::regnamespace"
		" AND relkind IN ('r', 'p') AND NOT relispartition"
		" AND relname <> 'change_count'",
	.parts = "SELECT c.relname FROM pg_inherits i"
		 " JOIN pg_class c ON c.oid = i.inhrelid"
		 " WHERE i.inhparent = to_regclass('recipient')",
	.others = "SELECT n FROM change_count",
	.recount = "VACUUM (ANALYZE, SKIP_LOCKED) subscriber",
	.seal = "UPDATE change_count SET n = -1 - n WHERE n >= 0",
	.unseal = "UPDATE change_count SET n = -n WHERE n < 0",
	.repairs = true,
	.shared = true,
	.say = "SELECT pg_notify('postrider', '')",
	.wait = postgres_wait,
	.close = postgres_close,
	.script = postgres_script,
	.run = postgres_run,
	.expect = postgres_expect,
	.query = postgres_query,
	.next = postgres_next,
	.done = postgres_done,
	.is_null = postgres_is_null,
	.number = postgres_row_number,
	.bytes = postgres_bytes,
	.begin = postgres_begin,
	.ready = postgres_ready,
	.commit = postgres_commit,
	.commit_later = postgres_commit_later,
	.is_busy = postgres_is_busy,
	.fd = postgres_fd,
	.ask = postgres_ask,
	.answer = postgres_answer,
	.is_waiting = postgres_is_waiting,
	.rollback = postgres_rollback,
	.is_open = postgres_is_open,
	.is_lost = postgres_is_lost,
	.check = postgres_check,
	.set_aside = postgres_set_aside,
};
