/*
 * What tests of words share: the texts of one language, as they are built in.
 */
#ifndef WORDS_UNIT_H
#define WORDS_UNIT_H

#include "unit.h"

#include "base/yaml.h"
#include "render/template_files.h"

/* Of "desk/strings/en.yaml"; the arena's. */
static inline struct value *
read_words(struct arena *arena, const char *name)
{
	struct error err = ERROR_INIT;
	struct span text;
	struct value *words;

	want_true(name, embedded_find(name, &text));
	words = yaml_parse(arena, name, 1, text, &err);
	want_text(name, err.text, NULL);
	return words;
}

#endif
