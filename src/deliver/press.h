/*
 * The press: letters that are signed are made ahead, on all cores, while their
 * envelopes travel. A sheet is one of them, from the filled form to its
 * signature.
 */
#ifndef DELIVER_PRESS_H
#define DELIVER_PRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "mime/dkim.h"
#include "mime/form.h"

struct press;
struct sheet;

/* `signer` must live on. */
struct press *press_new(const struct dkim_signer *signer);

/* Waits for the threads; sheets are gone with it. */
void press_free(struct press *press);

/* Readable when press_collect() has something to do. */
int press_fd(struct press *press);

/* Begins one: the form is filled before this returns; `at` is the time of the
 * signature, in seconds since 1970. */
struct sheet *press_begin(struct press *press, const struct form *form,
	const struct slot_values *values, int64_t at);

/*
 * For so many µs the threads have enough to do, with time to spare: the network
 * loop may rest so long. Each of its turns is a transaction, and with several
 * letters to a turn the processors sign instead.
 */
int press_rest(const struct press *press);

/* Takes note of the sheets that are signed. False: one could not be. */
bool press_collect(struct press *press, struct error *err);

bool sheet_is_done(const struct sheet *sheet);

/* Lends the signed message of one that is done. */
void sheet_lend(const struct sheet *sheet, struct rope *out);

/* It is not needed (any more), done or not. */
void press_drop(struct press *press, struct sheet *sheet);

#endif
