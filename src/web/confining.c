#include "web/confining.h"

#include <stdlib.h>

#include "base/confine.h"
#include "base/log_sink.h"
#include "base/mem.h"
#include "store/store.h"

struct places {
	const char **paths; /* NULL-terminated; borrowed */
	size_t count;
};

/* NULL is none. */
static void
add(struct places *p, const char *path)
{
	if (!path)
		return;
	p->paths = mem_resize(p->paths, (p->count + 2) * sizeof *p->paths);
	p->paths[p->count++] = path;
	p->paths[p->count] = NULL;
}

static void
add_list(struct places *p, const struct list *list, bool archives)
{
	add(p, list->site);
	add(p, store_file(list->store));
	for (size_t i = 0; i < list->relay_count; i++)
		add(p, list->relays[i].path);
	if (archives)
		add(p, list->archive_folder);
}

void
confine_house(const struct confining *house)
{
	struct places p = {.count = 0};
	struct confined done;

	add(&p, house->site);
	for (size_t i = 0; house->lists[i]; i++)
		add_list(&p, house->lists[i], house->archives);
	add(&p, house->socket);
	add(&p, log_sink_file(house->log->sink));
	done = confine(p.paths);
	log_detail(house->log, "confined: files %s, system calls %s",
		done.files ? "yes" : "no", done.calls ? "yes" : "no");
	free(p.paths);
}
