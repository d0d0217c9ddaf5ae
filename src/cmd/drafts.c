#include "cmd/drafts.h"

#include <stdlib.h>

#include "base/mem.h"
#include "run/draft.h"

struct value *
draft_value(struct arena *a, const struct draft *d)
{
	struct value *v = value_new_map(a);

	value_set_int(a, v, "number", d->number);
	value_set_text(a, v, "subject", d->subject);
	value_set_text(a, v, "hash", d->hash);
	value_set_instant(a, v, "slot", d->slot);
	value_set_instant(a, v, "deadline", d->deadline);
	value_set_int(a, v, "dispatches", (int64_t)d->carried);
	value_set_int(a, v, "recipients", (int64_t)draft_recipients(d));
	value_set_bool(a, v, "approved", d->approver != NULL);
	value_set_text(a, v, "approver", d->approver);
	return v;
}

struct showing {
	struct invocation *in;
	const struct list *list;
	struct arena *arena;
	struct value *items;
};

static bool
show(void *data, const struct draft *d)
{
	struct showing *s = data;
	char *slot = local_time(s->list, d->slot);
	char *deadline = local_time(s->list, d->deadline);

	if (s->in->json)
		value_push(s->arena, s->items, draft_value(s->arena, d));
	else if (d->approver)
		fprintf(s->in->out,
			"  %4d  %s  draft, approved by %s\n"
			"        %s\n",
			d->number, slot, d->approver, d->subject);
	else
		fprintf(s->in->out,
			"  %4d  %s  draft, to be approved before %s\n"
			"        %s\n",
			d->number, slot, deadline, d->subject);
	free(slot);
	free(deadline);
	return true;
}

bool
drafts_show(struct invocation *in, const struct list_context *c,
	struct arena *arena, struct value *items, struct error *err)
{
	struct showing s = {in, c->list, arena, items};

	return store_drafts(c->store, c->list_id, show, &s, err);
}
