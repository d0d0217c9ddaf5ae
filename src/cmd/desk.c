/*
 * `desk`: the editors' page.
 */
#include <stdlib.h>

#include "cmd/site.h"
#include "desk/desk.h"

static const struct option options[] = {
	{"port", "N", "listen there on 127.0.0.1 (default: any that is free)"},
	{"socket", "PATH",
		"listen there instead, for a proxy that knows who its users "
		"are and says so in Remote-User"},
	{"by", "NAME",
		"who decides, where no proxy says; default: the user's "
		"name"},
	{"unconfined", NULL, "keep the rights that it does not need"},
	{NULL, NULL, NULL},
};

/* Whoever started us may wait for the line. */
static void
say_ready(void *data, const char *address)
{
	struct invocation *in = data;

	invocation_print_done(
		in, "address", address, "the desk is at %s", address);
	fflush(in->out);
}

static bool
read_port(const struct invocation *in, int *port, struct error *err)
{
	const char *said = invocation_option(in, "port");
	char *end;
	long number = said ? strtol(said, &end, 10) : 0;

	*port = (int)number;
	if (said && (*end || end == said || number < 0 || number > 65535))
		return error_set(
			err, ERROR_USAGE, "--port: '%s' is no port", said);
	if (said && invocation_has(in, "socket"))
		return error_set(err, ERROR_USAGE,
			"--port and --socket: the desk listens on one of them");
	return true;
}

static bool
run_desk(struct invocation *in, struct error *err)
{
	struct desk_options o = {.site = in->site,
		.list = in->arguments[0],
		.socket = invocation_option(in, "socket"),
		.confined = !invocation_has(in, "unconfined"),
		.log = &in->log,
		.ready = say_ready,
		.data = in};

	char *who = command_who(in);
	bool ok;

	o.who = who;
	command_log_of_site(in);
	ok = read_port(in, &o.port, err) && desk(&o, err);
	free(who);
	return ok;
}

const struct command desk_command = {
	.name = "desk",
	.role = ROLE_EDITOR,
	.usage = "LIST",
	.summary = "a page in the browser: the next issue as it will be, live",
	.text = "Open the address that it prints; it works once, and the page "
		"stays open to that browser alone. Shows the letter as phones "
		"and desktops do, in the light and in the dark, its text, its "
		"parts and its source, as any one subscriber will get it, and "
		"why each dispatch is in or out; there you decide, as by "
		"'edit'. It follows what you change below lists/ and "
		"templates/, and changes nothing but what you decide. "
		"docs/desk.md tells more. Ends on SIGTERM and SIGINT.",
	.options = options,
	.least = 1,
	.most = 1,
	.is_logged = true,
	.run = run_desk,
};
