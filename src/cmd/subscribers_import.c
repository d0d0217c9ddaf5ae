#include "cmd/subscribers.h"

#include "base/json.h"
#include "subscribers/import.h"

enum { NAMED = 20 }; /* of each kind of change, in a dry run without --json */

struct output {
	struct invocation *in;
	bool lists_changes; /* in JSON */
	size_t told[MERGE_ACTIONS];
	bool any;
};

/* ----- what a dry run would change, one by one ----- */

static void
tell_json(struct output *o, enum merge_action action, const char *address,
	enum subscriber_state state)
{
	struct str text = STR_INIT;

	str_printf(&text, "%s{\"action\":\"%s\",\"state\":\"%s\",\"address\":",
		o->any ? "," : "{\"changes\":[", merge_action_name(action),
		subscriber_state_name(state));
	json_write_text(&text, span_of(address));
	str_add_char(&text, '}');
	fputs(str_text(&text), o->in->out);
	str_clear(&text);
	o->any = true;
}

/* What becomes of him; a state is what keeps him out. */
static void
tell_line(const struct output *o, enum merge_action action, const char *address,
	enum subscriber_state state)
{
	static const char *const texts[MERGE_ACTIONS] = {
		[MERGE_KEEP_OUT] = "kept out",
		[MERGE_ADD] = "new",
		[MERGE_CHANGE] = "changed",
		[MERGE_RETURN] = "returns",
		[MERGE_STRIKE] = "removed",
		[MERGE_LEAVE] = "left there: gone here too",
		[MERGE_NOTE] = "unknown here, noted",
	};

	fprintf(o->in->out, "%s: %s", address, texts[action]);
	if (action == MERGE_NOTE)
		fprintf(o->in->out, " as %s", subscriber_state_name(state));
	fputc('\n', o->in->out);
}

static void
tell_plan(void *data, enum merge_action action, const char *address,
	enum subscriber_state state)
{
	struct output *o = data;

	if (o->lists_changes)
		tell_json(o, action, address, state);
	else if (o->told[action]++ < NAMED)
		tell_line(o, action, address, state);
}

/* ----- the report ----- */

static void
add_kept(struct arena *a, struct value *v, const struct merge_report *m)
{
	struct value *kept = value_new_map(a);

	for (int i = 0; i < SUBSCRIBER_STATES; i++)
		if (m->kept[i])
			value_set_int(a, kept, subscriber_state_name(i),
				(int64_t)m->kept[i]);
	if (m->suppressed)
		value_set_int(a, kept, "suppressed", (int64_t)m->suppressed);
	value_set_int(a, v, "kept_out", (int64_t)m->kept_out);
	value_set(a, v, "kept_out_by", kept);
}

static struct value *
report_value(struct arena *a, const struct roster_report *r)
{
	const struct merge_report *m = &r->merge;
	struct value *v = value_new_map(a);

	value_set_int(a, v, "rows", (int64_t)r->rows);
	value_set_int(a, v, "valid", (int64_t)r->valid);
	value_set_int(a, v, "invalid", (int64_t)r->invalid);
	value_set_int(a, v, "duplicates", (int64_t)m->duplicates);
	value_set_int(a, v, "left", (int64_t)r->left);
	value_set_int(a, v, "added", (int64_t)m->added);
	value_set_int(a, v, "changed", (int64_t)m->changed);
	value_set_int(a, v, "returned", (int64_t)m->returned);
	value_set_int(a, v, "removed", (int64_t)m->struck);
	value_set_int(a, v, "gone", (int64_t)m->left);
	value_set_int(a, v, "noted", (int64_t)m->noted);
	value_set_int(a, v, "confirmed", (int64_t)m->confirmed);
	add_kept(a, v, m);
	return v;
}

/* Behind the changes, which may be a million: they were never in memory. */
static void
print_json(struct output *o, const struct roster_report *r)
{
	struct arena *a = arena_new();
	struct str text = STR_INIT;

	if (!o->lists_changes) {
		invocation_print_json(o->in, report_value(a, r));
	} else {
		json_write(&text, report_value(a, r), false);
		fprintf(o->in->out, "%s],%s\n", o->any ? "" : "{\"changes\":[",
			str_text(&text) + 1);
	}
	str_clear(&text);
	arena_free(a);
}

static void
print_count(FILE *out, size_t count, const char *words)
{
	if (count)
		fprintf(out, "%9zu %s\n", count, words);
}

static void
print_rows(FILE *out, size_t count, const char *of_one, const char *of_many)
{
	print_count(out, count, count == 1 ? of_one : of_many);
}

static void
print_kept(FILE *out, const struct merge_report *m)
{
	static const char *const texts[SUBSCRIBER_STATES] = {
		[SUBSCRIBER_PENDING] =
			"kept out: asked to join and have yet to confirm",
		[SUBSCRIBER_REMOVED] = "kept out: removed here",
		[SUBSCRIBER_BOUNCED] =
			"kept out: bounced here, mail does not reach them",
		[SUBSCRIBER_GONE] = "kept out: gone here, by their own will",
		[SUBSCRIBER_ERASED] = "kept out: had their data erased here",
	};

	for (int i = 0; i < SUBSCRIBER_STATES; i++)
		print_count(out, m->kept[i], texts[i]);
	print_count(out, m->suppressed, "kept out: suppressed here");
}

static void
print_words(FILE *out, const struct roster_report *r, bool dry)
{
	const struct merge_report *m = &r->merge;

	fprintf(out, "%zu row%s%s\n", r->rows, r->rows == 1 ? "" : "s",
		dry ? "; nothing was changed" : "");
	print_count(out, m->added, "new");
	print_count(out, m->changed, "changed");
	print_count(out, m->returned, "returned");
	print_count(out, m->struck, "removed: brought by an import, not in it");
	print_count(out, m->left, "gone: left where the file comes from");
	print_rows(out, m->noted,
		"unknown here and no reader there: noted, so that no import "
		"brings him back",
		"unknown here and no readers there: noted, so that no import "
		"brings them back");
	print_rows(out, m->confirmed,
		"left there, but confirmed here by himself: still a reader",
		"left there, but confirmed here by themselves: still readers");
	print_kept(out, m);
	print_rows(out, r->left, "row says that somebody is no reader there",
		"rows say that somebody is no reader there");
	print_rows(out, m->duplicates, "row stands twice", "rows stand twice");
	print_rows(
		out, r->invalid, "row has no address", "rows have no address");
}

/* ----- the verb ----- */

static bool
read_options(const struct invocation *in, struct import_options *o,
	struct error *err)
{
	const char *mode = invocation_option(in, "mode");

	if (in->argument_count < 3)
		return error_set(err, ERROR_USAGE,
			"usage: postrider subscribers import LIST FILE "
			"--consent TEXT");
	if (text_is_empty(o->consent) && !o->dry_run)
		return error_set(err, ERROR_USAGE,
			"subscribers import: say with --consent how these "
			"people agreed to be written to");
	if (mode && !import_mode_find(mode, &o->mode))
		return error_set(err, ERROR_USAGE,
			"subscribers import: no mode '%s'; add, update or "
			"replace",
			mode);
	return true;
}

static bool
run_import(struct output *out, struct list_context *c,
	const struct import_options *o, struct roster_report *report,
	struct error *err)
{
	struct invocation *in = out->in;
	struct problems problems = PROBLEMS_INIT;
	bool ok;

	out->lists_changes = in->json && o->dry_run;
	ok = import_people(in->arguments[2], c->store, c->list_id, o, report,
		&problems, err);
	log_problems(&in->log, &problems);
	problems_clear(&problems);
	if (ok && !o->dry_run)
		log_event(&in->log,
			"list '%s': import: %zu rows, %zu new, %zu changed, "
			"%zu struck, %zu invalid",
			c->list->name, report->rows, report->merge.added,
			report->merge.changed, report->merge.struck,
			report->invalid);
	return ok;
}

bool
subscribers_import(
	struct invocation *in, struct list_context *c, struct error *err)
{
	struct output out = {.in = in};
	struct import_options o = {.consent = invocation_option(in, "consent"),
		.language = c->list->language,
		.largest = c->list->limits.roster,
		.accept = invocation_has(in, "accept"),
		.dry_run = invocation_has(in, "dry-run"),
		.now = in->now,
		.data = &out};
	struct roster_report report;

	if (!read_options(in, &o, err))
		return false;
	o.on_plan = o.dry_run ? tell_plan : NULL;
	if (!run_import(&out, c, &o, &report, err)) {
		if (out.any)
			fputs("]}\n", in->out);
		return false;
	}
	if (in->json)
		print_json(&out, &report);
	else
		print_words(in->out, &report, o.dry_run);
	return true;
}
