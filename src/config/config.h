/*
 * A site's configuration: lists/defaults.yaml and lists/NAME/list.yaml, each
 * read to its end so that every mistake is told in one pass, with file, line
 * and column, and the nearest valid name for a misspelt one.
 *
 * The settings stand in one table (settings.c): name, reader, where it may
 * stand, and whether its work is still to come; `check`, the manual and the
 * completion of names are printed from it.
 *
 * Secrets: `password_file:` beside a relay, else the environment variable
 * POSTRIDER_SMTP_PASSWORD; one written into a URL is taken with a warning when
 * others may read the file.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/error.h"
#include "base/problem.h"
#include "base/value.h"
#include "model/list.h"

struct site {
	char *path;   /* of the site's folder, without a final slash */
	char **names; /* of all lists, sound or not, sorted; ends with NULL */
	struct list **lists; /* in order of their names; ends with NULL */
	size_t list_count;
	struct list **unsound; /* those with errors, likewise: believe nothing
				  of them but `name`, and `store` where it is
				  not NULL */
	size_t unsound_count;
	const char *log, *metrics; /* what all lists have in common, also where
				      none is sound; NULL: none */
	struct problems problems;  /* of all files; errors make a list unusable
				     and it is missing from `lists` */
};

/*
 * Reads the site at `path`. False, with `err` set, only when there is no site
 * to read (no lists/ folder); mistakes in files are in `problems`.
 */
bool site_load(struct site *site, const char *path, struct error *err);
void site_clear(struct site *site);

/* Borrowed; NULL when there is no (sound) list of that name. */
const struct list *site_find(const struct site *site, const char *name);

/* Letters, digits, '-', '_' and '.', and no file of ours or hidden one. */
bool site_is_list_name(const char *name);

/* Sets `err` (ERROR_USAGE) to "there is no list 'wekly', did you mean
 * 'weekly'?", or says that its settings have mistakes (ERROR_CONFIG). */
bool site_unknown(const struct site *site, const char *name, struct error *err);

/*
 * What stands in the way of real sending (an SMTP relay): no postal address,
 * no privacy_url, no way to leave the list, no password. Appends to `problems`:
 * errors, and warnings about what receivers will frown at. A spool needs none
 * of it.
 */
void list_check_sending(const struct list *list, struct problems *problems);

/* Appends what is wrong with where the archive stands: an error when it has no
 * address, a warning when that is on the host of `web`. */
void list_check_archive(const struct list *list, struct problems *problems);

/* Appends what is wrong with the folders that letters or the archive are put
 * into: an error when one is none, a warning when who asks cannot write there. */
void list_check_folders(const struct list *list, struct problems *problems);

/*
 * The schedule of a list, alone, as its key `schedule` says it: into a list that
 * has its arena, and whose zone is yours to free then. False when there are
 * mistakes; they are appended to `problems`.
 */
bool list_read_schedule(struct list *list, const char *file,
	const struct value *map, struct problems *problems);

/*
 * The relay of a transport written as a URL or "spool:PATH": for --transport
 * and the demo. All in the arena; PATH counts from the working folder. False,
 * and `err` set without any password, when it is none.
 */
bool relay_parse(struct arena *arena, const char *text, struct relay *relay,
	struct error *err);

#endif
