/*
 * Settings by mail, for who has no page for them: the wishes of a mail that
 * bears his token are done one by one, as the page's buttons would, and a mail
 * tells him what he has now. What cannot be done stays as it was.
 *
 * A token may have been forwarded with a letter. It does what the page does for
 * the same token, and all that it causes goes to the reader, whoever wrote.
 */
#include <stdlib.h>

#include "run/sorting.h"

enum { WEEKS_MOST = 26 };

/* Whose wishes they are. */
struct wisher {
	struct sorting *s;
	struct membership m;
	int64_t subscriber;
};

/* ----- wishes ----- */

/* "4", "4 weeks"; 0 when it is nothing of the kind. */
static int
weeks_of(const char *value)
{
	char *end;
	long n = strtol(value, &end, 10);
	struct span unit = span_trim(span_of(end));

	if (end == value || n < 1 || n > WEEKS_MOST)
		return 0;
	return !unit.len || span_equals_nocase(unit, "week") ||
			span_equals_nocase(unit, "weeks")
		? (int)n
		: 0;
}

static bool
pause_wisher(const struct wisher *w, const char *value, struct error *err)
{
	int weeks = weeks_of(value);

	if (!weeks)
		return error_set(err, ERROR_DATA, "'%s' is not 1 to %d weeks",
			value, WEEKS_MOST);
	return membership_pause_weeks(&w->m, w->subscriber, weeks, err);
}

static bool
resume(const struct wisher *w, const char *value, struct error *err)
{
	(void)value;
	return membership_pause(&w->m, w->subscriber, w->m.now - 1, err);
}

static bool
set_format(const struct wisher *w, const char *value, struct error *err)
{
	return membership_prefer(&w->m, w->subscriber,
		&(struct preferences){.format = value}, err);
}

static bool
set_language(const struct wisher *w, const char *value, struct error *err)
{
	return membership_prefer(&w->m, w->subscriber,
		&(struct preferences){.language = value}, err);
}

static bool
set_name(const struct wisher *w, const char *value, struct error *err)
{
	return membership_prefer(&w->m, w->subscriber,
		&(struct preferences){.name = value}, err);
}

static bool
ask_to_change(const struct wisher *w, const char *value, struct error *err)
{
	return membership_ask_to_change(&w->m, w->subscriber, value, err);
}

static bool
move(const struct wisher *w, const char *value, struct error *err)
{
	const struct sorting_list *to = NULL;
	bool asked;

	for (size_t i = 0; i < w->s->list_count; i++)
		if (text_equals(w->s->lists[i].list->name, value))
			to = &w->s->lists[i];
	if (!to)
		return error_set(err, ERROR_DATA, "no list '%s'", value);
	return membership_move(
		&w->m, w->subscriber, to->list, to->id, &asked, err);
}

static bool
ask_for_copy(const struct wisher *w, const char *value, struct error *err)
{
	(void)value;
	return membership_ask_for_copy(&w->m, w->subscriber, err);
}

static bool
ask_to_erase(const struct wisher *w, const char *value, struct error *err)
{
	(void)value;
	return membership_ask_to_erase(&w->m, w->subscriber, err);
}

static bool
leave(const struct wisher *w, const char *value, struct error *err)
{
	enum subscriber_state was;

	(void)value;
	if (!membership_leave(&w->m, w->subscriber, &was, err))
		return false;
	w->s->report->left += subscriber_state_is_reader(was);
	return true;
}

/* What is `told` by a mail of its own needs no other. */
static const struct {
	bool (*act)(
		const struct wisher *w, const char *value, struct error *err);
	bool told;
} deeds[WISH_KINDS] = {
	[WISH_PAUSE] = {pause_wisher, false},
	[WISH_RESUME] = {resume, false},
	[WISH_FORMAT] = {set_format, false},
	[WISH_LANGUAGE] = {set_language, false},
	[WISH_NAME] = {set_name, false},
	[WISH_ADDRESS] = {ask_to_change, true},
	[WISH_MOVE] = {move, true},
	[WISH_COPY] = {ask_for_copy, true},
	[WISH_ERASE] = {ask_to_erase, true},
	[WISH_LEAVE] = {leave, true},
};

/* *refused: he does not have what he wished. */
static bool
grant(const struct wisher *w, const struct arrival *a, const struct wish *wish,
	bool *refused, struct error *err)
{
	struct error problem = ERROR_INIT;
	bool ok = deeds[wish->kind].act(w, wish->value, &problem);

	*refused = !ok;
	sorting_tell(w->s, a, "list '%s': %s %s", w->m.list->name,
		wish_kind_name(wish->kind), ok ? "done" : "refused");
	return asker_refused(w->s, a, ok, &problem) ||
		error_move(err, &problem);
}

static bool
grant_all(const struct wisher *w, const struct arrival *a, struct error *err)
{
	bool tell = !a->mail.wish_count;

	for (size_t i = 0; i < a->mail.wish_count; i++) {
		const struct wish *wish = &a->mail.wishes[i];
		bool refused;

		if (!grant(w, a, wish, &refused, err))
			return false;
		tell |= refused || !deeds[wish->kind].told;
	}
	return !tell || !a->mail.answerable ||
		membership_tell_settings(&w->m, w->subscriber, err);
}

/* ----- whose they are ----- */

static bool
act(struct sorting *s, const struct arrival *a, const struct bearer *bearer,
	const struct subscriber *who, struct error *err)
{
	struct wisher w = {
		.s = s,
		.m = asker_membership(s, bearer->list, a),
		.subscriber = who->id,
	};

	/* Found again, it undoes nothing that was chosen since. */
	if (asker_is_late(s, a) || arrival_is_before(a, who->since)) {
		sorting_tell(s, a, "settings that were wished long ago");
		return true;
	}
	sorting_tell(s, a, "list '%s': %zu wishes of %s",
		bearer->list->list->name, a->mail.wish_count, who->address);
	return s->room->dry_run || grant_all(&w, a, err);
}

bool
sort_settings(struct sorting *s, const struct arrival *a, bool *done,
	struct error *err)
{
	static const enum token_purpose purposes[] = {TOKEN_PREFERENCES};
	struct error problem = ERROR_INIT;
	struct subscriber *who;
	struct bearer bearer;
	bool ok;

	*done = false;
	if (!bearer_find(s, a, purposes, 1, &bearer, done, err))
		return false;
	if (!*done)
		return true;
	who = store_subscriber_numbered(
		s->store, bearer.list->id, bearer.subscriber, &problem);
	*done = who && who->state != SUBSCRIBER_ERASED;
	ok = problem.kind == ERROR_NONE || error_move(err, &problem);
	ok = ok && (!*done || act(s, a, &bearer, who, err));
	subscriber_free(who);
	return ok;
}
