/* How long an issue takes from its sources to its forms: compose SITE LIST ROUNDS
 * prints the median of the rounds in ms, and the octets of the first form. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "config/config.h"
#include "run/compose.h"

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Returns what it took; the octets in *octets. */
static double
compose_once(const struct compose_options *options, size_t *octets)
{
	struct error err = ERROR_INIT;
	struct composed composed;
	double start = now_ms(), took;

	if (!compose(options, &composed, &err) || !composed.form_count ||
		!composed.forms[0].form) {
		fprintf(stderr, "compose: %s\n", err.text ? err.text : "empty");
		exit(1);
	}
	took = now_ms() - start;
	*octets = form_size(composed.forms[0].form);
	composed_clear(&composed);
	return took;
}

int
main(int argc, char **argv)
{
	struct error err = ERROR_INIT;
	struct compose_options options = {
		.slot = time(NULL), .now = time(NULL)};
	size_t rounds = argc == 4 ? strtoul(argv[3], NULL, 10) : 0, octets = 0;
	double *took = mem_new((rounds + 1) * sizeof *took);
	struct site site;
	int64_t last;

	if (!rounds || !site_load(&site, argv[1], &err) ||
		!(options.list = site_find(&site, argv[2])) ||
		!(options.store = store_open(
			  &(struct store_options){.url = options.list->store,
				  .read_only = true},
			  &err)) ||
		!store_list(options.store, argv[2], &options.list_id, &err) ||
		!store_issue_next(options.store, options.list_id, options.now,
			&options.number, &last, &err)) {
		fprintf(stderr, "compose: %s\n", err.text ? err.text : "usage");
		return 1;
	}
	for (size_t i = 0; i < rounds; i++)
		took[i] = compose_once(&options, &octets);
	qsort(took, rounds, sizeof *took, by_size);
	printf("%.2f %zu\n", took[rounds / 2], octets);
	store_close(options.store);
	site_clear(&site);
	free(took);
	return 0;
}
