/*
 * /c/TOKEN and /n/TOKEN: "yes, it was I". The link came by mail to the address
 * that it is about.
 */
#include "web/asking.h"

static const char *const kinds[REQUEST_KINDS] = {
	[REQUEST_JOIN] = "join",
	[REQUEST_LEAVE] = "leave",
	[REQUEST_CHANGE] = "change",
	[REQUEST_EXPORT] = "copy",
	[REQUEST_ERASE] = "erase",
};

static enum token_purpose
purpose_of(const struct asking *a)
{
	return a->visit->route == ROUTE_CONFIRM_NEW ? TOKEN_CONFIRM_NEW
						    : TOKEN_CONFIRM;
}

/* The list that the request is about. */
static bool
know_request(struct asking *a, bool *known, struct error *err)
{
	const struct list *list = NULL;
	struct request *request;
	uint64_t number, at;

	*known = false;
	if (!asking_verify(a, purpose_of(a), &number, &at, err))
		return err->kind == ERROR_NONE;
	request = store_request(a->store, (int64_t)number, err);
	if (request)
		list = asking_list_numbered(a, request->list);
	if (list) {
		*known = true;
		a->number = (int64_t)number;
		a->request_at = (int64_t)at;
		asking_take_list(a, list, request->list);
		asking_choose_language(a, request->language);
	}
	request_free(request);
	return err->kind == ERROR_NONE;
}

static bool
show(struct asking *a, enum confirm_result result,
	const struct request *request, struct error *err)
{
	if (result == CONFIRM_VOID || !request)
		return asking_lost(a, err);
	if (result == CONFIRM_EXPIRED)
		return asking_message(a, STATUS_GONE, "expired", err);
	asking_set(a, kinds[request->kind]);
	if (result == CONFIRM_ALREADY)
		asking_set(a, "already");
	else
		asking_set(a, result == CONFIRM_HALF ? "half" : "done");
	return asking_page(a, STATUS_OK, "confirmed", err);
}

static bool
look(struct asking *a, struct error *err)
{
	struct membership m = asking_membership(a, "page");
	enum confirm_result result = CONFIRM_VOID;
	struct request *request = NULL;
	bool ok = membership_look(&m, a->number, a->request_at, purpose_of(a),
		&result, &request, err);

	if (ok && (result == CONFIRM_DONE || result == CONFIRM_HALF)) {
		asking_set(a, kinds[request->kind]);
		ok = asking_page(a, STATUS_OK, "confirm", err);
	} else if (ok) {
		ok = show(a, result, request, err);
	}
	request_free(request);
	return ok;
}

/* What the rules refuse by now (he has left, the new address has a reader) is
 * no failure of ours, and why is not said: addresses are in it. */
static bool
confirm(struct asking *a, struct error *err)
{
	struct membership m = asking_membership(a, "page");
	enum confirm_result result = CONFIRM_VOID;
	struct error problem = ERROR_INIT;
	struct request *request = NULL;
	bool ok;

	if (!membership_confirm(&m, a->number, a->request_at, purpose_of(a),
		    &result, &request, &problem)) {
		if (problem.kind != ERROR_DATA)
			return error_move(err, &problem);
		error_clear(&problem);
		return asking_message(a, STATUS_GONE, "expired", err);
	}
	ok = show(a, result, request, err);
	request_free(request);
	return ok;
}

bool
confirm_page(struct asking *a, struct error *err)
{
	bool known;

	if (!know_request(a, &known, err))
		return false;
	if (!known)
		return asking_lost(a, err);
	if (!a->foreign && asking_pressed(a, "confirm"))
		return confirm(a, err);
	return look(a, err);
}
