#include <stdlib.h>
#include <string.h>

#include "cmd/site.h"
#include "run/upkeep.h"

/* ----- init ----- */

/* As one word of a command line. */
static void
add_word(struct str *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/._-+,:=@%";

	if (*word && !word[strspn(word, plain)]) {
		str_add(out, word);
		return;
	}
	str_add_char(out, '\'');
	for (; *word; word++)
		if (*word == '\'')
			str_add(out, "'\\''");
		else
			str_add_char(out, *word);
	str_add_char(out, '\'');
}

static bool
run_init(struct invocation *in, struct error *err)
{
	const char *folder = in->arguments[0];
	struct str word = STR_INIT;

	if (!site_init(folder, in->now, err))
		return false;
	add_word(&word, folder);
	invocation_print_done(in, "site", folder,
		"a site is in %s; try\n"
		"  postrider -C %s preview news\n"
		"  postrider -C %s run --now -v news\n"
		"letters go to %s/state/spool until 'transport' in "
		"lists/defaults.yaml names a relay",
		folder, str_text(&word), str_text(&word), folder);
	str_clear(&word);
	return true;
}

const struct command init_command = {
	.name = "init",
	.role = ROLE_OPERATOR,
	.usage = "DIR",
	.summary = "makes a new site that already runs",
	.least = 1,
	.most = 1,
	.run = run_init,
};

/* ----- new ----- */

static bool
run_new(struct invocation *in, struct error *err)
{
	const struct list *list;
	struct site site;
	char *path = NULL;
	bool ok;

	if (!command_site(in, true, &site, err))
		return false;
	list = site_find(&site, in->arguments[0]);
	ok = list ? dispatch_new(list, in->arguments[1], in->now, &path, err)
		  : site_unknown(&site, in->arguments[0], err);
	if (ok)
		invocation_print_done(in, "file", path, "%s", path);
	free(path);
	site_clear(&site);
	return ok;
}

const struct command new_command = {
	.name = "new",
	.role = ROLE_EDITOR,
	.usage = "LIST TITLE",
	.summary = "writes a dispatch file with the right front matter, and "
		   "prints its name",
	.least = 2,
	.most = 2,
	.run = run_new,
};

/* ----- seen ----- */

static const struct option seen_options[] = {
	{"all", NULL, "all dispatches there are"},
	{NULL, NULL, NULL},
};

static bool
run_seen(struct invocation *in, struct error *err)
{
	const char *const *ids = (const char *const *)in->arguments + 1;
	struct problems problems = PROBLEMS_INIT;
	struct list_context c;
	size_t marked = 0;
	bool ok;

	if (invocation_has(in, "all") == (in->argument_count > 1))
		return error_set(err, ERROR_USAGE,
			"seen: name the dispatches by their ids, or --all");
	if (!list_context_open(in, in->arguments[0], false, &c, err))
		return false;
	ok = seen_mark(c.list, c.store, c.list_id,
		invocation_has(in, "all") ? NULL : ids, in->now, &marked,
		&problems, err);
	log_problems(&in->log, &problems);
	problems_clear(&problems);
	if (ok)
		invocation_print_count(in, "marked", marked,
			marked == 1 ? "dispatch is marked as read"
				    : "dispatches are marked as read");
	list_context_close(&c);
	return ok;
}

const struct command seen_command = {
	.name = "seen",
	.role = ROLE_OPERATOR,
	.usage = "LIST [ID…]",
	.summary = "marks dispatches as read: no issue will carry them as new",
	.options = seen_options,
	.least = 1,
	.most = -1,
	.run = run_seen,
};
