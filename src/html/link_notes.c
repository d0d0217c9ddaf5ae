#include "html/link_notes.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

void
link_notes_clear(struct link_notes *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		free(notes->urls[i]);
	free(notes->urls);
	map_free(notes->numbers);
	*notes = (struct link_notes){.urls = NULL};
}

size_t
link_notes_number(struct link_notes *notes, const char *url)
{
	uintptr_t known;

	if (!notes->numbers)
		notes->numbers = map_new();
	known = (uintptr_t)map_find(notes->numbers, url);
	if (known)
		return known;
	notes->urls = mem_resize(
		notes->urls, (notes->count + 1) * sizeof *notes->urls);
	notes->urls[notes->count++] = mem_strdup(url);
	map_set(notes->numbers, url, (void *)(uintptr_t)notes->count);
	return notes->count;
}
