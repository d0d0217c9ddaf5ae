#include "run/preflight_targets.h"

#include <netinet/in.h>
#include <string.h>

#include "base/url.h"
#include "html/survey.h"
#include "model/network.h"
#include "render/body_parts.h"
#include "source/fetch.h"

/* ----- by its looks ----- */

static bool
is_private_machine(struct span host)
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6};
	struct machine machine;

	if (span_starts(host, "[") && host.len > 2)
		host = span_slice(host, 1, host.len - 2);
	if (!machine_parse(host, &machine))
		return false;
	memcpy(&address.sin6_addr, machine.octets, sizeof machine.octets);
	return fetch_is_private(&address);
}

static bool
is_private_name(struct span host)
{
	static const char *const ends[] = {".localhost", ".local", ".internal",
		".lan", ".home.arpa", ".test", ".invalid", NULL};
	struct str name = STR_INIT;
	bool is;

	str_add_lower(&name, host);
	is = span_find_any(host, ".:") == host.len;
	for (size_t i = 0; !is && ends[i]; i++)
		is = span_ends(str_span(&name), ends[i]);
	str_clear(&name);
	return is;
}

enum target_fault
target_judge(struct span target)
{
	static const char *const opened[] = {"http", "https", "mailto", NULL};
	struct span scheme = url_scheme(target), host = url_host(target);

	if (!scheme.len)
		return TARGET_RELATIVE;
	if (!span_is_among(scheme, opened))
		return TARGET_UNOPENABLE;
	return url_is_web(target) &&
			(is_private_name(host) || is_private_machine(host))
		? TARGET_PRIVATE
		: TARGET_GOOD;
}

/* ----- telling ----- */

static const struct {
	const char *code, *text;
} faults[] = {
	[TARGET_RELATIVE] = {"relative-link",
		"the link '%s' is relative, and a letter stands nowhere: write "
		"it whole, https://…"},
	[TARGET_UNOPENABLE] = {"unopenable-link",
		"the link '%s' cannot be opened by readers: use one of https, "
		"http or mailto"},
	[TARGET_PRIVATE] = {"private-link",
		"the link '%s' leads to a machine that readers cannot reach: "
		"use its public address"},
};

static char *
fault_text(struct arena *arena, enum target_fault fault, const char *target)
{
	const char *text = faults[fault].text;
	const char *place = strstr(text, "%s");

	return arena_printf(arena, "%.*s%s%s", (int)(place - text), text,
		target, place + strlen("%s"));
}

/* ----- of dispatches ----- */

struct visiting {
	const struct checking *k;
	const struct printed *p;
	struct map *known; /* "ID URL", and the template's URLs */
};

/* With the dispatch's own link as its base, a relative one leads somewhere. */
static bool
resolve(struct str *out, const struct variant *v, const char *target)
{
	return v->link && !url_scheme(span_of(target)).len &&
		url_link(out, span_of(target), v->link);
}

static void
judge_target(struct visiting *w, const char *target)
{
	struct str whole = STR_INIT, key = STR_INIT;
	bool resolved = resolve(&whole, w->p->v, target);
	enum target_fault fault =
		target_judge(resolved ? str_span(&whole) : span_of(target));

	str_add_all(&key, w->p->d->id, " ", target, NULL);
	if (fault != TARGET_GOOD && !map_set(w->known, str_text(&key), w))
		preflight_add_dispatch(w->k->out,
			(struct finding){.severity = SEVERITY_WARNING,
				.code = faults[fault].code,
				.text = fault_text(
					w->k->out->arena, fault, target)},
			w->p, target);
	str_clear(&whole);
	str_clear(&key);
}

static void
judge_part(void *data, const struct body_part *part)
{
	if (!part->picture)
		judge_target(data, part->name);
}

/* ----- of templates ----- */

/* Within the page, or on our own site, to which marks lead, too. */
static bool
is_ours(const struct checking *k, const char *href)
{
	return *href == '#' || strstr(href, k->c->mark) ||
		(k->list->web && span_starts(span_of(href), k->list->web)) ||
		(k->list->archive_url &&
			span_starts(span_of(href), k->list->archive_url));
}

/* Those of dispatches have been judged; here is what the template, or a setting
 * that it prints, has of its own. */
static void
judge_href(void *data, const char *href)
{
	struct visiting *w = data;
	enum target_fault fault;

	if (is_ours(w->k, href) || map_set(w->known, href, w))
		return;
	fault = target_judge(span_of(href));
	if (fault == TARGET_UNOPENABLE || fault == TARGET_GOOD)
		return; /* "tel:" was meant */
	preflight_add(w->k->out,
		(struct finding){.severity = SEVERITY_WARNING,
			.code = faults[fault].code,
			.text = fault_text(w->k->out->arena, fault, href),
			.where = preflight_template(w->k, "html.mustache")});
}

/* What readers leave by leads to `web`, and its marks say nothing of that. */
static void
judge_web(const struct checking *k)
{
	const char *web = k->list->web;

	if (web && target_judge(span_of(web)) == TARGET_PRIVATE)
		preflight_add(k->out,
			(struct finding){.severity = SEVERITY_WARNING,
				.code = faults[TARGET_PRIVATE].code,
				.text = arena_printf(k->out->arena,
					"the links to leave lead to '%s' "
					"('web'), which readers cannot reach: "
					"use its public address",
					web),
				.where = preflight_list_file(k)});
}

/* ----- all of them ----- */

static void
visit_dispatches(struct visiting *w,
	void (*each)(struct visiting *, const char *),
	void (*each_part)(void *data, const struct body_part *part))
{
	for (size_t i = 0; i < w->k->printed_count; i++) {
		w->p = &w->k->printed[i];
		if (w->p->v->link)
			each(w, w->p->v->link);
		if (!w->p->title_only)
			body_parts(w->p->v, each_part, w);
	}
}

static void
visit_letters(struct visiting *w, void (*each)(void *data, const char *href))
{
	for (size_t i = 0; i < w->k->c->form_count; i++) {
		const struct letter *letter = w->k->c->forms[i].letter;

		if (letter && letter->html)
			survey_links(span_of(letter->html), each, w);
	}
}

static void
know_href(struct visiting *w, const char *target)
{
	struct str whole = STR_INIT;

	if (url_link(&whole, span_of(target), w->p->v->link))
		map_set(w->known, str_text(&whole), w);
	str_clear(&whole);
}

static void
know_part(void *data, const struct body_part *part)
{
	know_href(data, part->name);
}

void
preflight_targets(const struct checking *k)
{
	struct visiting w = {.k = k, .known = map_new()};

	visit_dispatches(&w, judge_target, judge_part);
	visit_dispatches(&w, know_href, know_part);
	visit_letters(&w, judge_href);
	judge_web(k);
	map_free(w.known);
}

/* ----- for asking ----- */

/* The fragment is for the reader's own program. */
static void
collect(struct visiting *w, const char *target)
{
	const char *base = w->p ? w->p->v->link : NULL;
	struct str url = STR_INIT;

	if (!url_link(&url, span_of(target), base))
		return;
	str_truncate(&url, span_find(str_span(&url), '#'));
	if (target_judge(str_span(&url)) == TARGET_GOOD &&
		url_is_web(str_span(&url)) && !is_ours(w->k, str_text(&url)) &&
		!map_has(w->known, str_text(&url)))
		map_set(w->known, str_text(&url), (void *)w->p);
	str_clear(&url);
}

static void
collect_part(void *data, const struct body_part *part)
{
	if (!part->picture)
		collect(data, part->name);
}

static void
collect_href(void *data, const char *href)
{
	collect(data, href);
}

struct map *
targets_collect(const struct checking *k)
{
	struct visiting w = {.k = k, .known = map_new()};

	visit_dispatches(&w, collect, collect_part);
	w.p = NULL;
	visit_letters(&w, collect_href);
	return w.known;
}
