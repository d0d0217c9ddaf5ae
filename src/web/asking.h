/*
 * A request while it is answered: what the pages share. Of reception.c and the
 * files named *_page.c alone.
 */
#ifndef WEB_ASKING_H
#define WEB_ASKING_H

#include "base/value.h"
#include "render/page.h"
#include "store/store.h"
#include "subscribers/membership.h"
#include "subscribers/tokens.h"
#include "web/reception.h"
#include "web/submission.h"

enum {
	STATUS_OK = 200,
	STATUS_BAD_REQUEST = 400,
	STATUS_NOT_FOUND = 404,
	STATUS_GONE = 410,
	STATUS_FAILED = 500,
	STATUS_BUSY = 503,
};

struct asking {
	struct reception *reception;
	struct visit *visit;
	struct arena *arena; /* of this request */
	struct store *store;
	struct pages *pages;
	struct token_keys *keys;
	const struct log *log;
	int64_t now;

	bool post;
	struct submission said; /* of a POST */
	bool foreign;		/* the page of another site sent it */

	const struct list *list; /* NULL: none */
	int64_t list_id;
	int64_t number;		       /* of the subscriber or request */
	int64_t request_at;	       /* of the token of a request */
	struct subscriber *subscriber; /* NULL: there is none */
	const char *accepted; /* the language that his browser wants; or NULL */
	const char *language;
	struct value *view;
};

/* ----- the pages; each answers, or sets `err` ----- */

bool index_page(struct asking *a, struct error *err);
bool leave_page(struct asking *a, struct error *err);
bool preferences_page(struct asking *a, struct error *err);
bool join_page(struct asking *a, struct error *err);
bool confirm_page(struct asking *a, struct error *err);
bool approve_page(struct asking *a, struct error *err);

/* ----- for them ----- */

/* The list of that name or number among those that are served; NULL. */
const struct list *asking_list_named(
	const struct asking *a, const char *name, int64_t *id);
const struct list *asking_list_numbered(const struct asking *a, int64_t id);

/* The i-th; NULL behind the last. */
const struct list *asking_list_at(const struct asking *a, size_t i);

/* Makes this the list that the page is about. */
void asking_take_list(
	struct asking *a, const struct list *list, int64_t list_id);

/* Verifies the token of the path; false when it is none of this purpose. */
bool asking_verify(struct asking *a, enum token_purpose purpose,
	uint64_t *first, uint64_t *second, struct error *err);

/* The list that the token names, and the number of the subscriber. *known
 * false: the token is none. */
bool asking_know_subscriber(struct asking *a, enum token_purpose purpose,
	bool *known, struct error *err);

/* Reads him as he is now; NULL when there is none of that number. */
bool asking_read_subscriber(struct asking *a, struct error *err);

/* Settles a->language: `own`, if we speak it, what his browser wants, the
 * list's. */
void asking_choose_language(struct asking *a, const char *own);

/* What membership wants to know. `how` is for the proof: "one click". */
struct membership asking_membership(struct asking *a, const char *how);

/* Was this button pressed? */
bool asking_pressed(const struct asking *a, const char *button);

/* The format and the language that he chose: "" for the list's; NULL when he
 * chose none, or one that is none. */
const char *asking_said_format(const struct asking *a);
const char *asking_said_language(const struct asking *a);

/* Makes a section of templates true. */
void asking_set(struct asking *a, const char *name);
void asking_set_text(struct asking *a, const char *name, const char *text);
const char *asking_word(struct asking *a, const char *key);

/* Appends what he may choose, as {value, label, chosen}. */
void asking_add_choice(struct asking *a, struct value *choices,
	const char *value, const char *label, bool chosen);

/* Sets "formats" and "languages": what he may choose among; `format` and
 * `language` are what he has (NULL: the list's). */
void asking_set_formats(struct asking *a, const char *format);
void asking_set_languages(struct asking *a, const char *language);

/* A token for a link or a form; in the arena. */
const char *asking_token(struct asking *a, enum token_kind kind, uint64_t first,
	uint64_t second, enum token_purpose purpose);

/* Answers with a page; with one of the messages of message.mustache. */
bool asking_page(struct asking *a, int status, const char *template_name,
	struct error *err);
bool asking_message(
	struct asking *a, int status, const char *message, struct error *err);

/* "This link is not valid": who sends many such is guessing. */
bool asking_lost(struct asking *a, struct error *err);

#endif
