#include "run/upkeep.h"

#include "source/source.h"

bool
dispatch_new(const struct list *list, const char *title, int64_t now,
	char **path, struct error *err)
{
	return dispatch_write_new(list, title, now, path, err);
}
