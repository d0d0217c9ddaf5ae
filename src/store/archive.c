#include "store/archive.h"

#include "store/handle.h"

/* Who is due and was never tried has seen nothing; an issue that was cancelled
 * before anybody saw it has no number. */
#define SOMEBODY_WAS_TRIED                                      \
	"EXISTS (SELECT 1 FROM recipient r WHERE " OF_ISSUE(    \
		"r.id", "i.id") " AND (r.state NOT IN (?6, ?7)" \
				" OR r.tries > 0))"

bool
store_published(struct store *store, int64_t list, int64_t also,
	bool (*each)(void *data, const struct published *p), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT i.id, i.number, i.slot, i.opened, i.subject"
		" FROM issue i WHERE i.list = ?1 AND i.number > 0"
		" AND i.subject IS NOT NULL AND (i.state IN (?3, ?4)"
		" OR i.id = ?2 OR (i.state = ?5 AND " SOMEBODY_WAS_TRIED
		")) ORDER BY i.number DESC",
		db_int(list), db_int(also), db_int(ISSUE_CLOSED),
		db_int(ISSUE_CANCELLED), db_int(ISSUE_SENDING),
		db_int(RECIPIENT_DUE), db_int(RECIPIENT_DROPPED));
	bool go_on = true;

	while (go_on && db_next(rows, err))
		go_on = each(data,
			&(struct published){.id = row_int(rows, 0),
				.number = (int)row_int(rows, 1),
				.slot = row_instant(rows, 2),
				.opened = row_instant(rows, 3),
				.subject = row_text(rows, 4)});
	return db_done(rows);
}

bool
store_published_forms(struct store *store, int64_t issue,
	bool (*each)(void *data, const struct published_form *f), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT number, language, format, spared FROM form"
		" WHERE issue = ?1 AND length(bytes) > 0 ORDER BY number",
		db_int(issue));
	bool go_on = true;

	while (go_on && db_next(rows, err))
		go_on = each(data,
			&(struct published_form){
				.number = (int)row_int(rows, 0),
				.language = row_text(rows, 1),
				.format = row_text(rows, 2),
				.spared = (unsigned)row_int(rows, 3)});
	return db_done(rows);
}

/* What settle wrote is the only record without an issue that has a number. */
bool
store_was_lost(struct store *store, int64_t list, int number, bool *lost,
	struct error *err)
{
	int64_t records = 0, known = 0;
	bool ok =
		db_number(store->db, err, &records,
			"SELECT count(*) FROM issue WHERE list = ?1"
			" AND state = ?2 AND number >= ?3",
			db_int(list), db_int(ISSUE_SKIPPED), db_int(number)) &&
		db_number(store->db, err, &known,
			"SELECT count(*) FROM issue WHERE list = ?1"
			" AND state <> ?2 AND number = ?3",
			db_int(list), db_int(ISSUE_SKIPPED), db_int(number));

	*lost = records > 0 && known == 0;
	return ok;
}
