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

void
list_sender_domain(struct str *out, const struct list *list)
{
	address_domain_key(out, span_of(list->from.address));
}

bool
list_signs_with(const struct list *list, const struct dkim_config *config)
{
	struct str from = STR_INIT;
	bool signs;

	list_sender_domain(&from, list);
	signs = is_above(config->domain, str_text(&from));
	/* Domains above one and the same are as long as they are near. */
	for (size_t i = 0; i < list->dkim_count; i++)
		if (is_above(list->dkim[i].domain, str_text(&from)) &&
			strlen(list->dkim[i].domain) > strlen(config->domain))
			signs = false;
	str_clear(&from);
	return signs;
}
