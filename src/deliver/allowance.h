/*
 * Rates: how many messages may go to a relay, and to one domain's servers, in a
 * time. The account is in the store: it survives a restart, and all lists and
 * processes of the site share it. It is kept by virtual scheduling (the generic
 * cell rate algorithm, ITU-T I.371, annex A): messages are spread evenly, and
 * no more than a second's worth goes at once, to a domain one more.
 *
 * What one second allows is drawn from the store at a time; what is drawn and
 * not used is lost, so that a crash never sends too many.
 */
#ifndef DELIVER_ALLOWANCE_H
#define DELIVER_ALLOWANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "model/list.h"
#include "store/store.h"

struct allowance;

/* The rates of the list's recipients' domains, and those of relays as they
 * come. `list` must live on. */
struct allowance *allowance_new(struct store *store, const struct list *list);
void allowance_free(struct allowance *a);

enum allowed {
	ALLOWED,
	ALLOWED_RELAY_LATER,  /* nothing to this relay before *at */
	ALLOWED_DOMAIN_LATER, /* his turn among those of his domain is at *at */
	ALLOWED_FAILED,	      /* the store: `err` is set */
};

/* May one more message go to `address` over this relay? Then it is counted.
 * Times are in ms since 1970. */
enum allowed allowance_take(struct allowance *a, const struct relay *relay,
	struct span address, int64_t now, int64_t *at, struct error *err);

#endif
