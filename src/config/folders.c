/*
 * Whether what a list writes can be written: the folders that stand in place of
 * a relay, and the archive's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "config/config.h"

/* The nearest that is there: the rest is made when it is needed. Yours. */
static char *
find_existing(const char *path)
{
	char *found = mem_strdup(path);

	while (!file_exists(found)) {
		char *slash = strrchr(found, '/');

		if (!slash || slash == found) {
			free(found);
			return mem_strdup(slash ? "/" : ".");
		}
		*slash = '\0';
	}
	return found;
}

/* Who checks may be another than who sends, so that his rights are no mistake
 * yet. */
static void
check_folder(const struct list *list, const char *setting, const char *path,
	struct problems *problems)
{
	char *there = find_existing(path);
	bool hidden = access(there, F_OK) < 0 && errno == EACCES;

	if (!hidden && !file_is_folder(there))
		problem_add(problems, SEVERITY_ERROR, NULL, 0, 0,
			"list '%s': '%s': %s is no folder", list->name, setting,
			there);
	else if (access(there, W_OK | X_OK) < 0)
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': '%s': nothing can be written to %s by who "
			"asks: %s",
			list->name, setting, there, strerror(errno));
	free(there);
}

void
list_check_folders(const struct list *list, struct problems *problems)
{
	for (size_t i = 0; i < list->relay_count; i++)
		if (list->relays[i].kind == TRANSPORT_SPOOL)
			check_folder(list, "transport", list->relays[i].path,
				problems);
	if (list->archive != ARCHIVE_NONE && list->archive_folder)
		check_folder(
			list, "archive_folder", list->archive_folder, problems);
}
