/*
 * Looking at readers: all of a list, and all that is known of one.
 */
#include "cmd/subscribers.h"

#include "base/text.h"
#include "subscribers/dossier.h"

/* ----- list ----- */

struct walk {
	struct invocation *in;
	bool filtered;
	enum subscriber_state state;
	struct arena *arena;
	struct value *items;
};

/* One line for a terminal. */
static void
print_subscriber(FILE *out, const struct subscriber *s)
{
	size_t width = text_width(span_of(s->address));

	fprintf(out, "%s%*s %-8s %s\n", s->address,
		width < 40 ? (int)(40 - width) : 1, "",
		subscriber_state_name(s->state), s->name ? s->name : "");
}

static bool
each_subscriber(void *data, const struct subscriber *s)
{
	struct walk *w = data;

	if (w->filtered && s->state != w->state)
		return true;
	if (w->in->json)
		value_push(w->arena, w->items, dossier_person(w->arena, s));
	else
		print_subscriber(w->in->out, s);
	return true;
}

bool
subscribers_list(
	struct invocation *in, struct list_context *c, struct error *err)
{
	const char *state = invocation_option(in, "state");
	struct arena *arena = arena_new();
	struct value *v = value_new_map(arena);
	struct walk w = {.in = in, .filtered = state != NULL, .arena = arena};
	bool ok = !state || subscriber_state_find(state, &w.state) ||
		error_set(err, ERROR_USAGE, "no state '%s'", state);

	w.items = value_set(arena, v, "subscribers", value_new_list(arena));
	ok = ok &&
		store_subscribers(
			c->store, c->list_id, each_subscriber, &w, err);
	if (ok && in->json)
		invocation_print_json(in, v);
	arena_free(arena);
	return ok;
}

/* ----- show: a dossier in words ----- */

/* "history:", and for each item its time and the parts that it has. */
static const struct section {
	const char *key, *title;
	const char *parts[6]; /* up to a NULL */
} sections[] = {
	{"returned", "came back", {"class", "status", "text", "remark"}},
	{"requests", "asked for", {"kind", "address", "origin", "wording"}},
	{"mails", "mails to him alone", {"kind", "address", "failure"}},
	{"issues", "issues", {"number", "subject", "state", "code", "reply"}},
};

static void
print_item(FILE *out, const struct section *section, const struct value *item)
{
	fprintf(out, "  %s ", value_find_text(item, "at"));
	for (const char *const *part = section->parts; *part; part++) {
		const char *text = value_find_text(item, *part);

		if (text)
			fprintf(out, " %s", text);
	}
	fputc('\n', out);
}

static void
print_section(
	FILE *out, const struct section *section, const struct value *dossier)
{
	const struct value *items = value_find(dossier, section->key);

	if (!items || !items->count)
		return;
	fprintf(out, "%s:\n", section->title);
	for (size_t i = 0; i < items->count; i++)
		print_item(out, section, items->items[i]);
}

static void
print_history(FILE *out, const struct value *dossier)
{
	const struct value *history = value_find(dossier, "history");

	for (size_t i = 0; history && i < history->count; i++) {
		const struct value *item = history->items[i];
		const char *was = value_find_text(item, "was");
		const char *proof = value_find_text(item, "proof");

		fprintf(out, "  %s  %s -> %s by %s%s%s\n",
			value_find_text(item, "at"), was ? was : "(new)",
			value_find_text(item, "now"),
			value_find_text(item, "by"), proof ? ": " : "",
			proof ? proof : "");
	}
}

static void
print_line(FILE *out, const struct value *dossier, const char *key,
	const char *words)
{
	const char *text = value_find_text(dossier, key);

	if (text)
		fprintf(out, "  %s %s\n", words, text);
}

/* What a roster or an import does not change, for it was he who said it. */
static void
print_own(FILE *out, const struct value *dossier)
{
	const struct value *own = value_find(dossier, "own");

	if (!own)
		return;
	fputs("  his own choice:", out);
	for (size_t i = 0; i < own->count; i++)
		fprintf(out, "%s %s", i ? "," : "", own->items[i]->text);
	fputc('\n', out);
}

static void
print_dossier(FILE *out, const struct value *d, const char *address)
{
	const char *name = value_find_text(d, "name");
	const char *state = value_find_text(d, "state");
	const char *written = value_find_text(d, "address");

	fprintf(out, "%s on '%s': %s%s%s\n",
		written && *written ? written : address,
		value_find_text(d, "list"), state ? state : "not there",
		name ? ", " : "", name ? name : "");
	print_line(out, d, "origin", "brought by");
	print_line(out, d, "since", "since");
	print_line(out, d, "until", "pauses until");
	print_line(out, d, "probed_at", "asked whether mail reaches him at");
	print_line(out, d, "format", "format");
	print_line(out, d, "language", "language");
	print_own(out, d);
	print_line(out, d, "suppressed", "suppressed:");
	print_history(out, d);
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		print_section(out, &sections[i], d);
}

static bool
read_dossier(struct arena *arena, struct list_context *c,
	const struct addressee *a, struct value **out, struct error *err)
{
	struct subject subject = {c->list->name, c->list_id, str_text(&a->key)};

	return dossier_read(arena, c->store, &subject, out, err);
}

bool
subscribers_show(
	struct invocation *in, struct list_context *c, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *dossier = NULL;
	struct addressee a;
	bool ok = addressee_read(&a, in, err) &&
		read_dossier(arena, c, &a, &dossier, err);

	if (ok && !dossier)
		ok = error_set(err, ERROR_INPUT, "%s is not on '%s'", a.address,
			c->list->name);
	if (ok && in->json)
		invocation_print_json(in, dossier);
	else if (ok)
		print_dossier(in->out, dossier, a.address);
	addressee_clear(&a);
	arena_free(arena);
	return ok;
}

/* ----- on every list ----- */

struct everywhere {
	const struct addressee *a;
	struct arena *arena;
	struct value *dossiers;
};

static bool
add_dossier(struct invocation *in, struct list_context *c, void *data,
	struct error *err)
{
	struct everywhere *e = data;
	struct value *dossier;

	if (!read_dossier(e->arena, c, e->a, &dossier, err))
		return false;
	if (!dossier)
		return true;
	value_push(e->arena, e->dossiers, dossier);
	if (!in->json)
		print_dossier(in->out, dossier, e->a->address);
	return true;
}

bool
subscribers_show_all(struct invocation *in, struct error *err)
{
	struct everywhere e = {.arena = arena_new()};
	struct value *v = value_new_map(e.arena);
	struct addressee a;
	bool ok = addressee_read(&a, in, err);

	e.a = &a;
	if (ok)
		value_set_text(e.arena, v, "address", a.address);
	e.dossiers = value_set(e.arena, v, "lists", value_new_list(e.arena));
	ok = ok &&
		each_list(in,
			&(struct each){.act = add_dossier,
				.data = &e,
				.read_only = true},
			err);
	if (ok && in->json)
		invocation_print_json(in, v);
	else if (ok && !e.dossiers->count)
		fprintf(in->out,
			"%s is on no list, and nothing is known of "
			"it\n",
			a.address);
	addressee_clear(&a);
	arena_free(e.arena);
	return ok;
}
