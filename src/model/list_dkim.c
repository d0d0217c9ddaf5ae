#include "model/list.h"

#include <string.h>
#include <strings.h>

/* Is it the domain itself, or above it? */
static bool
is_above(const char *domain, const char *from)
{
	size_t n = strlen(domain), all = strlen(from);

	return n <= all && strcasecmp(from + all - n, domain) == 0 &&
		(n == all || from[all - n - 1] == '.');
}

bool
list_signs_with(const struct list *list, const struct dkim_config *config)
{
	struct str wire = STR_INIT;
	bool needs_utf8, signs;
	const char *from;

	address_wire(&wire, span_of(list->from.address), &needs_utf8);
	from = address_domain(str_span(&wire)).data;
	signs = is_above(config->domain, from);
	/* Domains above one and the same are as long as they are near. */
	for (size_t i = 0; i < list->dkim_count; i++)
		if (is_above(list->dkim[i].domain, from) &&
			strlen(list->dkim[i].domain) > strlen(config->domain))
			signs = false;
	str_clear(&wire);
	return signs;
}
