/*
 * Lists of feeds as feed readers export them (OPML 1.0 and 2.0).
 */
#ifndef SOURCE_OPML_H
#define SOURCE_OPML_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct opml_feed {
	const char *title;   /* one line; NULL */
	const char *url;     /* http or https */
	const char *section; /* the title of the outline it stands in; NULL */
};

struct opml {
	struct opml_feed *feeds; /* each URL once, in the file's order */
	size_t count;
	size_t left_out; /* feeds with an URL that nobody can fetch */
};

/* NULL and `err` set (ERROR_DATA: "NAME: …") when it is no OPML, or names no
 * feed. Broken XML is read as far as it goes. */
struct opml *opml_parse(struct arena *arena, const char *name,
	struct span bytes, struct error *err);

#endif
