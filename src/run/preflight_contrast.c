/*
 * Colours that are hard to read: the template's, for dispatches bring none.
 */
#include "base/map.h"
#include "base/text.h"
#include "html/contrast.h"
#include "run/preflight_check.h"

enum { WORDS_SHOWN = 40 }; /* columns */

struct telling {
	const struct checking *k;
	struct map *told; /* pairs, whatever the letter */
};

static void
tell(void *data, const struct faint *f)
{
	struct telling *t = data;
	const struct checking *k = t->k;
	struct str pair = STR_INIT, words = STR_INIT;

	colour_write(&pair, f->words);
	str_add(&pair, " on ");
	colour_write(&pair, f->behind);
	str_add(&pair, f->dark ? " in the dark" : "");
	/* Marks of slots are no words. */
	text_shorten(&words,
		span_slice(f->text, 0, span_find_text(f->text, k->c->mark)),
		WORDS_SHOWN);
	if (!map_set(t->told, str_text(&pair), t))
		preflight_add(k->out,
			(struct finding){.severity = SEVERITY_WARNING,
				.code = "low-contrast",
				.text = arena_printf(k->out->arena,
					"'%s' is %s, a contrast of %d.%d to 1; "
					"4.5 can be read by most (WCAG 2.1, "
					"1.4.3): make one darker or lighter",
					str_text(&words), str_text(&pair),
					f->contrast / 100,
					f->contrast / 10 % 10),
				.where = preflight_template(k, "style.css")});
	str_clear(&pair);
	str_clear(&words);
}

void
preflight_contrast(const struct checking *k)
{
	struct telling t = {k, map_new()};

	for (size_t i = 0; i < k->c->form_count; i++) {
		const struct letter *letter = k->c->forms[i].letter;

		if (letter && letter->html)
			contrast_check(span_of(letter->html), tell, &t);
	}
	map_free(t.told);
}
