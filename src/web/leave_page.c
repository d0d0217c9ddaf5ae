/*
 * /u/TOKEN: leaving. Mail programs post to it by themselves when their user
 * presses their button (RFC 8058); everybody else sees a page with a button.
 */
#include "web/asking.h"

static bool
leave(struct asking *a, const char *how, struct error *err)
{
	struct membership m = asking_membership(a, how);

	return membership_leave(&m, a->number, NULL, err);
}

/* No page and no redirect: programs read it. */
static bool
leave_by_program(struct asking *a, struct error *err)
{
	if (!leave(a, "one click", err))
		return false;
	answer_line(&a->visit->answer, STATUS_OK, "unsubscribed");
	return true;
}

static bool
leave_by_button(struct asking *a, struct error *err)
{
	return leave(a, "page", err) && asking_page(a, STATUS_OK, "left", err);
}

/* Who presses twice is back since the first time. */
static bool
come_back(struct asking *a, struct error *err)
{
	struct membership m = asking_membership(a, "page");
	bool there = a->subscriber && subscriber_is_reader(a->subscriber);
	bool done;

	if (!membership_undo(&m, a->number, &done, err))
		return false;
	asking_set(a, done || there ? "done" : "too_late");
	return asking_page(a, STATUS_OK, "back", err);
}

/* Also for who was struck or is not reached: his word keeps him off for good,
 * and a roster that names him again does not. */
static bool
show(struct asking *a, struct error *err)
{
	const struct subscriber *s = a->subscriber;
	bool may_leave = !s ||
		(s->state != SUBSCRIBER_GONE && s->state != SUBSCRIBER_ERASED);

	asking_set_text(a, "preferences",
		asking_token(a, TOKEN_SUBSCRIBER, (uint64_t)a->list_id,
			(uint64_t)a->number, TOKEN_PREFERENCES));
	return asking_page(a, STATUS_OK, may_leave ? "leave" : "left", err);
}

bool
leave_page(struct asking *a, struct error *err)
{
	bool known;

	if (!asking_know_subscriber(a, TOKEN_UNSUBSCRIBE, &known, err))
		return false;
	if (!known)
		return asking_lost(a, err);
	if (a->post &&
		submission_says(&a->said, "List-Unsubscribe", "One-Click"))
		return leave_by_program(a, err);
	if (!asking_read_subscriber(a, err))
		return false;
	if (a->foreign)
		return show(a, err);
	if (asking_pressed(a, "leave"))
		return leave_by_button(a, err);
	if (asking_pressed(a, "undo"))
		return come_back(a, err);
	return show(a, err);
}
