#include "desk/made.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/world.h"

void
made_free(struct made *m)
{
	if (!m)
		return;
	arena_free(m->arena);
	pending_clear(&m->pending);
	preview_clear(&m->preview);
	problems_clear(&m->notices);
	site_clear(&m->site);
	free(m);
}

/* ----- what is told ----- */

static void
copy_problems(struct problems *to, const struct problems *from, bool errors)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct problem *p = &from->items[i];

		if (p->severity == SEVERITY_ERROR ||
			(!errors && p->severity == SEVERITY_WARNING))
			problem_add(to, p->severity, NULL, 0, 0, "%s", p->text);
	}
}

/* What is logged of the roster, a problem each line. */
static void
take_log(struct problems *to, struct span text)
{
	static const char *const fronts[] = {"postrider: ", "warning: "};
	struct span line;

	while (span_next_line(&text, &line)) {
		for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
			if (span_starts(line, fronts[i]))
				line = span_from(line, strlen(fronts[i]));
		problem_add(to, SEVERITY_WARNING, NULL, 0, 0, "%.*s",
			(int)line.len, line.data);
	}
}

/* ----- composing ----- */

/* Also what is new since: watched before it is read, no change is lost. */
static void
watch_list(const struct making *g, const struct list *list)
{
	char *templates = file_join(g->site, "templates");
	char *lists = file_join(g->site, "lists");
	char *own = file_join(lists, g->list);

	watch_add(g->watch, g->site, false);
	watch_add(g->watch, lists, false);
	watch_add(g->watch, templates, true);
	watch_add(g->watch, own, true);
	for (size_t i = 0; list && i < list->source_count; i++)
		if (list->sources[i].kind == SOURCE_FOLDER)
			watch_add(g->watch, list->sources[i].path, true);
	free(own);
	free(lists);
	free(templates);
}

static bool
compose_list(const struct making *g, struct made *m, struct error *err)
{
	struct preview_options o = {.list = m->list,
		.now = m->at,
		.gather = GATHER_SHOW,
		.shown = g->shown,
		.stop = g->stop,
		.porter = g->porter,
		.all_formats = true};
	char *text = NULL;
	size_t len = 0;
	struct log log = {
		.out = open_memstream(&text, &len), .level = LOG_NORMAL};
	bool ok;

	if (!log.out)
		return error_set_errno(err, "no memory for messages");
	o.log = &log;
	ok = preview_compose_as(&o, &m->preview, err);
	fclose(log.out);
	take_log(&m->notices, (struct span){text, len});
	free(text);
	return ok;
}

static bool
compare(struct made *m, struct error *err)
{
	const struct issue *issue = m->preview.composed.issue;
	struct value *diff;

	m->diffs = value_new_map(m->arena);
	for (size_t i = 0; i < issue->decision_count; i++) {
		const struct decision *d = &issue->decisions[i];

		if (!preview_diff(m->arena, &m->preview, d, &diff, err))
			return false;
		if (diff)
			value_set(m->arena, m->diffs, d->dispatch->id, diff);
	}
	return true;
}

static bool
make(const struct making *g, struct made *m, struct problems *wrong,
	struct error *err)
{
	m->at = world_now();
	watch_list(g, NULL);
	if (!site_load(&m->site, g->site, err))
		return false;
	m->list = site_find(&m->site, g->list);
	if (!m->list) {
		copy_problems(wrong, &m->site.problems, true);
		return site_unknown(&m->site, g->list, err);
	}
	watch_list(g, m->list);
	watch_name_store(g->watch, m->list->store);
	g->reading(g->data, m->list);
	copy_problems(&m->notices, &m->site.problems, false);
	return compose_list(g, m, err) && compare(m, err) &&
		pending_read(&m->pending, m->list, m->preview.store,
			m->preview.list_id, m->at, err);
}

struct made *
made_make(const struct making *g, struct problems *wrong, struct error *err)
{
	struct made *m = mem_new(sizeof *m);

	m->arena = arena_new();
	if (make(g, m, wrong, err))
		return m;
	made_free(m);
	return NULL;
}

/* ----- checking ----- */

void
made_check(struct made *m, unsigned checks)
{
	struct error err = ERROR_INIT;

	if ((checks & CHECK_LINKS &&
		    !preview_check_links(
			    &m->preview, world_timeout_scale(), &err)) ||
		(checks & CHECK_SPAM && !preview_check_spam(&m->preview, &err)))
		problem_add(&m->notices, SEVERITY_WARNING, NULL, 0, 0, "%s",
			err.text);
	else
		m->checked = checks;
	error_clear(&err);
}
