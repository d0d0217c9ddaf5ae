/*
 * TOML 1.0 into a tree of values: what stands between "+++" lines.
 *
 * Numbers are kept in a form that JSON takes too (`1_000` is 1000, `0xff` is
 * 255; inf and nan become text). Dates and times stay text. Whoever writes a
 * key or a table twice is told, as the specification asks. Nesting deeper than
 * 16 and more than 1000 tables are refused.
 */
#ifndef SOURCE_TOML_H
#define SOURCE_TOML_H

#include "base/error.h"
#include "base/value.h"

/*
 * `name` stands in messages; `first_line` is the line number of the first line
 * of `text` (valid UTF-8) in that file. Always a map. NULL and `err` set
 * ("name:line:column: …") when it is no TOML.
 */
struct value *toml_parse(struct arena *arena, const char *name,
	unsigned first_line, struct span text, struct error *err);

#endif
