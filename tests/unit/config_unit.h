/*
 * Small sites in a temporary folder, which is the working folder meanwhile, so
 * that places read like "lists/a/list.yaml:1:1".
 */
#ifndef CONFIG_UNIT_H
#define CONFIG_UNIT_H

#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "config/config.h"

#define FILE_ "lists/a/list.yaml"

/* The three lines that each list needs. */
static const char base[] = "title: A\nlist_id: a.example.org\n"
			   "from: A <a@example.org>\n";

static inline int
enter(void **state)
{
	char *folder = strdup("/tmp/config.XXXXXX");

	*state = folder;
	umask(022);
	return !mkdtemp(folder) || chdir(folder) ||
		!file_make_folders("lists/a/dispatches", 0755, NULL);
}

static inline int
leave(void **state)
{
	char *command = NULL;
	int failed = chdir("/") ||
		asprintf(&command, "rm -rf %s", (char *)*state) < 0 ||
		system(command);

	free(command);
	free(*state);
	return failed;
}

static inline void
put(const char *path, const char *text)
{
	want_true(path, file_write(path, span_of(text), 0644, NULL));
}

/* lists/a: the three lines that each list needs, and these. */
static inline void
put_list(const char *more)
{
	char *text = NULL;

	want_true("memory", asprintf(&text, "%s%s", base, more) > 0);
	put("lists/a/list.yaml", text);
	free(text);
}

/* All problems, a line each. */
static inline char *
load_problems(struct site *site)
{
	struct error err = ERROR_INIT;
	struct str all = STR_INIT;

	want_true("site", site_load(site, ".", &err));
	for (size_t i = 0; i < site->problems.count; i++)
		str_printf(&all, "%s%s\n",
			site->problems.items[i].severity == SEVERITY_WARNING
				? "warning: "
				: "",
			site->problems.items[i].text);
	return str_take(&all);
}

static inline void
want_problems(const char *name, const char *want)
{
	struct site site;
	char *got = load_problems(&site);

	want_text(name, got, want);
	want_int(name, site.list_count + (site.problems.errors > 0) > 0, 1);
	free(got);
	site_clear(&site);
}

static inline const struct list *
load_list(struct site *site, const char *more)
{
	char *problems;

	put_list(more);
	problems = load_problems(site);
	want_text(more, problems, "");
	free(problems);
	return site_find(site, "a");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

#endif
