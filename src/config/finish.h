/*
 * The last step of reading a list, and what the site needs of it.
 */
#ifndef CONFIG_FINISH_H
#define CONFIG_FINISH_H

#include "config/settings.h"

/* Loads what settings only name (time zone, roster), and complains of what is
 * missing or contradicts itself. */
void list_finish(struct reader *r);

/* Gives the keys of `dkim` the sender's domain where they name none, and
 * complains when none is for the list's mail. */
void dkim_finish(struct reader *r);
void schedule_finish(struct reader *r);

/* The folders in a folder, sorted, without hidden ones; ends with NULL. Yours.
 * NULL when it, or one of them, cannot be looked at. */
char **folder_names(const char *path, struct error *err);
void folder_names_free(char **names);

#endif
