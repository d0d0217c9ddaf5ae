/*
 * What the files of the store share and nobody else sees: the handle and its
 * transactions.
 */
#ifndef STORE_HANDLE_H
#define STORE_HANDLE_H

#include "store/db.h"
#include "store/store.h"

/* Who was found inactive when he was loaded, waiting for the next turn. */
struct drop {
	int64_t issue, first, fence; /* his shard */
	int64_t seq, at;
};

struct store {
	struct db *db;
	bool read_only;
	char *url;
	int64_t patience_ms;
	int depth; /* of transactions within transactions */
	void (*step)(void *data, const char *what, bool after);
	void *step_data;

	struct drop *drops;
	size_t drop_count, drop_capacity;
	int64_t alive_issue, alive_at; /* the last sign of life written */
	int64_t others;		       /* db_ops.others, as it was seen last */
	struct hash_key *hashing;      /* read when it is first needed */
};

/* The database that a store's URL names; DB_MEMORY: none, but messages have its
 * name. */
struct db *store_connect(const char *url, enum db_open how, int64_t patience_ms,
	struct error *err);

/* ERROR_CONFIG when it was moved to another place. */
bool store_is_here(struct db *db, struct error *err);

/* Within another transaction it is a savepoint in that one. */
bool store_begin(struct store *store, enum db_mode mode, struct error *err);

/*
 * Ends the transaction: commits it, with the step callback around it, when
 * `ok`, else takes all of it back. Returns whether it was committed, or, within
 * another (and without the callback), whether it stands with that.
 */
bool store_end(
	struct store *store, const char *what, bool ok, struct error *err);

/* As store_end() of one that is good, without waiting: db_ops.commit_later. */
bool store_end_later(struct store *store, const char *what, struct error *err);

/* ERROR_DATA when there is no such issue. */
bool issue_read_state(struct store *store, int64_t issue,
	enum issue_state *state, struct error *err);

/* A subscriber as a row of a query for these; his texts are the row's. */
#define SUBSCRIBER_COLUMNS                                          \
	"id, key, address, name, state, origin, format, language, " \
	"fields, since, until, probed_at, own"
void row_subscriber(const struct db_rows *rows, struct subscriber *s);

/* A transaction of one statement, of which nobody wants a result. */
#define store_write(store, mode, what, err, sql, ...)                   \
	(store_begin((store), (mode), (err)) &&                         \
		store_end((store), (what),                              \
			db_run((store)->db, (err), (sql), __VA_ARGS__), \
			(err)))

/* A lease ends by the clock of the database, in ms. */
#define SERVER_CLOCK \
	"CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"

/*
 * Where the recipients of an issue stand: id is issue * 2^32 + seq. `issue` is
 * a parameter or a column, and so is `seq`.
 */
#define RECIPIENT_ID(issue, seq) "(" issue " * 4294967296 + " seq ")"
#define RECIPIENT_SEQ(id) "(" id " % 4294967296)"
#define OF_ISSUE(id, issue) \
	id " > " issue " * 4294967296 AND " id " < (" issue " + 1) * 4294967296"
#define OF_SHARD(id, issue, first, last)                            \
	id " BETWEEN " issue " * 4294967296 + " first " AND " issue \
	   " * 4294967296 + " last

/*
 * The reply of a recipient whom nobody has answered for yet, as a literal:
 * without this room the ledger's pages are packed full when an issue opens, and
 * the first answers would split them all.
 */
#define NO_REPLY "'                                '"

#endif
