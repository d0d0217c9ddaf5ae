/*
 * Opening an issue: invariants 1 and 2. One transaction with everything in it,
 * set by set: two hundred thousand recipients are one statement. A table of
 * the few groups of readers says which form each gets.
 */
#include "store/store.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/audience.h"
#include "store/carried.h"
#include "store/draft.h"
#include "store/handle.h"
#include "store/lease.h"
#include "store/ledger.h"

enum {
	NO_FORM = -1,
	SHARD_SIZE = 1000,
	SHARD_MOST = 10000,
	SHARDS_FEW = 16,
};

/* ----- which form a reader gets ----- */

static int
find_form(const struct opening *o, struct span language, const char *format,
	unsigned spared)
{
	for (size_t i = 0; i < o->form_count; i++)
		if (o->forms[i].spared == spared &&
			text_equals(o->forms[i].format, format) &&
			span_equals_nocase(language, o->forms[i].language))
			return (int)i;
	return NO_FORM;
}

/* "tr-CY" also takes "tr". */
static int
find_form_of_tag(const struct opening *o, const char *language,
	const char *format, unsigned spared)
{
	struct span tag = span_of(language);
	int form = find_form(o, tag, format, spared);

	while (form == NO_FORM && tag.len) {
		do
			tag.len--;
		while (tag.len && tag.data[tag.len] != '-');
		form = find_form(o, tag, format, spared);
	}
	return form;
}

/*
 * His language and format; the list's language in his format; his language in
 * the list's format (he may have asked for one that does not exist); the
 * list's both.
 */
static int
choose_spared(const struct opening *o, const char *language, const char *format,
	unsigned spared)
{
	const char *const tries[][2] = {
		{language, format},
		{o->list_language, format},
		{language, o->list_format},
		{o->list_language, o->list_format},
	};
	int form = NO_FORM;

	for (size_t i = 0; form == NO_FORM && i < 4; i++)
		form = find_form_of_tag(o, tries[i][0], tries[i][1], spared);
	return form;
}

/* A group that came up after the forms were made (a reader was sent another
 * list's issue meanwhile) rather gets an item twice than not at all. */
static int
choose_form(const struct opening *o, const struct audience_count *group)
{
	const char *language =
		group->language ? group->language : o->list_language;
	const char *format = group->format ? group->format : o->list_format;
	int form = choose_spared(o, language, format, group->spared);

	if (form == NO_FORM && group->spared)
		form = choose_spared(o, language, format, 0);
	return form;
}

/* A form's place is its number; those that spared their readers left a gap. */
static struct opening_form *
read_forms(struct db_rows *rows, size_t *count, struct error *err)
{
	struct opening_form *forms = NULL;

	*count = 0;
	while (db_next(rows, err)) {
		size_t place = (size_t)row_int(rows, 0);

		forms = mem_resize(forms, (place + 1) * sizeof *forms);
		while (*count < place)
			forms[(*count)++] = (struct opening_form){
				.language = mem_strdup(""),
				.format = mem_strdup("")};
		forms[(*count)++] = (struct opening_form){
			.language = mem_strdup(row_text(rows, 1)),
			.format = mem_strdup(row_text(rows, 2)),
			.spared = (unsigned)row_int(rows, 3),
		};
	}
	db_done(rows);
	return forms;
}

static void
free_forms(struct opening_form *forms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free((char *)forms[i].language);
		free((char *)forms[i].format);
	}
	free(forms);
}

/* Ends the query of forms. */
static bool
choose_among(struct db_rows *rows, const struct form_wish *wish, int *form,
	struct error *err)
{
	struct error failure = ERROR_INIT;
	struct audience_count reader = {
		.language = (char *)wish->language,
		.format = (char *)wish->format,
	};
	struct opening o = {.list_language = wish->list_language,
		.list_format = wish->list_format};
	struct opening_form *forms = read_forms(rows, &o.form_count, &failure);

	o.forms = forms;
	*form = choose_form(&o, &reader);
	free_forms(forms, o.form_count);
	return failure.kind == ERROR_NONE || error_move(err, &failure);
}

bool
store_form_for(struct store *store, int64_t issue, const struct form_wish *wish,
	struct str *out, bool *found, struct error *err)
{
	int form = NO_FORM;
	bool ok = choose_among(
		db_query(store->db, err,
			"SELECT number, language, format, spared FROM form"
			" WHERE issue = ?1 ORDER BY number",
			db_int(issue)),
		wish, &form, err);

	*found = ok && form != NO_FORM;
	return ok && (!*found || store_form(store, issue, form, out, err));
}

/* Those of readers who are spared altogether are none. */
bool
store_draft_form_for(struct store *store, int64_t id,
	const struct form_wish *wish, struct str *out, bool *found,
	struct error *err)
{
	int form = NO_FORM;
	bool ok = choose_among(db_query(store->db, err,
				       "SELECT number, language, format, spared"
				       " FROM draft_form"
				       " WHERE draft = ?1 AND length(bytes) > 0"
				       " ORDER BY number",
				       db_int(id)),
		wish, &form, err);

	*found = ok && form != NO_FORM;
	return ok &&
		(!*found || store_draft_form(store, id, form, out, found, err));
}

static bool
add_pick(struct store *store, const struct opening *o,
	const struct audience_count *group, struct error *err)
{
	int form = choose_form(o, group);

	if (form == NO_FORM)
		return error_set(err, ERROR_BUG,
			"store: no form for readers of '%s' as '%s'",
			group->language ? group->language : o->list_language,
			group->format ? group->format : o->list_format);
	if (!o->forms[form].bytes.len)
		return true; /* spared altogether */
	return db_run(store->db, err,
		"INSERT INTO pick (language, format, spared, form)"
		" VALUES (coalesce(?1, ''), coalesce(?2, ''), ?3, ?4)"
		" ON CONFLICT DO NOTHING",
		db_text(group->language), db_text(group->format),
		db_int(group->spared), db_int(form));
}

/* The form of all groups, or NO_FORM: they have several, or somebody is spared
 * altogether. */
static int
find_form_of_all(const struct opening *o, const struct audience_count *groups,
	size_t count)
{
	int form = count ? choose_form(o, &groups[0]) : NO_FORM;

	for (size_t i = 1; i < count; i++)
		if (choose_form(o, &groups[i]) != form)
			return NO_FORM;
	return form != NO_FORM && o->forms[form].bytes.len ? form : NO_FORM;
}

/* There is but one, and it is what all take who find none of their own: nobody
 * need be looked at. */
static bool
is_form_of_all(const struct opening *o)
{
	return o->form_count == 1 && o->forms[0].bytes.len &&
		find_form_of_tag(o, o->list_language, o->list_format, 0) == 0;
}

static bool
make_picks(struct store *store, const struct opening *o,
	const struct audience_count *groups, size_t count, struct error *err)
{
	bool ok = store->db->ops->script(store->db,
		"CREATE TEMP TABLE IF NOT EXISTS pick ("
		"	language TEXT NOT NULL,"
		"	format TEXT NOT NULL,"
		"	spared INTEGER NOT NULL,"
		"	form INTEGER NOT NULL,"
		"	PRIMARY KEY (language, format, spared));"
		"DELETE FROM pick;",
		err);

	for (size_t i = 0; ok && i < count; i++)
		ok = add_pick(store, o, &groups[i], err);
	return ok;
}

/* How many readers there are, and the form of all, or NO_FORM: then which form
 * is whose stands in `pick`. */
static bool
choose_forms(struct store *store, const struct opening *o, int64_t *readers,
	int *form_of_all, struct error *err)
{
	bool across = o->across_count > 0, ok;
	struct audience_count *groups;
	size_t count;

	if (o->readers && !across && !o->among && is_form_of_all(o)) {
		*readers = o->readers;
		*form_of_all = 0;
		return true;
	}
	*readers = 0;
	if (!audience_count(store, o->list, across, &groups, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		*readers += (int64_t)groups[i].count;
	*form_of_all = across || o->among ? NO_FORM
					  : find_form_of_all(o, groups, count);
	ok = *form_of_all != NO_FORM ||
		make_picks(store, o, groups, count, err);
	audience_counts_free(groups, count);
	return ok;
}

/* ----- the pieces of the transaction ----- */

static bool
add_issue(struct store *store, const struct opening *o, int64_t *issue,
	struct error *err)
{
	*issue = 0;
	if (!db_number(store->db, err, issue,
		    "INSERT INTO issue (list, number, slot, state, opened,"
		    " alive, waiting, subject, salt)"
		    " VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5, ?6, ?7)"
		    " ON CONFLICT DO NOTHING RETURNING id",
		    db_int(o->list), db_int(o->number), db_instant(o->slot),
		    db_int(ISSUE_SENDING), db_int(o->at), db_text(o->subject),
		    db_text(o->salt)))
		return false;
	return *issue ||
		error_set(err, ERROR_LATER,
			"another run has opened issue %d, or dealt with its slot, "
			"meanwhile; run again",
			o->number);
}

static bool
add_forms(struct store *store, const struct opening *o, int64_t issue,
	struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < o->form_count; i++) {
		const struct opening_form *f = &o->forms[i];

		if (!f->bytes.len)
			continue;
		ok = db_run(store->db, err,
			"INSERT INTO form (issue, number, language, format,"
			" spared, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			db_int(issue), db_int((int64_t)i), db_text(f->language),
			db_text(f->format), db_int(f->spared),
			db_blob(f->bytes));
	}
	return ok;
}

static bool
add_carried(struct store *store, const struct opening *o, int64_t issue,
	struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < o->carried_count; i++)
		ok = carried_add(store, o->list, issue, o->carried[i].kind,
			&o->carried[i], o->at, err);
	for (size_t i = 0; ok && i < o->source_count; i++)
		ok = db_run(store->db, err,
			"INSERT INTO source (list, name, first_issue)"
			" VALUES (?1, ?2, ?3)"
			" ON CONFLICT (list, name) DO UPDATE SET first_issue ="
			" coalesce(source.first_issue, excluded.first_issue)",
			db_int(o->list), db_text(o->sources[i]), db_int(issue));
	return ok;
}

/* SQLite takes long to count rows: its NULL is the id behind the last of the
 * table (ledger_begin()). PostgreSQL makes the room of NO_REPLY by itself. */
#define BY_FORM " ORDER BY s.language, s.format, s.id"
#define NEXT_ID                                        \
	SQLITE_ONLY("NULL")                            \
	POSTGRES_ONLY("?1 * 4294967296 + row_number()" \
		      " OVER (" BY_FORM ")")
#define NO_REPLY_YET SQLITE_ONLY(NO_REPLY) POSTGRES_ONLY("NULL")

/*
 * Readers of one form stand together. Due at once: next_at 0, whatever clock
 * the sender goes by. Of who is spared nothing need be asked when nobody is, nor
 * of forms when there is but one: that costs more than all the rest.
 */
#define ADD_RECIPIENTS(form, joins, which)                                        \
	" (id, subscriber, form, state, tries, doubts, next_at, at, code, reply)" \
	" SELECT " NEXT_ID ", s.id, " form                                        \
	", ?4, 0, 0, 0, ?5, 0, " NO_REPLY_YET " FROM subscriber s" joins          \
	" WHERE s.list = ?2 AND s.state = ?3" which BY_FORM
#define FORM_OF_PICK(spared)                                    \
	" JOIN pick p ON p.language = coalesce(s.language, '')" \
	"  AND p.format = coalesce(s.format, '') AND p.spared = " spared

static const char add_alike[] = ADD_RECIPIENTS("?6", "", "");
static const char add_all[] = ADD_RECIPIENTS("p.form", FORM_OF_PICK("0"), "");
static const char add_unspared[] = ADD_RECIPIENTS("p.form",
	" LEFT JOIN spared x ON x.subscriber = s.id" FORM_OF_PICK(
		"coalesce(x.bits, 0)"),
	"");
static const char add_among[] = ADD_RECIPIENTS("p.form", FORM_OF_PICK("0"),
	" AND s.id IN (SELECT r.subscriber FROM recipient r WHERE " OF_ISSUE(
		"r.id", "?6") " AND r.state = ?7)");

/* The last values are of the statement that fits. */
static bool
write_recipients(struct store *store, const struct opening *o, int64_t issue,
	const char *table, int form_of_all, int64_t *count, struct error *err)
{
	bool alike = form_of_all != NO_FORM;
	const char *rest = o->among ? add_among
		: alike		    ? add_alike
		: o->across_count   ? add_unspared
				    : add_all;
	char *sql = mem_printf("INSERT INTO %s%s", table, rest);
	const struct db_value values[] = {
		db_int(issue),
		db_int(o->list),
		db_int(SUBSCRIBER_ACTIVE),
		db_int(RECIPIENT_DUE),
		db_int(o->at),
		db_int(o->among ? o->among : form_of_all),
		db_int(RECIPIENT_SENT),
	};
	size_t used = o->among ? 7 : alike ? 6 : 5;
	bool ok = store->db->ops->run(
		store->db, err, count, db_keep(store->db, sql), values, used);

	free(sql);
	return ok;
}

static bool
add_recipients(struct store *store, const struct opening *o, int64_t issue,
	int64_t *count, struct error *err)
{
	struct ledger_part part;
	int form_of_all;
	int64_t readers;

	return (!o->across_count ||
		       audience_spare(store, o->list, o->across,
			       o->across_count, err)) &&
		choose_forms(store, o, &readers, &form_of_all, err) &&
		ledger_begin(store->db, issue, readers, &part, err) &&
		write_recipients(
			store, o, issue, part.table, form_of_all, count, err) &&
		ledger_end(store->db, &part, *count, err);
}

/* A claim on a server takes as long as some hundred messages, and who has one
 * has no more in doubt for it; there are enough for many hosts. */
static int64_t
shard_size(const struct store *store, int64_t count)
{
	int64_t size = count / SHARDS_FEW;

	if (!store_is_shared(store) || size < SHARD_SIZE)
		return SHARD_SIZE;
	return size < SHARD_MOST ? size : SHARD_MOST;
}

static bool
add_shards(struct store *store, int64_t issue, int64_t count, struct error *err)
{
	int64_t size = shard_size(store, count);
	bool ok = true;

	for (int64_t first = 1; ok && first <= count; first += size) {
		int64_t last = first + size - 1;

		ok = db_run(store->db, err,
			"INSERT INTO shard (issue, first, last, next_at)"
			" VALUES (?1, ?2, ?3, 0)",
			db_int(issue), db_int(first),
			db_int(last < count ? last : count));
	}
	return ok;
}

bool
store_issue_open(struct store *store, const struct opening *opening,
	int64_t *issue, struct error *err)
{
	int64_t count = 0;
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = add_issue(store, opening, issue, err) &&
		add_forms(store, opening, *issue, err) &&
		add_carried(store, opening, *issue, err) &&
		add_recipients(store, opening, *issue, &count, err) &&
		add_shards(store, *issue, count, err) &&
		store_say_open(store, err);
	return store_end(store, "open", ok, err);
}
