#include "run/inspect.h"

#include "subscribers/roster.h"

struct value *
inspect_roster(const struct inspection *in, struct error *err)
{
	struct value *v;

	return roster_inspect(in->arena, in->path, in->bytes, &v, err) ? v
								       : NULL;
}
