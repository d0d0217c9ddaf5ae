/*
 * A parcel: a mail of the post, made ready for the relay: its form, with all
 * links and headers, and its envelope sender.
 *
 *     answers a mail    MAIL FROM:<>              (RFC 3834, 3.3)
 *     a probe           bounces+TOKEN@…           what returns says of whom
 *     all others        bounces@…                 or the list's own address
 *
 * A confirmation's token stands in the link and behind a "+" in Reply-To, and
 * never in the envelope: a bounce would bring it back.
 */
#ifndef RUN_PARCEL_H
#define RUN_PARCEL_H

#include "mime/form.h"
#include "render/page.h"
#include "store/post.h"
#include "subscribers/tokens.h"

struct parcel {
	struct post *post;
	struct form *form; /* NULL: it is not to be sent, because … */
	char *why;
	bool broken; /* … of something that an operator can mend */
	char *sender;
};

/* Takes the post. */
void parcel_init_take(struct parcel *parcel, struct post *post);
void parcel_clear(struct parcel *parcel);

struct parcel_maker {
	struct store *store;
	const struct list *list;
	struct token_keys *keys;
	struct pages *pages; /* of templates/post */
	int64_t now;
};

/* Makes the form, or says why there is none: who it is about may have left
 * since, or a template be broken. False only for failures of the store. */
bool parcel_make(const struct parcel_maker *maker, struct parcel *parcel,
	struct error *err);

#endif
