#include "cmd/domains.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "model/address.h"
#include "run/figures.h"

enum { SHOWN = 20 };

struct domain {
	const char *name; /* the map's */
	size_t total, counts[RECIPIENT_STATES];
};

static bool
count_recipient(void *data, const struct recipient_record *r)
{
	struct map *domains = data;
	struct str name = STR_INIT;
	struct domain *d;

	address_domain_key(&name, span_of(r->address));
	d = map_find(domains, str_text(&name));
	if (!d) {
		d = mem_new(sizeof *d);
		map_set(domains, str_text(&name), d);
		d->name = map_key(domains, map_count(domains) - 1);
	}
	d->total++;
	d->counts[r->state]++;
	str_clear(&name);
	return true;
}

static int
most_first(const void *a, const void *b)
{
	const struct domain *x = *(struct domain *const *)a;
	const struct domain *y = *(struct domain *const *)b;

	if (x->total != y->total)
		return x->total < y->total ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void
print_domain(FILE *out, const struct domain *d)
{
	fprintf(out, "  %6zu at %s:", d->total, d->name);
	for (int i = 0, n = 0; i < RECIPIENT_STATES; i++)
		if (d->counts[i])
			fprintf(out, "%s %zu %s", n++ ? "," : "", d->counts[i],
				recipient_state_name((enum recipient_state)i));
	fputc('\n', out);
}

static void
add_domain(struct arena *a, struct value *all, const struct domain *d)
{
	struct value *v = value_push(a, all, value_new_map(a));

	value_set_text(a, v, "domain", arena_strdup(a, d->name));
	recipients_value(a, v, d->counts);
}

/* The map's values in order; yours to free(). */
static struct domain **
sort_domains(const struct map *domains)
{
	size_t count = map_count(domains);
	struct domain **sorted = mem_new((count + 1) * sizeof *sorted);

	for (size_t i = 0; i < count; i++)
		sorted[i] = map_value(domains, i);
	qsort(sorted, count, sizeof *sorted, most_first);
	return sorted;
}

bool
add_domains(struct invocation *in, struct list_context *c,
	const struct issue_record *r, struct arena *arena, struct value *issue,
	struct error *err)
{
	struct map *domains = map_new();
	struct value *all =
		value_set(arena, issue, "domains", value_new_list(arena));
	bool ok = store_recipient_records(
		c->store, r->id, count_recipient, domains, err);
	struct domain **sorted = sort_domains(domains);

	for (size_t i = 0; ok && i < map_count(domains) && i < SHOWN; i++) {
		if (in->json)
			add_domain(arena, all, sorted[i]);
		else
			print_domain(in->out, sorted[i]);
	}
	for (size_t i = 0; i < map_count(domains); i++)
		free(sorted[i]);
	free(sorted);
	map_free(domains);
	return ok;
}
