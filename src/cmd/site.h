/*
 * What most commands begin with: the site, the list they were told, its store.
 */
#ifndef CMD_SITE_H
#define CMD_SITE_H

#include "cmd/command.h"
#include "config/config.h"
#include "store/store.h"

struct lock;

/* Loads the site; its mistakes go to the log. False when it has errors, unless
 * `tolerant`. */
bool command_site(struct invocation *in, bool tolerant, struct site *site,
	struct error *err);

/* Keeps the log that the site wants, for a command that loads it by itself. */
void command_log_of_site(struct invocation *in);

/* A list with the site that holds it and its store. Everything is opened or
 * nothing; it stays where it was opened. */
struct list_context {
	const struct site *site;
	struct site own; /* what it loaded itself */
	const struct list *list;
	struct store *store;
	int64_t list_id;
};

/* Loads the site; its mistakes go to the log. */
bool list_context_open(struct invocation *in, const char *name, bool read_only,
	struct list_context *out, struct error *err);

/* Of a site that was loaded, and outlives it. */
bool list_context_borrow(const struct site *site, const char *name,
	bool read_only, struct list_context *out, struct error *err);
void list_context_close(struct list_context *c);

/* Are all these, up to a NULL, lists of the site? Else as site_unknown(). */
bool command_names(
	const struct site *site, char *const *names, struct error *err);

/* The lists that the arguments name, or all of the site; NULL-terminated, yours
 * to free(). NULL: one of them is unknown. */
const struct list **command_choose(const struct invocation *in,
	const struct site *site, struct error *err);

/* The gravest thing that happened to any list decides the exit status: of two
 * that are grave the first, and the other is told. Takes `err`. */
void command_keep_gravest(
	struct error *gravest, const struct log *log, struct error *err);

/* Where nothing happened: that there are lists which were not looked at, for the
 * mistakes in their settings. */
void command_left_out(const struct site *site, struct error *gravest);

/*
 * Calls for each list that the arguments name, or for all of the site when there
 * are none. Nothing is opened before all the names were looked at. What goes wrong
 * with one list keeps no other back: see command_keep_gravest(), and
 * command_left_out() where none is named.
 */
bool command_lists(struct invocation *in, bool read_only,
	bool (*act)(struct invocation *in, struct list_context *c, void *data,
		struct error *err),
	void *data, struct error *err);

/* The number of an issue or a draft as it is typed; 0 when it is none, "12x" or
 * "3-5", for who mistypes one means no other. */
int command_number(const char *said);

/* Calls for the issue that the arguments LIST N name. */
bool command_issue(struct invocation *in, bool read_only,
	bool (*act)(struct invocation *in, struct list_context *c,
		const struct issue_record *r, struct error *err),
	struct error *err);

/* The time that the command's --at says, in the list's zone when it names none;
 * else now. `list` may be NULL: UTC. */
bool command_time(const struct invocation *in, const struct list *list,
	int64_t *now, struct error *err);

/* Who sits at the keyboard, unless the command's --by says otherwise. Yours. */
char *command_who(const struct invocation *in);

/* The relay that the command's --transport names; *said false when it
 * was not given. */
bool command_relay(const struct invocation *in, struct arena *arena,
	struct relay *relay, bool *said, struct error *err);

/*
 * No run of these lists of the site may begin until they are released, in any
 * case: those of one store, with NULL all of them. `folder`: the store's. False
 * (ERROR_LATER) when a run is at work on one.
 */
bool command_lock_lists(const struct site *site, const char *store,
	const char *folder, struct lock ***locks, struct error *err);
void command_unlock_lists(struct lock **locks, const struct site *site);

/* Does the folder, if it is there, belong to who calls? Root's files are no use
 * to the user that runs are of: ERROR_USAGE. */
bool command_is_owner(const char *folder, struct error *err);

/* "2026-11-20 07:00" in the list's zone; "-" for INSTANT_NONE. Yours. */
char *local_time(const struct list *list, int64_t instant);

#endif
