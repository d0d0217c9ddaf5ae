#include "subscribers/roster.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "subscribers/columns.h"
#include "subscribers/complaints.h"
#include "subscribers/csv.h"

enum { JUST_NOW = 2 }; /* seconds within which a file may change unseen */

/* ----- one row ----- */

struct reading {
	const char *path;
	struct merge *merge;
	struct roster_report *report;
	struct complaints complaints;
	bool told_columns; /* that there are too many */
	struct str key;
};

static void
tell_row(struct reading *r, const struct csv_row *row, struct span what,
	const char *why)
{
	complaints_add(
		&r->complaints, complaint_place(0, row->line), what, why);
}

static void
tell_duplicate(void *data, uint64_t place, const char *address)
{
	struct reading *r = data;

	complaints_add(&r->complaints, place, span_of(address),
		"stands twice; its first row counts");
}

static bool
stage(struct reading *r, const struct csv_row *row, const struct person *person,
	struct error *err)
{
	struct subscriber s = {
		.address = person->address.data,
		.name = person->name,
		.format = person->format,
		.language = person->language,
		.fields = person->fields,
		.since = INSTANT_NONE,
	};

	str_truncate(&r->key, 0);
	address_key(&r->key, person->address);
	s.key = str_text(&r->key);
	r->report->valid++;
	return store_merge_add(
		r->merge, &s, complaint_place(0, row->line), err);
}

static void
tell_fields(struct reading *r, const struct csv_row *row,
	const struct person *person)
{
	if (person->cut_field)
		tell_row(r, row, span_of(person->cut_field),
			"this column's text is longer than 200 octets; the "
			"rest of it is not kept");
	if (!person->dropped_field || r->told_columns)
		return;
	r->told_columns = true;
	tell_row(r, row, span_of(person->dropped_field),
		"there are more than 32 columns of your own; this one and "
		"those behind it are not kept");
}

static bool
take_person(struct reading *r, const struct csv_row *row,
	const struct person *person, struct error *err)
{
	struct error why = ERROR_INIT;

	r->report->rows++;
	if (person->left) {
		r->report->left++;
		return true;
	}
	if (!address_check(person->address, &why)) {
		r->report->invalid++;
		error_wrap(&why, "left out, no address");
		tell_row(r, row, person->written, why.text);
		error_clear(&why);
		return true;
	}
	if (person->bad_language.len)
		tell_row(r, row, person->bad_language,
			"no language tag such as 'en' or 'pt-br'; ignored");
	if (person->bad_format.len)
		tell_row(r, row, person->bad_format,
			"no format; it may be html, text, mime-digest or "
			"rfc1153; ignored");
	tell_fields(r, row, person);
	return stage(r, row, person, err);
}

/* ----- all rows ----- */

static bool
take_rows(struct reading *r, struct csv *csv, struct columns *columns,
	struct error *err)
{
	struct error failure = ERROR_INIT;
	struct person person;
	struct csv_row row;

	while (csv_next(csv, &row, &failure)) {
		if (row.unclosed)
			return error_set(err, ERROR_DATA,
				"%s:%lu: a quote is opened in this row and "
				"never closed: close it, or nobody behind it "
				"is read",
				r->path, row.line);
		if (columns_read(columns, &row, &person) == ROW_PERSON &&
			!take_person(r, &row, &person, err))
			return false;
	}
	return failure.kind ? error_move(err, &failure) : true;
}

static bool
read_file(struct reading *r, int fd, const char *language, struct error *err)
{
	struct csv *csv = csv_new(fd, r->path);
	struct columns *columns = columns_new();
	bool ok;

	csv_set_language(csv, language);
	ok = take_rows(r, csv, columns, err);
	if (ok && !r->report->rows)
		store_merge_doubt(r->merge);
	if (ok && r->report->rows && !r->report->valid && !r->report->left)
		ok = error_set(err, ERROR_DATA,
			"%s: no address in any of its %zu rows: a column of "
			"addresses is needed, named 'email'",
			r->path, r->report->rows);
	columns_free(columns);
	csv_free(csv);
	str_clear(&r->key);
	return ok;
}

static bool
refuse_guarded(
	const char *path, const struct merge_report *m, struct error *err)
{
	return error_set(err, ERROR_DATA,
		"%s: %zu of its %zu subscribers are no longer in it, more than "
		"a fifth: nothing was changed; if they are to be removed, run "
		"again with --accept-roster",
		path, m->would_strike, m->of);
}

struct source {
	const char *path;
	int fd;
	const char *language;
};

static bool
merge_file(const struct source *source, struct store *store, int64_t list_id,
	struct merge_options options, struct roster_report *report,
	struct problems *problems, struct error *err)
{
	struct reading r = {.path = source->path, .report = report};
	bool ok;

	options.on_duplicate = tell_duplicate;
	options.data = &r;
	r.merge = store_merge_new(store, list_id, &options, err);
	if (!r.merge)
		return false;
	ok = read_file(&r, source->fd, source->language, err) &&
		store_merge_finish(r.merge, &report->merge, err);
	store_merge_free(r.merge);
	report->duplicates = report->merge.duplicates;
	complaints_tell(&r.complaints, &source->path, problems);
	complaints_clear(&r.complaints);
	if (ok && report->merge.guarded)
		ok = refuse_guarded(source->path, &report->merge, err);
	return ok;
}

static bool
open_file(const char *path, int *fd, struct stat *st, struct error *err)
{
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return error_set_errno(err, "%s", path);
	if (fstat(*fd, st) < 0 || S_ISDIR(st->st_mode)) {
		close(*fd);
		return error_set(err, ERROR_INPUT, "%s: is a folder", path);
	}
	return true;
}

/* ----- the list's own roster ----- */

/* By what a changed file is known. */
static char *
fingerprint(const char *path, const struct stat *st)
{
	return mem_printf("%" PRIdMAX " %" PRIdMAX ".%09ld %" PRIuMAX " %s",
		(intmax_t)st->st_size, (intmax_t)st->st_mtim.tv_sec,
		st->st_mtim.tv_nsec, (uintmax_t)st->st_ino, path);
}

/* *same: it is as the last run left it. */
static bool
is_unchanged(struct store *store, const char *meta, const char *print,
	bool *same, struct error *err)
{
	struct error failure = ERROR_INIT;
	char *last = store_meta(store, meta, &failure);

	*same = text_equals(last, print) && last;
	free(last);
	return failure.kind ? error_move(err, &failure) : true;
}

static bool
update_changed(const struct list *list, struct store *store, int64_t list_id,
	const struct roster_options *options, struct roster_report *report,
	struct problems *problems, struct error *err)
{
	const struct merge_options merge = {
		.actor = ACTOR_FILE,
		.origin = ORIGIN_FILE,
		.strike = true,
		.accept = options->accept,
		.dry_run = options->dry_run,
		.proof = list->roster,
		.at = options->now,
	};
	struct source source = {
		.path = list->roster, .language = list->language};
	struct stat st;
	bool ok;

	if (!open_file(list->roster, &source.fd, &st, err))
		return false;
	ok = merge_file(&source, store, list_id, merge, report, problems, err);
	close(source.fd);
	return ok;
}

int64_t
roster_growth(const struct roster_report *report)
{
	return (int64_t)(report->merge.added + report->merge.returned) -
		(int64_t)report->merge.struck;
}

bool
roster_update(const struct list *list, struct store *store, int64_t list_id,
	const struct roster_options *options, struct roster_report *report,
	struct problems *problems, struct error *err)
{
	char *meta = NULL, *print = NULL;
	struct stat st;
	bool ok;

	*report = (struct roster_report){.rows = 0};
	if (!list->roster)
		return true;
	if (stat(list->roster, &st) < 0)
		return error_set_errno(err, "%s", list->roster);
	meta = mem_printf("roster:%s", list->name);
	print = fingerprint(list->roster, &st);
	ok = is_unchanged(store, meta, print, &report->unchanged, err);
	report->unchanged = report->unchanged && !options->force;
	if (ok && !report->unchanged) {
		ok = update_changed(
			list, store, list_id, options, report, problems, err);
		/* one that was written just now may be written again without
		   showing it: it is read once more */
		if (ok && !options->dry_run &&
			options->now - st.st_mtim.tv_sec > JUST_NOW)
			ok = store_set_meta(store, meta, print, err);
	}
	free(meta);
	free(print);
	return ok;
}

/* ----- any other file ----- */

bool
roster_import(const char *path, struct store *store, int64_t list_id,
	enum subscriber_origin origin, const char *consent,
	const struct roster_options *options, struct roster_report *report,
	struct problems *problems, struct error *err)
{
	const struct merge_options merge = {
		.actor = ACTOR_EDITOR,
		.origin = origin,
		.dry_run = options->dry_run,
		.proof = consent,
		.at = options->now,
	};
	struct source source = {.path = path, .language = options->language};
	bool standard = span_equals(span_of(path), "-");
	struct stat st;
	bool ok;

	*report = (struct roster_report){.rows = 0};
	if (!standard && !open_file(path, &source.fd, &st, err))
		return false;
	if (standard) {
		source.path = "stdin";
		source.fd = STDIN_FILENO;
	}
	ok = merge_file(&source, store, list_id, merge, report, problems, err);
	if (!standard)
		close(source.fd);
	return ok;
}
