/*
 * Pages and mails that are no issue: the templates of one folder, each rendered
 * in one language. templates/NAME of the site comes first, and behind it what is
 * built into the program; the words are those of its strings/<lang>.yaml, over
 * those of templates/digest, over English.
 *
 * A word may have places to fill in, "{list}": they take the text that the view
 * has under that name, at its top. In languages written from right to left the
 * text is isolated, so that it cannot turn the sentence around it (UAX 9, 2.6).
 *
 * Names are taken strictly: one that neither the view nor the words have is an
 * error that names template and line.
 *
 * Templates are compiled and languages read when they are first asked for. One
 * thread at a time.
 */
#ifndef RENDER_PAGE_H
#define RENDER_PAGE_H

#include "base/date.h"
#include "base/error.h"
#include "base/value.h"

struct pages;

/* Of the folder `name` in SITE/templates, which need not be there. With `html`
 * what templates are given is escaped for HTML, and only VALUE_HTML is not. */
struct pages *pages_load(
	const char *site, const char *name, bool html, struct error *err);
void pages_free(struct pages *pages);

/* Appends NAME.mustache, rendered with `view` (a map), `strings`, `language` and
 * `direction`. */
bool page_render(struct pages *pages, const char *name, const char *language,
	const struct value *view, struct str *out, struct error *err);

/* Are there words of its own for this language ("tr-cy" takes "tr")? */
bool pages_speak(struct pages *pages, const char *language);

/* The tags of all that there are, sorted; in the arena, NULL-terminated. */
const char *const *pages_languages(struct arena *arena, struct pages *pages);

/* One of the words, with its places filled from `view` (may be NULL); in the
 * arena, "" when there is none. */
const char *page_word(struct arena *arena, struct pages *pages,
	const char *language, const char *key, const struct value *view);

/* Appends a file that is no template, such as a style sheet. False when there
 * is none, or, with `err` set, when it cannot be read. */
bool pages_file(struct pages *pages, const char *name, struct str *out,
	struct error *err);

/* "3 weeks": by the language's plurals; in the arena. */
const char *page_count(struct arena *arena, struct pages *pages,
	const char *language, const char *key, size_t n);

/* "20 November 2026"; in the arena. */
const char *page_date(struct arena *arena, struct pages *pages,
	const char *language, struct civil date);

#endif
