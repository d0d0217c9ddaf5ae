/*
 * `--version`, and with -v what it runs with.
 */
#include "cmd/command.h"
#include "run/libraries.h"

static void
print_libraries(FILE *out, const struct library *libraries)
{
	for (size_t i = 0; i < LIBRARIES; i++)
		fprintf(out, "%s %s\n", libraries[i].name,
			*libraries[i].version ? libraries[i].version
					      : "(missing)");
}

static struct value *
describe(struct arena *a, const struct library *libraries)
{
	struct value *v = value_new_map(a), *all;

	value_set_text(a, v, "version", POSTRIDER_VERSION);
	if (!libraries)
		return v;
	all = value_set(a, v, "libraries", value_new_map(a));
	for (size_t i = 0; i < LIBRARIES; i++)
		value_set_text_or_null(a, all, libraries[i].name,
			*libraries[i].version ? libraries[i].version : NULL);
	return v;
}

void
version_print(struct invocation *in)
{
	struct library libraries[LIBRARIES];
	bool all = in->log.level == LOG_VERBOSE;
	struct arena *a = arena_new();

	if (all)
		libraries_find(libraries);
	if (in->json) {
		invocation_print_json(in, describe(a, all ? libraries : NULL));
	} else {
		fprintf(in->out, "postrider %s\n", POSTRIDER_VERSION);
		if (all)
			print_libraries(in->out, libraries);
	}
	arena_free(a);
}
