/*
 * The files that templates are made of: those of a folder, and behind them, for
 * lists, those built into the program (embedded.c): of the folder's name, then
 * of "digest". Inside render/ only.
 */
#ifndef RENDER_TEMPLATE_FILES_H
#define RENDER_TEMPLATE_FILES_H

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "render/mustache.h"

struct template_files {
	struct folder *folder;	 /* or NULL */
	const char *built_in[3]; /* folders, NULL-terminated */
	struct arena *arena;	 /* keeps the names for messages */
};

/* Sets those built in that stand behind a folder of this name, and opens
 * SITE/templates/NAME, which may be missing only when there is one built in.
 * `files` has an arena; the folder is yours. */
bool template_files_open(struct template_files *files, const char *site,
	const char *name, struct error *err);

/* Those alone that stand where `name` is found. */
struct template_files template_files_beside(
	const struct template_files *files, const char *name);

/*
 * Appends the file's text, and gives its name for messages. False when it is
 * nowhere, or, with `err` set, when it cannot be read.
 */
bool template_files_read(const struct template_files *files, const char *name,
	struct str *out, const char **file, struct error *err);

/* Compiles the file with strict rules, where only safe HTML passes unescaped;
 * ERROR_INPUT when it is nowhere. `files` must outlive it. */
struct mustache *template_files_compile(const struct template_files *files,
	const char *name, enum mustache_escape escape, struct error *err);

/* For mustache_compile(): a partial is NAME.mustache. `files` must outlive the
 * loader. */
struct partial_loader template_files_partials(
	const struct template_files *files);

/* A file built into the program: "digest/html.mustache"; false when there is
 * none of that name. */
bool embedded_find(const char *name, struct span *out);

/* The i-th of their names, NULL behind the last. */
const char *embedded_name(size_t i);

#endif
