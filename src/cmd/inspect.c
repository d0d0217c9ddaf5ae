#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/site.h"
#include "run/inspect.h"

enum { INPUT_LIMIT = 16 * 1024 * 1024 };

static const struct inspect_kind *
find_kind(const char *name, struct error *err)
{
	const char *names[32] = {NULL};
	const char *near;

	for (size_t i = 0; i < 31 && inspect_kinds[i].name; i++) {
		names[i] = inspect_kinds[i].name;
		if (strcmp(names[i], name) == 0)
			return &inspect_kinds[i];
	}
	near = text_nearest(name, names);
	error_set(err, ERROR_USAGE, "inspect: unknown kind '%s'%s%s%s", name,
		near ? ", did you mean '" : "", near ? near : "",
		near ? "'?" : "");
	return NULL;
}

static bool
run_inspect(struct invocation *in, struct error *err)
{
	const struct inspect_kind *kind = find_kind(in->arguments[0], err);
	struct arena *arena = arena_new();
	struct inspection inspection = {
		.path = in->arguments[1],
		.extra = in->argument_count > 2 ? in->arguments[2] : NULL,
		.arena = arena,
	};
	struct str bytes = STR_INIT;
	struct value *v = NULL;

	if (kind && file_read(inspection.path, INPUT_LIMIT, &bytes, err)) {
		inspection.bytes = str_span(&bytes);
		v = kind->inspect(&inspection, err);
	}
	if (v && v->kind == VALUE_TEXT && !in->json)
		fwrite(v->text, 1, v->len, in->out);
	else if (v)
		invocation_print_json(in, v);
	str_clear(&bytes);
	arena_free(arena);
	return v != NULL;
}

const struct command inspect_command = {
	.name = "inspect",
	.role = ROLE_DEBUG,
	.usage = "KIND FILE [DATA]",
	.summary = "what postrider makes of one input, as JSON",
	.text = "KIND is dispatch, template (with DATA.json), roster, header "
		"(with encoded-words, parameters, addresses or date), reply, "
		"address, mail or bounce (a message or an mbox), feed (with "
		"its URL), html, date or schedule (with 'from', a time, and "
		"'count': its slots). FILE may be - for stdin.",
	.least = 2,
	.most = 3,
	.run = run_inspect,
};
