/*
 * The layouts of the store, each as what it adds to the one before.
 */
#include "store/layout.h"

#include "store/db.h"

/*
 * States, origins, actors and kinds are the numbers of the enums in model/ and
 * store.h: they never change their meaning. Times are seconds since 1970; NULL
 * is "never" or "not known".
 */
static const char layout_1[] =
	/*
	 * Facts by name: `schema` is the number of this layout, others are the
	 * callers'.
	 */
	"CREATE TABLE meta ("
	"	key TEXT PRIMARY KEY,"
	"	value TEXT NOT NULL"
	") WITHOUT ROWID;"

	"CREATE TABLE list ("
	"	id INTEGER PRIMARY KEY,"
	"	name TEXT NOT NULL UNIQUE"
	");"

	/*
	 * The second index answers "how many readers of each kind" without
	 * touching the table, and an issue numbers its recipients in its order:
	 * readers of one form stand together.
	 */
	"CREATE TABLE subscriber ("
	"	id INTEGER PRIMARY KEY,"
	"	list INTEGER NOT NULL,"
	"	state INTEGER NOT NULL,"
	"	origin INTEGER NOT NULL,"
	"	since INTEGER,"
	"	key TEXT NOT NULL,"
	"	address TEXT NOT NULL,"
	"	name TEXT,"
	"	format TEXT,"
	"	language TEXT,"
	"	fields TEXT,"
	"	UNIQUE (list, key)"
	");"
	"CREATE INDEX subscriber_audience"
	"	ON subscriber (list, state, language, format);"

	/* A row for each change of state; `was` is NULL when he came. */
	"CREATE TABLE consent ("
	"	n INTEGER PRIMARY KEY,"
	"	subscriber INTEGER NOT NULL,"
	"	at INTEGER NOT NULL,"
	"	was INTEGER,"
	"	now INTEGER NOT NULL,"
	"	actor INTEGER NOT NULL,"
	"	proof TEXT"
	");"
	"CREATE INDEX consent_subscriber ON consent (subscriber);"

	/*
	 * Sources. `first_issue` is the one that first saw this source; the
	 * rest is what fetching has to remember (RFC 9110, 8.8 and 10.2.3):
	 * validators, where a mailbox was read to, not before when it may be
	 * asked again, how often it failed in a row, and whether an editor
	 * has been told.
	 */
	"CREATE TABLE source ("
	"	list INTEGER NOT NULL,"
	"	name TEXT NOT NULL,"
	"	first_issue INTEGER,"
	"	etag TEXT,"
	"	modified TEXT,"
	"	position TEXT,"
	"	retry_at INTEGER,"
	"	failures INTEGER NOT NULL DEFAULT 0,"
	"	told INTEGER NOT NULL DEFAULT 0,"
	"	PRIMARY KEY (list, name)"
	") WITHOUT ROWID;"

	/*
	 * The pool: what feeds and mailboxes have shown, as JSON, in the order
	 * in which it came, until it has been out of sight for long. `at` is
	 * when it was last seen.
	 */
	"CREATE TABLE pool ("
	"	n INTEGER PRIMARY KEY,"
	"	list INTEGER NOT NULL,"
	"	source TEXT NOT NULL,"
	"	id TEXT NOT NULL,"
	"	at INTEGER NOT NULL,"
	"	body TEXT NOT NULL,"
	"	UNIQUE (list, source, id)"
	");"

	/*
	 * A skipped issue has no number, nor has one that was cancelled before
	 * anything left; both keep their slot, so that it is not tried again.
	 */
	"CREATE TABLE issue ("
	"	id INTEGER PRIMARY KEY,"
	"	list INTEGER NOT NULL,"
	"	number INTEGER,"
	"	slot INTEGER,"
	"	state INTEGER NOT NULL,"
	"	opened INTEGER,"
	"	closed INTEGER,"
	"	alive INTEGER,"
	"	waiting INTEGER,"
	"	paused TEXT,"
	"	subject TEXT,"
	"	note TEXT,"
	"	salt TEXT,"
	"	UNIQUE (list, slot),"
	"	UNIQUE (list, number)"
	");"

	/*
	 * What issues carried, and (issue 0) what `seen` marked as read. The
	 * newest row, by n, of a dispatch in a language is what readers know of
	 * it. `content` and `link` are the other names it is known by. Only
	 * bodies of the newest revision are kept.
	 */
	"CREATE TABLE carried ("
	"	n INTEGER PRIMARY KEY,"
	"	list INTEGER NOT NULL,"
	"	issue INTEGER NOT NULL,"
	"	at INTEGER NOT NULL,"
	"	id TEXT NOT NULL,"
	"	language TEXT NOT NULL,"
	"	revision TEXT NOT NULL,"
	"	kind INTEGER NOT NULL,"
	"	mark INTEGER,"
	"	marked INTEGER NOT NULL,"
	"	signatories TEXT,"
	"	content TEXT,"
	"	link TEXT,"
	"	body TEXT,"
	"	UNIQUE (list, id, language, issue)"
	");"
	"CREATE INDEX carried_issue ON carried (issue);"

	"CREATE TABLE form ("
	"	issue INTEGER NOT NULL,"
	"	number INTEGER NOT NULL,"
	"	language TEXT NOT NULL,"
	"	format TEXT NOT NULL,"
	"	spared INTEGER NOT NULL,"
	"	bytes BLOB NOT NULL,"
	"	PRIMARY KEY (issue, number)"
	");"

	/*
	 * A thousand recipients that one process sends to at a time.
	 *
	 *     open  owner   the shard is
	 *     0     NULL    free; next_at: when the first of its recipients
	 *                   is due
	 *     0     set     free, but the owner left some in doubt: their body
	 *                   went out on a connection that died. Another run
	 *                   settles them
	 *     1     set     claimed; when that owner is dead, `wire` is in
	 *                   doubt, and under another boot id `due` too; boot
	 *                   NULL: never
	 *
	 * next_at NULL: nobody is due, the shard is done. While it is claimed,
	 * next_at is out of date.
	 */
	"CREATE TABLE shard ("
	"	issue INTEGER NOT NULL,"
	"	first INTEGER NOT NULL,"
	"	last INTEGER NOT NULL,"
	"	fence INTEGER NOT NULL DEFAULT 0,"
	"	open INTEGER NOT NULL DEFAULT 0,"
	"	owner TEXT,"
	"	boot TEXT,"
	"	next_at INTEGER,"
	"	PRIMARY KEY (issue, first)"
	") WITHOUT ROWID;"

	/*
	 * The ledger. seq counts from 1 without gaps, and id is issue * 2^32 +
	 * seq (handle.h): one number finds a row and updates it in place. No
	 * index but this key: a turn touches a page or two.
	 */
	"CREATE TABLE recipient ("
	"	id INTEGER PRIMARY KEY,"
	"	subscriber INTEGER NOT NULL,"
	"	form INTEGER NOT NULL,"
	"	state INTEGER NOT NULL,"
	"	tries INTEGER NOT NULL,"
	"	doubts INTEGER NOT NULL,"
	"	next_at INTEGER NOT NULL,"
	"	at INTEGER NOT NULL,"
	"	code INTEGER NOT NULL,"
	"	reply TEXT"
	")" POSTGRES_ONLY(
		" WITH (fillfactor = 45)") ";"

					   /*
	 * The recipients of an issue that is over, counted by state: a list of
	 * issues need not read their ledgers, and these may be pruned.
	 */
					   "CREATE TABLE tally ("
					   "	issue INTEGER NOT NULL,"
					   "	state INTEGER NOT NULL,"
					   "	count INTEGER NOT NULL,"
					   "	doubts INTEGER NOT NULL,"
					   "	PRIMARY KEY (issue, state)"
					   ") WITHOUT ROWID;";

/*
 * The body of a pooled dispatch stands apart, last in its row: what is selected
 * is found without reading the bodies of all. Those of layout 1 are in `body`,
 * which is now the dispatch without it.
 */
static const char layout_2[] =
	"ALTER TABLE pool ADD COLUMN text TEXT NOT NULL DEFAULT '';";

/*
 * Accounts of rates. `full_at` is in µs since 1970; see allowance.c.
 */
static const char layout_3[] = "CREATE TABLE allowance ("
			       "	relay TEXT NOT NULL,"
			       "	domain TEXT NOT NULL,"
			       "	full_at INTEGER NOT NULL,"
			       "	PRIMARY KEY (relay, domain)"
			       ") WITHOUT ROWID;";

/*
 * Consent beyond a state: pauses with an end, what a reader chose himself
 * (`own`), whom nobody may write to (`list` 0: on the whole site), what was
 * asked for and has yet to be confirmed, mails to one person, and what came
 * back. The numbers of states in the indexes are those of model/subscriber.h.
 *
 * A post waits while `due` is set. `capped`: strangers can cause it, so it
 * counts for the cap of the site. A probe is no issue (0), and each that comes
 * back counts.
 */
static const char layout_4[] =
	"ALTER TABLE subscriber ADD COLUMN until INTEGER;"
	"ALTER TABLE subscriber ADD COLUMN probed_at INTEGER;"
	"ALTER TABLE subscriber ADD COLUMN own INTEGER NOT NULL DEFAULT 0;"
	"CREATE INDEX subscriber_until ON subscriber (list, until)"
	"	WHERE state = 2;"
	"CREATE INDEX subscriber_probed ON subscriber (list, probed_at)"
	"	WHERE probed_at IS NOT NULL;"
	"CREATE INDEX subscriber_pending ON subscriber (list)"
	"	WHERE state = 0;"
	"CREATE INDEX subscriber_erased ON subscriber (list)"
	"	WHERE state = 6;"

	/*
	 * Who came in one go, by a file: the first row of the history of each
	 * from `first` to `last`. What he was then, his next row says, or his
	 * state.
	 */
	"CREATE TABLE arrival ("
	"	first INTEGER PRIMARY KEY,"
	"	last INTEGER NOT NULL,"
	"	at INTEGER NOT NULL,"
	"	actor INTEGER NOT NULL,"
	"	proof TEXT"
	");"

	"CREATE TABLE suppressed ("
	"	list INTEGER NOT NULL,"
	"	hash TEXT NOT NULL,"
	"	at INTEGER NOT NULL,"
	"	reason TEXT,"
	"	PRIMARY KEY (list, hash)"
	") WITHOUT ROWID;"

	"CREATE TABLE request ("
	"	id INTEGER PRIMARY KEY,"
	"	list INTEGER NOT NULL,"
	"	kind INTEGER NOT NULL,"
	"	subscriber INTEGER NOT NULL,"
	"	at INTEGER NOT NULL,"
	"	source INTEGER NOT NULL,"
	"	confirmed INTEGER NOT NULL,"
	"	done INTEGER NOT NULL,"
	"	key TEXT NOT NULL,"
	"	address TEXT NOT NULL,"
	"	name TEXT,"
	"	format TEXT,"
	"	language TEXT,"
	"	wording TEXT,"
	"	origin TEXT"
	");"
	"CREATE INDEX request_at ON request (at);"
	"CREATE INDEX request_key ON request (list, key);"
	"CREATE INDEX request_subscriber ON request (subscriber);"

	"CREATE TABLE post ("
	"	id INTEGER PRIMARY KEY,"
	"	list INTEGER NOT NULL,"
	"	kind INTEGER NOT NULL,"
	"	request INTEGER NOT NULL,"
	"	subscriber INTEGER NOT NULL,"
	"	at INTEGER NOT NULL,"
	"	capped INTEGER NOT NULL,"
	"	tries INTEGER NOT NULL DEFAULT 0,"
	"	due INTEGER,"
	"	sent INTEGER,"
	"	failure TEXT,"
	"	key TEXT NOT NULL,"
	"	address TEXT NOT NULL,"
	"	language TEXT,"
	"	in_reply_to TEXT"
	");"
	"CREATE INDEX post_due ON post (list, due) WHERE due IS NOT NULL;"
	"CREATE INDEX post_capped ON post (at) WHERE capped = 1;"
	"CREATE INDEX post_key ON post (list, key, kind);"
	"CREATE INDEX post_at ON post (at);"
	"CREATE INDEX post_subscriber ON post (subscriber);"

	"CREATE TABLE returned ("
	"	n INTEGER PRIMARY KEY,"
	"	subscriber INTEGER NOT NULL,"
	"	issue INTEGER NOT NULL,"
	"	class INTEGER NOT NULL,"
	"	at INTEGER NOT NULL,"
	"	status TEXT,"
	"	text TEXT"
	");"
	"CREATE UNIQUE INDEX returned_once"
	"	ON returned (subscriber, issue, class) WHERE issue > 0;"
	"CREATE INDEX returned_subscriber ON returned (subscriber);"
	"CREATE INDEX returned_at ON returned (at);";

/* What was acted upon, though its mailbox gives it out once more. */
static const char layout_5[] = "CREATE TABLE heard ("
			       "	mail TEXT PRIMARY KEY,"
			       "	at INTEGER NOT NULL"
			       ");"
			       "CREATE INDEX heard_at ON heard (at);";

/*
 * Drafts, with all that opening one takes. They stand apart from the issues, so
 * that nothing that looks at these sees what consumes nothing yet.
 */
static const char layout_6[] =
	"CREATE TABLE draft ("
	"	id INTEGER PRIMARY KEY,"
	"	list INTEGER NOT NULL,"
	"	kind INTEGER NOT NULL,"
	"	number INTEGER NOT NULL,"
	"	corrected INTEGER NOT NULL,"
	"	slot INTEGER NOT NULL,"
	"	made INTEGER NOT NULL,"
	"	deadline INTEGER NOT NULL,"
	"	approved INTEGER,"
	"	across INTEGER NOT NULL,"
	"	language TEXT NOT NULL,"
	"	format TEXT NOT NULL,"
	"	salt TEXT NOT NULL,"
	"	hash TEXT NOT NULL,"
	"	subject TEXT,"
	"	author TEXT,"
	"	approver TEXT,"
	"	told TEXT,"
	"	report TEXT,"
	"	UNIQUE (list, slot),"
	"	UNIQUE (list, number)"
	");"

	/* Forms without bytes: their readers are spared altogether. */
	"CREATE TABLE draft_form ("
	"	draft INTEGER NOT NULL,"
	"	number INTEGER NOT NULL,"
	"	language TEXT NOT NULL,"
	"	format TEXT NOT NULL,"
	"	spared INTEGER NOT NULL,"
	"	bytes BLOB NOT NULL,"
	"	PRIMARY KEY (draft, number)"
	");"
	"CREATE TABLE draft_carried ("
	"	draft INTEGER NOT NULL,"
	"	n INTEGER NOT NULL,"
	"	id TEXT NOT NULL,"
	"	language TEXT NOT NULL,"
	"	revision TEXT NOT NULL,"
	"	kind INTEGER NOT NULL,"
	"	mark INTEGER,"
	"	marked INTEGER NOT NULL,"
	"	signatories TEXT,"
	"	content TEXT,"
	"	link TEXT,"
	"	body TEXT,"
	"	PRIMARY KEY (draft, n)"
	");"
	"CREATE TABLE draft_source ("
	"	draft INTEGER NOT NULL,"
	"	name TEXT NOT NULL,"
	"	PRIMARY KEY (draft, name)"
	");"
	"CREATE TABLE draft_across ("
	"	draft INTEGER NOT NULL,"
	"	bit INTEGER NOT NULL,"
	"	issue INTEGER NOT NULL,"
	"	PRIMARY KEY (draft, bit, issue)"
	");";

/*
 * What editors took back, and the names it went by: `alias` is as `content` and
 * `link` in `carried`.
 */
static const char layout_7[] = "CREATE TABLE retraction ("
			       "	n INTEGER PRIMARY KEY,"
			       "	list INTEGER NOT NULL,"
			       "	id TEXT NOT NULL,"
			       "	source TEXT,"
			       "	at INTEGER NOT NULL,"
			       "	editor TEXT NOT NULL,"
			       "	why TEXT,"
			       "	UNIQUE (list, id)"
			       ");"
			       "CREATE TABLE retraction_alias ("
			       "	list INTEGER NOT NULL,"
			       "	id TEXT NOT NULL,"
			       "	alias TEXT NOT NULL,"
			       "	PRIMARY KEY (list, id, alias)"
			       ");";

/*
 * What several hosts at once need. The lease of a shard is a time of the
 * database's clock in ms; that of a name (run:LIST) is whose it is until then.
 */
static const char layout_8[] = "ALTER TABLE shard ADD COLUMN lease INTEGER;"
			       "CREATE TABLE lease ("
			       "	name TEXT PRIMARY KEY,"
			       "	owner TEXT NOT NULL,"
			       "	until INTEGER NOT NULL"
			       ") WITHOUT ROWID;";

/*
 * When the ledger of an issue was forgotten. Where the database has partitions,
 * what there is of it becomes its first part (ledger.h).
 */
static const char layout_9[] =
	"ALTER TABLE issue ADD COLUMN forgotten INTEGER;" POSTGRES_ONLY(
		"ALTER TABLE recipient ALTER id DROP IDENTITY;"
		"ALTER TABLE recipient RENAME TO ledger;"
		"ALTER INDEX recipient_pkey RENAME TO ledger_pkey;"
		"CREATE TABLE recipient (LIKE ledger, PRIMARY KEY (id))"
		" PARTITION BY RANGE (id);"
		"DO $$ DECLARE last BIGINT := (SELECT max(id) FROM issue);"
		"BEGIN"
		"	IF last IS NULL THEN"
		"		DROP TABLE ledger;"
		"	ELSE"
		"		EXECUTE format('ALTER TABLE ledger"
		" RENAME TO recipient_0_%s', last);"
		"		EXECUTE format('ALTER TABLE recipient"
		" ATTACH PARTITION recipient_0_%s FOR VALUES FROM (0) TO (%s)',"
		" last, (last + 1) << 32);"
		"	END IF;"
		"END $$;");

/*
 * The audience in the order in which a ledger is written: SQLite has the id at
 * the end of each index by itself.
 */
static const char layout_10[] =
	POSTGRES_ONLY("DROP INDEX subscriber_audience;"
		      "CREATE INDEX subscriber_audience"
		      "	ON subscriber (list, state, language, format, id);");

/*
 * How much of an issue came back, and whether it is believed (returned_mass.h).
 * Beside the issue and not in it: who sends it, and has locked its shards, writes
 * there.
 */
static const char layout_11[] =
	"CREATE TABLE returned_mass ("
	"	issue INTEGER NOT NULL,"
	"	failed INTEGER NOT NULL,"
	"	trust INTEGER NOT NULL DEFAULT 0,"
	"	told INTEGER NOT NULL DEFAULT 1,"
	"	PRIMARY KEY (issue)"
	") WITHOUT ROWID;"

	/* `capped` is a number of enum post_account by now. */
	"DROP INDEX post_capped;"
	"CREATE INDEX post_capped ON post (at) WHERE capped > 0;";

const char *const layout_steps[LAYOUTS] = {
	layout_1,
	layout_2,
	layout_3,
	layout_4,
	layout_5,
	layout_6,
	layout_7,
	layout_8,
	layout_9,
	layout_10,
	layout_11,
};
