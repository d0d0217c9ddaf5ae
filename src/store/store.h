/*
 * The store: lists, rosters, issues and the ledger of who got what.
 *
 * Invariants. Each is kept by the transaction named, and has a test of that
 * number in tests/unit/test_store.c.
 *
 *  1. An issue opens whole or not at all: number, forms, what it carries,
 *     shards and recipients come in one transaction (store_issue_open).
 *  2. An issue is unique by list and slot, and by list and number.
 *  3. Only opening an issue (and `seen`, by the editor's word) consumes
 *     dispatches: what is seen derives from `carried`, which nothing else
 *     writes.
 *  4. A body goes out only for a recipient whose `wire` has been committed
 *     (store_turn before the first octet).
 *  5. `sent`, `refused`, `dropped` and `expired` are final: only retry takes
 *     refused and expired back to `due`, and it alone `sent`, where an editor
 *     says so of letters that came back (store/returned_mass.h).
 *  6. A recipient in `wire` whose owner is dead is in doubt: the claim of his
 *     shard, and nothing else, makes him due again or held
 *     (store_shard_claim).
 *  7. On the wire and in doubt at most twice resent: the third time he is held.
 *  8. A shard has one owner; an outcome is written only under the fence of the
 *     claim (store_turn fails otherwise and changes nothing).
 *  9. Under another boot id all unfinished recipients of a claimed shard are in
 *     doubt: the last turns may not have reached the disk. Where who is in
 *     doubt is held, each turn does before a body leaves, and only `wire` is.
 * 10. Who is not active when his turn comes is dropped, also in a resend, and
 *     when he left after he had been read (store_was_changed).
 * 11. An issue closes only when no recipient is due or on the wire.
 * 12. `gone` and `erased` become active only by the reader himself: no merge
 *     and no import brings them back, and an erased one is known by the hash
 *     of his address alone.
 * 13. A merge that would strike more than a fifth of a file's people, or of an
 *     empty file, or take off more than a fifth of the list's readers because
 *     rows say that they left, changes nothing until told.
 * 14. Who is suppressed becomes a reader only by himself (suppress.h).
 * 15. A number names one subscriber for ever, for tokens bear it: who never
 *     confirmed is forgotten, but the last number stays taken
 *     (store_requests_prune).
 * 16. Each change of a state has its row of history, in the same transaction.
 *
 * Durability: what opens, claims, closes or consents is on the disk when the
 * call returns, and so are the turns of a claim that holds who is in doubt;
 * other turns are on the disk at the next of these (SQLite: WAL, synchronous
 * FULL and NORMAL). A killed process loses nothing either way.
 *
 * Behind it stands one table of functions per database (store/db.h), so the
 * statements here are written once.
 *
 * Errors: ERROR_IO for the disk ("state/postrider.db: database or disk is
 * full"), ERROR_CONFIG for a database of a newer version, ERROR_LATER when
 * another process holds it for longer than the patience of the options.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/error.h"
#include "base/str.h"
#include "model/issue.h"
#include "model/outcome.h"
#include "model/seen.h"
#include "model/subscriber.h"

struct store;

struct store_options {
	const char *url; /* "sqlite:/path/postrider.db", "postgresql://…" */
	bool read_only;	 /* never creates or migrates; NULL store when there
				is none yet, see store_open() */
	bool moved;	 /* also one that was moved away (move.h) */
	bool there;	 /* not one that is empty: in a database of a server's
			    no tables are made; ERROR_INPUT */
	bool scratch;	 /* an empty one in memory, gone with the handle */
	int64_t patience_ms; /* for another process's lock; 0: 10 seconds */
	/* Called before and after each commit, with what it records ("open",
	   "claim", "turn", …): for the kill test. May be NULL. */
	void (*step)(void *data, const char *what, bool after);
	void *step_data;
};

/*
 * Opens and migrates. With `read_only`, a store that does not exist yet gives
 * an empty one in memory: what a first preview sees.
 */
struct store *store_open(
	const struct store_options *options, struct error *err);
void store_close(struct store *store);

bool store_is_read_only(const struct store *store);

/*
 * Is it a server's, and the connection to it lost? `err` says why then. All that
 * is called fails (ERROR_LATER) until it is closed and opened anew; who holds a
 * store for long does that (web/lasting.h).
 */
bool store_is_lost(struct store *store, struct error *err);

/* Connects it anew, if it is lost. Not within a transaction; what was written
 * and not yet waited for (store_turn_later()) may be in it or not. */
bool store_mend(struct store *store, struct error *err);

/* The file of the store that this URL names, in its text; NULL: it is a
 * database on a server. */
const char *store_file(const char *url);

/* The folder of what stands beside the store: its file's, or "state" of this
 * site. Yours. */
char *store_folder(const char *url, const char *site);

/* What its neighbours are named after: its file's name, or its database's.
 * Yours. */
char *store_name(const char *url);

/*
 * Several calls as one transaction, on the disk when store_together_end()
 * returns: until then each call that fails takes back itself alone. Merges,
 * claims and turns may not be among them. May stand within another: then it is
 * on the disk, or is nothing, with that.
 */
bool store_together(struct store *store, struct error *err);
bool store_together_end(
	struct store *store, const char *what, bool ok, struct error *err);

/* ----- meta: small facts by key ----- */

/* Yours; NULL when absent (err not set) or on failure (err set). */
char *store_meta(struct store *store, const char *key, struct error *err);
bool store_set_meta(struct store *store, const char *key, const char *value,
	struct error *err);

/* One that is a number. *value stays as it is when it is absent, or "". */
bool store_meta_number(struct store *store, const char *key, int64_t *value,
	struct error *err);
bool store_set_meta_number(
	struct store *store, const char *key, int64_t value, struct error *err);

/* ----- lists ----- */

/* Finds or makes it. A read-only store gives 0 for one it does not know. */
bool store_list(
	struct store *store, const char *name, int64_t *id, struct error *err);

/* What begins the key of a list's list_id in meta; its name follows. */
#define STORE_LIST_ID "list_id:"

/* Likewise, of what its editors are yet to be told. */
#define STORE_NOTICES "notices:"

/* The lists that were known by this list_id and have a past: an issue, somebody
 * who is no reader any more, or whom no file brought. `each` may not use the
 * store; false ends it. */
bool store_lists_known_as(struct store *store, const char *list_id,
	bool (*each)(void *data, const char *name), void *data,
	struct error *err);

/* ----- subscribers ----- */

/* NULL and err not set when absent. Yours to subscriber_free(). Who was erased
 * is found by his address, but what is found has none: see suppress.h. */
struct subscriber *store_subscriber(
	struct store *store, int64_t list, const char *key, struct error *err);
/* By his number, which tokens bear; of that list. */
struct subscriber *store_subscriber_numbered(
	struct store *store, int64_t list, int64_t id, struct error *err);
void subscriber_free(struct subscriber *s);

/* Calls for each in order of the key; a page at a time, no statement stays
 * open. Stops when `each` returns false. */
bool store_subscribers(struct store *store, int64_t list,
	bool (*each)(void *data, const struct subscriber *s), void *data,
	struct error *err);

bool store_subscriber_counts(struct store *store, int64_t list,
	size_t counts[SUBSCRIBER_STATES], struct error *err);

/*
 * A change of one subscriber, with its proof. Adds him when he is not there.
 * Refused with subscriber_change_refused()'s words (ERROR_DATA). What is NULL
 * in `subscriber` stays as it was ("" empties format, language and name);
 * without a change of state there is no new proof. Name, format and language
 * that ACTOR_SELF changes are his own choice from then on. Who becomes active
 * again, but for a pause, is of the origin given, and with us since
 * `subscriber->since`, or since `at` where that is not known. `until` is taken
 * as it is of who pauses, and of nobody else. Any change of state ends a probe.
 *
 * Erasing is store_erase()'s; here it is refused.
 */
struct change {
	const struct subscriber *subscriber; /* key, address, name, … */
	enum subscriber_state state;
	enum actor actor;
	const char *proof; /* "added by 'subscribers add'", …; or NULL */
	int64_t at;
};
bool store_subscriber_change(struct store *store, int64_t list,
	const struct change *change, struct error *err);

/*
 * Another address for the same subscriber, by his own word (ACTOR_SELF):
 * change->subscriber has key, address and origin; `state` is not read. His
 * number stays, and so do the links in letters that he has. The old address is
 * `gone`, so that a file that still has it brings nobody. ERROR_DATA when the
 * new one is a reader already, or is suppressed.
 */
bool store_subscriber_readdress(struct store *store, int64_t list, int64_t id,
	const struct change *change, struct error *err);

/* Who paused until a date that has come is active again, with the date as
 * proof. *count of them. */
bool store_wake(struct store *store, int64_t list, int64_t now, size_t *count,
	struct error *err);

/* His history, oldest first. */
struct consent {
	int64_t at;
	bool was_known; /* false: he was not there before */
	enum subscriber_state was, now;
	enum actor actor;
	const char *proof; /* or NULL */
};
bool store_consents(struct store *store, int64_t subscriber,
	bool (*each)(void *data, const struct consent *c), void *data,
	struct error *err);

/* ----- what was carried ----- */

/* Yours to seen_free(). `last` > 0: only what the last so many issues carried
 * (for once_across). */
struct seen *store_seen(
	struct store *store, int64_t list, int last, struct error *err);

/* Appends the body of what was carried last of this id in this language. *found
 * false: it was not printed with one, or it is forgotten. */
bool store_carried_body(struct store *store, int64_t list, const char *id,
	const char *language, struct str *out, bool *found, struct error *err);

/* Marks dispatches as read: issue 0, and CARRIED_BACKLOG whatever `kind`
 * says. */
bool store_mark_seen(struct store *store, int64_t list,
	const struct carried_row *rows, size_t count, int64_t at,
	struct error *err);

/* ----- sources and the pool ----- */

/* What fetching has to remember of a source; all zero for a new one. */
struct source_state {
	char *etag, *modified; /* validators; NULL: none */
	char *position;	       /* how far it was read, in its source's terms */
	int64_t retry_at;      /* not to be asked before; INSTANT_NONE */
	int failures;	       /* in a row */
	unsigned told;	       /* what editors know of: enum told */
};

enum told { TOLD_FAILED = 1, TOLD_MOVED = 2 };

bool store_source(struct store *store, int64_t list, const char *name,
	struct source_state *out, struct error *err);
void source_state_clear(struct source_state *s);

/* Calls for the name of each source of the list, past and present, that was
 * read. Stops when `each` returns false. */
bool store_sources(struct store *store, int64_t list,
	bool (*each)(void *data, const char *name), void *data,
	struct error *err);

/* An item that a feed or a mailbox showed. */
struct pooled {
	const char *source, *id;
	const char *head; /* the dispatch as JSON, without its body */
	const char *text; /* its body; from store_pool() NULL: ask for it */
	int64_t at;	  /* when it was last seen, within a day */
};

/*
 * Adds what a source shows now and remembers its state, in one transaction: an
 * item is never lost to a validator that was kept without it. One that is known
 * is replaced in its place, if its head differs (in which a hash of the body
 * is).
 */
bool store_pool_put(struct store *store, int64_t list, const char *source,
	const struct source_state *state, const struct pooled *items,
	size_t count, int64_t at, struct error *err);

/* Calls for each item of that source (NULL: of all), in the order in which they
 * first came. Stops when `each` returns false. */
bool store_pool(struct store *store, int64_t list, const char *source,
	bool (*each)(void *data, const struct pooled *item), void *data,
	struct error *err);

/* What one source showed is another's as well, and so is what it was to the
 * issues; of its state nothing is remembered, should it come back. */
bool store_pool_inherit(struct store *store, int64_t list, const char *from,
	const char *to, struct error *err);

/* Appends an item's text. *found (may be NULL) says whether there is one. */
bool store_pool_text(struct store *store, int64_t list, const char *source,
	const char *id, struct str *out, bool *found, struct error *err);

/* Forgets what has not been seen since, while its source showed other things: a
 * feed that rests for a year keeps what it shows. */
bool store_pool_prune(
	struct store *store, int64_t list, int64_t before, struct error *err);

/* Of each source that has more than `most`, forgets those that were seen last
 * the longest ago; *forgotten is how many they were. */
bool store_pool_bound(struct store *store, int64_t list, size_t most,
	size_t *forgotten, struct error *err);

/* ----- issues ----- */

enum issue_state {
	ISSUE_DRAFT,
	ISSUE_APPROVED,
	ISSUE_SENDING,
	ISSUE_CLOSED,
	ISSUE_CANCELLED,
	ISSUE_SKIPPED,
	ISSUE_STATES
};

const char *issue_state_name(enum issue_state state);

struct issue_record {
	int64_t id;
	int number; /* 0: skipped, it has none */
	enum issue_state state;
	int64_t slot, opened, closed; /* INSTANT_NONE where not (yet) */
	int64_t alive;		      /* the last sign of life */
	int64_t waiting; /* since when the due wait: opened, or retried */
	char *paused;	 /* the reason; NULL: it is not */
	char *subject;	 /* of the first edition; NULL when skipped */
	char *note;	 /* why it was skipped or cancelled; or NULL */
	char *salt;	 /* Message-IDs and VERP tokens grow from it */
	size_t carried;	 /* dispatches */
	size_t counts[RECIPIENT_STATES];
	size_t doubts;	   /* resends in doubt so far */
	int64_t forgotten; /* since when nobody knows who got it; or
			      INSTANT_NONE */
};

void issue_record_clear(struct issue_record *r);

/* The groups of readers that an issue opened now would have. `spared` bit i:
 * he was sent (or still is to be sent) every issue of `across[i].issues`. */
struct across {
	const int64_t *issues; /* ids in the store */
	size_t count;	       /* 0: nobody is spared */
};
struct audience_count {
	char *language; /* NULL: the list's */
	char *format;	/* NULL: the list's */
	unsigned spared;
	size_t count;
};
bool store_audiences(struct store *store, int64_t list,
	const struct across *across, size_t across_count,
	struct audience_count **out, size_t *count, struct error *err);
void audience_counts_free(struct audience_count *counts, size_t count);

/* How many were sent this issue and are readers still: who gets a correction
 * of it. */
bool store_issue_readers(
	struct store *store, int64_t issue, size_t *count, struct error *err);

/* Ids of the issues of `list` that carried this dispatch id: for `across`.
 * Appends to *ids, yours to free(). */
bool store_issues_that_carried(struct store *store, int64_t list,
	const char *id, int64_t **ids, size_t *count, struct error *err);

struct opening {
	int64_t list;
	int number;
	int64_t slot, at;
	const char *salt;
	const char *subject;
	const struct carried_row *carried;
	size_t carried_count;
	const char *const *sources; /* names: they have had their first issue */
	size_t source_count;
	const struct opening_form {
		/* As in audience_count, but never NULL: the effective ones. */
		const char *language, *format;
		unsigned spared;
		/* form_save(); empty: these readers are spared altogether,
		   they are no recipients */
		struct span bytes;
	} *forms;
	size_t form_count;
	const char *list_language, *list_format; /* for subscribers with none */
	const struct across *across;
	size_t across_count;
	int64_t among; /* only those who were sent this issue; 0: all */
	/* About how many there are, when somebody has just counted; 0: count. */
	int64_t readers;
};

/*
 * Opens an issue: state sending, all in one transaction. ERROR_LATER when the
 * slot or number was taken meanwhile.
 *
 * A reader gets the form of his language ("tr-CY" also takes "tr"), format and
 * `spared`; else the list's language in his format, his language in the list's
 * format, the list's both; else one of those with `spared` 0. When there is
 * none of these either it is ERROR_BUG.
 */
bool store_issue_open(struct store *store, const struct opening *opening,
	int64_t *issue, struct error *err);

/* Records a slot that has no issue. */
bool store_issue_skip(struct store *store, int64_t list, int64_t slot,
	int64_t at, const char *why, struct error *err);

/* The number of the next issue, and the last slot until `now` that was dealt
 * with (INSTANT_NONE: none yet): what a clock that ran ahead left behind comes
 * when it comes. */
bool store_issue_next(struct store *store, int64_t list, int64_t now,
	int *number, int64_t *last_slot, struct error *err);

/* Was this slot dealt with: has it an issue, or the reason why not? */
bool store_slot_is_settled(struct store *store, int64_t list, int64_t slot,
	bool *settled, struct error *err);

/* How many issues, and drafts, the slots from `from` on and before `before`
 * have; and the first slot that an issue had, INSTANT_NONE: there was none. */
bool store_issue_count(struct store *store, int64_t list, int64_t from,
	int64_t before, size_t *count, int64_t *first, struct error *err);

/* The newest first. */
bool store_issues(struct store *store, int64_t list,
	bool (*each)(void *data, const struct issue_record *r), void *data,
	struct error *err);

/* The newest that was sent or is being sent, and is not paused. Unlike a record
 * it takes no counting of recipients. */
struct latest_issue {
	int64_t id, opened;
	int number;
	char *subject, *salt;
};
bool store_issue_latest(struct store *store, int64_t list,
	struct latest_issue *out, bool *found, struct error *err);
void latest_issue_clear(struct latest_issue *latest);

/* *found false when there is none. */
bool store_issue_find(struct store *store, int64_t list, int number,
	struct issue_record *out, bool *found, struct error *err);

/* Calls for each issue that is still sending, the oldest first; `each` may change
 * or end it. Stops when it returns false, which with `err` set is a failure. */
bool store_unfinished(struct store *store, int64_t list,
	bool (*each)(void *data, struct issue_record *issue, struct error *err),
	void *data, struct error *err);

/* Why it is paused, yours to free(); NULL: it is not, or `err` is set. */
char *store_issue_paused(struct store *store, int64_t issue, struct error *err);

/* Sets or (NULL) lifts the pause. While it lasted nobody was given his tries:
 * `waiting` begins anew. */
bool store_issue_pause(struct store *store, int64_t issue, const char *why,
	int64_t at, struct error *err);

/* Sets the pause, but one that is there stays, with its reason. */
bool store_issue_pause_first(
	struct store *store, int64_t issue, const char *why, struct error *err);

/* A sign of life, where no turn gives one. */
bool store_issue_alive(
	struct store *store, int64_t issue, int64_t at, struct error *err);

/* Since when who is due has waited; `waiting` of the record. */
bool store_issue_waiting(
	struct store *store, int64_t issue, int64_t *since, struct error *err);

/* Nobody could be tried until now: `waiting` begins anew. */
bool store_issue_wait(
	struct store *store, int64_t issue, int64_t at, struct error *err);

/* A run whose clock ran ahead had it in hand: who waits for a time that is still
 * to come is due now. */
bool store_issue_forget_future(
	struct store *store, int64_t issue, int64_t now, struct error *err);

/* *closed: by this call. With `expire` all that are due and have been tried
 * become expired. Then closes the issue if nobody is due or on the wire
 * (invariant 11); else that is a sign of life. */
bool store_issue_close(struct store *store, int64_t issue, int64_t at,
	bool expire, bool *closed, struct error *err);

/*
 * `due` and `held` become dropped. When nobody ever left `due`, its dispatches
 * and its number are free again, and the record has number 0; its slot stays
 * taken. The caller holds the list's lock: who is still on the wire is in doubt
 * and becomes dropped too, with a reply that says so. All shards are taken from
 * their owners. ERROR_DATA when it is not sending.
 */
bool store_issue_cancel(struct store *store, int64_t issue, int64_t at,
	const char *why, bool *undone, struct error *err);

/* Closes an issue of which nobody knows who has got it: all that are left count
 * as having it, and become dropped, with a reply that says so. Its number and
 * its dispatches stay taken. The caller holds the list's lock. */
bool store_issue_presume(
	struct store *store, int64_t issue, int64_t at, struct error *err);

/* refused, expired and held become due again at once, and with `returned` those
 * to whom it was sent and from whom it came back, where that was too much to be
 * believed: what comes back of these letters counts for nothing. Whom this
 * issue's refusals took off the roster are readers again; the issue is sending,
 * and gave a sign of life. ERROR_DATA when it is neither closed nor sending. */
bool store_issue_retry(struct store *store, int64_t issue, int64_t at,
	bool returned, size_t *count, struct error *err);

/* Appends the form's bytes; `form` is its place in opening.forms. */
bool store_form(struct store *store, int64_t issue, int form, struct str *out,
	struct error *err);

/* Appends the form that a reader of this language and format (NULL: the list's)
 * would have had, by the rule of store_issue_open(). *found false: there is none
 * for him. */
struct form_wish {
	const char *language, *format, *list_language, *list_format;
};
bool store_form_for(struct store *store, int64_t issue,
	const struct form_wish *wish, struct str *out, bool *found,
	struct error *err);

/* ----- rates ----- */

/*
 * Draws messages from the account of a relay or a domain, which fills by one in
 * each `interval`; `ahead` (at least one interval) is how much it holds. All
 * times in µs, `now` since 1970.
 */
struct draw {
	const char *relay, *domain; /* the account; "": whatever it is */
	int64_t interval, ahead;
	int least; /* as many are worth drawing */
	int64_t now;
	int drawn;     /* result; 0: it is empty */
	int64_t again; /* result: then so many can be drawn again */
};
bool store_draw(struct store *store, struct draw *draw, struct error *err);

/* ----- the ledger ----- */

struct shard {
	int64_t issue, first, last; /* seq */
	int64_t fence;
	size_t doubts; /* recipients that this claim found in doubt */
	bool hold;     /* as claimed: each turn is on the disk at once */
};

struct claim {
	int64_t issue;
	const char *owner;   /* host, pid and a random part */
	const char *boot_id; /* of the running kernel */
	bool hold;	     /* in doubt: held, not resent */
	int64_t now;
	/* How long it holds when it is not kept; of a store that is shared. A
	   shard of another owner is left alone until then. */
	int64_t lease_ms;
};

/*
 * Claims the next shard that has recipients due at `now` or in doubt, settles
 * those in doubt. *found false: none is left for now. The caller holds the
 * list's lock (SQLite), so that any other owner is dead, or it is shared, and
 * owners have leases. A shard found may have
 * nobody due: all it had were in doubt, and are held now.
 */
bool store_shard_claim(struct store *store, const struct claim *claim,
	struct shard *out, bool *found, struct error *err);

/* Do several hosts write to it, so that shards need leases? */
bool store_is_shared(const struct store *store);

/* Begins the leases of all the owner's shards of the issue anew. *count of them:
 * when that is less than he thinks he has, others have taken some. */
bool store_shards_keep(struct store *store, const struct claim *claim,
	size_t *count, struct error *err);

/* Gives it back. Who is still `wire` then waits for another run. The second, of
 * a server's store, is to store_shard_release() as store_turn_later() to
 * store_turn(). */
bool store_shard_release(
	struct store *store, const struct shard *shard, struct error *err);
bool store_shard_release_later(
	struct store *store, const struct shard *shard, struct error *err);

struct recipient {
	int64_t seq, subscriber;
	int form;
	int tries, doubts;
	int code;	  /* of the last reply about him; 0: there was none */
	char *address;	  /* holds the name, too */
	const char *name; /* NULL when unknown */
	int64_t since;
	char *fields; /* see store_recipient_fields(); else NULL */
};

/*
 * Up to `max` recipients of the shard that are due at `now`, with seq > after.
 * Those no longer active are dropped on the way (in the next turn's commit).
 * Fills out[0..*count]; texts yours to recipient_clear().
 */
bool store_recipients(struct store *store, const struct shard *shard,
	int64_t after, int64_t now, struct recipient *out, size_t max,
	size_t *count, struct error *err);

void recipient_clear(struct recipient *r);

/* Reads the columns of the roster, a JSON object, into r->fields; NULL when he
 * has none. Apart, for few letters ask for them. */
bool store_recipient_fields(
	struct store *store, struct recipient *r, struct error *err);

/*
 * A turn: everything one pass of the event loop learned and is about to do, in
 * one transaction, all of it or nothing. It must have returned true before any
 * body of the rows in `wire` leaves (invariant 4). The moves there are:
 *
 *     due  -> wire, refused (at RCPT), due (a later try)
 *     wire -> sent, refused, due
 *
 * any other is ERROR_DATA. Who is in doubt (his connection died while his body
 * was out) gets no row: he stays `wire`, and the next run's claim settles him.
 * ERROR_LATER when the shard is no longer ours (invariant 8).
 */
struct turn_row {
	const struct shard *shard;
	int64_t seq;
	enum recipient_state state; /* WIRE, or what the outcome made of him */
	bool tried;		    /* tries + 1 */
	bool bounced;		    /* of REFUSED: tell the roster */
	int64_t next_at;	    /* of DUE */
	int code;
	const char *reply; /* or NULL */
};
bool store_turn(struct store *store, int64_t now, const struct turn_row *rows,
	size_t count, struct error *err);

/*
 * What is known of recipients, after a turn of which nobody knows whether it was
 * written. As store_turn(), row by row: what is written already stays, and of a
 * shard that is ours no more nothing is. Who was to be put on the wire, and got
 * nothing, is due; who has got it, has, whatever the ledger knew of that.
 */
bool store_turn_rescue(struct store *store, int64_t now,
	const struct turn_row *rows, size_t count, struct error *err);

/* Those of a shard from first to last (seq). */
struct wire_page {
	const struct shard *shard;
	int64_t first, last;
};

/*
 * Where the store is a server's, it works while the caller goes on. As
 * store_turn(), but what goes wrong may be told by a later call, and no row may
 * be WIRE. store_is_busy(): it is at it still.
 *
 * With `page` (or NULL) it also puts those of the page who are due at `now` on
 * the wire; who is no longer active is dropped. store_wire_take() waits for them,
 * as many as there can be: they are on the wire, committed, when it returns, and
 * their bodies may leave (invariant 4). Who is not sent to after all is to be
 * given back, by a turn that makes him due again. Who has been in doubt before
 * is due still, and wants a turn of his own: read ahead three times when a host
 * fails, he would be held though nothing ever left for him. One page is asked
 * for at a time; store_wire_waits(): it is not here yet.
 */
bool store_turn_later(struct store *store, int64_t now,
	const struct turn_row *rows, size_t count, const struct wire_page *page,
	struct error *err);
bool store_wire_take(struct store *store, struct recipient *out, size_t *count,
	struct error *err);
bool store_wire_waits(struct store *store);
/* When store_wire_take() failed: whoever of the page is on the wire is due. */
bool store_wire_give_back(struct store *store, int64_t now,
	const struct wire_page *page, struct error *err);
/* How many times has that been said, releases among them? And how many of the
 * first of these are known to be committed, as far as has been read? */
int64_t store_later(const struct store *store);
int64_t store_later_good(const struct store *store);
/* Waits for all of that. */
bool store_await(struct store *store, struct error *err);
bool store_is_busy(struct store *store);
/* Of the server: readable when it has answered to some of that. Who waits for it
 * asks store_is_busy(), which reads. */
int store_fd(const struct store *store);

/*
 * Has anybody else written to the store since this was asked last? Then what
 * was read of recipients may be out of date: somebody may have left.
 */
bool store_was_changed(struct store *store, bool *changed, struct error *err);

/* Is he still active? Else he is dropped with the next turn. */
bool store_recipient_again(struct store *store, const struct shard *shard,
	const struct recipient *recipient, int64_t now, bool *reader,
	struct error *err);

/* When the first of the issue's due recipients may be tried: 0 for at once (new
 * ones, those in doubt); INSTANT_NONE when nobody is due. */
bool store_next_try(
	struct store *store, int64_t issue, int64_t *at, struct error *err);

/* When the first recipient is due in the shards that nobody holds;
 * INSTANT_NONE when there is none. */
bool store_next_due(
	struct store *store, int64_t issue, int64_t *at, struct error *err);

/* Replies of the issue, most frequent first: for `issue LIST N`. */
struct reply_count {
	enum recipient_state state;
	int code;
	const char *reply;
	size_t count;
	const char *example; /* an address */
};
bool store_replies(struct store *store, int64_t issue, size_t max,
	bool (*each)(void *data, const struct reply_count *r), void *data,
	struct error *err);

/* Each recipient with his state: for reports. */
struct recipient_record {
	int64_t seq;
	const char *address;
	enum recipient_state state;
	int tries, doubts, code;
	const char *reply; /* or NULL */
	int64_t at;
};
bool store_recipient_records(struct store *store, int64_t issue,
	bool (*each)(void *data, const struct recipient_record *r), void *data,
	struct error *err);

#endif
