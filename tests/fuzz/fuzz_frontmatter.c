/*
 * Files of dispatches in any state, with YAML, TOML or JSON in front (their
 * first bytes say which): each is a dispatch whose parts are text on one line,
 * or is refused with a reason.
 */
#include "fuzz.h"

#include "source/frontmatter.h"
#include "source/source.h"

enum { TIMES = 8, SLACK = 4096 };

static void
check_file(const char *path, struct span bytes)
{
	struct dispatches all;
	struct error err = ERROR_INIT;
	struct dispatch *d;

	dispatches_init(&all);
	d = dispatch_parse(&all, path, bytes, NULL, &err);
	if (d)
		want_dispatch(d, TIMES * bytes.len + SLACK);
	else
		want_error("refused", &err);
	want_problems("problem", &all.problems);
	error_clear(&err);
	dispatches_clear(&all);
}

static void
check_split(struct span bytes)
{
	struct arena *arena = arena_new();
	struct problems problems = PROBLEMS_INIT;
	struct frontmatter matter;

	if (frontmatter_read(arena, "x.md", bytes, &problems, &matter, NULL)) {
		want("fields", matter.fields->kind == VALUE_MAP);
		want("body", text_is_utf8(matter.body));
		want("body", matter.body.len <= 3 * bytes.len);
		want("body", matter.body.data[matter.body.len] == '\0');
		want("body", !memchr(matter.body.data, '\r', matter.body.len));
		want("line", matter.body_line <= bytes.len + 1);
	}
	problems_clear(&problems);
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {"dispatches/quay.md",
		"dispatches/2026-03-09-quay.tr.md", "quay/index.md",
		"_posts/2026-02-31-.md"};
	struct span bytes = {(const char *)data, size};

	check_split(bytes);
	check_file(paths[size % 4], bytes);
	return 0;
}
