/*
 * Mailboxes, one after the other. Each remembers how far it was read; who
 * throws old mail away does not take it out of the pool.
 */
#include <stdlib.h>

#include "inbox/inbox.h"
#include "run/gathering.h"
#include "run/world.h"
#include "source/mailbox.h"

/* Archives reach back for decades; the pool does not. */
enum { REACH = 180 * 24 * 3600 };

static int64_t
reaches_back_to(const struct gather_options *o)
{
	int64_t first = o->list->select.first_issue;

	return o->now - (first > REACH ? first : REACH);
}

static bool
read_mailbox(struct gathering *g, struct asked *a, struct error *err)
{
	struct mailbox_options options = {
		.source = a->source,
		.position = gathering_position(a),
		.own_lists = g->o->list->site_list_ids,
		.is_returned = inbox_is_returned,
		.since = reaches_back_to(g->o),
		.largest = g->o->list->limits.mail,
		.now = world_now(), /* whatever `--at` says */
	};
	struct error why = ERROR_INIT;
	struct dispatches fresh;
	char *position = NULL;
	struct known known;
	bool ok;

	dispatches_init(&fresh);
	ok = known_load(g, a, &known, err);
	options.known = &known.items;
	if (ok && mailbox_source_read(&options, &fresh, &position, &why))
		source_state_clear(&a->state);
	else if (ok)
		gathering_failed(g, a, why.text);
	/* A large mailbox behind a slow line is read in pieces, run by run:
	   thrown away, they would be read for ever. */
	if (position)
		gathering_set_position(a, position);
	ok = ok && gathering_take(g, a, &fresh, err);
	for (size_t i = 0; i < fresh.problems.count; i++)
		gathering_tell(g, fresh.problems.items[i].severity, "%s",
			fresh.problems.items[i].text);
	error_clear(&why);
	free(position);
	dispatches_clear(&fresh);
	known_clear(&known);
	return ok;
}

bool
gather_mailboxes(struct gathering *g, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < g->count; i++)
		if (g->sources[i].source->kind == SOURCE_MAILBOX)
			ok = read_mailbox(g, &g->sources[i], err);
	return ok;
}
