/*
 * How values of the view are set.
 */
#include <string.h>

#include "base/text.h"
#include "base/text_flow.h"
#include "base/url.h"
#include "model/archive.h"
#include "render/view.h"

enum { CONTENTS_WIDTH = 90 }; /* titles are cut there */

void
view_set(struct arena *arena, struct value *map, const char *key,
	const char *text)
{
	value_set_text_or_null(arena, map, key, text);
}

void
view_set_anchor(
	struct arena *arena, struct value *map, const struct dispatch *dispatch)
{
	struct str anchor = STR_INIT;

	archive_write_anchor(&anchor, dispatch->id);
	view_set(arena, map, "anchor", arena_take(arena, &anchor));
}

void
view_set_marked(struct arena *arena, struct value *map, const char *key,
	const char *mark, const char *text, char rule)
{
	struct str out = STR_INIT, under = STR_INIT;
	size_t width;

	str_printf(&under, "%*s", (int)strlen(mark), "");
	str_add(&out, mark);
	if (rule) {
		text_guard(&out, span_of(text));
		text_wrap(&out, span_of(text), TEXT_WIDTH, str_text(&under));
	} else {
		text_flow(&out, span_of(text), TEXT_WIDTH, str_text(&under));
	}
	width = text_width(span_of(mark)) + text_width(span_of(text));
	if (rule)
		str_add_char(&out, '\n');
	for (size_t i = 0; rule && i < width && i < TEXT_WIDTH; i++)
		str_add_char(&out, rule);
	value_set(arena, map, arena_printf(arena, "%s_text", key),
		value_new_span(arena, str_span(&out)));
	str_clear(&out);
	str_clear(&under);
}

void
view_set_wrapped(struct arena *arena, struct value *map, const char *key,
	const char *text)
{
	if (text)
		view_set_marked(arena, map, key, "", text, 0);
	else
		view_set(arena, map, arena_printf(arena, "%s_text", key), NULL);
}

void
view_set_both(struct arena *arena, struct value *map, const char *key,
	const char *text)
{
	if (text_is_empty(text))
		text = NULL;
	view_set(arena, map, key, text);
	view_set_wrapped(arena, map, key, text);
}

const char *
view_shortened(struct arena *arena, const char *title)
{
	struct str out = STR_INIT;

	text_shorten(&out, span_of(title), CONTENTS_WIDTH);
	return arena_take(arena, &out);
}

const char *
view_link(struct arena *arena, const struct variant *v)
{
	struct str link = STR_INIT;

	if (!v->link || !url_link(&link, span_of(v->link), NULL))
		return NULL;
	return arena_take(arena, &link);
}

static bool
is_any(struct span s, const char *const *names)
{
	while (*names && !span_equals_nocase(s, *names))
		names++;
	return *names;
}

/* The script it names (BCP 47, 2.2.3), else that which the language is written
 * in where nothing is said. */
const char *
view_direction(const char *language)
{
	static const char *const languages[] = {"ar", "arc", "ckb", "dv", "fa",
		"he", "ks", "ps", "sd", "ug", "ur", "yi", NULL};
	static const char *const scripts[] = {
		"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa", NULL};
	struct span rest = span_of(language), primary, script;

	primary = span_slice(rest, 0, span_find(rest, '-'));
	rest = span_from(rest, primary.len + 1);
	script = span_slice(rest, 0, span_find(rest, '-'));
	if (script.len == 4 &&
		!(script.data[0] >= '0' && script.data[0] <= '9'))
		return is_any(script, scripts) ? "rtl" : "ltr";
	return is_any(primary, languages) ? "rtl" : "ltr";
}

const char *
view_join(struct arena *arena, const struct view_input *in,
	const char *const *items, size_t count, const char *between)
{
	bool rtl = text_equals(view_direction(in->language), "rtl");
	const char *mark = rtl ? "\u200f" : "\u200e", *last = NULL;
	struct str out = STR_INIT;

	for (size_t i = 0; i < count; i++) {
		if (text_is_empty(items[i]))
			continue;
		if (last && text_ends_against(span_of(last), rtl))
			str_add(&out, mark);
		str_add(&out, last ? between : "");
		text_flatten(&out, span_of(items[i]));
		last = items[i];
	}
	return arena_take_some(arena, &out);
}

void
view_set_language(struct arena *arena, struct value *map, const char *language)
{
	bool known = !text_is_empty(language);

	view_set(arena, map, "language", known ? language : NULL);
	view_set(arena, map, "direction",
		known ? view_direction(language) : NULL);
}

void
view_set_frame(struct arena *arena, struct value *map, const char *language,
	const char *around)
{
	struct value *frame;

	if (text_is_empty(around) || text_equals_nocase(language, around)) {
		value_set(arena, map, "frame", value_new_null(arena));
		return;
	}
	frame = value_set(arena, map, "frame", value_new_map(arena));
	view_set_language(arena, frame, language);
}
