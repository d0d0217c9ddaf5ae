/*
 * What could be wrong with the issue: the findings of run/preflight.h, what
 * blocks first, and what was asked for.
 */
#include "desk/page.h"

/* What blocks, then by severity; notes stand apart. */
enum rank { RANK_BLOCKS, RANK_ERROR, RANK_WARNING, RANK_NOTE, RANKS };

static const char *const rank_names[RANKS] = {
	"blocks", "error", "warning", "note"};

static enum rank
rank_of(const struct finding *f)
{
	static const enum rank ranks[] = {[SEVERITY_NOTE] = RANK_NOTE,
		[SEVERITY_WARNING] = RANK_WARNING,
		[SEVERITY_ERROR] = RANK_ERROR};

	return f->blocks ? RANK_BLOCKS : ranks[f->severity];
}

static void
push_finding(struct page_making *m, struct value *list, const struct finding *f)
{
	const char *name = rank_names[rank_of(f)];
	struct value *row = value_push(m->arena, list, value_new_map(m->arena));

	value_set_text(m->arena, row, "rank", name);
	value_set_text(m->arena, row, "rank_shown",
		page_making_word(
			m, arena_printf(m->arena, "finding_%s", name)));
	value_set_text(m->arena, row, "code", f->code);
	value_set_text(m->arena, row, "text", f->text);
	value_set_text_or_null(m->arena, row, "where",
		f->where && f->line
			? arena_printf(m->arena, "%s:%d", f->where, f->line)
			: f->where);
}

static void
push_findings(struct page_making *m, struct value *list, enum rank rank)
{
	const struct preflight *p = &m->in->now->preview->preflight;

	for (size_t i = 0; i < p->count; i++)
		if (rank_of(&p->items[i]) == rank)
			push_finding(m, list, &p->items[i]);
}

/* A check on request: {path, label, state}. */
static void
add_check(struct page_making *m, struct value *checks, const char *path,
	unsigned which)
{
	const struct composition *now = m->in->now;
	const char *state = now->checking & which ? "checking"
		: now->checked & which		  ? "checked"
						  : NULL;
	struct value *v = value_push(m->arena, checks, value_new_map(m->arena));

	value_set_text(m->arena, v, "path", path);
	value_set_text(m->arena, v, "label",
		page_making_word(m, arena_printf(m->arena, "check_%s", path)));
	value_set_bool(m->arena, v, "going", now->checking & which);
	value_set_text_or_null(m->arena, v, "state",
		state ? page_making_word(m, state) : NULL);
}

void
page_add_preflight(struct page_making *m)
{
	struct value *findings = value_set(
		m->arena, m->view, "findings", value_new_list(m->arena));
	struct value *notes =
		value_set(m->arena, m->view, "notes", value_new_list(m->arena));
	struct value *checks = value_set(
		m->arena, m->view, "checks", value_new_list(m->arena));

	for (int rank = 0; rank < RANK_NOTE; rank++)
		push_findings(m, findings, (enum rank)rank);
	push_findings(m, notes, RANK_NOTE);
	value_set_bool(m->arena, m->view, "any_findings", findings->count > 0);
	value_set_bool(m->arena, m->view, "any_notes", notes->count > 0);
	value_set_text(m->arena, m->view, "notes_shown",
		page_count(m->arena, m->in->pages, m->in->language,
			"notes_count", notes->count));
	add_check(m, checks, "links", CHECK_LINKS);
	add_check(m, checks, "spam", CHECK_SPAM);
}
