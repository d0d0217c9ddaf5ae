/*
 * Sources of dispatches. A source reads and understands; whether something is
 * new is not its business, and it cannot reach the store.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "base/error.h"
#include "base/str.h"
#include "model/dispatch.h"
#include "model/list.h"

/*
 * Appends all dispatches of the list's sources to `out`, in the order of the
 * sources. A broken dispatch is told in out->problems and left out; the others
 * go on. False only when a source cannot be read at all.
 */
bool source_gather(
	const struct list *list, struct dispatches *out, struct error *err);

/*
 * The dispatches of a folder of Markdown files. Variants ("x.md", "x.tr.md",
 * "x/index.md", "x/index.tr.md", or `translation_of: x`) become one dispatch.
 */
bool folder_source_read(const struct list *list,
	const struct source_config *source, struct dispatches *out,
	struct error *err);

/*
 * One file, whatever its conventions (YAML or TOML front matter, none; Jekyll,
 * Hugo, Zola): what `inspect dispatch` shows. `path` gives the default id, the
 * date and slug in the name, and the language suffix. NULL and `err` set when
 * it is broken.
 */
struct dispatch *dispatch_parse(struct dispatches *out, const char *path,
	struct span bytes, const struct list *list, struct error *err);

#endif
