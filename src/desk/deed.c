#include "desk/deed.h"

#include <stdlib.h>

#include "base/mem.h"
#include "run/editing.h"
#include "run/identity.h"

enum { ID_MOST = EDITS_ID_MOST, VERB_MOST = 20, MARK_MOST = 100 };

/* ----- the store, for a moment ----- */

static bool
have_issue(const struct deed *d, struct error *err)
{
	return d->now->preview ||
		error_set(err, ERROR_DATA, "there is no issue yet");
}

bool
deed_open_list(const struct deed *d, struct store **store, int64_t *list_id,
	struct error *err)
{
	struct store_options options = {.read_only = false};

	*store = NULL;
	if (!d->now->list)
		return error_set(err, ERROR_CONFIG,
			"the settings of the list have mistakes");
	options.url = d->now->list->store;
	*store = store_open(&options, err);
	return *store && identity_keep(d->now->list, *store, err) &&
		store_list(*store, d->now->list->name, list_id, err);
}

bool
deed_open(const struct deed *d, struct store **store, int64_t *list_id,
	struct error *err)
{
	*store = NULL;
	return have_issue(d, err) && deed_open_list(d, store, list_id, err);
}

void
deed_note(const struct deed *d, const char *what)
{
	log_event(
		d->log, "list '%s': %s by %s", d->now->list->name, what, d->by);
}

const char *const *
deed_chosen(const struct deed *d, struct error *err)
{
	const struct submission *said = d->said;
	const char **ids =
		arena_alloc(said->arena, (said->count + 1) * sizeof *ids);
	size_t count = 0;

	for (size_t i = 0; i < said->count; i++) {
		struct span value = said->fields[i].value;

		if (span_equals(said->fields[i].name, "ids[]"))
			ids[count++] =
				arena_dup(said->arena, value.data, value.len);
	}
	ids[count] = NULL;
	if (count && said->count < SUBMISSION_FIELDS)
		return ids;
	error_set(err, ERROR_DATA,
		count ? "that is more than the page can send at once: use the "
			"command line"
		      : "no dispatch was chosen");
	return NULL;
}

static bool
apply(const struct deed *d, struct editing *e, struct error *err)
{
	struct edits *edits = NULL;

	e->list = d->now->list;
	e->now = d->at;
	e->by = d->by;
	if (deed_open(d, &e->store, &e->list_id, err))
		edits = editing_apply(e, err);
	edits_free(edits);
	store_close(e->store);
	return edits != NULL;
}

/* ----- moving ----- */

/* The ids of what is in, as it stands; NULL-terminated, the array yours. */
static const char **
order_of(const struct issue *issue, size_t *count)
{
	const struct decision **in = issue_decisions(issue, true);
	const char **ids;

	for (*count = 0; in[*count]; ++*count)
		;
	ids = mem_new((*count + 1) * sizeof *ids);
	for (size_t i = 0; i < *count; i++)
		ids[i] = in[i]->dispatch->id;
	free(in);
	return ids;
}

/* Others may have moved something since the page was made. */
static bool
move(const struct deed *d, const char *id, bool up, struct error *err)
{
	size_t count;
	const char **shown = order_of(d->now->preview->composed.issue, &count);
	struct editing e = {.verb = up ? EDITING_UP : EDITING_DOWN,
		.ids = &id,
		.id_count = 1,
		.shown = shown,
		.shown_count = count};
	bool ok = apply(d, &e, err);

	free(shown);
	return ok;
}

/* ----- deciding ----- */

static const struct {
	const char *name;
	enum editing_verb verb;
	bool all; /* of the issue: no id */
	bool clear;
} verbs[] = {
	{"first", EDITING_FIRST, false, false},
	{"hold", EDITING_HOLD, false, false},
	{"drop", EDITING_DROP, false, false},
	{"undo", EDITING_UNDO, false, false},
	{"unorder", EDITING_ORDER, true, false},
	{"clear", EDITING_NONE, true, true},
};

bool
deed_decide(const struct deed *d, struct error *err)
{
	const char *verb = submission_line(d->said, "verb", VERB_MOST);
	const char *id = submission_line(d->said, "id", ID_MOST);

	if (!have_issue(d, err))
		return false;
	if (id && (text_equals(verb, "up") || text_equals(verb, "down")))
		return move(d, id, text_equals(verb, "up"), err);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (text_equals(verb, verbs[i].name) && (id || verbs[i].all)) {
			struct editing e = {.verb = verbs[i].verb,
				.ids = &id,
				.id_count = !verbs[i].all,
				.clear = verbs[i].clear};

			return apply(d, &e, err);
		}
	return error_set(err, ERROR_DATA, "the form says nothing to do");
}

/* ----- words ----- */

/* Browsers end lines with CR LF (HTML, 4.10.22.4). */
static const char *
plain_lines(const struct deed *d, struct span text)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] != '\r' && text.data[i])
			str_add_char(&out, text.data[i]);
	return arena_take(d->said->arena, &out);
}

bool
deed_write(const struct deed *d, struct error *err)
{
	struct editing e = {.subject = submission_line(
				    d->said, "subject", SUBMISSION_LIMIT),
		.saw_subject =
			submission_line(d->said, "saw_subject", MARK_MOST),
		.saw_note = submission_line(d->said, "saw_note", MARK_MOST)};
	struct span note;

	if (!have_issue(d, err))
		return false;
	if (submission_find(d->said, "note", &note))
		e.note = plain_lines(d, note);
	return apply(d, &e, err);
}
