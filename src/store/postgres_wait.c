/*
 * Waiting for the server: for its answers, and for what others say (PostgreSQL
 * 15 manual, 34.4, LISTEN, 34.9); and whether it is there at all.
 *
 * What libpq could not send it drops, and tells it with the answer (fe-misc.c,
 * pqSendSome); where the connection lives on there will be none, for the server
 * waits for us. So who has waited long asks the server what it is doing.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libpq-fe.h>

#include "base/mem.h"
#include "base/watchdog.h"
#include "store/postgres.h"

enum {
	LATE_MS = 3000,
	ASKING_MS = 2000,
};

/* ----- results ----- */

enum waited { THERE, LATE, LOST };

/* For what PQgetResult() gives at once then, or that it is lost. */
static enum waited
wait_for_result(PGconn *conn, int64_t ms)
{
	struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN};
	int64_t deadline = watchdog_clock() + ms;

	while (PQisBusy(conn)) {
		int64_t left = deadline - watchdog_clock();

		if (left <= 0)
			return LATE;
		if ((poll(&fd, 1, (int)left) < 0 && errno != EINTR) ||
			!PQconsumeInput(conn))
			return LOST;
	}
	return THERE;
}

/* ----- what the server is doing ----- */

/* The same server of those that the URL may name. */
static const char *
value_of(const PGconn *conn, const PQconninfoOption *option)
{
	if (strcmp(option->keyword, "host") == 0)
		return PQhost(conn);
	if (strcmp(option->keyword, "hostaddr") == 0)
		return PQhostaddr(conn);
	if (strcmp(option->keyword, "port") == 0)
		return PQport(conn);
	if (strcmp(option->keyword, "connect_timeout") == 0)
		return "2";
	return option->val;
}

static PGconn *
connect_beside(PGconn *conn)
{
	PQconninfoOption *options = PQconninfo(conn);
	const char **names, **values;
	size_t count = 0;
	PGconn *beside;

	while (options && options[count].keyword)
		count++;
	names = mem_new((count + 1) * sizeof *names);
	values = mem_new((count + 1) * sizeof *values);
	for (size_t i = 0; i < count; i++) {
		names[i] = options[i].keyword;
		values[i] = value_of(conn, &options[i]);
	}
	beside = PQconnectdbParams(names, values, 0);
	free(values);
	free(names);
	PQconninfoFree(options);
	return beside;
}

/* A session that is idle has answered all that it was asked. */
static bool
is_idle(PGconn *beside, int pid)
{
	static const char sql[] =
		"SELECT 1 FROM pg_stat_activity WHERE pid = $1::integer"
		" AND datname = current_database() AND usename = session_user"
		" AND state LIKE 'idle%'"
		" AND state_change < clock_timestamp() - interval '2 s'";
	char number[16];
	const char *const values[] = {number};
	PGresult *result;
	bool idle;

	snprintf(number, sizeof number, "%d", pid);
	if (!PQsendQueryParams(beside, sql, 1, NULL, values, NULL, NULL, 0) ||
		wait_for_result(beside, ASKING_MS) != THERE)
		return false;
	result = PQgetResult(beside);
	idle = PQntuples(result) == 1;
	PQclear(result);
	return idle;
}

/* If that cannot be found out, it is not. */
static bool
waits_for_us(const struct postgres *db)
{
	PGconn *beside = connect_beside(db->conn);
	bool waits = PQstatus(beside) == CONNECTION_OK &&
		is_idle(beside, PQbackendPID(db->conn));

	PQfinish(beside);
	return waits;
}

void
postgres_await(const struct postgres *db)
{
	while (wait_for_result(db->conn, LATE_MS) == LATE)
		if (waits_for_us(db))
			shutdown(PQsocket(db->conn), SHUT_RDWR);
}

/* ----- whether it is there ----- */

static bool
is_readable(const PGconn *conn)
{
	struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN};

	return poll(&fd, 1, 0) > 0;
}

/* Who hangs up says why first, which is read before the end is seen. */
bool
postgres_is_lost(struct db *base, struct error *err)
{
	const struct postgres *db = (const struct postgres *)base;

	while (PQstatus(db->conn) == CONNECTION_OK && is_readable(db->conn))
		if (!PQconsumeInput(db->conn))
			break;
	return PQstatus(db->conn) != CONNECTION_OK &&
		!postgres_fail(db, NULL, err);
}

/* ----- what others say ----- */

/* Has anything been said? All of it is heard at once. */
static bool
take_said(PGconn *conn)
{
	PGnotify *notice;
	bool any = false;

	while ((notice = PQnotifies(conn))) {
		any = true;
		PQfreemem(notice);
	}
	return any;
}

static bool
wait_for_octets(
	const struct postgres *db, int64_t ms, int fd, struct error *err)
{
	struct pollfd fds[] = {
		{.fd = PQsocket(db->conn), .events = POLLIN},
		{.fd = fd, .events = POLLIN},
	};

	if (poll(fds, 2, (int)ms) < 0 && errno != EINTR)
		return error_set_errno(err, "%s", db->db.title);
	return PQconsumeInput(db->conn) || postgres_fail(db, NULL, err);
}

bool
postgres_wait(
	struct db *base, int64_t ms, int fd, bool *said, struct error *err)
{
	struct postgres *db = (struct postgres *)base;

	if (!db->listens && !db_run(base, err, "LISTEN postrider"))
		return false;
	db->listens = true;
	*said = take_said(db->conn);
	if (*said)
		return true;
	if (!wait_for_octets(db, ms, fd, err))
		return false;
	*said = take_said(db->conn);
	return true;
}
