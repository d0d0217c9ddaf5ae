/*
 * The files that templates are made of: those of a folder, and behind them, for
 * lists, those built into the program (embedded.c). Inside render/ only.
 */
#ifndef RENDER_TEMPLATE_FILES_H
#define RENDER_TEMPLATE_FILES_H

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "render/mustache.h"

struct template_files {
	struct folder *folder; /* or NULL */
	bool embedded;	       /* what the folder lacks, the program has */
	struct arena *arena;   /* keeps the names for messages */
};

/*
 * Appends the file's text, and gives its name for messages. False when it is
 * nowhere, or, with `err` set, when it cannot be read.
 */
bool template_files_read(const struct template_files *files, const char *name,
	struct str *out, const char **file, struct error *err);

/* For mustache_compile(): a partial is NAME.mustache. `files` must outlive the
 * loader. */
struct partial_loader template_files_partials(
	const struct template_files *files);

/* A file built into the program: "html.mustache", "strings/en.yaml"; false when
 * there is none of that name. */
bool embedded_find(const char *name, struct span *out);

/* The i-th of their names, NULL behind the last. */
const char *embedded_name(size_t i);

#endif
