#include "run/telling.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/mem.h"
#include "store/store.h"

enum {
	DAY = 24 * 3600,
	FORGOTTEN_AFTER = 7 * DAY,
	MARK_OCTETS = 8, /* of the hash */
	MARK_SIZE = 2 * MARK_OCTETS + 1,
	ALERTS_MOST = 200,
};

/* What was told, when, and how often it was so since: kept as a line each,
 * "MARK WHEN COUNT". */
struct alert {
	char mark[MARK_SIZE];
	long long when;
	long count;
};

struct memory {
	struct alert alerts[ALERTS_MOST];
	size_t count;
};

/* ----- remembering ----- */

static void
memory_read(struct memory *m, const char *text, int64_t now)
{
	struct span rest = span_of(text), line;

	m->count = 0;
	while (m->count < ALERTS_MOST && span_next_line(&rest, &line)) {
		struct alert *a = &m->alerts[m->count];
		char *copy = span_dup(line);

		if (sscanf(copy, "%16s %lld %ld", a->mark, &a->when,
			    &a->count) == 3 &&
			llabs(now - a->when) < FORGOTTEN_AFTER)
			m->count++;
		free(copy);
	}
}

static bool
memory_keep(const struct memory *m, struct store *store, const char *key,
	struct error *err)
{
	struct str text = STR_INIT;
	bool ok;

	for (size_t i = 0; i < m->count; i++)
		str_printf(&text, "%s %lld %ld\n", m->alerts[i].mark,
			m->alerts[i].when, m->alerts[i].count);
	ok = store_set_meta(store, key, str_text(&text), err);
	str_clear(&text);
	return ok;
}

/* The oldest makes room. */
static struct alert *
memory_alert(struct memory *m, const char *text)
{
	unsigned char hash[HASH_SIZE];
	struct str mark = STR_INIT;
	struct alert *found = NULL, *oldest = &m->alerts[0];

	hash_sha256(span_of(text), hash);
	hash_write_hex(&mark, hash, MARK_OCTETS);
	for (size_t i = 0; i < m->count && !found; i++) {
		if (text_equals(m->alerts[i].mark, str_text(&mark)))
			found = &m->alerts[i];
		if (m->alerts[i].when < oldest->when)
			oldest = &m->alerts[i];
	}
	if (!found) {
		found = m->count < ALERTS_MOST ? &m->alerts[m->count++]
					       : oldest;
		*found = (struct alert){.when = INSTANT_NONE};
		snprintf(found->mark, MARK_SIZE, "%s", str_text(&mark));
	}
	str_clear(&mark);
	return found;
}

/* ----- telling ----- */

static void
add_fresh(struct problems *fresh, const struct problem *p,
	const struct alert *before)
{
	struct str text = STR_INIT;

	str_add(&text, p->text);
	if (before->count) {
		str_add(&text, " (told on ");
		date_write_iso(&text, before->when);
		if (before->count == 1)
			str_add(&text, ", and so once since)");
		else
			str_printf(&text, ", and so %ld times since)",
				before->count);
	}
	problem_add(fresh, p->severity, NULL, 0, 0, "%s", str_text(&text));
	str_clear(&text);
}

/* A clock that was put back does not silence us for years. */
static void
sift_one(struct memory *m, const struct problem *p, int64_t now,
	struct problems *fresh)
{
	struct alert *a = memory_alert(m, p->text);

	if (a->when != INSTANT_NONE && llabs(now - a->when) < DAY) {
		a->count++;
		return;
	}
	add_fresh(fresh, p, a);
	a->when = now;
	a->count = 0;
}

bool
telling_sift(const struct list *list, struct store *store,
	const struct problems *notices, int64_t now, struct problems *fresh,
	struct error *err)
{
	struct error problem = ERROR_INIT;
	char *key = mem_printf("told:%s", list->name);
	char *text = store_meta(store, key, &problem);
	struct memory *m = mem_new(sizeof *m);
	bool ok = problem.kind == ERROR_NONE;

	memory_read(m, text, now);
	for (size_t i = 0; ok && i < notices->count; i++)
		sift_one(m, &notices->items[i], now, fresh);
	if (ok && notices->count)
		ok = memory_keep(m, store, key, &problem);
	if (!ok) {
		problems_clear(fresh);
		error_move(err, &problem);
	}
	free(m);
	free(text);
	free(key);
	return ok;
}
