/*
 * /s/LIST: asking to become a reader. The answer is the same whether the
 * address is known or not, or may not be written to.
 */
#include "model/address.h"
#include "web/asking.h"

enum { YOUNGEST = 2, OLDEST = 86400 }; /* seconds, of a form */

/* Programs fill in forms at once, and keep them for long. */
static bool
is_our_form(struct asking *a)
{
	struct span proof;
	uint64_t list, at;
	int64_t age;

	if (!submission_find(&a->said, "form", &proof) ||
		!token_keys_verify(a->keys, proof, TOKEN_FORM, &list, &at))
		return false;
	age = a->now - (int64_t)at;
	return (int64_t)list == a->list_id && age >= YOUNGEST && age <= OLDEST;
}

/* With what was filled in. */
static bool
show(struct asking *a, int status, struct error *err)
{
	const char *format = NULL, *language = a->language;

	asking_set_text(a, "address", NULL);
	asking_set_text(a, "name", NULL);
	if (a->post) {
		asking_set_text(a, "address",
			submission_line(&a->said, "address", 254));
		asking_set_text(
			a, "name", submission_line(&a->said, "name", 200));
		format = submission_line(&a->said, "format", 32);
		language = submission_line(&a->said, "language", 35);
	}
	asking_set_formats(a, format);
	asking_set_languages(a, text_is_empty(language) ? NULL : language);
	asking_set_text(a, "description", a->list->description);
	asking_set_text(a, "form",
		asking_token(a, TOKEN_PAGE, (uint64_t)a->list_id,
			(uint64_t)a->now, TOKEN_FORM));
	return asking_page(a, status, "join", err);
}

static const char *
or_null(const char *text)
{
	return text_is_empty(text) ? NULL : text;
}

static bool
ask(struct asking *a, const char *address, struct error *err)
{
	struct membership m = asking_membership(a, "form");

	asking_set_text(a, "list", a->list->title);
	return membership_ask_to_join(&m,
		&(struct join_wish){.address = address,
			.name = or_null(submission_line(&a->said, "name", 200)),
			.format = or_null(asking_said_format(a)),
			.language = or_null(asking_said_language(a)),
			.wording = asking_word(a, "join_wording")},
		err);
}

static bool
answer_wish(struct asking *a, struct error *err)
{
	const char *address = submission_line(&a->said, "address", 254);
	struct error problem = ERROR_INIT;
	bool asked;

	if (a->foreign || !is_our_form(a)) {
		asking_set(a, "again");
		return show(a, STATUS_BAD_REQUEST, err);
	}
	asked = address && address_check(span_of(address), NULL) &&
		ask(a, address, &problem);
	if (asked) {
		asking_set_text(a, "address", address);
		return asking_page(a, STATUS_OK, "asked", err);
	}
	if (problem.kind != ERROR_NONE && problem.kind != ERROR_DATA)
		return error_move(err, &problem);
	error_clear(&problem);
	asking_set(a, "wrong_address");
	return show(a, STATUS_BAD_REQUEST, err);
}

bool
join_page(struct asking *a, struct error *err)
{
	char *name = arena_span(a->arena, a->visit->argument);
	int64_t id;
	const struct list *list = asking_list_named(a, name, &id);

	if (!list || !list->joining.open) {
		a->visit->wrong = true;
		return asking_message(a, STATUS_NOT_FOUND, "missing", err);
	}
	asking_take_list(a, list, id);
	return a->post ? answer_wish(a, err) : show(a, STATUS_OK, err);
}
