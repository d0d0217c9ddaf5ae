/*
 * One file of a folder, read and understood, before it is known whether it is a
 * dispatch of its own or a translation of one. Private to the folder source.
 */
#ifndef SOURCE_ARTICLE_H
#define SOURCE_ARTICLE_H

#include "base/file.h"
#include "model/dispatch.h"
#include "model/list.h"
#include "source/naming.h"

struct article {
	struct naming naming;
	struct dispatch dispatch; /* without its variant */
	struct variant variant;
	const char *said_id;	    /* or NULL */
	const char *translation_of; /* or NULL */
	bool has_frontmatter;
	bool is_empty; /* says nothing, neither in title nor in body */
	bool broken;   /* left out; only `naming` and the file are known */
};

struct article_reader {
	struct arena *arena;
	struct problems *problems; /* warnings go here */
	const struct list *list;   /* NULL: no zone, no marks, no language */
	const struct source_config *source; /* or NULL */
	struct folder *folder; /* for pictures; NULL: they are not looked for */
};

/*
 * `path` is below the source's folder, `file` stands in messages. All in the
 * reader's arena. False and `err` set when the file is broken.
 */
bool article_read(const struct article_reader *reader, const char *path,
	const char *file, struct span bytes, struct article *out,
	struct error *err);

/* Puts in what the variant leaves out and the original says. */
void article_inherit(struct arena *arena, struct variant *to,
	const struct variant *original);

/* Fills in the variant's revision and content; last of all. */
void article_hash(const struct dispatch *d, struct variant *v);

/* Fills in the former revision: with the section of the source, and the date as
 * the list's zone has it. */
void article_hash_former(const struct dispatch *d, struct variant *v);

/* Its content alone, by its words alone: ids are made of it, and never change. */
void article_hash_words(struct variant *v);

#endif
