#include "subscribers/reading.h"

#include "base/date.h"
#include "model/address.h"

static void
tell_row(struct reading *r, unsigned long line, struct span what,
	const char *why)
{
	complaints_add(
		&r->complaints, complaint_place(r->file, line), what, why);
}

void
reading_tell_duplicate(void *data, uint64_t place, const char *address)
{
	struct reading *r = data;

	complaints_add(&r->complaints, place, span_of(address),
		"stands twice; its first row counts");
}

void
reading_clear(struct reading *r)
{
	complaints_clear(&r->complaints);
	str_clear(&r->key);
}

static enum subscriber_state
state_of(enum standing standing)
{
	static const enum subscriber_state states[] = {
		[STANDING_READER] = SUBSCRIBER_ACTIVE,
		[STANDING_LEFT] = SUBSCRIBER_GONE,
		[STANDING_BOUNCED] = SUBSCRIBER_BOUNCED,
		[STANDING_PAUSED] = SUBSCRIBER_PAUSED,
	};

	return states[standing];
}

/* When he joined, or of who left when that was. */
static int64_t
since_of(const struct reading *r, const struct person *person)
{
	int64_t at = person->standing == STANDING_LEFT ? person->left_at
						       : person->since;

	return r->leavings && at <= r->now ? at : INSTANT_NONE;
}

static bool
stage(struct reading *r, unsigned long line, const struct person *person,
	struct error *err)
{
	struct subscriber s = {
		.address = person->address.data,
		.name = person->name,
		.format = person->format,
		.language = person->language,
		.fields = person->fields,
		.state = state_of(person->standing),
		.since = since_of(r, person),
	};

	str_truncate(&r->key, 0);
	address_key(&r->key, person->address);
	s.key = str_text(&r->key);
	if (person->standing == STANDING_READER)
		r->report->valid++;
	return store_merge_add(
		r->merge, &s, complaint_place(r->file, line), err);
}

/* What is so in every row is told once. */
static void
tell_once(struct reading *r, unsigned long line, const char *column, bool *told,
	const char *why)
{
	if (column && !*told)
		tell_row(r, line, span_of(column), why);
	*told = *told || column;
}

static void
tell_lost(struct reading *r, unsigned long line, const struct lost_fields *lost)
{
	if (lost->cut)
		tell_row(r, line, span_of(lost->cut),
			"this column's text is longer than 200 octets; the "
			"rest of it is not kept");
	tell_once(r, line, lost->long_name, &r->told_names,
		"this column's name, or one in it, is longer than 200 octets; "
		"that is not kept");
	tell_once(r, line, lost->beyond, &r->told_columns,
		"there are more than 32 columns of your own; this one and "
		"those behind it are not kept");
}

static void
tell_invalid(struct reading *r, unsigned long line, const struct person *person,
	struct error *why)
{
	r->report->invalid++;
	error_wrap(why, "left out, no address");
	tell_row(r, line, person->written, why->text);
	error_clear(why);
}

bool
reading_take(struct reading *r, unsigned long line, const struct person *person,
	struct error *err)
{
	struct error why = ERROR_INIT;
	bool reader = person->standing == STANDING_READER;
	bool pauses = person->standing == STANDING_PAUSED;

	r->report->rows++;
	r->report->left += !reader;
	if (person->standing == STANDING_ABSENT ||
		!(reader || pauses || r->leavings))
		return true;
	if (!address_check(person->address, &why)) {
		tell_invalid(r, line, person, &why);
		return true;
	}
	if (person->bad_language.len)
		tell_row(r, line, person->bad_language,
			"no language tag such as 'en' or 'pt-br'; ignored");
	if (person->bad_format.len)
		tell_row(r, line, person->bad_format,
			"no format; it may be html, text, mime-digest or "
			"rfc1153; ignored");
	tell_lost(r, line, &person->lost);
	return stage(r, line, person, err);
}

bool
reading_check(const struct reading *r, const char *path, struct error *err)
{
	const struct roster_report *report = r->report;

	if (!report->rows)
		store_merge_doubt(r->merge);
	if (!report->rows || report->valid || report->left)
		return true;
	return error_set(err, ERROR_DATA,
		"%s: no address in any of its %zu rows: a column of addresses "
		"is needed, named 'email'",
		path, report->rows);
}
