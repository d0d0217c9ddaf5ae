/*
 * YAML 1.2's core schema, the part that people write by hand: block and flow
 * mappings and sequences, plain, quoted and block scalars, comments. Anchors,
 * aliases, tags, several documents, duplicate keys and nesting deeper than 16
 * are refused on libyaml's events, before anything is built (it is quadratic in
 * depth). Places are 1-based.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/error.h"
#include "base/value.h"

/*
 * `name` stands in messages; `first_line` is the line number of the first line
 * of `text` in that file (front matter starts at 2). An empty document gives
 * VALUE_NULL. NULL and `err` set ("name:line:column: …") when it is no YAML.
 * Dates stay text. No text holds a NUL, and every item of a map knows where its
 * key stood.
 */
struct value *yaml_parse(struct arena *arena, const char *name,
	unsigned first_line, struct span text, struct error *err);

#endif
