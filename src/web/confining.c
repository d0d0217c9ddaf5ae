#include "web/confining.h"

#include <stdlib.h>
#include <string.h>

#include "base/confine.h"
#include "base/log_sink.h"
#include "base/mem.h"
#include "base/str.h"

struct folders {
	char **paths; /* NULL-terminated */
	size_t count;
};

/* Yours is the path. */
static void
add(struct folders *f, char *path)
{
	f->paths = mem_resize(f->paths, (f->count + 2) * sizeof *f->paths);
	f->paths[f->count++] = path;
	f->paths[f->count] = NULL;
}

/* The folder of a file; NULL adds none. */
static void
add_folder_of(struct folders *f, const char *file)
{
	const char *slash = file ? strrchr(file, '/') : NULL;

	if (slash)
		add(f, mem_dup(file, (size_t)(slash - file)));
	else if (file)
		add(f, mem_strdup("."));
}

static void
add_list(struct folders *f, const struct list *list)
{
	static const char sqlite[] = "sqlite:";

	add(f, mem_strdup(list->site));
	if (strncmp(list->store, sqlite, strlen(sqlite)) == 0)
		add_folder_of(f, list->store + strlen(sqlite));
	for (size_t i = 0; i < list->relay_count; i++)
		if (list->relays[i].kind == TRANSPORT_SPOOL)
			add(f, mem_strdup(list->relays[i].path));
	if (list->archive_folder)
		add(f, mem_strdup(list->archive_folder));
}

void
confine_house(const struct list *const *lists, const char *socket,
	const struct log *log)
{
	struct folders f = {.count = 0};
	struct confined done;

	for (size_t i = 0; lists[i]; i++)
		add_list(&f, lists[i]);
	add_folder_of(&f, socket);
	add_folder_of(&f, log->sink ? log_sink_file(log->sink) : NULL);
	done = confine((const char *const *)f.paths);
	log_detail(log, "confined: files %s, system calls %s",
		done.files ? "yes" : "no", done.calls ? "yes" : "no");
	for (size_t i = 0; i < f.count; i++)
		free(f.paths[i]);
	free(f.paths);
}
