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
 * sources: those of folders are read, those of feeds and mailboxes are given by
 * `others`, who keeps them. A broken dispatch is told in out->problems and left
 * out; the others go on. False only when a source cannot be read at all.
 */
bool source_gather(const struct list *list,
	bool (*others)(void *data, const struct source_config *source,
		struct dispatches *out, struct error *err),
	void *data, struct dispatches *out, struct error *err);

/*
 * The dispatches of a folder of Markdown files. Variants ("x.md", "x.tr.md",
 * "x/index.md", "x/index.tr.md", or `translation_of: x`) become one dispatch.
 */
bool folder_source_read(const struct list *list,
	const struct source_config *source, struct dispatches *out,
	struct error *err);

/*
 * One file, whatever its conventions (YAML, TOML or JSON front matter, none;
 * Jekyll, Hugo, Zola): what `inspect dispatch` shows. `path` gives the default
 * id, the date in the name, and the language suffix. `list` may be NULL: then
 * there is no time zone, no language and no title mark. Pictures are not looked
 * for. NULL and `err` set when it is broken.
 */
struct dispatch *dispatch_parse(struct dispatches *out, const char *path,
	struct span bytes, const struct list *list, struct error *err);

/*
 * Writes a file for a new dispatch into the first folder of the list's sources,
 * "2026-03-09-slug-of-the-title.md"; an existing one is never touched. *path is
 * yours to free().
 */
bool dispatch_write_new(const struct list *list, const char *title, int64_t now,
	char **path, struct error *err);

#endif
