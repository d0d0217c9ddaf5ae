/*
 * To a sibling of the list: a reader there, and gone here.
 */
#include "subscribers/membership.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/suppress.h"
#include "subscribers/membership_state.h"

struct destination {
	const struct list *list;
	int64_t id;
	bool asked;
};

static bool
is_sibling(const struct list *list, const char *name)
{
	for (const char *const *s = list->siblings; s && *s; s++)
		if (text_equals(*s, name))
			return true;
	return false;
}

/* Who may not be written to there is refused, although it is he who asks: a
 * page he was sent to is less than a confirmation. */
static bool
may_arrive(const struct membership *m, const struct destination *to,
	const struct subscriber *s, struct error *err)
{
	bool suppressed = false;

	if (!is_sibling(m->list, to->list->name))
		return error_set(err, ERROR_DATA, "'%s' is no sibling of '%s'",
			to->list->name, m->list->name);
	return store_is_suppressed(
		       m->store, to->id, s->key, &suppressed, NULL, err) &&
		(!suppressed ||
			error_set(err, ERROR_DATA,
				"'%s' may not write to this address",
				to->list->name));
}

/* Who left it, or was erased from it, or cannot be reached by it, comes back to
 * it by a confirmation and no other way. */
static bool
must_confirm(const struct subscriber *there)
{
	return there &&
		(there->state == SUBSCRIBER_GONE ||
			there->state == SUBSCRIBER_ERASED ||
			there->state == SUBSCRIBER_BOUNCED);
}

static bool
ask_there(const struct membership *there, const struct subscriber *s,
	struct error *err)
{
	return membership_ask_to_join(there,
		&(struct join_wish){.address = s->address,
			.name = s->name,
			.format = s->format,
			.language = s->language},
		err);
}

/* A pause goes with him, but not to where he reads already. By two changes, for
 * nobody comes to a list as one who pauses. */
static bool
arrive(const struct membership *there, const struct subscriber *s,
	const struct subscriber *known, const char *proof, struct error *err)
{
	struct subscriber arrival = *s;
	bool pauses = s->state == SUBSCRIBER_PAUSED &&
		!(known && known->state == SUBSCRIBER_ACTIVE);

	arrival.since = INSTANT_NONE;
	arrival.origin = there->by;
	return membership_change(
		       there, &arrival, SUBSCRIBER_ACTIVE, proof, err) &&
		(!pauses ||
			membership_change(there, &arrival, SUBSCRIBER_PAUSED,
				proof, err));
}

/* What he chose here he has there; he is with that list since now. */
static bool
go_over(const struct membership *m, const struct membership *there,
	const struct subscriber *s, const struct subscriber *known,
	struct error *err)
{
	char *proof = mem_printf("from '%s': %s", m->list->name, m->origin);
	bool ok = arrive(there, s, known, proof, err) &&
		membership_change(m, s, SUBSCRIBER_GONE, m->origin, err) &&
		membership_welcome(there, s->key, err);

	free(proof);
	return ok;
}

static bool
move_to(const struct membership *m, const struct subscriber *s, void *data,
	struct error *err)
{
	struct destination *to = data;
	struct membership there = *m;
	struct subscriber *known;
	bool ok;

	if (!membership_need_reader(s, err) || !may_arrive(m, to, s, err))
		return false;
	there.list = to->list;
	there.list_id = to->id;
	ok = membership_load_keyed(&there, s->key, &known, err);
	to->asked = ok && must_confirm(known);
	ok = ok &&
		(to->asked ? ask_there(&there, s, err)
			   : go_over(m, &there, s, known, err));
	subscriber_free(known);
	return ok;
}

bool
membership_move(const struct membership *m, int64_t subscriber,
	const struct list *sibling, int64_t to, bool *asked, struct error *err)
{
	struct destination destination = {sibling, to, false};
	bool ok = membership_do(
		m, subscriber, &(struct deed){move_to, &destination}, err);

	*asked = destination.asked;
	return ok;
}
