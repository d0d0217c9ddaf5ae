#include "run/errand.h"
#include "run/preview.h"
#include "run/run.h"
#include "store/store.h"

static bool
compose_proof(const struct preview *p, const struct list *list, int64_t now,
	struct composed *c, struct error *err)
{
	struct compose_options options = {
		.list = list,
		.store = p->store,
		.number = p->composed.issue->number,
		.slot = now,
		.now = now,
		.purpose = FORM_PROOF,
		.gather = GATHER_SHOW,
	};

	return store_list(p->store, list->name, &options.list_id, err) &&
		compose(&options, c, err);
}

bool
proof_send(const struct list *list, const char *const *addresses, size_t count,
	const struct relay *relay, int64_t now, const struct log *log,
	struct error *err)
{
	struct composed c = {.issue = NULL};
	struct errand errand = {
		.list = list,
		.relay = relay,
		.now = now,
		.log = log,
	};
	struct preview p;
	bool ok = preview_compose(list, now, log, &p, err);

	if (ok && !p.composed.form_count)
		ok = error_set(err, ERROR_DATA,
			"there is nothing to prove: the next issue is empty");
	ok = ok && compose_proof(&p, list, now, &c, err);
	ok = ok &&
		(errand_send(&errand, c.forms[0].form, addresses, count, err) ||
			error_wrap(err, "proof"));
	composed_clear(&c);
	preview_clear(&p);
	return ok;
}
