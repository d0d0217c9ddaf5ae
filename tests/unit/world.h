/*
 * Selection. A case is a world in a few words: what the list says, what was
 * carried before, what there is now, and what must come of it.
 *
 * A dispatch is a line "id key=value …"; a line of the same id and source adds
 * a variant. Days count from the slot. "_" stands for a blank.
 *
 * What editors decided stands among the list's rules: pinned=a,b order=… held=…
 * dropped=… retracted=…. A line "id retracted key=value …" among what was carried
 * says which content, link and source it had when that was said.
 *
 * What comes of it: "id=reason" for each, then each edition: "[en] a b" with
 * + for an update, * for a label, ~ for a title.
 */
#ifndef WORLD_H
#define WORLD_H

#include "unit.h"

#include "base/mem.h"
#include "base/text.h"
#include "select/select.h"

enum { DAY = 86400 };

static const int64_t slot = 1795154400; /* 2026-11-20T06:00:00Z */

/* ----- words ----- */

struct words {
	struct arena *arena;
	struct span rest;
};

/* The next line's next "key=value" (or "key"); false at the end of the line. */
static bool
next_word(struct words *w, char **key, char **value)
{
	struct span word;
	char *at;

	w->rest = span_trim(w->rest);
	if (!w->rest.len)
		return false;
	word = span_slice(w->rest, 0, span_find(w->rest, ' '));
	w->rest = span_from(w->rest, word.len);
	*key = arena_span(w->arena, word);
	at = strchr(*key, '=');
	*value = at ? at + 1 : *key + word.len;
	if (at)
		*at = '\0';
	for (at = *value; *at; at++)
		if (*at == '_')
			*at = ' ';
	return true;
}

static int64_t
day(const char *text)
{
	return slot + (int64_t)(atof(text) * DAY);
}

/* "a,b" as a NULL-terminated array. */
static const char **
split(struct arena *arena, const char *text, size_t *count)
{
	const char **parts = NULL;
	struct span rest = span_of(text), part;

	*count = 0;
	while (rest.len) {
		part = span_slice(rest, 0, span_find(rest, ','));
		rest = span_from(rest, part.len + 1);
		parts = arena_grow(arena, parts, *count, sizeof *parts);
		parts[(*count)++] = arena_span(arena, part);
	}
	parts = arena_grow(arena, parts, *count, sizeof *parts);
	parts[*count] = NULL;
	return parts;
}

/* ----- the world ----- */

struct world {
	struct arena *arena;
	struct list list;
	struct source_config sources[4];
	struct dispatches dispatches;
	struct seen *seen, *sibling;
	const struct seen *spared[2];
	struct audience audiences[8];
	struct select_input in;
	struct edits *edits;
	struct retractions *retracted;
};

static bool
set_edits(struct world *w, const char *key, const char *value)
{
	static const char *const verbs[] = {[EDIT_PIN] = "pinned",
		[EDIT_HOLD] = "held",
		[EDIT_DROP] = "dropped"};
	size_t count;
	const char **ids = split(w->arena, value, &count);

	for (size_t v = 0; v < COUNT(verbs); v++)
		for (size_t i = 0; i < count && strcmp(key, verbs[v]) == 0; i++)
			edits_decide(w->edits, (enum edit_verb)v, ids[i], NULL);
	if (strcmp(key, "order") == 0)
		edits_set_order(w->edits, ids, count, NULL);
	w->in.edits = edits_are_empty(w->edits) ? NULL : w->edits;
	return w->in.edits != NULL;
}

static void
retract(struct world *w, const char *id, const char *source)
{
	retractions_add(w->retracted,
		&(struct retraction){.id = id,
			.source = source,
			.at = slot - DAY,
			.by = "Edna",
			.why = "wrong"});
}

static void
set_retracted(struct world *w, const char *value)
{
	size_t count;
	const char **ids = split(w->arena, value, &count);

	for (size_t i = 0; i < count; i++)
		retract(w, ids[i], "folder");
}

static void
set_rule(struct world *w, const char *key, const char *value)
{
	struct select_rules *rules = &w->list.select;
	size_t n;

	if (strcmp(key, "updates") == 0)
		rules->updates = *value == 'a' ? UPDATES_ANY : UPDATES_NONE;
	else if (strcmp(key, "min") == 0)
		rules->min = atoi(value);
	else if (strcmp(key, "max") == 0)
		rules->max = atoi(value);
	else if (strcmp(key, "roll") == 0)
		rules->overflow = OVERFLOW_ROLL;
	else if (strcmp(key, "organisations") == 0)
		rules->organisations = split(w->arena, value, &n);
	else if (strcmp(key, "sections") == 0)
		rules->sections = split(w->arena, value, &n);
	else if (strcmp(key, "tags") == 0)
		rules->tags = split(w->arena, value, &n);
	else if (strcmp(key, "languages") == 0)
		rules->languages = split(w->arena, value, &n);
	else if (strcmp(key, "fallback") == 0)
		w->list.fallback = split(w->arena, value, &n);
	else if (strcmp(key, "extra") == 0)
		w->in.extra = (const char *const *)split(w->arena, value, &n);
	else if (strcmp(key, "settle") == 0)
		w->in.settle = true;
	else if (strcmp(key, "waited") == 0)
		w->in.waited = atoi(value) * DAY;
	else if (strcmp(key, "retracted") == 0)
		set_retracted(w, value);
	else if (strcmp(key, "now") == 0)
		w->in.now = day(value);
	else if (strcmp(key, "to") == 0)
		w->audiences[w->in.audience_count++] =
			(struct audience){.language = value, .spared = 0};
	else if (strcmp(key, "spare") == 0)
		w->audiences[w->in.audience_count++] =
			(struct audience){.language = value, .spared = 1};
	else if (!set_edits(w, key, value))
		fail_msg("no rule '%s'", key);
}

static void
set_dispatch(struct dispatch *d, const char *key, const char *value)
{
	if (strcmp(key, "date") == 0)
		d->date = *value ? day(value) : INSTANT_NONE;
	else if (strcmp(key, "embargo") == 0)
		d->embargo = day(value);
	else if (strcmp(key, "expires") == 0)
		d->expires = day(value);
	else if (strcmp(key, "changed") == 0)
		d->settles = slot + atoi(value);
	else if (strcmp(key, "draft") == 0)
		d->draft = true;
	else if (strcmp(key, "order") == 0)
		d->order = (size_t)atoi(value);
	else
		fail_msg("no key '%s'", key);
}

static void
set_variant(struct arena *arena, struct dispatch *d, struct variant *v,
	const char *key, const char *value)
{
	const struct {
		const char *key;
		const char **field;
	} texts[] = {{"lang", &v->language}, {"link", &v->link},
		{"section", &v->section}, {"series", &v->series},
		{"story", &v->story}, {"body", &v->body}, {"title", &v->title}};

	for (size_t i = 0; i < COUNT(texts); i++)
		if (strcmp(texts[i].key, key) == 0) {
			*texts[i].field = value;
			return;
		}
	if (strcmp(key, "rev") == 0)
		snprintf(v->revision, sizeof v->revision, "%s", value);
	else if (strcmp(key, "former") == 0)
		snprintf(v->former, sizeof v->former, "%s", value);
	else if (strcmp(key, "content") == 0)
		snprintf(v->content, sizeof v->content, "%s", value);
	else if (strcmp(key, "part") == 0)
		v->part = atoi(value);
	else if (strcmp(key, "marked") == 0)
		v->marked = true;
	else if (strcmp(key, "mark") == 0)
		v->marked = true, v->updated = day(value);
	else if (strcmp(key, "signed") == 0)
		v->signatories = split(arena, value, &v->signatory_count);
	else if (strcmp(key, "tags") == 0)
		v->tags = split(arena, value, &v->tag_count);
	else if (strcmp(key, "org") == 0 || strcmp(key, "acronym") == 0) {
		v->organisations = arena_alloc(arena, sizeof *v->organisations);
		v->organisation_count = 1;
		*(*key == 'o' ? &v->organisations->name
			      : &v->organisations->acronym) = value;
	} else
		set_dispatch(d, key, value);
}

static struct dispatch *
find_dispatch(struct world *w, const char *id, const char *source)
{
	for (size_t i = 0; i < w->dispatches.count; i++)
		if (strcmp(w->dispatches.items[i].id, id) == 0 &&
			strcmp(w->dispatches.items[i].source, source) == 0)
			return &w->dispatches.items[i];
	return NULL;
}

/* Sources are the folder, or whatever stands before a colon: "feed:a". */
static void
add_dispatch(struct world *w, struct words *words)
{
	struct arena *arena = w->dispatches.arena;
	char *id, *key, *value, *colon;
	const char *source = "folder";
	struct dispatch *d;
	struct variant *v;

	next_word(words, &id, &value);
	colon = strchr(id, ':');
	if (colon) {
		source = id;
		*colon = '\0';
		id = colon + 1;
	}
	d = find_dispatch(w, id, source);
	if (!d) {
		d = dispatches_add(&w->dispatches);
		d->id = id;
		d->source = source;
		d->order = w->dispatches.count;
		d->date = day("-1");
		d->variants = arena_alloc(arena, 4 * sizeof *d->variants);
	}
	v = &d->variants[d->variant_count++];
	*v = (struct variant){.language = "en",
		.title = id,
		.body = "Text.",
		.revision = "1",
		.updated = INSTANT_NONE};
	snprintf(v->content, sizeof v->content, "%s%zu", id, d->variant_count);
	while (next_word(words, &key, &value))
		set_variant(arena, d, v, key, value);
}

static enum carried_kind
kind_of(const char *name)
{
	return strcmp(name, "title") == 0      ? CARRIED_TITLE
		: strcmp(name, "backlog") == 0 ? CARRIED_BACKLOG
		: strcmp(name, "moved") == 0   ? CARRIED_MOVED
					       : CARRIED_NEW;
}

/* What follows "id retracted". */
static void
add_retracted(struct world *w, const char *id, struct words *words)
{
	const char *source = NULL, *content = NULL, *link = NULL;
	char *key, *value;

	while (next_word(words, &key, &value)) {
		if (strcmp(key, "source") == 0)
			source = value;
		else if (strcmp(key, "content") == 0)
			content = value;
		else if (strcmp(key, "link") == 0)
			link = value;
		else
			fail_msg("no key '%s'", key);
	}
	retract(w, id, source);
	if (content)
		retractions_add_alias(w->retracted,
			arena_printf(w->arena, "content:%s", content), id);
	if (link)
		retractions_add_alias(w->retracted,
			arena_printf(w->arena, "link:%s", link), id);
}

/* "!feed": a source that no issue has seen; "@a …": carried by the sibling. */
static void
add_seen(struct world *w, struct words *words)
{
	struct carried c = {.number = 3, .revision = "1", .mark = INSTANT_NONE};
	const char *language = "en", *content = NULL, *link = NULL;
	struct seen *seen = w->seen;
	char *id, *key, *value;

	next_word(words, &id, &value);
	if (*id == '@') {
		seen = w->sibling;
		id++;
	}
	while (next_word(words, &key, &value)) {
		if (strcmp(key, "retracted") == 0) {
			add_retracted(w, id, words);
			return;
		}
		if (strcmp(key, "rev") == 0)
			c.revision = value;
		else if (strcmp(key, "lang") == 0)
			language = value;
		else if (strcmp(key, "kind") == 0)
			c.kind = kind_of(value);
		else if (strcmp(key, "issue") == 0)
			c.number = atoi(value);
		else if (strcmp(key, "mark") == 0)
			c.mark = day(value), c.marked = true;
		else if (strcmp(key, "marked") == 0)
			c.marked = true;
		else if (strcmp(key, "content") == 0)
			content = value;
		else if (strcmp(key, "link") == 0)
			link = value;
		else
			fail_msg("no key '%s'", key);
	}
	seen_add(seen, id, language, &c);
	if (content)
		seen_add_alias(seen,
			arena_printf(w->arena, "content:%s", content), id);
	if (link)
		seen_add_alias(
			seen, arena_printf(w->arena, "link:%s", link), id);
}

static void
each_line(struct world *w, const char *text,
	void (*each)(struct world *w, struct words *words))
{
	struct span rest = span_of(text), line;

	while (span_next_line(&rest, &line)) {
		struct words words = {.arena = w->arena, .rest = line};

		each(w, &words);
	}
}

static void
add_rule(struct world *w, struct words *words)
{
	char *key, *value;

	while (next_word(words, &key, &value))
		set_rule(w, key, value);
}

static void
add_sources(struct world *w, bool fresh)
{
	static const struct {
		const char *name;
		enum source_kind kind;
	} sources[] = {{"folder", SOURCE_FOLDER}, {"other", SOURCE_FOLDER},
		{"feed", SOURCE_FEED}, {"box", SOURCE_MAILBOX}};

	for (size_t i = 0; i < COUNT(sources); i++) {
		w->sources[i].name = sources[i].name;
		w->sources[i].kind = sources[i].kind;
		if (!fresh)
			seen_add_source(w->seen, sources[i].name);
	}
	w->list.sources = w->sources;
	w->list.source_count = COUNT(sources);
}

static struct world *
world_new(const char *rules, const char *seen, const char *dispatches)
{
	struct world *w = mem_new(sizeof *w);
	bool fresh = strncmp(rules, "fresh", 5) == 0;

	w->arena = arena_new();
	w->list.language = "en";
	w->list.settle = 120;
	w->list.select.first_issue = 7 * DAY;
	w->list.select.min = 1;
	w->list.select.max = 40;
	w->edits = edits_new();
	w->retracted = retractions_new();
	w->seen = seen_new();
	w->sibling = seen_new();
	w->spared[0] = w->sibling;
	dispatches_init(&w->dispatches);
	w->in = (struct select_input){.list = &w->list,
		.dispatches = &w->dispatches,
		.seen = w->seen,
		.number = 4,
		.slot = slot,
		.now = slot,
		.audiences = w->audiences,
		.spared = w->spared,
		.retracted = w->retracted};
	add_sources(w, fresh);
	each_line(w, fresh ? rules + 5 : rules, add_rule);
	each_line(w, seen, add_seen);
	each_line(w, dispatches, add_dispatch);
	return w;
}

static void
world_free(struct world *w)
{
	dispatches_clear(&w->dispatches);
	seen_free(w->seen);
	seen_free(w->sibling);
	edits_free(w->edits);
	retractions_free(w->retracted);
	arena_free(w->arena);
	free(w);
}

/* ----- what comes of it ----- */

static void
tell_entries(struct str *out, const struct entry *entries, size_t count)
{
	static const char *const signs[] = {"", "+", "~"};

	for (size_t i = 0; i < count; i++)
		str_printf(out, " %s%s%s", signs[entries[i].kind],
			entries[i].labelled ? "*" : "",
			entries[i].dispatch->id);
}

static char *
tell_issue(const struct issue *issue)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < issue->decision_count; i++)
		str_printf(&out, "%s%s=%s", i ? " " : "",
			issue->decisions[i].dispatch->id,
			reason_name(issue->decisions[i].reason));
	for (size_t i = 0; i < issue->edition_count; i++) {
		const struct edition *e = &issue->editions[i];

		str_printf(&out, " [%s%s]", e->language, e->spared ? "/1" : "");
		tell_entries(&out, e->entries, e->entry_count);
		tell_entries(&out, e->titles, e->title_count);
	}
	return str_take(&out);
}

struct world_case {
	const char *name, *rules, *seen, *dispatches, *want;
};

/* `tell` gives what is compared, to be freed. */
static void
judge_cases(const struct world_case *cases, size_t count,
	char *(*tell)(const struct issue *issue))
{
	for (size_t i = 0; i < count; i++) {
		const struct world_case *c = &cases[i];
		struct world *w = world_new(c->rules, c->seen, c->dispatches);
		struct issue *issue = select_issue(&w->in);
		char *got = tell(issue);

		want_text(c->name, got, c->want);
		free(got);
		issue_free(issue);
		world_free(w);
	}
}

#endif
