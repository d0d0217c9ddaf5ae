#include <stdlib.h>

#include "base/mem.h"
#include "config/config.h"
#include "run/state.h"
#include "select/select.h"
#include "store/edits.h"

enum { SALT_OCTETS = 15 };

bool
run_is_real(const struct run *r)
{
	const struct relay *relay =
		r->o->relay ? r->o->relay : &r->list->relays[0];

	return relay->kind == TRANSPORT_SMTP;
}

/* What the law and the receivers want of real mail. */
static bool
settings_suffice(struct run *r, struct error *err)
{
	struct problems problems = PROBLEMS_INIT;
	bool ok = true;

	if (!run_is_real(r))
		return true;
	list_check_sending(r->list, &problems);
	log_problems(r->o->log, &problems);
	if (problems.errors)
		ok = error_set(err, ERROR_CONFIG,
			"nothing was sent: real mail wants the %zu setting%s "
			"named above",
			problems.errors, problems.errors == 1 ? "" : "s");
	problems_clear(&problems);
	return ok;
}

bool
run_may_open(struct run *r, struct error *err)
{
	return run_open_keys(r, err) && settings_suffice(r, err);
}

/* Real mail needs a word, once. */
static bool
is_meant(struct run *r, size_t recipients, struct error *err)
{
	char *sent_before;

	if (!run_is_real(r))
		return true;
	sent_before = store_meta(r->store, "sent_for_real", err);
	if (err->kind != ERROR_NONE)
		return false;
	if (!sent_before && !r->o->yes)
		return error_set(err, ERROR_USAGE,
			"this site has never sent real mail: to send this "
			"issue to %zu recipients, run it once with --yes",
			recipients);
	free(sent_before);
	return store_set_meta(r->store, "sent_for_real", "yes", err);
}

static bool
open_issue(struct run *r, const struct composed *c, struct error *err)
{
	struct arena *arena = arena_new();
	struct carried_row *rows;
	struct opening_form *forms =
		mem_new((c->form_count + 1) * sizeof *forms);
	struct str *bytes = mem_new((c->form_count + 1) * sizeof *bytes);
	const char **sources =
		mem_new((r->list->source_count + 1) * sizeof *sources);
	char *salt = world_random(SALT_OCTETS);
	struct opening opening = {
		.list = r->list_id,
		.number = c->issue->number,
		.slot = c->issue->slot,
		.at = r->o->now,
		.salt = salt,
		.subject = c->forms[0].letter->subject_shown,
		.carried_count = select_carried(arena, c->issue, &rows),
		.sources = sources,
		.source_count = r->list->source_count,
		.forms = forms,
		.form_count = c->form_count,
		.list_language = r->list->language,
		.list_format = letter_format_name(c->forms[0].format),
		.across = c->across,
		.across_count = c->spared_count,
	};
	int64_t issue;
	bool ok;

	opening.carried = rows;
	for (size_t i = 0; i < r->list->source_count; i++)
		sources[i] = r->list->sources[i].name;
	for (size_t i = 0; i < c->form_count; i++) {
		if (c->forms[i].form)
			form_save(c->forms[i].form, &bytes[i]);
		forms[i] = (struct opening_form){
			.language = c->forms[i].language,
			.format = letter_format_name(c->forms[i].format),
			.spared = c->forms[i].spared,
			.bytes = str_span(&bytes[i]),
		};
	}
	ok = store_issue_open(r->store, &opening, &issue, err);
	for (size_t i = 0; i < c->form_count; i++)
		str_clear(&bytes[i]);
	free(salt);
	free(sources);
	free(bytes);
	free(forms);
	arena_free(arena);
	return ok;
}

/* Editors may have changed their mind since it was composed. What they decided
 * holds for this issue, and ends with it. */
static bool
end_edits(struct run *r, const struct edits *edits, struct error *err)
{
	bool same;

	if (!store_edits_are(r->store, r->list->name, edits, &same, err))
		return false;
	if (!same)
		return error_set(err, ERROR_LATER,
			"an editor changed the issue while it was composed: "
			"the next run composes it anew");
	return store_edits_clear(r->store, r->list->name, err);
}

static bool
open_edited(struct run *r, const struct composed *c, struct error *err)
{
	bool ok;

	if (!store_together(r->store, err))
		return false;
	ok = (!c->edits || end_edits(r, c->edits, err)) &&
		open_issue(r, c, err);
	return store_together_end(r->store, "open", ok, err);
}

bool
run_open_issue(struct run *r, const struct composed *c,
	struct issue_record *issue, struct error *err)
{
	bool found;

	return is_meant(r, c->recipients, err) && open_edited(r, c, err) &&
		store_issue_find(r->store, r->list_id, c->issue->number, issue,
			&found, err);
}
