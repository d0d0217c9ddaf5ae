#include <stdlib.h>

#include "base/mem.h"
#include "run/preflight_targets.h"
#include "source/fetch.h"

enum {
	LINKS_MOST = 500,
	LINK_TIME = 10 * 1000,	   /* milliseconds */
	LINK_LARGEST = 256 * 1024, /* octets: nothing of it is read */
};

enum { STATUS_LOGIN = 401, STATUS_REFUSED = 403, STATUS_TOO_MANY = 429 };

struct link {
	const char *url;
	const struct printed *p; /* NULL: the template's */
	bool lives;
	int status; /* 0: no answer */
	char *why;  /* of one that does not live */
};

struct links {
	struct link *items;
	size_t count;
};

/* More than was asked for came, or a part of it: there is something. */
static bool
is_there(const struct fetch_answer *answer)
{
	return answer->kind == FETCH_FRESH ||
		(answer->status >= 200 && answer->status < 300);
}

static void
take_answer(void *data, const struct fetch_answer *answer)
{
	struct link *link = answer->request->data;

	(void)data;
	link->lives = is_there(answer);
	link->status = answer->status;
	free(link->why);
	link->why = link->lives ? NULL : mem_strdup(answer->error.text);
}

/* Of those that do not live yet. */
static bool
ask(struct links *links, bool head,
	const struct preflight_links_options *options, struct error *err)
{
	struct fetch_request *requests =
		mem_new((links->count + 1) * sizeof *requests);
	struct fetch_options fetching = {.limit = LINK_LARGEST,
		.timeout_ms = LINK_TIME,
		.timeout_scale = options->timeout_scale,
		.stop = options->stop,
		.now = options->now};
	size_t count = 0;
	bool ok;

	for (size_t i = 0; i < links->count; i++) {
		struct link *link = &links->items[i];

		/* Who said nothing is not asked again. */
		if (link->lives || (!head && !link->status))
			continue;
		requests[count++] = (struct fetch_request){
			.url = link->url, .head = head, .data = link};
	}
	ok = !count ||
		fetch_all(requests, count, &fetching, take_answer, NULL, err);
	free(requests);
	return ok;
}

/* A server that lets no program look may show it to readers. */
static bool
is_in_doubt(const struct link *link)
{
	return link->status == 0 || link->status == STATUS_LOGIN ||
		link->status == STATUS_REFUSED ||
		link->status == STATUS_TOO_MANY || link->status >= 500;
}

static void
tell(const struct checking *k, const struct link *link)
{
	bool doubt = is_in_doubt(link);
	struct finding f = {
		.severity = doubt ? SEVERITY_NOTE : SEVERITY_WARNING,
		.code = doubt ? "silent-link" : "dead-link",
		.text = arena_printf(k->out->arena,
			doubt ? "this link could not be checked: %s"
			      : "this link is dead: %s",
			link->why),
		.where = preflight_template(k, "html.mustache")};

	if (link->p)
		preflight_add_dispatch(k->out, f, link->p, link->url);
	else
		preflight_add(k->out, f);
}

static void
tell_limit(const struct checking *k, size_t all)
{
	if (all > LINKS_MOST)
		preflight_add(k->out,
			(struct finding){.severity = SEVERITY_NOTE,
				.code = "links-unchecked",
				.text = arena_printf(k->out->arena,
					"%zu of the %zu links were not asked "
					"for: at most %d are",
					all - LINKS_MOST, all, LINKS_MOST)});
}

bool
preflight_links(struct preflight *p, const struct composed *c,
	const struct preflight_links_options *options, struct error *err)
{
	struct checking k = preflight_begin(p, c);
	struct map *targets = targets_collect(&k);
	size_t all = map_count(targets);
	struct links links = {.count = all < LINKS_MOST ? all : LINKS_MOST};
	bool ok;

	links.items = mem_new((links.count + 1) * sizeof *links.items);
	for (size_t i = 0; i < links.count; i++)
		links.items[i] = (struct link){
			.url = map_key(targets, i), .p = map_value(targets, i)};
	ok = ask(&links, true, options, err) &&
		ask(&links, false, options, err);
	for (size_t i = 0; i < links.count; i++) {
		if (ok && !links.items[i].lives)
			tell(&k, &links.items[i]);
		free(links.items[i].why);
	}
	if (ok)
		tell_limit(&k, all);
	free(links.items);
	map_free(targets);
	return ok;
}
