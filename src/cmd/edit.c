/*
 * What editors decide about the next issue, from the command line.
 */
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "cmd/site.h"
#include "run/editing.h"
#include "store/edits.h"

static const struct option options[] = {
	{"first", NULL, "these come first, above all sections"},
	{"order", NULL,
		"these stand in this order; without ids: as they stood"},
	{"hold", NULL, "these wait for a later issue"},
	{"drop", NULL, "these are never carried"},
	{"undo", NULL, "these are neither first, held back nor dropped"},
	{"subject", "TEXT",
		"the subject line, a template as in list.yaml; '': the usual"},
	{"note", "FILE",
		"Markdown above the contents; '-' reads stdin; an empty one "
		"ends it"},
	{"clear", NULL, "nothing is decided any more"},
	{"by", "NAME", "who decides; default: the user's name"},
	{NULL, NULL, NULL},
};

static const struct {
	const char *option;
	enum editing_verb verb;
} verbs[] = {
	{"first", EDITING_FIRST},
	{"order", EDITING_ORDER},
	{"hold", EDITING_HOLD},
	{"drop", EDITING_DROP},
	{"undo", EDITING_UNDO},
};

/* ----- what is decided ----- */

static void
print_ids(FILE *out, const char *title, const struct edited *ids)
{
	if (ids->count)
		fprintf(out, "%s\n", title);
	for (size_t i = 0; i < ids->count; i++)
		fprintf(out, "  %s\n", ids->items[i]);
}

static void
print_note(FILE *out, const char *note)
{
	struct span rest = span_of(note), line;

	fputs("Note\n", out);
	while (span_next_line(&rest, &line))
		fprintf(out, "%s%.*s\n", line.len ? "  " : "", (int)line.len,
			line.data);
}

static void
print_words(struct invocation *in, const struct edits *edits)
{
	if (edits_are_empty(edits)) {
		fputs("nothing is decided about the next issue\n", in->out);
		return;
	}
	print_ids(in->out, "First", &edits->pinned);
	print_ids(in->out, "In this order", &edits->order);
	print_ids(in->out, "Held back", &edits->held);
	print_ids(in->out, "Dropped", &edits->dropped);
	if (edits->subject)
		fprintf(in->out, "Subject\n  %s\n", edits->subject);
	if (edits->note)
		print_note(in->out, edits->note);
	print_ids(in->out, "Decided by", &edits->by);
}

static void
print_edits(struct invocation *in, const struct edits *edits)
{
	struct arena *arena = arena_new();

	if (in->json)
		invocation_print_json(in, edits_to_value(arena, edits));
	else
		print_words(in, edits);
	arena_free(arena);
}

/* ----- deciding ----- */

/* One verb for the ids of a command line, or none and no ids. */
static bool
read_verb(struct invocation *in, struct editing *e, struct error *err)
{
	size_t count = 0;

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (invocation_has(in, verbs[i].option)) {
			e->verb = verbs[i].verb;
			count++;
		}
	e->ids = (const char *const *)in->arguments + 1;
	e->id_count = (size_t)in->argument_count - 1;
	if (count > 1 || (count == 0 && e->id_count))
		return error_set(err, ERROR_USAGE,
			"edit: say one of --first, --order, --hold, --drop and "
			"--undo for these ids");
	if (count && !e->id_count && e->verb != EDITING_ORDER)
		return error_set(err, ERROR_USAGE,
			"edit: name the dispatches by their ids; 'preview' "
			"shows them");
	return true;
}

static bool
apply(struct invocation *in, struct list_context *c, struct editing *e,
	struct error *err)
{
	const char *file = invocation_option(in, "note");
	char *by = command_who(in);
	struct str note = STR_INIT;
	struct edits *edits = NULL;

	e->list = c->list;
	e->store = c->store;
	e->list_id = c->list_id;
	e->by = by;
	if (!file || file_read(file, EDITS_NOTE_MOST, &note, err)) {
		e->note = file ? str_text(&note) : NULL;
		edits = editing_apply(e, err);
	}
	if (edits)
		print_edits(in, edits);
	edits_free(edits);
	str_clear(&note);
	free(by);
	return edits != NULL;
}

static bool
show(struct invocation *in, struct list_context *c, struct error *err)
{
	struct edits *edits = store_edits(c->store, c->list->name, err);

	if (edits)
		print_edits(in, edits);
	edits_free(edits);
	return edits != NULL;
}

static bool
run_edit(struct invocation *in, struct error *err)
{
	struct editing e = {.now = in->now,
		.clear = invocation_has(in, "clear"),
		.subject = invocation_option(in, "subject")};
	struct list_context c;
	bool shows, ok;

	if (!read_verb(in, &e, err))
		return false;
	shows = !e.verb && !e.clear && !e.subject &&
		!invocation_has(in, "note");
	if (!list_context_open(in, in->arguments[0], shows, &c, err))
		return false;
	ok = shows ? show(in, &c, err) : apply(in, &c, &e, err);
	list_context_close(&c);
	return ok;
}

const struct command edit_command = {
	.name = "edit",
	.role = ROLE_EDITOR,
	.usage = "LIST [OPTIONS] [ID…]",
	.summary = "decides about the next issue: what comes first, waits or "
		   "is dropped; subject, note",
	.text = "Without options it shows what is decided. Ids are those that "
		"'preview' prints, and 'preview' shows the issue as it is "
		"then. All of it holds for one issue, and ends when that "
		"opens: what was held back is then as new as it was.",
	.options = options,
	.least = 1,
	.most = -1,
	.run = run_edit,
};
