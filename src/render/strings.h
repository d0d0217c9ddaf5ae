/*
 * The words of each language: strings/<lang>.yaml beside the templates, over
 * those built in (the nearest folder's over those of "digest"), over English.
 * Inside render/ only.
 */
#ifndef RENDER_STRINGS_H
#define RENDER_STRINGS_H

#include "base/date.h"
#include "base/value.h"
#include "render/template_files.h"

struct strings;

/* Reads every language there is. A name that a site's files add to some of them
 * is in all of them: from `language` (NULL: any) where one has it not. NULL and
 * `err` set when a file is broken, or one of its plural rules. */
struct strings *strings_load(const struct template_files *files,
	const char *language, struct error *err);
void strings_free(struct strings *strings);

/* A map of the texts for a language tag ("tr-cy" takes "tr"); English when
 * there are none. Each text `x` stands also as `x_text`, wrapped. */
const struct value *strings_find(struct strings *strings, const char *language);

/* The tags of all languages there are, sorted; in the arena, NULL-terminated. */
const char *const *strings_languages(
	struct arena *arena, struct strings *strings);

/* Are there any for this tag, but the English that stands behind all? */
bool strings_has(struct strings *strings, const char *language);

/* What strings_find() finds for it is in this language: it, or English. */
const char *strings_language(struct strings *strings, const char *language);

/* The text of `key`, each "{name}" replaced by the text beside that name;
 * `fields` ends with a NULL name. */
const char *strings_fill(struct arena *arena, const struct value *texts,
	const char *key, const char *const (*fields)[2]);

/* "12 signatories": the form of `key` for a number by the language's rules
 * (plural.h), or its `other`. All in the arena; "" when there is no such
 * text. */
const char *strings_count(struct arena *arena, const struct value *texts,
	const char *key, size_t n);

/* How the language writes dates (model/date_words.h); in the arena. */
const char *strings_date_words(struct arena *arena, const struct value *texts);

/* "20 November 2026" */
const char *strings_date(
	struct arena *arena, const struct value *texts, struct civil date);

#endif
