/*
 * What readers have a right to: being forgotten, being left alone. And new keys
 * for the links in letters.
 */
#include "cmd/subscribers.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "run/mailroom.h"
#include "run/world.h"
#include "store/suppress.h"
#include "subscribers/erase.h"
#include "subscribers/sweep_due.h"
#include "subscribers/tokens.h"

/* ----- erase ----- */

struct erasing {
	const struct addressee *a;
	struct arena *arena;
	struct value *lists; /* where he was */
	struct value *left;  /* what is out of reach, each once */
	size_t files;
	struct mailroom room; /* for the inboxes */
	struct mailroom_report report;
};

static void
add_left(void *data, const char *line)
{
	struct erasing *e = data;

	for (size_t i = 0; i < e->left->count; i++)
		if (text_equals(e->left->items[i]->text, line))
			return;
	value_push(e->arena, e->left, value_new_text(e->arena, line));
}

static bool
erase_here(struct invocation *in, struct list_context *c, void *data,
	struct error *err)
{
	struct erasing *e = data;
	struct erase_wish wish = {.list = c->list,
		.list_id = c->list_id,
		.key = str_text(&e->a->key),
		.actor = ACTOR_EDITOR,
		.at = in->now};
	size_t files;
	bool found;

	if (!erase_subscriber(c->store, &wish, &found, &files, err))
		return false;
	e->files += files;
	if (found)
		value_push(e->arena, e->lists,
			value_new_text(e->arena, c->list->name));
	erase_unreachable(c->list, add_left, e);
	return true;
}

/* ----- the inbox, when he is erased from all the lists that he is to be ----- */

static void
add_left_in(struct erasing *e, const struct list *list, const char *why)
{
	char *line = mem_printf(
		"%s: mail from him or about him in %s", why, list->inbox->name);

	add_left(e, line);
	free(line);
}

/* What is still due is done by who reads the inbox next. */
static bool
tell_due(struct erasing *e, const struct list_context *c, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *due = sweep_due_load(c->store, c->list->inbox, &problem);

	if (due)
		add_left_in(e, c->list, "the next 'run' or 'inbox' takes out");
	free(due);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

/* He is erased, whatever becomes of the inbox. */
static bool
sweep_here(struct invocation *in, struct list_context *c, void *data,
	struct error *err)
{
	struct erasing *e = data;
	struct error trouble = ERROR_INIT;
	size_t kept = e->report.kept;

	if (!sweep_due_is_possible(c->list))
		return true;
	e->room.lists = (const struct list *const *)c->site->lists;
	e->room.unsound = (const struct list *const *)c->site->unsound;
	e->room.log = &in->log;
	e->room.now = in->now;
	if (!mailroom_sweep(&e->room, c->store, c->list, &e->report, &trouble))
		log_warn(
			&in->log, "list '%s': %s", c->list->name, trouble.text);
	error_clear(&trouble);
	if (e->report.kept > kept)
		add_left_in(e, c->list, "left, for another list it may be for");
	return tell_due(e, c, err);
}

/* ----- what was done ----- */

static void
print_removed(struct invocation *in, size_t count, const char *words)
{
	if (count)
		fprintf(in->out, "; %zu message%s %s", count,
			count == 1 ? "" : "s", words);
}

static void
print_erased(struct invocation *in, const struct erasing *e)
{
	fprintf(in->out, "%s: erased", e->a->address);
	for (size_t i = 0; i < e->lists->count; i++)
		fprintf(in->out, "%s '%s'", i ? "," : " from",
			e->lists->items[i]->text);
	print_removed(in, e->files, "to it taken out of the spool");
	print_removed(in, e->report.swept, "taken out of the inbox");
	fputs("\nout of reach of this program:\n", in->out);
	for (size_t i = 0; i < e->left->count; i++)
		fprintf(in->out, "  - %s\n", e->left->items[i]->text);
}

static bool
finish_erasing(
	struct invocation *in, const struct erasing *e, struct error *err)
{
	struct value *v = value_new_map(e->arena);

	if (!e->lists->count && !e->files && !e->report.swept)
		return error_set(err, ERROR_INPUT,
			"%s is not there, or was erased before", e->a->address);
	value_set_text(e->arena, v, "erased", e->a->address);
	value_set(e->arena, v, "lists", e->lists);
	value_set_int(e->arena, v, "spooled", (int64_t)e->files);
	value_set_int(e->arena, v, "swept", (int64_t)e->report.swept);
	value_set(e->arena, v, "out_of_reach", e->left);
	if (in->json)
		invocation_print_json(in, v);
	else
		print_erased(in, e);
	return true;
}

static bool
erase_everywhere(struct invocation *in, struct erasing *e, struct error *err)
{
	struct site site;
	bool ok = command_site(in, false, &site, err);

	if (ok) {
		ok = each_list_of(in, &site,
			     &(struct each){.act = erase_here, .data = e},
			     err) &&
			each_list_of(in, &site,
				&(struct each){.act = sweep_here, .data = e},
				err);
		site_clear(&site);
	}
	return ok;
}

/* On that list, or (NULL) on all. */
static bool
erase(struct invocation *in, struct list_context *c, struct error *err)
{
	struct erasing e = {.arena = arena_new()};
	struct addressee a;
	bool ok = addressee_read(&a, in, err);

	e.a = &a;
	e.lists = value_new_list(e.arena);
	e.left = value_new_list(e.arena);
	ok = ok &&
		(c ? erase_here(in, c, &e, err) && sweep_here(in, c, &e, err)
		   : erase_everywhere(in, &e, err)) &&
		finish_erasing(in, &e, err);
	mailroom_clear(&e.room);
	addressee_clear(&a);
	arena_free(e.arena);
	return ok;
}

bool
subscribers_erase(
	struct invocation *in, struct list_context *c, struct error *err)
{
	return erase(in, c, err);
}

bool
subscribers_erase_all(struct invocation *in, struct error *err)
{
	return erase(in, NULL, err);
}

/* ----- suppress, unsuppress ----- */

struct suppressing {
	const struct addressee *a;
	bool site; /* on every list */
	bool any;  /* of unsuppress: it was */
};

static bool
suppress_here(struct invocation *in, struct list_context *c, void *data,
	struct error *err)
{
	const struct suppressing *s = data;

	return store_suppress(c->store,
		&(struct suppression){.list = s->site ? SITE_WIDE : c->list_id,
			.key = str_text(&s->a->key),
			.reason = invocation_option(in, "reason"),
			.actor = ACTOR_EDITOR,
			.at = in->now},
		err);
}

static bool
suppress(struct invocation *in, struct list_context *c, struct error *err)
{
	struct addressee a;
	struct suppressing s = {.a = &a, .site = !c};
	bool ok = addressee_read(&a, in, err);

	if (ok && text_is_empty(invocation_option(in, "reason")))
		ok = error_set(err, ERROR_USAGE,
			"subscribers suppress: say with --reason why nobody "
			"may write to %s",
			a.address);
	ok = ok &&
		(c ? suppress_here(in, c, &s, err)
		   : each_list(in,
			     &(struct each){.act = suppress_here, .data = &s},
			     err));
	if (ok)
		invocation_print_done(in, "suppressed", a.address,
			"%s is suppressed on %s%s%s", a.address,
			c ? "'" : "every list", c ? c->list->name : "",
			c ? "'" : "");
	addressee_clear(&a);
	return ok;
}

bool
subscribers_suppress(
	struct invocation *in, struct list_context *c, struct error *err)
{
	return suppress(in, c, err);
}

bool
subscribers_suppress_all(struct invocation *in, struct error *err)
{
	return suppress(in, NULL, err);
}

/* Everywhere means also: on each list by itself. */
static bool
unsuppress_here(struct invocation *in, struct list_context *c, void *data,
	struct error *err)
{
	struct suppressing *s = data;
	const char *key = str_text(&s->a->key);
	bool here = false, site = false;
	bool ok = store_unsuppress(c->store, c->list_id, key, &here, err) &&
		(!s->site ||
			store_unsuppress(c->store, SITE_WIDE, key, &site, err));

	(void)in;
	s->any |= here || site;
	return ok;
}

/* What holds for the whole site is not lifted for one list in passing. */
static bool
check_lifted(
	struct list_context *c, const struct suppressing *s, struct error *err)
{
	bool still = false;

	if (c &&
		!store_is_suppressed(c->store, c->list_id, str_text(&s->a->key),
			&still, NULL, err))
		return false;
	if (still)
		return error_set(err, ERROR_DATA,
			"%s is suppressed on every list; lift that with "
			"'subscribers unsuppress --all-lists %s'",
			s->a->address, s->a->address);
	return s->any ||
		error_set(err, ERROR_INPUT, "%s is not suppressed",
			s->a->address);
}

static bool
unsuppress(struct invocation *in, struct list_context *c, struct error *err)
{
	struct addressee a;
	struct suppressing s = {.a = &a, .site = !c};
	bool ok = addressee_read(&a, in, err) &&
		(c ? unsuppress_here(in, c, &s, err)
		   : each_list(in,
			     &(struct each){.act = unsuppress_here, .data = &s},
			     err)) &&
		check_lifted(c, &s, err);

	if (ok)
		invocation_print_done(in, "unsuppressed", a.address,
			"%s may be written to again, once it is on a list",
			a.address);
	addressee_clear(&a);
	return ok;
}

bool
subscribers_unsuppress(
	struct invocation *in, struct list_context *c, struct error *err)
{
	return unsuppress(in, c, err);
}

bool
subscribers_unsuppress_all(struct invocation *in, struct error *err)
{
	return unsuppress(in, NULL, err);
}

/* ----- rotate-keys ----- */

/* Lists may share a store: each has new keys once. */
struct rotating {
	struct arena *arena;
	struct value *stores;
};

static bool
rotate_here(struct invocation *in, struct list_context *c, void *data,
	struct error *err)
{
	struct rotating *r = data;

	for (size_t i = 0; i < r->stores->count; i++)
		if (text_equals(r->stores->items[i]->text, c->list->store))
			return true;
	value_push(
		r->arena, r->stores, value_new_text(r->arena, c->list->store));
	return token_keys_rotate(
		c->store, world_random, in->now, in->now - TOKEN_KEY_LIFE, err);
}

bool
subscribers_rotate_keys(struct invocation *in, struct error *err)
{
	struct rotating r = {.arena = arena_new()};
	bool ok = in->argument_count == 1 ||
		error_set(err, ERROR_USAGE,
			"usage: postrider subscribers rotate-keys");

	r.stores = value_new_list(r.arena);
	ok = ok &&
		each_list(in, &(struct each){.act = rotate_here, .data = &r},
			err);
	if (ok)
		invocation_print_done(in, "rotated", "token keys",
			"links in letters are made with a new key from now on; "
			"those already sent go on working for five years");
	arena_free(r.arena);
	return ok;
}
