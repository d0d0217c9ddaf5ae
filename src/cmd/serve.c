/*
 * `serve`: the public pages.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "cmd/site.h"
#include "web/serve.h"

/* Whoever started us may wait for the line. */
static void
say_ready(void *data, const char *where)
{
	struct invocation *in = data;

	invocation_print_done(in, "listening", where, "listening on %s", where);
	fflush(in->out);
}

static bool
run_serve(struct invocation *in, struct error *err)
{
	struct serve_options o = {
		.log = &in->log, .ready = say_ready, .data = in};
	const struct list **lists;
	struct site site;
	bool ok = false, busy = false;

	if (!command_site(in, true, &site, err))
		return false;
	lists = command_choose(in, &site, err);
	if (lists && !lists[0])
		error_set(err, ERROR_CONFIG, "there is no list to serve");
	else if (lists) {
		o.lists = lists;
		ok = serve(&o, &busy, err);
	}
	if (busy)
		return ok; /* a thread still reads the site */
	free(lists);
	site_clear(&site);
	return ok;
}

const struct command serve_command = {
	.name = "serve",
	.role = ROLE_OPERATOR,
	.usage = "[LIST…]",
	.summary = "the pages for readers: leaving with one click, joining, "
		   "preferences",
	.text = "Listens where serve.listen says (127.0.0.1:8025), for a "
		"reverse proxy that has the certificate; docs/serve.md has "
		"what to write for nginx, Caddy and systemd. Sends what it "
		"causes: confirmations, welcomes, goodbyes. Ends on SIGTERM, "
		"when all who are there have been answered. Start it again "
		"after changes below lists/ and templates/.",
	.least = 0,
	.most = -1,
	.is_logged = true,
	.run = run_serve,
};
