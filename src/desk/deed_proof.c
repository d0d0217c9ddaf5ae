/*
 * Proofs from the page: of the draft, or of what is shown.
 */
#include <string.h>

#include "base/text.h"
#include "desk/deed.h"
#include "run/proof.h"
#include "run/world.h"

enum { ADDRESSES_MOST = 10, AS_MOST = 320, FORM_MOST = 60 };

/* Parted by blanks or commas; the texts are the arena's. False when there is
 * none, or one is too many: who is left out would wait for it. */
static bool
read_addresses(const struct deed *d, const char **out, size_t *count,
	struct error *err)
{
	const char *to = submission_line(d->said, "to", SUBMISSION_LIMIT);
	struct span rest = span_of(to ? to : "");

	for (*count = 0; rest.len;) {
		size_t n = strcspn(rest.data, " ,;");

		if (n && *count == ADDRESSES_MOST)
			return error_set(err, ERROR_DATA,
				"a proof goes to %d addresses at most: for "
				"more, use the command line",
				ADDRESSES_MOST);
		if (n)
			out[(*count)++] =
				arena_dup(d->said->arena, rest.data, n);
		rest = span_from(rest, n + 1);
	}
	return *count || error_set(err, ERROR_DATA, "the proof goes to nobody");
}

/* "tr.text", as wish_write_form() has it. */
static void
read_form(const struct deed *d, struct proof_order *order)
{
	const char *form = submission_line(d->said, "shown", FORM_MOST);
	size_t language = form ? strcspn(form, ".") : 0;
	const char *format =
		language && form[language] ? form + language + 1 : NULL;

	if (!format)
		return;
	order->language = arena_dup(d->said->arena, form, language);
	order->format = arena_dup(d->said->arena, format, strcspn(format, "."));
}

bool
deed_proof(const struct deed *d, struct error *err)
{
	const char *addresses[ADDRESSES_MOST];
	const char *as = submission_line(d->said, "as", AS_MOST);
	struct proof_order order = {.list = d->now->list,
		.addresses = addresses,
		.as = text_is_empty(as) ? NULL : as,
		.fresh = submission_says(d->said, "what", "shown"),
		.now = d->at,
		.log = d->log,
		.timeout_scale = world_timeout_scale()};
	int draft;

	if (!d->now->preview)
		return error_set(err, ERROR_DATA, "there is no issue yet");
	if (!read_addresses(d, addresses, &order.count, err))
		return false;
	order.shown = &d->now->preview->composed;
	read_form(d, &order);
	return proof_send(&order, &draft, err);
}
