#include "run/preview.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text_flow.h"
#include "mime/encode.h"
#include "mime/rfc1153.h"
#include "run/preview_reader.h"
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

static bool
is_new_store(const struct list *list)
{
	const char *colon = strchr(list->store, ':');

	return colon && !file_exists(colon + 1);
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
			"%s; message.eml has no signature", err.text);
	error_clear(&err);
}

bool
preview_compose(const struct list *list, int64_t now, const struct log *log,
	struct preview *p, struct error *err)
{
	struct store_options options = {.url = list->store, .read_only = true};
	struct compose_options compose_options = {
		.list = list, .slot = now, .now = now, .gather = GATHER_SHOW};
	bool fresh = is_new_store(list);
	int64_t last, joining = 0;

	*p = (struct preview){.store = store_open(&options, err),
		.reader = preview_reader_new(list, NULL),
		.now = now};
	if (!p->store ||
		!store_list(
			p->store, list->name, &compose_options.list_id, err))
		return false;
	if (!read_roster(list, p->store, compose_options.list_id, now, fresh,
		    log, &joining, err))
		return false;
	if (!store_issue_next(p->store, compose_options.list_id,
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

bool
preview_as(struct preview *p, const struct list *list, const char *address,
	struct error *err)
{
	struct str key = STR_INIT;
	int64_t id;

	if (!address_check(span_of(address), err))
		return error_wrap(err, "'%s'", address);
	address_key(&key, span_of(address));
	if (store_list(p->store, list->name, &id, err))
		p->subscriber =
			store_subscriber(p->store, id, str_text(&key), err);
	str_clear(&key);
	if (!p->subscriber && err->kind == ERROR_NONE)
		error_set(err, ERROR_INPUT, "%s is not on '%s'", address,
			list->name);
	if (!p->subscriber)
		return false;
	preview_reader_free(p->reader);
	p->reader = preview_reader_new(list, p->subscriber);
	return true;
}

void
preview_subject(const struct preview *p, struct str *out)
{
	const struct composed *c = &p->composed;
	const struct composed_form *f = preview_reader_form(p->reader, c);

	if (p->subscriber)
		preview_reader_show(
			p->reader, f, c->mark, f->letter->subject, false, out);
	else
		str_add(out, f->letter->subject_shown);
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

/* The plain text; a digest of messages as the one text it also could be. */
static void
add_text(
	struct str *out, const struct letter *letter, const struct issue *issue)
{
	if (letter_format_is_digest(letter->format))
		rfc1153_write(out, letter, issue->list, issue->number);
	else
		str_add(out, letter->text);
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

static void
show_picture(struct str *out, const struct letter *letter, struct span cid)
{
	for (size_t i = 0; i < letter->image_count; i++) {
		const struct letter_image *image = &letter->images[i];

		if (!span_equals(cid, image->cid))
			continue;
		str_printf(out, "data:%s;base64,", image->type);
		encode_base64_plain(out, str_span(&image->bytes));
		return;
	}
}

/* Browsers know no "cid:": the pictures stand in the page itself. */
static void
show_pictures(struct str *out, const struct letter *letter)
{
	struct span rest = span_of(letter->html), before, cid;

	while (letter_next_picture(&rest, &before, &cid)) {
		str_add_span(out, before);
		show_picture(out, letter, cid);
	}
	str_add_span(out, before);
}

static bool
write_shown(const struct preview *p, const char *folder, bool html,
	struct error *err)
{
	const struct composed *c = &p->composed;
	const struct composed_form *f = preview_reader_form(p->reader, c);
	struct str marked = STR_INIT, text = STR_INIT;
	bool ok;

	if (html && !f->letter->html)
		return true;
	if (html)
		show_pictures(&marked, f->letter);
	else
		add_text(&marked, f->letter, c->issue);
	preview_reader_show(
		p->reader, f, c->mark, str_text(&marked), html, &text);
	ok = html ? write_file(folder, "message.html", str_span(&text), err)
		  : write_text(folder, str_span(&text), err);
	str_clear(&marked);
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

/* The whole message, signed where the list signs. */
static bool
make_message(const struct preview *p, struct str *out, struct error *err)
{
	const struct dkim_signer *signer = signing_signer(p->signing);
	struct str message = STR_INIT;
	bool ok;

	preview_reader_fill(p->reader,
		preview_reader_form(p->reader, &p->composed)->form, &message);
	ok = !signer || dkim_sign(signer, str_span(&message), p->now, out, err);
	str_add_str(out, &message);
	str_clear(&message);
	return ok;
}

static bool
write_message(const struct preview *p, const char *folder, struct error *err)
{
	struct str whole = STR_INIT;
	bool ok = make_message(p, &whole, err) &&
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
		.now = p->now, .timeout_scale = timeout_scale};

	return !p->composed.form_count ||
		preflight_links(&p->preflight, &p->composed, &options, err);
}

bool
preview_check_spam(struct preview *p, struct error *err)
{
	struct str message = STR_INIT;
	bool ok;

	if (!preview_reader_form(p->reader, &p->composed))
		return true;
	ok = make_message(p, &message, err) &&
		preflight_spam(
			&p->preflight, str_span(&message), SPAM_TIME, err);
	str_clear(&message);
	return ok;
}
