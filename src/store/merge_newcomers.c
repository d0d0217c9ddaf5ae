/*
 * New subscribers, thirty-two in one statement: opening the table and its
 * indexes for each of a million costs more than writing him.
 */
#include "base/date.h"
#include "store/merge_parts.h"

enum { COLUMNS = 8 }; /* that differ */

/*
 * A key that is there is passed over. Anything else that the database minds is
 * a bug, and ends the transaction: were it to end the statement alone, SQLite
 * would write a journal for each.
 */
#define INTO                                                              \
	"INSERT OR ROLLBACK INTO subscriber (list, origin, state, since," \
	" key, address, name, format, language, fields) VALUES "
#define ROW "(?1, ?2, ?, ?, ?, ?, ?, ?, ?, ?)"
#define ROWS_4 ROW "," ROW "," ROW "," ROW
#define ROWS_16 ROWS_4 "," ROWS_4 "," ROWS_4 "," ROWS_4
#define UNLESS_THERE " ON CONFLICT (list, key) DO NOTHING"

static const char insert_one[] = INTO ROW UNLESS_THERE;
static const char insert_all[] = INTO ROWS_16 "," ROWS_16 UNLESS_THERE;

static void
set_values(const struct merge *m, struct span packed, struct db_value *v)
{
	struct staged row;
	const struct subscriber *s = &row.s;
	bool reader;

	staged_unpack(packed, &row);
	reader = s->state != SUBSCRIBER_GONE && s->state != SUBSCRIBER_BOUNCED;
	v[0] = db_int(reader ? SUBSCRIBER_ACTIVE : s->state);
	v[1] = db_int(
		reader && s->since != INSTANT_NONE ? s->since : m->options.at);
	v[2] = db_text(s->key);
	v[3] = db_text(s->address);
	v[4] = db_text(s->name);
	v[5] = db_text(s->format);
	v[6] = db_text(s->language);
	v[7] = db_text(s->fields);
}

/* `count` from `first` on, by a statement for as many. */
static bool
insert(const struct merge *m, const struct newcomers *n, size_t first,
	size_t count, const char *sql, size_t *added, struct error *err)
{
	struct db_value values[2 + TOGETHER * COLUMNS];
	int64_t changed = 0;

	values[0] = db_int(m->list);
	values[1] = db_int(m->options.origin);
	for (size_t i = 0; i < count; i++)
		set_values(m,
			span_from(str_span(&n->packed), n->starts[first + i]),
			&values[2 + i * COLUMNS]);
	if (!m->store->db->ops->run(m->store->db, err, &changed, sql, values,
		    2 + count * COLUMNS))
		return false;
	*added += (size_t)changed;
	return true;
}

bool
newcomers_flush(const struct merge *m, struct newcomers *n, size_t *added,
	struct error *err)
{
	bool ok = true;

	if (n->count == TOGETHER)
		ok = insert(m, n, 0, TOGETHER, insert_all, added, err);
	else
		for (size_t i = 0; ok && i < n->count; i++)
			ok = insert(m, n, i, 1, insert_one, added, err);
	n->count = 0;
	str_truncate(&n->packed, 0);
	return ok;
}

bool
newcomers_add(const struct merge *m, struct newcomers *n, struct span packed,
	size_t *added, struct error *err)
{
	n->starts[n->count++] = n->packed.len;
	str_add_span(&n->packed, packed);
	return n->count < TOGETHER || newcomers_flush(m, n, added, err);
}
