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

static bool
work(struct invocation *in, const struct site *site, struct error *err)
{
	const struct list **lists = command_choose(in, site, err);
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
	bool ok = lists && worker_run(&o, err);

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
	ok = work(in, &site, err);
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
