/*
 * Opening PostgreSQL. Where it is, as whom and with which secrets is libpq's to
 * find out: the URL, a service file, a password file, PGHOST and the like.
 */
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/postgres.h"

enum { VERSION_LEAST = 150000 };

/* A server that is gone is noticed within half a minute; who stops in the
 * middle of a transaction is thrown out, so that nobody waits for him for
 * good. */
static const char *const names[] = {
	"connect_timeout",
	"keepalives_idle",
	"keepalives_interval",
	"keepalives_count",
	"tcp_user_timeout",
	"dbname", /* the URL: what it says goes before what stands above */
	"fallback_application_name",
	"client_encoding",
	NULL,
};

void
postgres_close(struct db *base)
{
	struct postgres *db = (struct postgres *)base;

	PQclear(db->answer);
	PQfinish(db->conn);
	error_clear(&db->ill);
	db_clear(&db->db);
	free(db);
}

static void
ignore_notice(void *data, const char *message)
{
	(void)data;
	(void)message;
}

/* A folder is the place of a socket, and no part of an address. */
static char *
make_title(PGconn *conn)
{
	const char *host = PQhost(conn), *port = PQport(conn), *db = PQdb(conn);
	bool folder = !host || !*host || *host == '/';

	return mem_printf("postgresql://%s%s%s/%s", folder ? "" : host,
		folder || !port || !*port ? "" : ":", folder ? "" : port,
		db ? db : "");
}

/* libpq quotes an URL that it cannot read, with the password in it. */
static bool
fail_url(const char *url, struct error *err)
{
	char *said = NULL, *quoted;
	PQconninfoOption *options = PQconninfoParse(url, &said);

	PQconninfoFree(options);
	quoted = said ? strstr(said, url) : NULL;
	if (quoted)
		*quoted = '\0';
	error_set(err, ERROR_CONFIG,
		"store: not the address of a PostgreSQL database: %s%s",
		said ? said : "out of memory", quoted ? "…" : "");
	PQfreemem(said);
	return false;
}

static bool
is_url(const char *url)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);

	PQconninfoFree(options);
	return options != NULL;
}

static bool
fail_connect(const struct postgres *db, struct error *err)
{
	struct str line = STR_INIT;

	text_flatten(&line, span_of(PQerrorMessage(db->conn)));
	error_set(err, ERROR_LATER, "%s: %s", db->db.title, str_text(&line));
	str_clear(&line);
	return false;
}

static bool
check_server(const struct postgres *db, struct error *err)
{
	const char *encoding = PQparameterStatus(db->conn, "server_encoding");

	if (PQserverVersion(db->conn) < VERSION_LEAST)
		return error_set(err, ERROR_CONFIG,
			"%s: is PostgreSQL %d; 15 or later is needed",
			db->db.title, PQserverVersion(db->conn) / 10000);
	return text_equals(encoding, "UTF8") ||
		error_set(err, ERROR_CONFIG,
			"%s: its encoding is %s; make one of UTF8",
			db->db.title, encoding ? encoding : "not known");
}

/*
 * What a server, a database or a role is set to for others is not for us. A
 * commit that a crash of the server may take back would have people sent to
 * twice of whom nothing says that they are in doubt; how much more than the disk
 * it waits for (`remote_apply`, `local`) is the operator's business. Who waited
 * for a lock has to see what it was for. `transaction_timeout` is of PostgreSQL
 * 17.
 */
static bool
set_up(struct postgres *db, struct error *err)
{
	char *sql = mem_printf(
		"SET client_min_messages = warning;"
		"SET lock_timeout = %lld;"
		"SET statement_timeout = 0;"
		"SET idle_session_timeout = 0;"
		"SET idle_in_transaction_session_timeout = '5s';"
		"SET default_transaction_isolation ="
		" 'read committed';"
		"SELECT set_config('synchronous_commit', 'on', false)"
		" WHERE current_setting('synchronous_commit') ="
		" 'off';"
		"SELECT set_config('transaction_timeout', '0', false)"
		" WHERE current_setting('transaction_timeout', true)"
		" IS NOT NULL;",
		(long long)(db->patience_ms > 0 ? db->patience_ms : 1));
	bool ok = postgres_script(&db->db, sql, err);

	free(sql);
	return ok;
}

static bool
connect_to(struct postgres *db, const char *url, struct error *err)
{
	const char *const values[] = {
		"10", "15", "5", "3", "30000", url, "postrider", "UTF8", NULL};

	if (!is_url(url))
		return fail_url(url, err);
	db->conn = PQconnectdbParams(names, values, 1);
	db->db.title = make_title(db->conn);
	PQsetNoticeProcessor(db->conn, ignore_notice, NULL);
	return (PQstatus(db->conn) == CONNECTION_OK || fail_connect(db, err)) &&
		check_server(db, err) &&
		(PQenterPipelineMode(db->conn) ||
			postgres_fail(db, NULL, err)) &&
		set_up(db, err);
}

struct db *
postgres_open(const char *url, enum db_open how, int64_t patience_ms,
	struct error *err)
{
	struct postgres *db = mem_new(sizeof *db);

	(void)how; /* who only reads is kept from writing by the store */
	db->db.ops = &postgres_ops;
	db->patience_ms = patience_ms;
	if (connect_to(db, url, err))
		return &db->db;
	postgres_close(&db->db);
	return NULL;
}
