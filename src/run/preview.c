#include "run/preview.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "deliver/fill.h"
#include "mime/encode.h"
#include "run/run.h"
#include "subscribers/roster.h"

void
preview_clear(struct preview *p)
{
	composed_clear(&p->composed);
	store_close(p->store);
	p->store = NULL;
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

bool
preview_compose(const struct list *list, int64_t now, const struct log *log,
	struct preview *p, struct error *err)
{
	struct store_options options = {.url = list->store, .read_only = true};
	struct compose_options compose_options = {
		.list = list, .slot = now, .now = now, .gather = GATHER_SHOW};
	bool fresh = is_new_store(list);
	int64_t last, joining = 0;

	*p = (struct preview){.store = store_open(&options, err)};
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
	if (!compose(&compose_options, &p->composed, err))
		return false;
	p->composed.recipients =
		(size_t)((int64_t)p->composed.recipients + joining);
	return true;
}

void
preview_fill(const struct list *list, const struct form *form, struct str *out)
{
	struct recipient reader = {
		.seq = 1,
		.subscriber = 1,
		.name = (char *)"Ada Example",
		.address = (char *)"reader@example.org",
		.since = INSTANT_NONE,
	};
	struct fill_options options = {
		.list = list,
		.salt = span_of("preview"),
		.token_key = span_of("preview"),
	};
	struct filler *filler = filler_new(&options);

	form_fill(form, filler_values(filler, form, &reader), out);
	filler_free(filler);
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
write_report(const struct composed *c, const char *folder, struct error *err)
{
	struct arena *arena = arena_new();
	struct str text = STR_INIT;
	bool ok;

	json_write(&text, composed_report(arena, c), true);
	str_add_char(&text, '\n');
	ok = write_file(folder, "report.json", str_span(&text), err);
	str_clear(&text);
	arena_free(arena);
	return ok;
}

/* A letter's text for the eye: marks of slots become what they stand for. */
static void
show_slots(struct str *out, const char *text, const char *mark,
	const struct slot_values *values)
{
	struct span rest = span_of(text);
	enum slot_name name;
	size_t at, len;

	while (slot_next(rest, mark, &at, &len, &name)) {
		str_add_span(out, span_slice(rest, 0, at));
		str_add_span(out, values->value[name]);
		rest = span_from(rest, at + len);
	}
	str_add_span(out, rest);
}

static void
show_picture(struct str *out, const struct letter *letter, struct span cid)
{
	for (size_t i = 0; i < letter->image_count; i++) {
		const struct letter_image *image = &letter->images[i];

		if (!span_equals(cid, image->cid))
			continue;
		str_printf(out, "data:%s;base64,", image->type);
		encode_base64(out, str_span(&image->bytes));
		return;
	}
}

/* Browsers know no "cid:": the pictures stand in the page itself. */
static void
show_pictures(struct str *out, const struct letter *letter)
{
	static const char start[] = "src=\"", scheme[] = "cid:";
	struct span rest = span_of(letter->html);
	size_t at;

	while ((at = span_find_text(rest, start)) < rest.len) {
		str_add_span(out, span_slice(rest, 0, at + strlen(start)));
		rest = span_from(rest, at + strlen(start));
		if (!span_starts(rest, scheme))
			continue;
		rest = span_from(rest, strlen(scheme));
		at = span_find(rest, '"');
		show_picture(out, letter, span_slice(rest, 0, at));
		rest = span_from(rest, at);
	}
	str_add_span(out, rest);
}

static bool
write_page(const struct composed *c, const struct slot_values *values,
	const char *folder, struct error *err)
{
	struct str page = STR_INIT, shown = STR_INIT;
	bool ok;

	show_pictures(&page, c->forms[0].letter);
	show_slots(&shown, str_text(&page), c->mark, values);
	ok = write_file(folder, "message.html", str_span(&shown), err);
	str_clear(&page);
	str_clear(&shown);
	return ok;
}

static bool
write_parts(const struct composed *c, const char *folder, struct error *err)
{
	struct slot_values values;
	struct str text = STR_INIT;
	bool ok;

	for (size_t i = 0; i < SLOT_COUNT; i++)
		values.value[i] = span_of("");
	values.value[SLOT_UNSUBSCRIBE_URL] = span_of("#unsubscribe");
	values.value[SLOT_PREFERENCES_URL] = span_of("#preferences");
	values.value[SLOT_NAME] = span_of("Ada Example");
	values.value[SLOT_ADDRESS] = span_of("reader@example.org");
	values.value[SLOT_SINCE] = span_of("2026-01-01");
	show_slots(&text, c->forms[0].letter->text, c->mark, &values);
	ok = write_file(folder, "message.txt", str_span(&text), err);
	if (ok && c->forms[0].letter->html)
		ok = write_page(c, &values, folder, err);
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

bool
preview_write(const struct preview *p, const char *folder, struct error *err)
{
	const struct composed *c = &p->composed;
	struct str message = STR_INIT;
	bool ok;

	if (!file_make_folders(folder, 0755, err) || !remove_old(folder, err) ||
		!write_report(c, folder, err))
		return false;
	if (!c->form_count)
		return true;
	preview_fill(c->issue->list, c->forms[0].form, &message);
	ok = write_file(folder, "message.eml", str_span(&message), err) &&
		write_parts(c, folder, err);
	str_clear(&message);
	return ok;
}
