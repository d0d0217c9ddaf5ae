/*
 * The verbs of `subscribers`, a file for each kind: looking at readers,
 * changing one, keeping the law. subscribers.c has the table.
 */
#ifndef CMD_SUBSCRIBERS_H
#define CMD_SUBSCRIBERS_H

#include "cmd/site.h"

/* The ADDRESS, which is the last argument, and its key: cleared by who calls,
 * also on failure. ERROR_DATA when it is none. */
struct addressee {
	const char *address;
	struct str key;
};
bool addressee_read(
	struct addressee *a, struct invocation *in, struct error *err);
void addressee_clear(struct addressee *a);

/* NULL and `err` set when he is not on the list. */
struct subscriber *addressee_find(
	const struct addressee *a, struct list_context *c, struct error *err);

/*
 * With --all-lists: calls for each list of the site, with its store. Stops at
 * the first failure.
 */
struct each {
	bool (*act)(struct invocation *in, struct list_context *c, void *data,
		struct error *err);
	void *data;
	bool read_only;
};
bool each_list(
	struct invocation *in, const struct each *each, struct error *err);

/* Of a site that was loaded. */
bool each_list_of(struct invocation *in, const struct site *site,
	const struct each *each, struct error *err);

/* ----- subscribers_show.c ----- */

bool subscribers_list(
	struct invocation *in, struct list_context *c, struct error *err);
bool subscribers_show(
	struct invocation *in, struct list_context *c, struct error *err);
bool subscribers_show_all(struct invocation *in, struct error *err);

/* ----- subscribers_change.c ----- */

bool subscribers_add(
	struct invocation *in, struct list_context *c, struct error *err);
bool subscribers_remove(
	struct invocation *in, struct list_context *c, struct error *err);

/* ----- subscribers_import.c, subscribers_export.c ----- */

bool subscribers_import(
	struct invocation *in, struct list_context *c, struct error *err);
bool subscribers_export(
	struct invocation *in, struct list_context *c, struct error *err);

/* ----- subscribers_erase.c ----- */

bool subscribers_erase(
	struct invocation *in, struct list_context *c, struct error *err);
bool subscribers_erase_all(struct invocation *in, struct error *err);
bool subscribers_suppress(
	struct invocation *in, struct list_context *c, struct error *err);
bool subscribers_suppress_all(struct invocation *in, struct error *err);
bool subscribers_unsuppress(
	struct invocation *in, struct list_context *c, struct error *err);
bool subscribers_unsuppress_all(struct invocation *in, struct error *err);

/* Of every store of the site. */
bool subscribers_rotate_keys(struct invocation *in, struct error *err);

#endif
