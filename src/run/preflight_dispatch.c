/*
 * What is wrong with single dispatches: their titles, their pictures, and the
 * languages that they are missing in.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/map.h"
#include "base/text.h"
#include "render/body_parts.h"
#include "run/preflight_check.h"

enum {
	TITLE_MOST = 120, /* characters: longer ones are no titles */
	TITLE_ODDS = 10,  /* columns by which a body is more than its title */
};

/* ----- titles ----- */

static size_t
count_characters(struct span s)
{
	size_t count = 0, width;

	for (; s.len; count++)
		s = span_from(s, text_cluster(s, &width));
	return count;
}

/* What stands in for a title is as long as a sentence is. */
static void
check_length(const struct checking *k, const struct printed *p)
{
	size_t count = count_characters(span_of(p->v->title));

	if (p->v->title_is_body || count <= TITLE_MOST)
		return;
	preflight_add_dispatch(k->out,
		(struct finding){.severity = SEVERITY_WARNING,
			.code = "long-title",
			.text = arena_printf(k->out->arena,
				"the title has %zu characters, more than %d: "
				"give it a short one ('title')",
				count, TITLE_MOST)},
		p, p->v->title);
}

/* A dispatch that is all one sentence needs no title. */
static void
check_presence(const struct checking *k, const struct printed *p)
{
	struct str body = STR_INIT;

	text_flatten(&body, span_of(p->v->body));
	if (p->v->title_is_body &&
		text_width(str_span(&body)) >
			text_width(span_of(p->v->title)) + TITLE_ODDS)
		preflight_add_dispatch(k->out,
			(struct finding){.severity = SEVERITY_WARNING,
				.code = "no-title",
				.text = "it has no title, so its first "
					"sentence stands in for one: write a "
					"'title'"},
			p, "");
	str_clear(&body);
}

/* The same title in two languages is none twice. */
static void
check_repeated(
	const struct checking *k, const struct printed *p, struct map *known)
{
	const struct dispatch *other;
	struct str key = STR_INIT;

	str_add_all(&key, p->v->language, ":", NULL);
	text_fold(&key, span_of(p->v->title));
	other = map_find(known, str_text(&key));
	if (!other)
		map_set(known, str_text(&key), (void *)p->d);
	else if (other != p->d)
		preflight_add_dispatch(k->out,
			(struct finding){.severity = SEVERITY_WARNING,
				.code = "duplicate-title",
				.text = arena_printf(k->out->arena,
					"its title is that of '%s', too: "
					"change one, or drop what is there "
					"twice",
					other->id)},
			p, p->v->title);
	str_clear(&key);
}

void
preflight_titles(const struct checking *k)
{
	struct map *known = map_new();

	for (size_t i = 0; i < k->printed_count; i++) {
		const struct printed *p = &k->printed[i];

		check_length(k, p);
		if (!p->title_only)
			check_presence(k, p);
		check_repeated(k, p, known);
	}
	map_free(known);
}

/* ----- pictures ----- */

/* Only what is shown can be missed: who sees no picture sees its words. */
static bool
is_shown(const struct checking *k, const struct printed *p, const char *name)
{
	return inlays_find(k->c->inlays, p->v, name) != NULL;
}

static void
add_speechless(const struct checking *k, const struct printed *p,
	const char *name, const char *what_to_do)
{
	preflight_add_dispatch(k->out,
		(struct finding){.severity = SEVERITY_ERROR,
			.code = "missing-alt",
			.blocks = true,
			.text = arena_printf(k->out->arena,
				"the picture '%s' has no alternative text, so "
				"who cannot see it learns nothing: %s",
				name, what_to_do)},
		p, name);
}

static void
check_leading(const struct checking *k, const struct printed *p)
{
	const struct picture *picture = &p->v->picture;
	const char *name = picture->file ? picture->file : picture->url;

	if (name && !picture->decorative && text_is_empty(picture->alt) &&
		is_shown(k, p, name))
		add_speechless(k, p, name,
			"write 'alt', or alt: \"\" when it says nothing");
}

struct looking {
	const struct checking *k;
	const struct printed *p;
};

static void
check_part(void *data, const struct body_part *part)
{
	const struct looking *l = data;

	if (!part->picture || part->decorative || !text_is_empty(part->alt) ||
		!is_shown(l->k, l->p, part->name))
		return;
	add_speechless(l->k, l->p, part->name,
		part->html ? "its <img> needs an alt, which may be alt=\"\""
			   : "write ![what it shows](…), or "
			     "![](… \"decorative\") when that is nothing");
}

void
preflight_pictures(const struct checking *k)
{
	for (size_t i = 0; i < k->printed_count; i++) {
		struct looking l = {k, &k->printed[i]};

		if (l.p->title_only)
			continue;
		check_leading(k, l.p);
		body_parts(l.p->v, check_part, &l);
	}
}

/* ----- translations ----- */

/* "en" and "en-gb" are read by the same people; what is unsaid is in the list's
 * language. */
static bool
is_read(const struct list *list, const struct variant *v, const char *language)
{
	const char *said = *v->language ? v->language : list->language;
	size_t n = strcspn(said, "-");

	return strcspn(language, "-") == n &&
		strncasecmp(said, language, n) == 0;
}

static bool
is_foreseen(const struct list *list, const struct variant *v)
{
	const char *const *language = (const char *const *)list->fallback;

	for (; language && *language; language++)
		if (is_read(list, v, *language))
			return true;
	return false;
}

static bool
is_mostly_translated(const struct checking *k, const struct edition *e)
{
	size_t count = 0;

	for (size_t i = 0; i < e->entry_count; i++)
		count += is_read(k->list, e->entries[i].variant, e->language);
	return count * 2 >= e->entry_count;
}

static void
check_edition(const struct checking *k, const struct edition *e)
{
	bool mostly = is_mostly_translated(k, e);

	for (size_t i = 0; i < e->entry_count; i++) {
		const struct entry *entry = &e->entries[i];
		struct printed p = {entry->dispatch, entry->variant, false};

		if (is_read(k->list, p.v, e->language) ||
			(!mostly && is_foreseen(k->list, p.v)))
			continue;
		preflight_add_dispatch(k->out,
			(struct finding){.severity = SEVERITY_WARNING,
				.code = "missing-translation",
				.text = arena_printf(k->out->arena,
					"readers of '%s' get it in '%s': add "
					"a translation",
					e->language, p.v->language)},
			&p, "");
	}
}

/* Where few are translated, the fallback is how the list works; where most
 * are, one that is not was forgotten. An edition for those who had some items
 * elsewhere has nothing that the whole one has not. */
void
preflight_translations(const struct checking *k)
{
	for (size_t i = 0; i < k->c->issue->edition_count; i++)
		if (!k->c->issue->editions[i].spared)
			check_edition(k, &k->c->issue->editions[i]);
}
