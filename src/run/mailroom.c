#include "run/mailroom.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mailbox/mailbox.h"
#include "run/run.h"
#include "run/sorting.h"
#include "run/world.h"
#include "subscribers/bounces.h"

enum {
	BATCH = 100,
	FIRST_REACH = 30 * 24 * 3600, /* into an IMAP folder never read yet */
};

void
sorting_tell(const struct sorting *s, const struct arrival *a,
	const char *format, ...)
{
	va_list args;
	char *text;

	if (s->room->log->level < LOG_VERBOSE)
		return;
	va_start(args, format);
	text = mem_vprintf(format, args);
	va_end(args);
	log_detail(s->room->log, "%s: %s", a->where, text);
	free(text);
}

bool
sorting_reads(const struct sorting *s, const struct list *list)
{
	return !s->place ||
		(list->inbox && text_equals(list->inbox->name, s->place->name));
}

/* ----- a batch ----- */

static bool
act_on(struct sorting *s, const struct arrival *a, struct error *err)
{
	s->report->read++;
	switch (a->mail.kind) {
	case INBOX_BOUNCE:
	case INBOX_COMPLAINT:
		return sort_returned(s, a, err);
	case INBOX_REQUEST:
	case INBOX_LETTER:
		return sort_request(s, a, err);
	default:
		s->report->automatic++;
		return true;
	}
}

static bool
act_on_all(struct sorting *s, struct error *err)
{
	for (size_t i = 0; i < s->batch_count; i++)
		if (!act_on(s, s->batch[i], err))
			return false;
	return true;
}

/* In one transaction, begun only now: mails come slowly over the net, and
 * others want to write, too. */
static bool
end_batch(struct sorting *s, struct error *err)
{
	bool ok = true;

	if (s->batch_count && s->room->dry_run)
		ok = act_on_all(s, err);
	else if (s->batch_count)
		ok = store_together(s->store, err) &&
			store_together_end(
				s->store, "inbox", act_on_all(s, err), err);
	for (size_t i = 0; ok && i < s->list_count; i++)
		s->lists[i].kept = s->lists[i].lost_count;
	arena_free(s->arena);
	s->arena = arena_new();
	s->batch_count = 0;
	s->failed = s->failed || !ok;
	return ok;
}

static bool
take_mail(void *data, struct span bytes, const char *where, struct error *err)
{
	struct sorting *s = data;

	s->batch[s->batch_count++] = arrival_read(s->arena, bytes, where);
	return s->batch_count < BATCH || end_batch(s, err);
}

/* ----- the lists ----- */

/* Those whose readers are in this store. */
static bool
find_lists(struct sorting *s, const char *store, struct error *err)
{
	const struct list *const *list = s->room->lists;
	size_t count = 0;

	while (list[count])
		count++;
	s->lists = mem_new((count + 1) * sizeof *s->lists);
	for (; *list; list++) {
		struct sorting_list *l = &s->lists[s->list_count];

		if (!text_equals((*list)->store, store))
			continue;
		l->list = *list;
		if (!store_list(s->store, (*list)->name, &l->id, err))
			return false;
		s->list_count++;
	}
	return true;
}

static bool
sorting_start(struct sorting *s, struct mailroom *room, struct store *store,
	const char *url, struct error *err)
{
	s->room = room;
	s->store = store;
	s->arena = arena_new();
	s->batch = mem_new(BATCH * sizeof *s->batch);
	s->keys = token_keys_load(
		store, room->dry_run ? NULL : world_random, err);
	return s->keys && find_lists(s, url, err);
}

static void
stop_and_tell(const struct sorting *s, const struct sorting_list *l)
{
	struct error err = ERROR_INIT;

	if (!lost_tell(s->room, s->store, l, &err) ||
		!disbelieved_stop(s->room, s->store, l, &err))
		log_error(
			s->room->log, "list '%s': %s", l->list->name, err.text);
	error_clear(&err);
}

/* What was done, and is on the disk, is told, also when the rest could not be. */
static void
sorting_end(struct sorting *s)
{
	for (size_t i = 0; i < s->list_count; i++) {
		if (!s->room->dry_run)
			stop_and_tell(s, &s->lists[i]);
		lost_clear(&s->lists[i]);
	}
	log_problems(s->room->log, &s->problems);
	problems_clear(&s->problems);
	token_keys_free(s->keys);
	arena_free(s->arena);
	free(s->batch);
	free(s->lists);
}

/* ----- the inbox ----- */

static bool
read_place(struct sorting *s, char **position, struct error *err)
{
	const struct mailbox_reading reading = {
		.place = s->place,
		.position = *position,
		.since = s->room->now - FIRST_REACH,
		.now = world_now(), /* whatever `--at` says */
		.largest = MAILBOX_LARGEST,
		.most = MAILBOX_MOST,
		.take = take_mail,
		.data = s,
		.problems = &s->problems,
	};
	struct error trouble = ERROR_INIT;
	size_t before = s->report->read;
	char *reached = NULL;
	bool ok = mailbox_read(&reading, &reached, &trouble);

	/* What was given out before it broke off counts, if it was kept. */
	ok = end_batch(s, &trouble) && ok;
	s->whole = ok && s->report->read - before < MAILBOX_MOST;
	if (reached && !s->failed) {
		free(*position);
		*position = mem_strdup(reached);
	}
	free(reached);
	return ok || error_move(err, &trouble);
}

static bool
read_inbox(struct sorting *s, struct error *err)
{
	char *key = mem_printf("inbox:%s", s->place->name);
	struct error trouble = ERROR_INIT;
	char *position = store_meta(s->store, key, &trouble), *before;
	bool ok = trouble.kind == ERROR_NONE;

	before = mem_strdup(position);
	ok = ok && read_place(s, &position, &trouble);
	if (position && !text_equals(position, before) && !s->room->dry_run)
		ok = store_set_meta(
			     s->store, key, position, ok ? &trouble : NULL) &&
			ok;
	if (!ok)
		error_move(err, &trouble);
	free(before);
	free(position);
	free(key);
	return ok;
}

static bool
read_and_sweep(struct sorting *s, struct error *err)
{
	return read_inbox(s, err) && (s->room->dry_run || sweep_inbox(s, err));
}

/* ----- what was done already ----- */

/* The inbox as it serves the list's store: it is read once for each. */
static bool
has_mark(const struct str *marks, const struct list *list)
{
	char *mark = mem_printf("%s %s\n", list->inbox->name, list->store);
	struct span all = str_span(marks);
	bool has = span_find_text(all, mark) < all.len;

	free(mark);
	return has;
}

static void
add_mark(struct str *marks, const struct list *list)
{
	str_add_all(marks, list->inbox->name, " ", list->store, "\n", NULL);
}

static bool
is_first_time(struct mailroom *room, const struct list *list)
{
	bool first = !has_mark(&room->seen, list);

	if (first)
		add_mark(&room->seen, list);
	return first;
}

/* ----- at an inbox ----- */

/* What is done at the inbox of a list. */
struct task {
	struct mailroom *room;
	struct store *store;
	const struct list *list;
	struct mailroom_report *report;
	bool (*act)(struct sorting *s, struct error *err);
};

static bool
do_task(const struct task *t, struct error *err)
{
	struct sorting s = {.place = t->list->inbox, .report = t->report};
	bool ok = sorting_start(&s, t->room, t->store, t->list->store, err) &&
		t->act(&s, err);

	sorting_end(&s);
	if (ok && s.whole)
		add_mark(&t->room->whole, t->list);
	return ok || error_wrap(err, "inbox");
}

/* What is about its readers would be taken for none of ours, and never be looked
 * at again. NULL: there is none. */
static const struct list *
find_unsound(const struct mailroom *room, const struct list *list)
{
	const struct list *const *other = room->unsound;

	for (; other && *other; other++)
		if (!(*other)->store ||
			text_equals((*other)->store, list->store))
			return *other;
	return NULL;
}

static bool
is_passed_over(struct mailroom *room, const struct list *list)
{
	const struct list *unsound = find_unsound(room, list);

	if (unsound)
		log_warn(room->log,
			"warning: %s waits until the mistakes in the settings "
			"of list '%s' are mended: mail about its readers may "
			"lie there",
			list->inbox->name, unsound->name);
	room->passed_over += unsound != NULL;
	return unsound != NULL;
}

static bool
do_locked(const struct task *t, struct error *err)
{
	char *state = run_state_folder(t->list);
	bool busy, ok;
	struct lock *lock = lock_take(state, "the inbox", &busy, err);

	if (busy) {
		log_detail(t->room->log, "%s", err->text);
		error_clear(err);
		ok = true;
	} else {
		ok = lock && do_task(t, err);
	}
	lock_release(lock);
	free(state);
	return ok;
}

bool
mailroom_read(struct mailroom *room, struct store *store,
	const struct list *list, struct mailroom_report *report,
	struct error *err)
{
	const struct task t = {room, store, list, report, read_and_sweep};

	if (!list->inbox || !is_first_time(room, list) ||
		is_passed_over(room, list))
		return true;
	return room->dry_run ? do_task(&t, err) : do_locked(&t, err);
}

bool
mailroom_sweep(struct mailroom *room, struct store *store,
	const struct list *list, struct mailroom_report *report,
	struct error *err)
{
	const struct task t = {room, store, list, report, sweep_inbox};

	return !list->inbox || !is_first_time(room, list) ||
		is_passed_over(room, list) || do_locked(&t, err);
}

bool
mailroom_settle(struct mailroom *room, struct store *store,
	const struct list *list, struct error *err)
{
	size_t count = 0;
	int64_t id;
	bool ok;

	if (list->inbox ? !has_mark(&room->whole, list)
			: find_unsound(room, list) != NULL)
		return true;
	ok = store_list(store, list->name, &id, err) &&
		bounce_settle_probes(store, list, id, room->now, &count, err);

	if (ok && count)
		log_detail(room->log,
			"list '%s': probes that did not come back: %zu",
			list->name, count);
	return ok;
}

bool
mailroom_take(struct mailroom *room, struct store *store,
	const struct list *list, struct span bytes,
	struct mailroom_report *report, struct error *err)
{
	const struct list *unsound = find_unsound(room, list);
	struct sorting s = {.report = report};
	bool ok;

	if (unsound)
		return error_set(err, ERROR_CONFIG,
			"it may be about readers of list '%s', whose settings "
			"have mistakes",
			unsound->name);
	ok = sorting_start(&s, room, store, list->store, err) &&
		take_mail(&s, bytes, "stdin", err) && end_batch(&s, err);

	sorting_end(&s);
	return ok;
}

void
mailroom_clear(struct mailroom *room)
{
	str_clear(&room->seen);
	str_clear(&room->whole);
}
