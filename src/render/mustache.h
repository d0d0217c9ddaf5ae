/*
 * Mustache (the whole core of the specification, 1.4): interpolation, sections,
 * inverted sections, partials with indentation, comments, set delimiters.
 *
 * A template is compiled once, with all its partials, and rendered with a stack
 * of values. Both are bounded: a template has 4 MiB with its partials, which
 * nest at most 64 deep; the output is at most 16 MiB; and what does not end
 * soon is ended.
 */
#ifndef RENDER_MUSTACHE_H
#define RENDER_MUSTACHE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/value.h"

struct mustache;

/*
 * Finds the text of a partial. Appends it to `out`, and its name for messages
 * to *file (borrowed until the template is freed). False when there is none
 * (it renders as nothing) or, with `err` set, when it cannot be read.
 */
struct partial_loader {
	bool (*load)(void *data, const char *name, struct str *out,
		const char **file, struct error *err);
	void *data;
};

enum mustache_escape {
	ESCAPE_HTML, /* {{x}} escapes & < > " ' */
	ESCAPE_NONE, /* plain text: {{x}} and {{{x}}} are the same */
};

struct mustache_options {
	enum mustache_escape escape;
	/* {{{x}}} and {{&x}} leave only VALUE_HTML as it is, and escape the
	   rest: text from outside never becomes markup. */
	bool only_safe_html;
	/* A name that is found nowhere is an error, which names template and
	   line, instead of nothing: for templates of the operator. Sections
	   may ask for names that are absent. */
	bool strict;
};

/* NULL and `err` set ("templates/digest/html.mustache:12: section 'items' is
 * never closed"). `loader` may be NULL. */
struct mustache *mustache_compile(const char *file, struct span text,
	const struct mustache_options *options,
	const struct partial_loader *loader, struct error *err);
void mustache_free(struct mustache *t);

/* Does the template, or a partial of it, name this anywhere? What is dear is
 * made only for those that do. */
bool mustache_asks(const struct mustache *t, const char *name);

/* Appends. The error names template, line and partial. */
bool mustache_render(const struct mustache *t, const struct value *data,
	struct str *out, struct error *err);

#endif
