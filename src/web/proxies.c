#include "web/proxies.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool
proxies_read(
	struct proxies *proxies, const char *const *texts, struct error *err)
{
	size_t n = 0;

	while (texts[n])
		n++;
	*proxies = (struct proxies){.count = n};
	proxies->trusted = mem_new(n * sizeof *proxies->trusted);
	for (size_t i = 0; i < n; i++)
		if (!network_parse(span_of(texts[i]), &proxies->trusted[i])) {
			error_set(err, ERROR_CONFIG,
				"serve.trusted_proxies: '%s' is no address and "
				"no network",
				texts[i]);
			proxies_clear(proxies);
			return false;
		}
	return true;
}

void
proxies_clear(struct proxies *proxies)
{
	free(proxies->trusted);
	*proxies = (struct proxies){.count = 0};
}

bool
proxies_trust(const struct proxies *proxies, const struct machine *m)
{
	for (size_t i = 0; i < proxies->count; i++)
		if (network_has(&proxies->trusted[i], m))
			return true;
	return memcmp(m, &machine_unknown, sizeof *m) == 0;
}

/* Takes the last of the list off it. */
static struct span
take_last(struct span *list)
{
	size_t comma = span_find_last(*list, ',');
	struct span last;

	if (comma == list->len) {
		last = *list;
		*list = SPAN_NONE;
	} else {
		last = span_from(*list, comma + 1);
		*list = span_slice(*list, 0, comma);
	}
	return span_trim(last);
}

struct machine
proxies_client(const struct proxies *proxies, const struct machine *peer,
	struct span forwarded)
{
	struct machine client = *peer, before;

	while (forwarded.len && proxies_trust(proxies, &client)) {
		if (!machine_parse(take_last(&forwarded), &before))
			break;
		client = before;
	}
	return client;
}
