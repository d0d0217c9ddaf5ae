#include "run/preview.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text_flow.h"
#include "run/preview_reader.h"
#include "run/preview_show.h"
#include "run/run.h"
#include "run/signing.h"
#include "subscribers/roster.h"

enum { SPAM_TIME = 30 * 1000 }; /* milliseconds */

void
preview_clear(struct preview *p)
{
	preflight_clear(&p->preflight);
	composed_clear(&p->composed);
	store_close(p->store);
	p->store = NULL;
	preview_reader_free(p->reader);
	p->reader = NULL;
	signing_free(p->signing);
	p->signing = NULL;
	subscriber_free(p->subscriber);
	p->subscriber = NULL;
}

/*
 * The first preview of a site has no store yet: the roster goes into the empty
 * one in memory, so that the right editions are shown. Later, what a changed
 * roster would do is only counted: *joining are more than have been struck.
 */
static bool
read_roster(const struct list *list, struct store *store, int64_t id,
	int64_t now, bool fresh, const struct log *log, int64_t *joining,
	struct error *err)
{
	struct roster_options options = {.now = now, .dry_run = !fresh};
	struct roster_report report = {.unchanged = false};
	struct problems problems = PROBLEMS_INIT;
	bool ok = roster_update(
		list, store, id, &options, &report, &problems, err);

	if (!fresh)
		*joining = roster_growth(&report);
	log_problems(log, &problems);
	problems_clear(&problems);
	return ok;
}

static void
read_keys(const struct list *list, struct preview *p)
{
	struct error err = ERROR_INIT;

	if (!signing_open(list, &p->signing, &err))
		problem_add(&p->composed.problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': %s; message.eml has no signature",
			list->name, err.text);
	error_clear(&err);
}

bool
preview_compose(const struct list *list, int64_t now, const struct log *log,
	struct preview *p, struct error *err)
{
	const struct preview_options options = {
		.list = list, .now = now, .log = log, .gather = GATHER_SHOW};

	return preview_compose_as(&options, p, err);
}

bool
preview_compose_as(
	const struct preview_options *o, struct preview *p, struct error *err)
{
	const struct list *list = o->list;
	int64_t now = o->now;
	struct store_options options = {.url = list->store, .read_only = true};
	struct compose_options compose_options = {.list = list,
		.slot = now,
		.now = now,
		.gather = o->gather,
		.shown = o->shown,
		.stop = o->stop,
		.all_formats = o->all_formats};
	int64_t last, joining = 0;

	*p = (struct preview){.store = store_open(&options, err),
		.reader = preview_reader_new(list, NULL),
		.now = now,
		.stop = o->stop,
		.porter = o->porter};
	if (!p->store ||
		!store_list(
			p->store, list->name, &compose_options.list_id, err))
		return false;
	if (!read_roster(list, p->store, compose_options.list_id, now,
		    !store_is_read_only(p->store), o->log, &joining, err))
		return false;
	if (!store_issue_next(p->store, compose_options.list_id, now,
		    &compose_options.number, &last, err))
		return false;
	compose_options.store = p->store;
	p->list_id = compose_options.list_id;
	if (!compose(&compose_options, &p->composed, err))
		return false;
	read_keys(list, p);
	p->composed.recipients =
		(size_t)((int64_t)p->composed.recipients + joining);
	preflight_init(&p->preflight);
	preflight_run(&p->preflight, &p->composed);
	return true;
}

static void
take_reader(struct preview *p, const struct list *list, struct subscriber *s)
{
	preview_reader_free(p->reader);
	subscriber_free(p->subscriber);
	p->subscriber = s;
	p->reader = preview_reader_new(list, s);
}

bool
preview_as(struct preview *p, const struct list *list, const char *address,
	struct error *err)
{
	struct subscriber *found = NULL;

	take_reader(p, list, NULL);
	if (!address)
		return true;
	found = preview_reader_find(p->store, list, address, err);
	if (found)
		take_reader(p, list, found);
	return found != NULL;
}

static bool
write_file(const char *folder, const char *name, struct span bytes,
	struct error *err)
{
	char *path = file_join(folder, name);
	bool ok = file_write(path, bytes, 0644, err);

	free(path);
	return ok;
}

static bool
write_report(const struct preview *p, const char *folder, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *report = preview_report(arena, p, err);
	struct str text = STR_INIT;
	bool ok = report != NULL;

	if (ok) {
		json_write(&text, report, true);
		str_add_char(&text, '\n');
		ok = write_file(folder, "report.json", str_span(&text), err);
	}
	str_clear(&text);
	arena_free(arena);
	return ok;
}

/* Without the blanks that say which of its lines may flow. */
static bool
write_text(const char *folder, struct span text, struct error *err)
{
	struct str hard = STR_INIT;
	bool ok;

	text_harden(&hard, text);
	ok = write_file(folder, "message.txt", str_span(&hard), err);
	str_clear(&hard);
	return ok;
}

static bool
write_shown(const struct preview *p, const char *folder, bool html,
	struct error *err)
{
	const struct composed_form *f = preview_form(p);
	struct str text = STR_INIT;
	bool ok;

	if (html && !f->letter->html)
		return true;
	if (html)
		preview_show_html(p, f, &text);
	else
		preview_show_text(p, f, &text);
	ok = html ? write_file(folder, "message.html", str_span(&text), err)
		  : write_text(folder, str_span(&text), err);
	str_clear(&text);
	return ok;
}

/* A folder that was used before must not show an older issue as the next. */
static bool
remove_old(const char *folder, struct error *err)
{
	static const char *const names[] = {
		"message.eml", "message.html", "message.txt", NULL};
	bool ok = true;

	for (size_t i = 0; ok && names[i]; i++) {
		char *path = file_join(folder, names[i]);

		ok = unlink(path) == 0 || errno == ENOENT ||
			error_set_errno(err, "%s", path);
		free(path);
	}
	return ok;
}

static bool
write_message(const struct preview *p, const char *folder, struct error *err)
{
	struct str whole = STR_INIT;
	bool ok = preview_show_message(p, preview_form(p), &whole, err) &&
		write_file(folder, "message.eml", str_span(&whole), err);

	str_clear(&whole);
	return ok;
}

bool
preview_write(const struct preview *p, const char *folder, struct error *err)
{
	const struct composed *c = &p->composed;

	if (!file_make_folders(folder, 0755, err) || !remove_old(folder, err) ||
		!write_report(p, folder, err))
		return false;
	return !c->form_count ||
		(write_message(p, folder, err) &&
			write_shown(p, folder, false, err) &&
			write_shown(p, folder, true, err));
}

/* ----- on request ----- */

bool
preview_check_links(struct preview *p, int timeout_scale, struct error *err)
{
	struct preflight_links_options options = {
		.now = p->now, .timeout_scale = timeout_scale, .stop = p->stop};

	return !p->composed.form_count ||
		preflight_links(&p->preflight, &p->composed, &options, err);
}

bool
preview_check_spam(struct preview *p, struct error *err)
{
	const struct preflight_spam_options options = {
		.timeout_ms = SPAM_TIME, .stop = p->stop, .porter = p->porter};
	struct str message = STR_INIT;
	bool ok;

	if (!preview_reader_form(p->reader, &p->composed))
		return true;
	ok = preview_show_message(p, preview_form(p), &message, err) &&
		preflight_spam(
			&p->preflight, str_span(&message), &options, err);
	str_clear(&message);
	return ok;
}
