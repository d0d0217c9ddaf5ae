/*
 * Bounces and complaints: counted for whom their token names, whatever address
 * they name; without one of ours they are told, and that is all.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "run/sorting.h"
#include "subscribers/bounces.h"

static const char *
address_of(const struct returned *r)
{
	return r && r->address[0] ? r->address : "somebody";
}

/* What it says of him: of several that of his address, for a letter of ours
 * goes to one. */
static const struct returned *
find_returned(const struct inbox_mail *mail, const char *address)
{
	for (size_t i = 0; i < mail->returned_count; i++)
		if (text_equals_nocase(mail->returned[i].address, address))
			return &mail->returned[i];
	return mail->returned_count ? &mail->returned[0] : NULL;
}

static void
tell_unproven(struct sorting *s, const struct arrival *a)
{
	const struct returned *r = find_returned(&a->mail, NULL);

	s->report->unproven++;
	sorting_tell(s, a, "a %s about %s has no token of ours: not counted",
		inbox_kind_name(a->mail.kind), address_of(r));
}

/* ----- what is over ----- */

/* 0: nobody knows, for it is of a clock that was wrong when it lies ahead, or
 * before the issue that it is about. */
static int64_t
when_it_came(const struct sorting *s, const struct arrival *a,
	const struct bearer *bearer)
{
	bool sound = a->came != INSTANT_NONE && a->came <= s->room->now &&
		!arrival_is_before(a, bearer->issue ? bearer->opened : 0);

	return sound ? a->came : 0;
}

/*
 * What was counted is remembered for as long as it counts, so that nothing older
 * may count when it is found again. A complaint is his word, whenever it is read
 * first: with it he goes, and what brings him back is later. What nobody knows
 * the time of is judged by its issue, which is older than any return of it.
 */
static bool
is_too_old(const struct sorting *s, const struct arrival *a,
	const struct bearer *bearer)
{
	int64_t came = when_it_came(s, a, bearer);
	int64_t before =
		s->room->now - bearer->list->list->bounce_policy.within;

	if (!came)
		return bearer->issue && bearer->opened < before;
	return a->mail.kind == INBOX_BOUNCE && came < before;
}

/* What came before he joined again, or was asked again, says nothing any more.
 */
static bool
is_over(const struct sorting *s, const struct arrival *a,
	const struct bearer *bearer, const struct subscriber *who)
{
	if (bearer->purpose == TOKEN_PROBE)
		return who->probed_at == INSTANT_NONE ||
			arrival_is_before(a, who->probed_at);
	return (when_it_came(s, a, bearer) &&
		       arrival_is_before(a, who->since)) ||
		is_too_old(s, a, bearer);
}

/* ----- what it did ----- */

static void
tell_lost(struct sorting_list *list, const struct subscriber *who,
	const struct bounce *b)
{
	lost_add(list, who->id,
		b->class == RETURN_COMPLAINT
			? mem_printf("%s: said that it is spam", who->address)
			: mem_printf("%s: mail does not reach him%s%s",
				  who->address, b->text ? ": " : "",
				  b->text ? b->text : ""));
}

static void
count_effect(struct sorting *s, const struct arrival *a,
	const struct bearer *bearer, const struct subscriber *who,
	const struct bounce *b, enum bounce_effect effect)
{
	static const char *const words[] = {
		[BOUNCE_COUNTED] = "counted",
		[BOUNCE_KNOWN] = "known already",
		[BOUNCE_PROBED] = "a probe asks whether mail reaches him",
		[BOUNCE_DROPPED] = "he is taken off",
		[BOUNCE_IGNORED] = "he is no reader any more",
		[BOUNCE_OLD] = "it may have gone to his old address",
		[BOUNCE_DISBELIEVED] =
			"too much of its issue came back to be true",
	};

	s->report->probed += effect == BOUNCE_PROBED;
	s->report->dropped += effect == BOUNCE_DROPPED;
	if (effect == BOUNCE_DROPPED)
		tell_lost(bearer->list, who, b);
	sorting_tell(s, a, "list '%s': %s: %s: %s", bearer->list->list->name,
		who->address, return_class_name(b->class), words[effect]);
}

static bool
count(struct sorting *s, const struct arrival *a, const struct bearer *bearer,
	const struct subscriber *who, struct error *err)
{
	const struct returned *r = find_returned(&a->mail, who->address);
	enum bounce_effect effect = BOUNCE_IGNORED;
	struct bounce b = {
		.list = bearer->list->list,
		.list_id = bearer->list->id,
		.subscriber = bearer->subscriber,
		.issue = bearer->issue,
		.probe = bearer->purpose == TOKEN_PROBE,
		.class = r ? r->class : RETURN_TEMPORARY,
		.status = r ? r->status : NULL,
		.text = r ? r->diagnostic : NULL,
		.came = when_it_came(s, a, bearer),
		.now = s->room->now,
	};

	if (a->mail.kind == INBOX_COMPLAINT)
		b.class = RETURN_COMPLAINT;
	if (s->room->dry_run) {
		sorting_tell(s, a, "list '%s': %s: %s",
			bearer->list->list->name, who->address,
			return_class_name(b.class));
		return true;
	}
	if (!bounce_take(s->store, &b, &effect, err))
		return false;
	count_effect(s, a, bearer, who, &b, effect);
	return true;
}

/* ----- whom it is about ----- */

/* A complaint needs no issue: what the reader says of one he means of all. */
static bool
find_bearer(struct sorting *s, const struct arrival *a, struct bearer *b,
	bool *found, struct error *err)
{
	static const enum token_purpose purposes[] = {
		TOKEN_BOUNCE, TOKEN_MESSAGE, TOKEN_PROBE, TOKEN_UNSUBSCRIBE};
	size_t all = sizeof purposes / sizeof *purposes;

	return bearer_find(s, a, purposes,
		a->mail.kind == INBOX_COMPLAINT ? all : all - 1, b, found, err);
}

static bool
act(struct sorting *s, const struct arrival *a, const struct bearer *bearer,
	const struct subscriber *who, struct error *err)
{
	if (who->state != SUBSCRIBER_ERASED && !is_over(s, a, bearer, who))
		return count(s, a, bearer, who, err);
	sorting_tell(s, a, "list '%s': a %s about what is over",
		bearer->list->list->name, inbox_kind_name(a->mail.kind));
	return true;
}

bool
sort_returned(struct sorting *s, const struct arrival *a, struct error *err)
{
	struct error problem = ERROR_INIT;
	struct subscriber *who = NULL;
	struct bearer bearer;
	bool found, ok;

	s->report->bounces += a->mail.kind == INBOX_BOUNCE;
	s->report->complaints += a->mail.kind == INBOX_COMPLAINT;
	if (!find_bearer(s, a, &bearer, &found, err))
		return false;
	if (found)
		who = store_subscriber_numbered(
			s->store, bearer.list->id, bearer.subscriber, &problem);
	if (problem.kind != ERROR_NONE)
		return error_move(err, &problem);
	ok = !who || act(s, a, &bearer, who, err);
	if (!who)
		tell_unproven(s, a);
	subscriber_free(who);
	return ok;
}
