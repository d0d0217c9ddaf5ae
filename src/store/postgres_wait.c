/*
 * Waiting for what others say (PostgreSQL 15 manual, LISTEN; 34.9).
 */
#include <errno.h>
#include <poll.h>

#include <libpq-fe.h>

#include "store/postgres.h"

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
