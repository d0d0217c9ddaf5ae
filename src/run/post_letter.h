/*
 * The words of the post: one mail to one person (store/post.h), from the
 * templates of templates/post/ in his language. Pure, but for the reading of
 * templates.
 *
 * Text only: what has one link and no markup is trusted most, by people and by
 * filters; format=flowed lets it fill any window. A template's first line is
 * the subject; each line behind it is a paragraph, and wrapped here. No mail
 * says a name: of confirmations anybody could have typed it, and the others
 * need none.
 */
#ifndef RUN_POST_LETTER_H
#define RUN_POST_LETTER_H

#include "model/list.h"
#include "render/page.h"
#include "store/post.h"

/* Texts are borrowed, and may be NULL where nothing is to be said. */
struct post_facts {
	const struct list *list;
	enum post_kind kind;
	const char *language; /* NULL: the list's */
	const char *address;
	const char *new_address; /* of POST_CONFIRM_OLD */
	const char *confirm;	 /* tokens */
	const char *leave, *prefer;
	const struct subscriber *reader; /* of POST_SETTINGS: what he has */
	int64_t now, until; /* the confirmation counts before; INSTANT_NONE */
	const char *latest; /* subject of the latest issue */
	int latest_number;
};

struct post_letter {
	const char *language; /* that it is in; borrowed */
	char *subject, *text; /* the text may flow */
};

/* Has it words of its own? POST_LATEST is a letter as it was. */
bool post_kind_has_words(enum post_kind kind);

/* Is it a question that waits for an answer, and has a token for it? */
bool post_kind_asks(enum post_kind kind);

/* ERROR_CONFIG when the mail would lead nowhere: a confirmation of a list that
 * has neither pages nor an address for requests. */
bool post_letter_write(struct pages *pages, const struct post_facts *facts,
	struct post_letter *out, struct error *err);
void post_letter_clear(struct post_letter *letter);

#endif
