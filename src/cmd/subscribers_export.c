#include "cmd/subscribers.h"

#include <string.h>

#include "subscribers/export.h"

static bool
read_options(const struct invocation *in, struct export_options *o,
	struct error *err)
{
	const char *format = invocation_option(in, "format");
	const char *state = invocation_option(in, "state");

	o->json_lines = format ? strcmp(format, "jsonl") == 0 : in->json;
	if (format && !o->json_lines && strcmp(format, "csv") != 0)
		return error_set(err, ERROR_USAGE,
			"subscribers export: no format '%s'; csv or jsonl",
			format);
	o->bom = invocation_has(in, "bom");
	o->filtered = state != NULL;
	if (state && !subscriber_state_find(state, &o->state))
		return error_set(err, ERROR_USAGE, "no state '%s'", state);
	return true;
}

bool
subscribers_export(
	struct invocation *in, struct list_context *c, struct error *err)
{
	struct export_options o = {.json_lines = false};

	return read_options(in, &o, err) &&
		export_people(in->out, c->store, c->list_id, &o, err);
}
