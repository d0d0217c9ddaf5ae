/*
 * Importing people from other programs' files: into the store, with the words
 * by which they agreed. Opt-outs always win, those of here and those of there:
 * see store/merge.h and docs/subscribers.md.
 */
#ifndef SUBSCRIBERS_IMPORT_H
#define SUBSCRIBERS_IMPORT_H

#include "subscribers/roster.h"

enum import_mode {
	IMPORT_UPDATE,	/* new ones, and what changed of others */
	IMPORT_ADD,	/* new ones only */
	IMPORT_REPLACE, /* like update; whom an import brought and who is not
			   there any more is removed */
};

/* "update", "add", "replace" */
bool import_mode_find(const char *name, enum import_mode *out);

struct import_options {
	enum import_mode mode;
	const char *consent;  /* how they agreed: the proof */
	const char *language; /* of the list: whose code page a file is in that
				 is not Unicode; or NULL */
	size_t largest;	      /* octets of a file (limits.roster) */
	bool accept;	      /* lose more than a fifth (invariant 13) */
	bool dry_run;
	int64_t now;
	/* See merge_options; may be NULL. */
	void (*on_plan)(void *data, enum merge_action action,
		const char *address, enum subscriber_state state);
	void *data;
};

/*
 * A file, a folder of them (those whose names end in .csv, .txt, .tsv, .jsonl
 * or .dump, as one), or "-" for stdin. `problems` gets the rows that were left
 * out, or stand twice. Streams: memory does not grow with the file.
 *
 * ERROR_DATA, and nothing is changed, when a replacement would remove too many
 * and `accept` is not set, when a quote is never closed, when a line is no JSON
 * in a file of JSON lines, or when nobody stands in it.
 */
bool import_people(const char *path, struct store *store, int64_t list_id,
	const struct import_options *options, struct roster_report *report,
	struct problems *problems, struct error *err);

#endif
