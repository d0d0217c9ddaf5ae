/*
 * A rehearsal: everything a list could print goes into one issue, from a store
 * in memory that knows no reader yet and nothing as printed. It brings out what
 * is wrong with rosters, dispatches and templates while no issue is due.
 */
#include "render/render.h"
#include "run/compose.h"
#include "run/post.h"
#include "run/preview.h"
#include "source/fetch.h"
#include "subscribers/roster.h"

static void
keep(struct problems *all, const struct problems *some)
{
	for (size_t i = 0; i < some->count; i++)
		problem_add(all, some->items[i].severity, NULL, 0, 0, "%s",
			some->items[i].text);
}

static bool
fill_roster(const struct list *list, struct store *store, int64_t id,
	int64_t now, struct problems *problems, struct error *err)
{
	struct roster_options options = {.now = now};
	struct roster_report report = {.unchanged = false};

	return roster_update(list, store, id, &options, &report, problems, err);
}

/* The guard sees the proxy's address, and not where that leads. */
static void
check_proxy(const struct list *list, struct problems *problems)
{
	const char *variable = fetch_proxy();
	bool guarded = false;

	for (size_t i = 0; i < list->source_count; i++)
		guarded |= list->sources[i].kind == SOURCE_FEED &&
			!list->sources[i].allow_private;
	if (guarded && variable)
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': feeds go through the proxy that %s names: "
			"it alone can refuse addresses of your own network",
			list->name, variable);
}

/* Mails to single readers: a template of the site's own may be broken. */
static void
check_post(const struct list *list, int64_t now, struct problems *problems)
{
	struct list with_pages = *list;
	const char *kind;

	if (!with_pages.web)
		with_pages.web = "https://example.org";
	for (size_t i = 0; (kind = post_sample_kind(i)); i++) {
		struct error err = ERROR_INIT;
		struct post_sample sample;

		if (!post_sample_make(
			    &with_pages, kind, NULL, now, &sample, &err))
			problem_add(problems, SEVERITY_ERROR, NULL, 0, 0,
				"list '%s': the mail '%s' cannot be made: %s",
				list->name, kind, err.text);
		post_sample_clear(&sample);
		error_clear(&err);
	}
}

/* A letter in French whose foot is English is nobody's wish. What is wrong with
 * the templates was told before. */
static void
check_words(const struct list *list, struct problems *problems)
{
	struct templates *templates = templates_load(list, NULL, NULL);

	if (templates && !templates_speak(templates, list->language))
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': there are no words in its language '%s': "
			"what stands around the dispatches is English; put "
			"them into templates/%s/strings/%s.yaml",
			list->name, list->language, list->template_name,
			list->language);
	templates_free(templates);
}

bool
rehearse(const struct list *list, int64_t now, struct problems *problems,
	struct error *err)
{
	struct store_options scratch = {
		.url = "sqlite:rehearsal", .scratch = true};
	struct list all = *list;
	struct compose_options options = {
		.list = &all, .number = 1, .slot = now, .now = now};
	struct composed c = {.issue = NULL};
	struct store *store = store_open(&scratch, err);
	bool ok = store && store_list(store, list->name, &options.list_id, err);

	check_proxy(list, problems);
	check_post(list, now, problems);
	/* Old dispatches and few of them try the templates as well. */
	all.select.first_issue = now;
	all.select.min = 1;
	options.store = store;
	ok = ok &&
		fill_roster(list, store, options.list_id, now, problems, err);
	if (ok) {
		ok = compose(&options, &c, err);
		keep(problems, &c.gathered);
		keep(problems, &c.problems);
		composed_clear(&c);
	}
	if (ok)
		check_words(list, problems);
	store_close(store);
	return ok;
}
