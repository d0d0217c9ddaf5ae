/*
 * Mails beside the issues: a proof, a notice to the editors, the post to one
 * reader. They go the way of an issue, opened in a store of its own that lives
 * in memory for as long as it takes: over the list's relays, signed, on few
 * connections. But nothing is consumed, nobody is counted, no rate holds them
 * up, and what links they make carry tokens of a key that nobody keeps.
 */
#ifndef RUN_ERRAND_H
#define RUN_ERRAND_H

#include "base/error.h"
#include "base/log.h"
#include "mime/form.h"
#include "model/list.h"

struct errand_mail {
	const char *address;
	const struct form *form;
	const char *sender; /* of the envelope; "": the null one; NULL: as
			       issues have */
};

struct errand_outcome;

struct errand {
	const struct list *list;
	const struct errand_mail *mails; /* a few */
	size_t count;
	const struct relay *relay; /* in place of the list's; or NULL */
	int64_t now;
	const struct log *log;
	int timeout_scale; /* tests shorten all timeouts by it; 0: as they are
			    */
	/* Of errand_deliver() only. Seconds after `now` in which mails begin
	   to leave; 0: any. */
	int64_t within;
	/* Called once when it is known that a mail is sent, or refused, and
	   before another leaves: the outcome is borrowed. May be NULL. */
	void (*known)(
		void *data, size_t mail, const struct errand_outcome *outcome);
	void *known_data;
};

/* Sends the one form to all of these, in place of the errand's mails, at once;
 * who is put off is waited for, but not for long. False when it did not reach
 * all; `err` says why. */
bool errand_send(const struct errand *errand, const struct form *form,
	const char *const *addresses, size_t count, struct error *err);

enum errand_fate {
	ERRAND_SENT,
	ERRAND_LATER,	/* try again: put off, or nobody knows */
	ERRAND_REFUSED, /* for good, and it was about the address */
};

struct errand_outcome {
	enum errand_fate fate;
	char *why; /* one line; NULL of those sent */
};

/* Sends its mails, with what became of each in outcomes[0..count-1]; nobody is
 * waited for. False when nothing could be sent at all: then there are no
 * outcomes. */
bool errand_deliver(const struct errand *errand,
	struct errand_outcome *outcomes, struct error *err);
void errand_outcomes_clear(struct errand_outcome *outcomes, size_t count);

#endif
