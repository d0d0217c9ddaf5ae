/*
 * What tests of letters share: an issue made by hand, and what is made of it.
 */
#ifndef LETTER_UNIT_H
#define LETTER_UNIT_H

#include "base/str.h"
#include "render/render.h"
#include "unit.h"

static const char slot_marks[] = "q7zslot";
static const char *const no_texts[] = {NULL};

/* How it looks is the style sheet's. Yours to free(). */
static inline char *
without_styles(const char *html)
{
	static const char style[] = " style=\"";
	struct span rest = span_of(html);
	struct str out = STR_INIT;

	for (;;) {
		size_t n = span_find_text(rest, style);

		str_add_span(&out, span_slice(rest, 0, n));
		if (n == rest.len)
			break;
		rest = span_from(rest, n + strlen(style));
		rest = span_from(rest, span_find(rest, '"') + 1);
	}
	return str_take(&out);
}

/* An issue made by hand, with templates from nowhere but the program. */
struct world {
	struct list list;
	struct issue *issue;
	struct dispatch dispatches[8];
	struct variant variants[8];
	struct entry entries[8], titles[2];
	struct edition edition;
	struct bodies *bodies; /* or NULL */
	struct problems warnings;
};

static inline void
world_init(struct world *w)
{
	*w = (struct world){.warnings = PROBLEMS_INIT};
	w->list = (struct list){.name = "weekly",
		.site = "/nowhere",
		.title = "Harbour Weekly",
		.list_id = "weekly.example.org",
		.from = {"Harbour Wire", "weekly@example.org"},
		.language = "en",
		.fallback = (const char **)no_texts,
		.subject = "{{list.title}} {{issue.number}}: {{lead.title}}",
		.template_name = "digest",
		.html_budget = 90000,
		.web = "https://lists.example.org",
		.postal_address = "Harbour Wire, Quay 1",
		.privacy_url = "https://example.org/privacy"};
	/* 2026-11-20T06:00:00Z */
	w->issue = issue_new(&w->list, 7, 1795154400);
	w->edition = (struct edition){
		.language = "en", .entries = w->entries, .titles = w->titles};
	w->issue->editions = &w->edition;
	w->issue->edition_count = 1;
}

static inline void
world_clear(struct world *w)
{
	w->issue->editions = NULL;
	w->issue->edition_count = 0;
	issue_free(w->issue);
	problems_clear(&w->warnings);
}

/* Appends a dispatch; its variant is for the test to fill in. */
static inline struct variant *
add(struct world *w, enum entry_kind kind, const char *title, const char *body)
{
	size_t n = w->edition.entry_count + w->edition.title_count;
	struct variant *v = &w->variants[n];
	struct dispatch *d = &w->dispatches[n];
	struct entry e = {.dispatch = d, .variant = v, .kind = kind};

	*v = (struct variant){.language = "en",
		.title = title,
		.body = body,
		.updated = INSTANT_NONE,
		.revision = "r1"};
	*d = (struct dispatch){.id = title,
		.date = INSTANT_NONE,
		.variants = v,
		.variant_count = 1};
	if (kind == ENTRY_TITLE)
		w->titles[w->edition.title_count++] = e;
	else
		w->entries[w->edition.entry_count++] = e;
	return v;
}

/* NULL when it fails: then the error's text is in *problem. */
static inline struct letter *
render(struct world *w, enum letter_format format, char **problem)
{
	struct error err = ERROR_INIT;
	struct templates *t = templates_load(&w->list, &w->warnings, &err);
	struct letter *letter = NULL;

	if (t)
		letter = render_letter(t,
			&(struct render_input){.issue = w->issue,
				.bodies = w->bodies,
				.format = format,
				.mark = slot_marks,
				.warnings = &w->warnings},
			&err);
	templates_free(t);
	if (problem)
		*problem = err.text;
	else if (!letter)
		fail_msg("%s", err.text);
	else
		error_clear(&err);
	return letter;
}

/* In HTML, but for its styles. */
static inline void
want_in(const char *name, const char *text, const char *const *wanted)
{
	char *plain = without_styles(text);

	for (; *wanted; wanted++)
		if (!strstr(plain, *wanted))
			fail_msg("%s: <%s> is not in <%s>", name, *wanted,
				plain);
	free(plain);
}

#endif
