/*
 * /p/TOKEN: what a reader gets, and whether for a while he would rather not.
 * Letters get forwarded, and with them this page: so his address is masked, his
 * name is not shown, and what would tell or take away more than letters goes
 * through a mail to him.
 */
#include <stdlib.h>

#include "web/asking.h"
#include "web/mask.h"

static const int pauses[] = {2, 4, 8, 12, 26}; /* weeks */

/* ----- what the buttons do ----- */

static bool
save(struct asking *a, const struct membership *m, struct error *err)
{
	const char *name = submission_line(&a->said, "name", 200);
	struct preferences p = {.name = text_is_empty(name) ? NULL : name,
		.format = asking_said_format(a),
		.language = asking_said_language(a)};

	asking_set(a, "saved");
	return membership_prefer(m, a->number, &p, err);
}

static bool
pause_reader(struct asking *a, const struct membership *m, struct error *err)
{
	const char *weeks = submission_line(&a->said, "weeks", 3);
	int n = weeks ? atoi(weeks) : 0;

	for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++)
		if (pauses[i] == n) {
			asking_set(a, "paused_now");
			return membership_pause_weeks(m, a->number, n, err);
		}
	asking_set(a, "wrong_choice");
	return true;
}

static bool
resume(struct asking *a, const struct membership *m, struct error *err)
{
	asking_set(a, "resumed");
	return membership_pause(m, a->number, a->now - 1, err);
}

static bool
is_sibling(const struct asking *a, const char *name)
{
	for (size_t i = 0; a->list->siblings[i]; i++)
		if (text_equals(a->list->siblings[i], name))
			return true;
	return false;
}

static bool
move(struct asking *a, const struct membership *m, struct error *err)
{
	const char *name = submission_line(&a->said, "to", 200);
	const struct list *to = NULL;
	bool asked;
	int64_t id;

	if (is_sibling(a, name))
		to = asking_list_named(a, name, &id);
	if (!to) {
		asking_set(a, "wrong_choice");
		return true;
	}
	asking_set_text(a, "sibling", to->title);
	if (!membership_move(m, a->number, to, id, &asked, err))
		return false;
	asking_set(a, asked ? "asked_mail" : "moved");
	return true;
}

static bool
ask_to_change(struct asking *a, const struct membership *m, struct error *err)
{
	const char *address = submission_line(&a->said, "address", 254);

	if (!address || !address_check(span_of(address), NULL)) {
		asking_set(a, "wrong_address");
		asking_set_text(a, "new_address", address);
		return true;
	}
	asking_set(a, "asked_change");
	return membership_ask_to_change(m, a->number, address, err);
}

static bool
ask_for_copy(struct asking *a, const struct membership *m, struct error *err)
{
	asking_set(a, "asked_copy");
	return membership_ask_for_copy(m, a->number, err);
}

static bool
ask_to_erase(struct asking *a, const struct membership *m, struct error *err)
{
	asking_set(a, "asked_erase");
	return membership_ask_to_erase(m, a->number, err);
}

static const struct {
	const char *button;
	bool (*act)(struct asking *a, const struct membership *m,
		struct error *err);
	bool readers; /* only who gets letters now, or has paused them */
} buttons[] = {
	{"save", save, true},
	{"pause", pause_reader, true},
	{"resume", resume, true},
	{"move", move, true},
	{"change", ask_to_change, true},
	{"copy", ask_for_copy, false},
	{"erase", ask_to_erase, false},
};

/* ----- what is shown ----- */

static void
set_pauses(struct asking *a)
{
	struct value *choices = value_set(
		a->arena, a->view, "pauses", value_new_list(a->arena));

	for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++)
		asking_add_choice(a, choices,
			arena_printf(a->arena, "%d", pauses[i]),
			page_count(a->arena, a->pages, a->language, "weeks",
				(size_t)pauses[i]),
			i == 1);
}

static void
set_siblings(struct asking *a)
{
	struct value *choices = value_set(
		a->arena, a->view, "siblings", value_new_list(a->arena));

	for (size_t i = 0; a->list->siblings[i]; i++) {
		int64_t id;
		const struct list *l =
			asking_list_named(a, a->list->siblings[i], &id);
		const char *label;

		if (!l)
			continue;
		label = l->description ? arena_printf(a->arena, "%s – %s",
						 l->title, l->description)
				       : l->title;
		asking_add_choice(a, choices, l->name, label, false);
	}
	value_set_bool(a->arena, a->view, "any_siblings", choices->count > 0);
}

static const char *
local_day(const struct asking *a, int64_t instant)
{
	struct civil c = zone_civil(a->list->schedule.zone, instant);

	return page_date(a->arena, a->pages, a->language, c);
}

static void
set_reader(struct asking *a)
{
	const struct subscriber *s = a->subscriber;
	struct str masked = STR_INIT;
	bool paused = s && s->state == SUBSCRIBER_PAUSED;
	int64_t until = s && paused ? s->until : INSTANT_NONE;

	if (s && !text_is_empty(s->address))
		address_mask(&masked, span_of(s->address));
	asking_set_text(a, "address",
		masked.len ? arena_take(a->arena, &masked) : NULL);
	value_set_bool(
		a->arena, a->view, "reader", s && subscriber_is_reader(s));
	value_set_bool(a->arena, a->view, "paused", paused);
	asking_set_text(
		a, "until", until != INSTANT_NONE ? local_day(a, until) : NULL);
	asking_set_formats(a, s ? s->format : NULL);
	asking_set_languages(a, s ? s->language : NULL);
}

static bool
show(struct asking *a, struct error *err)
{
	set_reader(a);
	set_pauses(a);
	set_siblings(a);
	if (!value_find(a->view, "new_address"))
		asking_set_text(a, "new_address", NULL);
	asking_set_text(a, "leave",
		asking_token(a, TOKEN_SUBSCRIBER, (uint64_t)a->list_id,
			(uint64_t)a->number, TOKEN_UNSUBSCRIBE));
	return asking_page(a, STATUS_OK, "preferences", err);
}

/* What the rules refuse is no failure of ours: it was changed meanwhile, or he
 * may not. */
static bool
act(struct asking *a, struct error *err)
{
	struct membership m = asking_membership(a, "page");
	struct error problem = ERROR_INIT;
	size_t i = 0, count = sizeof buttons / sizeof *buttons;

	while (i < count && !asking_pressed(a, buttons[i].button))
		i++;
	if (i == count ||
		(buttons[i].readers && !subscriber_is_reader(a->subscriber)))
		return true;
	if (buttons[i].act(a, &m, &problem))
		return asking_read_subscriber(a, err);
	if (problem.kind != ERROR_DATA)
		return error_move(err, &problem);
	error_clear(&problem);
	a->view = value_new_map(a->arena);
	asking_set(a, "wrong_choice");
	return asking_read_subscriber(a, err);
}

bool
preferences_page(struct asking *a, struct error *err)
{
	bool known;

	if (!asking_know_subscriber(a, TOKEN_PREFERENCES, &known, err) ||
		(known && !asking_read_subscriber(a, err)))
		return false;
	if (!a->subscriber)
		return asking_lost(a, err);
	if (a->post && !a->foreign && !act(a, err))
		return false;
	return show(a, err);
}
