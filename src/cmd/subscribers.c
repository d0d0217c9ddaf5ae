#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/subscribers.h"

static const struct option options[] = {
	{"name", "NAME", "add: how he is called"},
	{"language", "TAG", "add: the language of his letters"},
	{"format", "FORMAT",
		"add: html, text, mime-digest, rfc1153; export: csv, jsonl"},
	{"consent", "TEXT", "import: how these people agreed to be written to"},
	{"mode", "MODE",
		"import: add (only new ones), update (the default), replace "
		"(who is missing is removed)"},
	{"accept", NULL, "import: replace more than a fifth"},
	{"dry-run", NULL, "import: say what would change, change nothing"},
	{"bom", NULL, "export: CSV that Excel takes for UTF-8"},
	{"state", "STATE",
		"list, export: only these (active, removed, gone, …)"},
	{NULL, NULL, NULL},
};

/* ----- list ----- */

struct walk {
	struct invocation *in;
	const struct list *list;
	bool filtered;
	enum subscriber_state state;
	struct arena *arena;
	struct value *items;
};

static struct value *
subscriber_value(struct arena *a, const struct subscriber *s)
{
	struct value *v = value_new_map(a);

	value_set_text(a, v, "address", s->address);
	value_set_text(a, v, "name", s->name);
	value_set_text(a, v, "state", subscriber_state_name(s->state));
	value_set_text(a, v, "origin", subscriber_origin_name(s->origin));
	value_set_text(a, v, "format", s->format);
	value_set_text(a, v, "language", s->language);
	if (s->fields) {
		struct value *fields =
			json_parse(a, "fields", span_of(s->fields), NULL);

		if (fields)
			value_set(a, v, "fields", fields);
	}
	return v;
}

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
		value_push(w->arena, w->items, subscriber_value(w->arena, s));
	else
		print_subscriber(w->in->out, s);
	return true;
}

static bool
do_list(struct invocation *in, struct list_context *c, struct error *err)
{
	const char *state = invocation_option(in, "state");
	struct arena *arena = arena_new();
	struct value *v = value_new_map(arena);
	struct walk w = {.in = in,
		.list = c->list,
		.filtered = state != NULL,
		.arena = arena};
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

/* ----- add, remove, show ----- */

/* The key of the ADDRESS argument. */
static bool
read_key(struct invocation *in, struct str *key, struct error *err)
{
	struct span address;

	if (in->argument_count < 3)
		return error_set(err, ERROR_USAGE,
			"usage: postrider subscribers %s LIST ADDRESS",
			in->arguments[0]);
	address = span_of(in->arguments[2]);
	if (!address_check(address, err))
		return error_wrap(err, "'%s'", in->arguments[2]);
	address_key(key, address);
	return true;
}

static bool
check_format(const char *format, struct error *err)
{
	enum letter_format known;

	if (!format || letter_format_find(format, &known))
		return true;
	return error_set(err, ERROR_USAGE,
		"no format '%s'; html, text, mime-digest or rfc1153", format);
}

/* Into *language, which is cleared by who calls. */
static bool
read_language(const struct invocation *in, struct str *language,
	struct subscriber *s, struct error *err)
{
	const char *said = invocation_option(in, "language");

	if (!said)
		return true;
	if (!language_read(language, span_of(said)))
		return error_set(err, ERROR_USAGE,
			"'%s' is no language; write it as en or pt-BR", said);
	s->language = str_text(language);
	return true;
}

static bool
do_add(struct invocation *in, struct list_context *c, struct error *err)
{
	struct str key = STR_INIT, name = STR_INIT, language = STR_INIT;
	struct subscriber s = {
		.address = in->argument_count > 2 ? in->arguments[2] : NULL,
		.state = SUBSCRIBER_ACTIVE,
		.origin = ORIGIN_EDITOR,
		.format = invocation_option(in, "format"),
		.since = in->now,
	};
	struct change change = {.subscriber = &s,
		.state = SUBSCRIBER_ACTIVE,
		.actor = ACTOR_EDITOR,
		.proof = "added by 'subscribers add'",
		.at = in->now};
	bool ok = read_key(in, &key, err) && check_format(s.format, err) &&
		read_language(in, &language, &s, err);

	if (ok && invocation_option(in, "name")) {
		text_flatten(&name, span_of(invocation_option(in, "name")));
		s.name = str_text(&name);
	}
	s.key = str_text(&key);
	ok = ok && store_subscriber_change(c->store, c->list_id, &change, err);
	if (ok)
		invocation_print_done(in, "added", s.address, "%s is on '%s'",
			s.address, c->list->name);
	str_clear(&language);
	str_clear(&name);
	str_clear(&key);
	return ok;
}

/* NULL and `err` set when he is not there. */
static struct subscriber *
find_subscriber(struct invocation *in, struct list_context *c, const char *key,
	struct error *err)
{
	struct subscriber *s = store_subscriber(c->store, c->list_id, key, err);

	if (!s && err->kind == ERROR_NONE)
		error_set(err, ERROR_INPUT, "%s is not on '%s'",
			in->arguments[2], c->list->name);
	return s;
}

static bool
do_remove(struct invocation *in, struct list_context *c, struct error *err)
{
	struct str key = STR_INIT;
	struct subscriber *s = NULL;
	struct change change = {.state = SUBSCRIBER_REMOVED,
		.actor = ACTOR_EDITOR,
		.proof = "removed by 'subscribers remove'",
		.at = in->now};
	bool ok = read_key(in, &key, err);

	if (ok)
		s = find_subscriber(in, c, str_text(&key), err);
	change.subscriber = s;
	ok = s && store_subscriber_change(c->store, c->list_id, &change, err);
	if (ok)
		invocation_print_done(in, "removed", s->address,
			"%s is off '%s'%s", s->address, c->list->name,
			s->origin == ORIGIN_FILE && c->list->roster
				? "; strike the line from the CSV too, or it "
				  "comes back"
				: "");
	subscriber_free(s);
	str_clear(&key);
	return ok;
}

static bool
each_consent(void *data, const struct consent *consent)
{
	struct walk *w = data;
	struct str at = STR_INIT;
	struct value *v;

	date_write_iso(&at, consent->at);
	if (w->in->json) {
		v = value_push(w->arena, w->items, value_new_map(w->arena));
		value_set_text(w->arena, v, "at", str_text(&at));
		if (consent->was_known)
			value_set_text(w->arena, v, "was",
				subscriber_state_name(consent->was));
		value_set_text(w->arena, v, "now",
			subscriber_state_name(consent->now));
		value_set_text(w->arena, v, "by", actor_name(consent->actor));
		value_set_text(w->arena, v, "proof", consent->proof);
	} else {
		fprintf(w->in->out, "  %s  %s -> %s by %s%s%s\n", str_text(&at),
			consent->was_known ? subscriber_state_name(consent->was)
					   : "(new)",
			subscriber_state_name(consent->now),
			actor_name(consent->actor), consent->proof ? ": " : "",
			consent->proof ? consent->proof : "");
	}
	str_clear(&at);
	return true;
}

static bool
show_one(struct invocation *in, struct list_context *c,
	const struct subscriber *s, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *v = subscriber_value(arena, s);
	struct walk w = {.in = in, .arena = arena};
	bool ok;

	w.items = value_set(arena, v, "history", value_new_list(arena));
	if (!in->json)
		print_subscriber(in->out, s);
	ok = store_consents(c->store, s->id, each_consent, &w, err);
	if (ok && in->json)
		invocation_print_json(in, v);
	arena_free(arena);
	return ok;
}

static bool
do_show(struct invocation *in, struct list_context *c, struct error *err)
{
	struct str key = STR_INIT;
	struct subscriber *s = NULL;
	bool ok = read_key(in, &key, err);

	if (ok)
		s = find_subscriber(in, c, str_text(&key), err);
	ok = s && show_one(in, c, s, err);
	subscriber_free(s);
	str_clear(&key);
	return ok;
}

/* ----- the verbs ----- */

static const struct verb {
	const char *name;
	bool reads; /* changes nothing */
	bool (*run)(struct invocation *in, struct list_context *c,
		struct error *err);
} verbs[] = {
	{"list", true, do_list},
	{"add", false, do_add},
	{"remove", false, do_remove},
	{"import", false, subscribers_import},
	{"export", true, subscribers_export},
	{"show", true, do_show},
};

static bool
run_subscribers(struct invocation *in, struct error *err)
{
	const char *names[sizeof verbs / sizeof *verbs + 1] = {NULL};
	struct list_context c;
	const char *near;

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		const struct verb *v = &verbs[i];
		bool ok;

		names[i] = v->name;
		if (strcmp(in->arguments[0], v->name) != 0)
			continue;
		if (!list_context_open(in, in->arguments[1], v->reads, &c, err))
			return false;
		ok = v->run(in, &c, err);
		list_context_close(&c);
		return ok;
	}
	near = text_nearest(in->arguments[0], names);
	return error_set(err, ERROR_USAGE,
		"subscribers: unknown verb '%s'%s%s%s", in->arguments[0],
		near ? ", did you mean '" : "", near ? near : "",
		near ? "'?" : "");
}

const struct command subscribers_command = {
	.name = "subscribers",
	.role = ROLE_OPERATOR,
	.usage = "list|add|remove|import|export|show LIST [ADDRESS|FILE]",
	.summary = "the roster in the store: who is on it, since when, and how "
		   "that came about",
	.text = "list LIST shows all; add, remove and show LIST ADDRESS are "
		"about one. import LIST FILE takes any CSV, and what Mailman, "
		"Mailchimp, listmonk and Sympa export: a file, a folder, or - "
		"for stdin; export LIST writes all. Who left by his own will "
		"comes back only by himself.",
	.options = options,
	.least = 2,
	.most = 3,
	.run = run_subscribers,
};
