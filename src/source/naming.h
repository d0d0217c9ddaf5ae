/*
 * What the path of a dispatch's file says: its id, language, date and slug.
 *
 *     x.md               id "x"
 *     x.tr.md            id "x", Turkish
 *     a/x/index.md       id "a/x": a page with its pictures beside it
 *     a/x/index.tr.md    id "a/x", Turkish
 *     2024-03-09-x.md    id "2024-03-09-x", of that day
 *     a/_index.md        a section's page: no dispatch
 *
 * And which files in a shared folder are no dispatches at all.
 */
#ifndef SOURCE_NAMING_H
#define SOURCE_NAMING_H

#include "base/arena.h"
#include "base/date.h"

struct naming {
	const char *id;
	const char *language; /* lower-case tag, or "" */
	const char *folder;   /* of the file, with a final slash; or "" */
	const char *slug;     /* of a name with a date; else NULL */
	bool has_date;
	bool is_draft; /* below "_drafts", as Jekyll has it */
	struct civil date;
};

/* `path` is below the source's folder. */
void naming_read(struct arena *arena, const char *path, struct naming *out);

/*
 * A tag of BCP 47 in lower case with hyphens, or NULL when it is none that
 * people use: "tr", "pt_BR" and "zh-Hant", but not "2", "old" or "final".
 */
const char *naming_language(struct arena *arena, struct span tag);

/* "x.md", "x.markdown", …: the endings that Jekyll, Hugo and Zola take. */
bool naming_is_markdown(const char *path);

/* "x.md.txt": a system that hides endings has added one. */
bool naming_hides_markdown(const char *path);

/* What editors and synchronising programs leave behind: "~$x.md", ".#x.md",
 * "x (conflicted copy 2024-03-09).md", … */
bool naming_is_dropping(const char *path);

/* "_index.md", "_index.tr.md": Hugo's and Zola's page of a section. */
bool naming_is_section(const char *path);

/* README and its like: notes about the folder, unless it says otherwise with
 * front matter. */
bool naming_is_note(const char *path);

#endif
