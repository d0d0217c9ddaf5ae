#include "subscribers/complaints.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
	WHAT_LONGEST = 100,
	LINE_BITS = 40,
};

uint64_t
complaint_place(size_t file, unsigned long line)
{
	return (uint64_t)file << LINE_BITS | line;
}

/* Makes room behind all that stand before it; those of one row stay in the
 * order in which they came. NULL when there is none. */
static struct complaint *
make_room(struct complaints *c, uint64_t place)
{
	size_t i;

	if (c->count == COMPLAINTS_MOST) {
		c->untold++;
		if (c->items[c->count - 1].place <= place)
			return NULL;
		free(c->items[--c->count].text);
	}
	for (i = c->count++; i > 0 && c->items[i - 1].place > place; i--)
		c->items[i] = c->items[i - 1];
	return &c->items[i];
}

void
complaints_add(
	struct complaints *c, uint64_t place, struct span what, const char *why)
{
	struct complaint *room = make_room(c, place);

	if (!room)
		return;
	what = span_slice(what, 0, WHAT_LONGEST);
	room->place = place;
	room->text = mem_printf("'%.*s': %s", (int)what.len, what.data, why);
}

void
complaints_tell(const struct complaints *c, const char *const *files,
	struct problems *problems)
{
	const uint64_t lines = ((uint64_t)1 << LINE_BITS) - 1;

	for (size_t i = 0; i < c->count; i++)
		problem_add(problems, SEVERITY_WARNING,
			files[c->items[i].place >> LINE_BITS],
			(unsigned)(c->items[i].place & lines), 0, "%s",
			c->items[i].text);
	if (c->untold)
		problem_add(problems, SEVERITY_WARNING, files[0], 0, 0,
			"and %zu more like these", c->untold);
}

void
complaints_clear(struct complaints *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->items[i].text);
	*c = COMPLAINTS_INIT;
}
