/*
 * Names in several languages: a dispatch that has a section, a series or a story
 * in two languages says what each is called in the other, for those, too, that
 * exist in one of them only.
 */
#include "select/candidate.h"

#include "base/text.h"

/* Of a name that has more than one in their language. */
static const char unsure[] = "";

static const char *
name_of(const struct variant *v, enum name_kind kind)
{
	return kind == NAME_SECTION   ? v->section
		: kind == NAME_SERIES ? v->series
				      : v->story;
}

static const char *
key_of(struct selection *s, enum name_kind kind, const char *name)
{
	return arena_printf(
		s->scratch, "%d%s", (int)kind, select_fold(s->scratch, name));
}

static void
learn(struct selection *s, enum name_kind kind, const char *theirs,
	const char *own)
{
	const char *key, *folded, *known;

	if (theirs == own || text_is_empty(theirs) || text_is_empty(own))
		return;
	folded = select_fold(s->scratch, own);
	if (text_equals(select_fold(s->scratch, theirs), folded))
		return;
	key = key_of(s, kind, theirs);
	known = map_find(s->names, key);
	if (!known)
		map_set(s->names, key, (void *)own);
	else if (!text_equals(select_fold(s->scratch, known), folded))
		map_set(s->names, key, (void *)unsure);
}

static void
learn_from(struct selection *s, const struct candidate *c, const char *language)
{
	const struct dispatch *d = c->dispatch;
	const struct variant *own = dispatch_variant(d, language, NULL);

	if (!language_is_own(language, c->states[own - d->variants].language))
		return;
	for (size_t i = 0; i < d->variant_count; i++)
		for (int kind = 0; kind < NAME_KINDS; kind++)
			learn(s, kind, name_of(&d->variants[i], kind),
				name_of(own, kind));
}

/* What is held back says nothing. */
void
names_learn(struct selection *s, const char *language)
{
	names_forget(s);
	s->names = map_new();
	for (size_t i = 0; i < s->count; i++) {
		const struct candidate *c = &s->items[i];

		if (c->dispatch->variant_count > 1 &&
			(!c->out || c->reason == REASON_SEEN))
			learn_from(s, c, language);
	}
}

void
names_forget(struct selection *s)
{
	map_free(s->names);
	s->names = NULL;
}

const char *
names_tell(struct selection *s, enum name_kind kind, const char *name)
{
	const char *own = NULL;

	if (map_count(s->names) && !text_is_empty(name))
		own = map_find(s->names, key_of(s, kind, name));
	return text_is_empty(own) ? name : own;
}
