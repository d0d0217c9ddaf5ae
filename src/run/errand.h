/*
 * A message to a few people beside the roster: a proof, a notice to the
 * editors. It is an issue like any other, opened in a store of its own that
 * lives in memory for as long as it takes: nothing is consumed, nobody is
 * counted, no rate holds it up, and its links carry tokens of a key that nobody
 * keeps.
 */
#ifndef RUN_ERRAND_H
#define RUN_ERRAND_H

#include "base/error.h"
#include "base/log.h"
#include "mime/form.h"
#include "model/list.h"

struct errand {
	const struct list *list;
	const struct form *form;
	const char *language;
	enum letter_format format;
	const char *subject;
	int number; /* that it bears */
	const char *const *addresses;
	size_t count;
	const struct relay *relay; /* in place of the list's; or NULL */
	int64_t now;
	const struct log *log;
};

/* Sends it at once. False when it did not reach all; `err` says why. */
bool errand_send(const struct errand *errand, struct error *err);

#endif
