/*
 * Mailboxes, one after the other. Each remembers how far it was read; who
 * throws old mail away does not take it out of the pool.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "run/gathering.h"
#include "run/world.h"
#include "source/mailbox.h"

/* Archives reach back for decades; the pool does not. */
enum { REACH = 180 * 24 * 3600, MARK_OCTETS = 8 };

static int64_t
reaches_back_to(const struct gather_options *o)
{
	int64_t first = o->list->select.first_issue;

	return o->now - (first > REACH ? first : REACH);
}

/* Mails of whoever was not allowed are left out. When the operator mends that,
 * they are looked at anew, and those taken before are known. */
static char *
reading_mark(const struct mailbox_source *box)
{
	unsigned char bytes[HASH_SIZE];
	struct str mark = STR_INIT;
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, box->authserv_id);
	for (size_t i = 0; box->allow && box->allow[i]; i++)
		hash_add_text(&h, box->allow[i]);
	hash_end(&h, bytes);
	hash_write_hex(&mark, bytes, MARK_OCTETS);
	return str_take(&mark);
}

/* "MARK POSITION"; NULL when it was read with other settings. */
static const char *
position_before(const struct asked *a)
{
	struct span position = span_of(a->state.position);
	size_t n = strlen(a->mark);

	if (!span_starts(position, a->mark) || position.len <= n)
		return NULL;
	return span_from(position, n + 1).data;
}

/* A large mailbox behind a slow line is read in pieces, run by run: thrown
 * away, they would be read for ever. */
static void
go_on_behind(struct asked *a, const char *position)
{
	if (!position)
		return;
	free(a->state.position);
	a->state.position = mem_printf("%s %s", a->mark, position);
}

static bool
read_mailbox(struct gathering *g, struct asked *a, struct error *err)
{
	struct mailbox_options options = {
		.source = a->source,
		.own_lists = g->o->list->site_list_ids,
		.since = reaches_back_to(g->o),
		.now = world_now(), /* whatever `--at` says */
	};
	struct error why = ERROR_INIT;
	struct dispatches fresh;
	char *position = NULL;
	struct known known;
	bool ok;

	a->mark = reading_mark(&a->source->mailbox);
	options.position = position_before(a);
	dispatches_init(&fresh);
	ok = known_load(g, a, &known, err);
	options.known = &known.items;
	if (ok && mailbox_source_read(&options, &fresh, &position, &why)) {
		source_state_clear(&a->state);
		go_on_behind(a, position);
		ok = gathering_take(g, a, &fresh, err);
	} else if (ok) {
		gathering_failed(g, a, why.text);
		go_on_behind(a, position);
		ok = gathering_take(g, a, &fresh, err);
	}
	for (size_t i = 0; i < fresh.problems.count; i++)
		problem_add(g->problems, fresh.problems.items[i].severity, NULL,
			0, 0, "list '%s': %s", g->o->list->name,
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
