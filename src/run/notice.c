#include "run/notice.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "run/errand.h"
#include "store/store.h"

enum { WIDTH = 72, MARK_OCTETS = 15, WAITING_MOST = 16 * 1024 };

/* ----- what is to be told ----- */

static void
add_items(struct str *out, const struct problems *notices)
{
	for (size_t i = 0; i < notices->count; i++) {
		str_add(out, "\n- ");
		text_wrap(out, span_of(notices->items[i].text), WIDTH, "  ");
		str_add_char(out, '\n');
	}
}

static char *
write_text(const struct list *list, struct span items)
{
	struct str text = STR_INIT;

	str_printf(&text, "'%s' needs you:\n", list->title);
	str_add_span(&text, items);
	str_add(&text,
		"\nThe same is told once a day at most, and how often it was "
		"so.\n");
	return str_take(&text);
}

/* What waits from earlier runs, and what is new. A list that never reaches its
 * relay must not fill the store. */
static void
load_items(struct str *out, struct store *store, const char *key,
	const struct problems *notices)
{
	char *waiting = store_meta(store, key, NULL);

	if (waiting && strlen(waiting) < WAITING_MOST)
		str_add(out, waiting);
	free(waiting);
	add_items(out, notices);
	if (notices->count)
		store_set_meta(store, key, str_text(out), NULL);
}

/* ----- the mail ----- */

static struct form *
make_form(const struct list *list, struct letter *letter, const char *mark,
	int64_t now, struct error *err)
{
	struct form_input input = {
		.list = list,
		.letter = letter,
		.mark = mark,
		.number = 1,
		.date = now,
		.purpose = FORM_NOTICE,
		.boundary_seed = mark,
	};

	return form_new(&input, err);
}

static bool
send_form(const struct list *list, const struct form *form,
	const char *const *editors, const struct run_options *o,
	struct error *err)
{
	struct errand errand = {
		.list = list,
		.relay = o->relay,
		.now = o->now,
		.log = o->log,
	};
	size_t count = 0;

	while (editors[count])
		count++;
	return errand_send(&errand, form, editors, count, err);
}

/* One form for all of them. */
static bool
send_text(const struct list *list, const char *const *editors,
	const char *subject, const char *text, const struct run_options *o,
	struct error *err)
{
	struct letter letter = {.format = FORMAT_TEXT,
		.language = (char *)"en",
		.subject = (char *)subject,
		.text = (char *)text};
	char *mark = world_random(MARK_OCTETS);
	struct form *form = make_form(list, &letter, mark, o->now, err);
	bool ok = form && send_form(list, form, editors, o, err);

	form_free(form);
	free(mark);
	return ok;
}

static const char *const *
editors_of(const struct list *list)
{
	return (const char *const *)list->editors;
}

static bool
send_items(const struct list *list, struct span items,
	const struct run_options *o, struct error *err)
{
	char *subject = mem_printf("%s needs you", list->title);
	char *text = write_text(list, items);
	bool ok = send_text(list, editors_of(list), subject, text, o, err);

	free(subject);
	free(text);
	return ok;
}

static bool
has_editors(const struct list *list)
{
	return list->editors && list->editors[0];
}

bool
notice_mail(const struct list *list, const char *editor, const char *subject,
	const char *text, const struct run_options *o, struct error *err)
{
	const char *const editors[] = {editor, NULL};

	return send_text(list, editors, subject, text, o, err);
}

void
notice_report(const struct list *list, const char *subject, const char *text,
	const struct run_options *o)
{
	struct error err = ERROR_INIT;

	if (has_editors(list) &&
		!send_text(list, editors_of(list), subject, text, o, &err))
		log_warn(o->log, "list '%s': the editors could not be told: %s",
			list->name, err.text);
	error_clear(&err);
}

void
notice_send(const struct list *list, struct store *store,
	const struct problems *notices, const struct run_options *o)
{
	struct error err = ERROR_INIT;
	struct str items = STR_INIT;
	char *key;

	if (!store || !has_editors(list))
		return;
	key = mem_printf(STORE_NOTICES "%s", list->name);
	load_items(&items, store, key, notices);
	if (items.len && send_items(list, str_span(&items), o, &err))
		store_set_meta(store, key, "", NULL);
	else if (notices->count)
		log_warn(o->log,
			"list '%s': the editors could not be told, a later run "
			"tries again: %s",
			list->name, err.text);
	error_clear(&err);
	str_clear(&items);
	free(key);
}
