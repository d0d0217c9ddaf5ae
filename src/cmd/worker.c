/*
 * `worker`: takes part in sending on another host.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/site.h"
#include "run/worker.h"

static const struct option options[] = {
	{"once", NULL, "send what is open now, and end"},
	{NULL, NULL, NULL},
};

/* Those named, or all; NULL-terminated, yours to free(). */
static const struct list **
choose_lists(const struct invocation *in, const struct site *site)
{
	size_t named = (size_t)in->argument_count;
	size_t n = named ? named : site->list_count;
	const struct list **lists = mem_new((n + 1) * sizeof *lists);

	for (size_t i = 0; i < n; i++)
		lists[i] = named ? site_find(site, in->arguments[i])
				 : site->lists[i];
	return lists;
}

static bool
work(struct invocation *in, const struct site *site, struct error *err)
{
	const struct list **lists = choose_lists(in, site);
	struct stop_point stop = world_stop_point();
	struct worker_options o = {
		.lists = lists,
		.once = invocation_has(in, "once"),
		.run = {.log = &in->log,
			.stop = stop.at ? &stop : NULL,
			.timeout_scale = world_timeout_scale(),
			.progress = !in->json && in->log.level != LOG_QUIET &&
				isatty(STDERR_FILENO)},
	};
	bool ok = worker_run(&o, err);

	free(lists);
	return ok;
}

static bool
run_worker(struct invocation *in, struct error *err)
{
	struct site site;
	bool ok;

	if (!command_site(in, true, &site, err))
		return false;
	ok = command_names(&site, in->arguments, err) && work(in, &site, err);
	site_clear(&site);
	return ok;
}

const struct command worker_command = {
	.name = "worker",
	.role = ROLE_OPERATOR,
	.usage = "[LIST…]",
	.summary = "takes part in sending, on as many hosts as there are",
	.text = "For a store in PostgreSQL. Sends what runs have opened, "
		"together with them and with all other workers, and waits for "
		"more: a run wakes it. It composes nothing and reads no inbox. "
		"Ends on SIGTERM, when what is on its way is settled. Start it "
		"again after changes below lists/. docs/postgresql.md has what "
		"to write for systemd.",
	.options = options,
	.least = 0,
	.most = -1,
	.is_logged = true,
	.run = run_worker,
};
