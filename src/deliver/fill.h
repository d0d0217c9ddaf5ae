/*
 * What one recipient's message differs in: the envelope sender, and the values
 * of the form's slots.
 *
 * Message-ID and envelope sender grow from the issue's stored salt and the
 * recipient's number, so that a repeat after a crash bears the same; links to
 * leave or change grow from the site's token key.
 */
#ifndef DELIVER_FILL_H
#define DELIVER_FILL_H

#include "base/str.h"
#include "mime/form.h"
#include "model/list.h"
#include "model/slot.h"
#include "store/store.h"

struct filler;

struct fill_options {
	const struct list *list;
	int64_t list_id, issue; /* of the store */
	struct span salt;	/* of the issue */
	struct span token_key;	/* of the site */
};

/* Copies what it needs of the options but the list, which must live on. */
struct filler *filler_new(const struct fill_options *options);
void filler_free(struct filler *filler);

/* Appends the envelope sender (VERP: "bounces+TOKEN@example.org"). */
void filler_sender(struct filler *filler, int64_t seq, struct str *out);

/* The values of the slots that `form` has; they live until the next call. For
 * columns of the roster `recipient->fields` must be there. */
const struct slot_values *filler_values(struct filler *filler,
	const struct form *form, const struct recipient *recipient);

#endif
