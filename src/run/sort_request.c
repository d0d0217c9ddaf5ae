/*
 * Requests by mail, each through the door that pages use (membership.h):
 *
 *     an answer to a confirmation          its token is the proof
 *     "unsubscribe", with a token          gone at once
 *     "unsubscribe" in answer to a letter  gone at once, when the sender is who
 *                                          the letter went to, and when it is
 *                                          not the letter's own subject
 *     "settings", with a token             done at once (sort_settings.c)
 *     "unsubscribe", "subscribe"           a mail asks back
 *     "settings"                           a mail says what there is to set
 *
 * What names no list of ours is left for people.
 */
#include <stdlib.h>

#include "run/sorting.h"
#include "subscribers/membership.h"

/* ----- answers to a confirmation ----- */

/* "Unsubscribe me!" is no yes to joining. */
static bool
fits(enum request_verb verb, enum request_kind kind)
{
	if (verb == VERB_UNSUBSCRIBE)
		return kind == REQUEST_LEAVE || kind == REQUEST_ERASE;
	if (verb == VERB_SUBSCRIBE)
		return kind == REQUEST_JOIN;
	return verb != VERB_SETTINGS;
}

/* "No, that was not me!" is an answer, too. */
static bool
says_yes(const struct inbox_mail *mail)
{
	return mail->assents || mail->verb == VERB_UNSUBSCRIBE ||
		mail->verb == VERB_SUBSCRIBE;
}

static void
count_confirmed(struct sorting *s, const struct arrival *a,
	const struct request *r, enum confirm_result result)
{
	static const char *const words[] = {
		[CONFIRM_DONE] = "confirmed",
		[CONFIRM_HALF] = "confirmed by one of both",
		[CONFIRM_ALREADY] = "confirmed before",
		[CONFIRM_EXPIRED] = "confirmed too late",
		[CONFIRM_VOID] = "there is no such request any more",
	};

	sorting_tell(s, a, "%s%s%s", r ? r->address : "", r ? ": " : "",
		words[result]);
	if (!r || result != CONFIRM_DONE)
		return;
	s->report->joined += r->kind == REQUEST_JOIN;
	s->report->left += r->kind == REQUEST_LEAVE || r->kind == REQUEST_ERASE;
}

static bool
confirm_of(struct sorting *s, const struct arrival *a,
	const struct bearer *bearer, const struct sorting_list *list,
	struct error *err)
{
	struct membership m = asker_membership(s, list, a);
	enum confirm_result result = CONFIRM_VOID;
	struct request *done = NULL;
	bool ok = membership_confirm(&m, bearer->request, bearer->at,
		bearer->purpose, &result, &done, err);

	if (ok)
		count_confirmed(s, a, done, result);
	request_free(done);
	return asker_refused(s, a, ok, err);
}

static bool
confirm(struct sorting *s, const struct arrival *a, const struct bearer *bearer,
	bool *done, struct error *err)
{
	struct error problem = ERROR_INIT;
	struct request *r = store_request(s->store, bearer->request, &problem);
	const struct sorting_list *list = NULL;
	bool ok = problem.kind == ERROR_NONE;

	for (size_t i = 0; r && i < s->list_count; i++)
		if (s->lists[i].id == r->list && fits(a->mail.verb, r->kind))
			list = &s->lists[i];
	*done = list != NULL;
	if (!ok)
		error_move(err, &problem);
	else if (list && !says_yes(&a->mail))
		sorting_tell(s, a,
			"%s: an answer that does not say yes is left for "
			"people",
			r->address);
	else if (list && s->room->dry_run)
		sorting_tell(s, a, "%s: would be confirmed", r->address);
	else if (list)
		ok = confirm_of(s, a, bearer, list, err);
	request_free(r);
	return ok;
}

/* ----- leaving, with a token ----- */

static bool
is_sender(const struct arrival *a, const struct subscriber *who)
{
	return address_has_key(span_of(a->mail.sender), who->key);
}

static bool
leave(struct sorting *s, const struct arrival *a, const struct bearer *bearer,
	const struct subscriber *who, struct error *err)
{
	struct membership m = asker_membership(s, bearer->list, a);
	enum subscriber_state was = SUBSCRIBER_GONE;

	if (s->room->dry_run) {
		sorting_tell(s, a, "list '%s': %s would leave",
			bearer->list->list->name, who->address);
		return true;
	}
	if (!membership_leave(&m, bearer->subscriber, &was, err))
		return asker_refused(s, a, false, err);
	s->report->left += subscriber_state_is_reader(was);
	sorting_tell(s, a, "list '%s': %s left", bearer->list->list->name,
		who->address);
	return true;
}

/* Who answers a letter proves by that who he is, not that he wishes to leave:
 * that must be his own words. Where one cannot tell he is asked. *done false: its
 * token proves nothing, and it is as one without. */
static bool
leave_by_token(struct sorting *s, const struct arrival *a,
	const struct bearer *bearer, bool *done, struct error *err)
{
	struct error problem = ERROR_INIT;
	struct subscriber *who = store_subscriber_numbered(
		s->store, bearer->list->id, bearer->subscriber, &problem);
	bool ok = problem.kind == ERROR_NONE;
	enum request_echo echo =
		bearer->purpose == TOKEN_UNSUBSCRIBE ? ECHO_NONE : a->mail.echo;

	*done = who &&
		(bearer->purpose == TOKEN_UNSUBSCRIBE ||
			(is_sender(a, who) && echo != ECHO_SILENT));
	if (!ok)
		error_move(err, &problem);
	else if (*done && echo == ECHO_SPOKEN)
		sorting_tell(s, a, "only repeats the subject of a letter");
	else if (*done && arrival_is_before(a, who->since))
		/* Found again, it takes nobody off who came back. */
		sorting_tell(
			s, a, "is from before %s joined again", who->address);
	else if (*done)
		ok = leave(s, a, bearer, who, err);
	subscriber_free(who);
	return ok;
}

/* ----- without one ----- */

/* Appends the key without a "+tag". */
static bool
add_plain_key(struct str *out, const char *address)
{
	struct span local = address_local(span_of(address));
	struct str plain = STR_INIT;
	bool ok;

	str_add_span(&plain, span_slice(local, 0, span_find(local, '+')));
	str_add_char(&plain, '@');
	str_add_span(&plain, address_domain(span_of(address)));
	ok = address_check(str_span(&plain), NULL);
	if (ok)
		address_key(out, str_span(&plain));
	str_clear(&plain);
	return ok;
}

static bool
is_same(const char *a, const char *b)
{
	struct str one = STR_INIT, two = STR_INIT;
	bool same = a && b && add_plain_key(&one, a) &&
		add_plain_key(&two, b) &&
		text_equals(str_text(&one), str_text(&two));

	str_clear(&one);
	str_clear(&two);
	return same;
}

static bool
is_address_of(const struct list *list, const char *address)
{
	return is_same(list->unsubscribe, address) ||
		is_same(list->bounces, address) ||
		is_same(list->from.address, address) ||
		is_same(list->reply_to, address);
}

static bool
is_sent_to(const struct arrival *a, const struct list *list)
{
	for (size_t i = 0; i < a->to_count; i++)
		if (is_address_of(list, a->to[i]))
			return true;
	return false;
}

/* A list is meant by its address, or when no other has this inbox. Each is
 * looked at once: a mail may name many addresses, and a site have many lists. */
static const bool *
find_meant(const struct sorting *s, const struct arrival *a)
{
	bool *meant =
		arena_alloc(s->arena, (s->list_count + 1) * sizeof *meant);
	size_t named = 0, readers = 0, last = 0;

	for (size_t i = 0; i < s->list_count; i++) {
		meant[i] = is_sent_to(a, s->lists[i].list);
		named += meant[i];
		if (sorting_reads(s, s->lists[i].list)) {
			readers++;
			last = i;
		}
	}
	if (!named && readers == 1)
		meant[last] = true;
	return meant;
}

static bool
ask_back(struct sorting *s, const struct arrival *a,
	const struct sorting_list *list, struct error *err)
{
	static const char *const wishes[] = {
		[VERB_SUBSCRIBE] = "to join",
		[VERB_UNSUBSCRIBE] = "to leave",
		[VERB_SETTINGS] = "for his settings",
	};
	struct membership m = asker_membership(s, list, a);
	const struct join_wish wish = {
		.address = a->mail.sender, .name = a->name};
	bool ok = true;

	sorting_tell(s, a, "list '%s': %s asks %s; a mail answers",
		list->list->name, a->mail.sender, wishes[a->mail.verb]);
	if (s->room->dry_run)
		return true;
	if (a->mail.verb == VERB_SUBSCRIBE)
		ok = membership_ask_to_join(&m, &wish, err);
	else if (a->mail.verb == VERB_UNSUBSCRIBE)
		ok = membership_ask_to_leave(&m, a->mail.sender, err);
	else
		ok = membership_ask_for_settings(&m, a->mail.sender, err);
	return asker_refused(s, a, ok, err);
}

/* Anybody may write in anybody's name: one of ours would answer for ever. */
static bool
may_be_asked(const struct sorting *s, const struct arrival *a)
{
	if (!a->mail.sender || !a->mail.answerable ||
		!address_check(span_of(a->mail.sender), NULL))
		return false;
	if (asker_is_late(s, a))
		return false;
	for (const struct list *const *list = s->room->lists; *list; list++)
		if (is_address_of(*list, a->mail.sender))
			return false;
	return true;
}

static bool
sort_wish(struct sorting *s, const struct arrival *a, struct error *err)
{
	const bool *meant;
	size_t asked = 0;
	bool ok = true;

	if (!may_be_asked(s, a)) {
		sorting_tell(s, a, "a request that is not to be answered");
		return true;
	}
	meant = find_meant(s, a);
	for (size_t i = 0; ok && i < s->list_count; i++)
		if (meant[i]) {
			ok = ask_back(s, a, &s->lists[i], err);
			asked++;
		}
	if (!asked)
		sorting_tell(s, a, "a request that names no list");
	return ok;
}

/* ----- any of them ----- */

/* Only people confirm: an absence note bears the token, too. */
static bool
try_confirming(struct sorting *s, const struct arrival *a, bool *done,
	struct error *err)
{
	static const enum token_purpose purposes[] = {
		TOKEN_CONFIRM, TOKEN_CONFIRM_NEW};
	struct bearer bearer;
	bool found;

	*done = false;
	if (!a->mail.answerable)
		return true;
	return bearer_find(s, a, purposes, 2, &bearer, &found, err) &&
		(!found || confirm(s, a, &bearer, done, err));
}

static bool
try_leaving(struct sorting *s, const struct arrival *a, bool *done,
	struct error *err)
{
	static const enum token_purpose purposes[] = {
		TOKEN_UNSUBSCRIBE, TOKEN_BOUNCE, TOKEN_MESSAGE};
	struct bearer bearer;
	bool found;

	return bearer_find(s, a, purposes, 3, &bearer, &found, err) &&
		(!found || leave_by_token(s, a, &bearer, done, err));
}

/* A token that proves something decides; else it is as a mail without one. */
static bool
try_tokens(struct sorting *s, const struct arrival *a, bool *done,
	struct error *err)
{
	if (!try_confirming(s, a, done, err))
		return false;
	if (*done)
		return true;
	if (a->mail.verb == VERB_UNSUBSCRIBE)
		return try_leaving(s, a, done, err);
	return a->mail.verb != VERB_SETTINGS || sort_settings(s, a, done, err);
}

static bool
act_on_request(struct sorting *s, const struct arrival *a, bool *done,
	struct error *err)
{
	if (!try_tokens(s, a, done, err))
		return false;
	if (*done || a->mail.kind == INBOX_LETTER)
		return true;
	if (a->mail.verb != VERB_CONFIRM)
		return sort_wish(s, a, err);
	sorting_tell(s, a, "its token is none of ours, or was used up");
	return true;
}

/* A mail that only confirms needs not be known again: its request is done. */
bool
sort_request(struct sorting *s, const struct arrival *a, struct error *err)
{
	bool before = false, done = false;

	if (a->mail.kind == INBOX_REQUEST && a->mail.verb != VERB_CONFIRM &&
		!asker_hear(s, a, &before, err))
		return false;
	if (before)
		sorting_tell(s, a, "was read before");
	else if (!act_on_request(s, a, &done, err))
		return false;
	s->report->requests +=
		done || (a->mail.kind == INBOX_REQUEST && !before);
	s->report->letters += !done && a->mail.kind == INBOX_LETTER;
	return true;
}
