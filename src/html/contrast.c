#include "html/contrast.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "html/attribute.h"
#include "html/css_open.h"
#include "html/css_sheet.h"
#include "html/css_text.h"
#include "html/scheme.h"

/* How an element looks; what it says nothing of, it has from its parent. */
struct look {
	struct colour words, behind;
	bool knows_words, knows_behind;
	bool hidden;
};

struct work {
	struct css_open open;
	struct look looks[CSS_DEPTH]; /* of open.items */
	struct arena *arena;
	struct map *styles; /* texts -> struct css_block */
	struct map *told;   /* pairs */
	bool dark;
	void (*each)(void *data, const struct faint *faint);
	void *data;
};

/* ----- what is declared ----- */

static bool
is_any(const char *value, const char *const *words)
{
	return span_is_among(span_of(value), words);
}

static void
set_words(struct look *look, const struct look *parent, const char *value)
{
	static const char *const same[] = {"inherit", "currentcolor", NULL};

	if (is_any(value, same)) {
		look->words = parent->words;
		look->knows_words = parent->knows_words;
	} else {
		look->knows_words = colour_parse(span_of(value), &look->words);
	}
}

/* Nothing, or what shines through on what is behind the parent. */
static void
set_behind(struct look *look, const struct look *parent, struct colour colour)
{
	look->knows_behind = colour.alpha == 255 || parent->knows_behind;
	look->behind = colour_over(colour, parent->behind);
}

static void
set_behind_parent(struct look *look, const struct look *parent)
{
	look->behind = parent->behind;
	look->knows_behind = parent->knows_behind;
}

static void
set_background_colour(
	struct look *look, const struct look *parent, const char *value)
{
	static const char *const none[] = {
		"transparent", "none", "inherit", "initial", "unset", NULL};
	struct colour colour;

	if (is_any(value, none))
		set_behind_parent(look, parent);
	else if (colour_parse(span_of(value), &colour))
		set_behind(look, parent, colour);
	else
		look->knows_behind = false;
}

/* The shorthand: one of its words may be a colour. A word that may be a picture
 * leaves nothing known. */
static void
set_background(struct look *look, const struct look *parent, const char *value)
{
	struct span rest = span_of(value);
	struct colour colour;

	set_background_colour(look, parent, value);
	if (look->knows_behind)
		return;
	while (rest.len) {
		size_t n = css_find(rest, " ");
		struct span word = span_slice(rest, 0, n);

		rest = span_from(rest, n + (n < rest.len));
		if (colour_parse(word, &colour))
			set_behind(look, parent, colour);
		else if (span_find(word, '(') < word.len) {
			look->knows_behind = false;
			return;
		}
	}
}

static void
set_background_image(
	struct look *look, const struct look *parent, const char *value)
{
	(void)parent;
	if (strcasecmp(value, "none") != 0)
		look->knows_behind = false;
}

static void
set_opacity(struct look *look, const struct look *parent, const char *value)
{
	(void)parent;
	if (strcmp(value, "1") != 0)
		look->knows_words = false;
}

static void
set_font_size(struct look *look, const struct look *parent, const char *value)
{
	static const char *const none[] = {"0", "0px", "0em", "0pt", NULL};

	(void)parent;
	look->hidden |= is_any(value, none);
}

static const struct {
	const char *name;
	void (*set)(struct look *look, const struct look *parent,
		const char *value);
} properties[] = {
	{"color", set_words},
	{"background", set_background},
	{"background-color", set_background_colour},
	{"background-image", set_background_image},
	{"opacity", set_opacity},
	{"font-size", set_font_size},
};

static void
read_declaration(struct look *look, const struct look *parent,
	const struct css_declaration *d)
{
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
		if (strcmp(d->name, properties[i].name) == 0)
			properties[i].set(look, parent, d->value);
}

/* Most elements have the style of others: each is understood once. */
static const struct css_block *
style_of(struct work *w, const char *text)
{
	struct css_block *block = map_find(w->styles, text);
	struct span rest = span_of(text), declaration;
	struct css_declaration d;

	if (block)
		return block;
	block = arena_alloc(w->arena, sizeof *block);
	while (css_take_declaration(&rest, &declaration))
		if (css_read_declaration(w->arena, declaration, &d))
			css_add_declaration(w->arena, block, d);
	map_set(w->styles, text, block);
	return block;
}

static void
read_style(struct work *w, struct look *look, const struct look *parent,
	const struct token *token)
{
	struct str text = STR_INIT;

	if (token_attribute(token, "style", &text)) {
		const struct css_block *style = style_of(w, str_text(&text));

		for (size_t i = 0; i < style->count; i++)
			read_declaration(look, parent, &style->items[i]);
	}
	str_clear(&text);
}

/* ----- what tags say ----- */

/* HTML standard, 15.3.1: links are blue where nothing is said. In the dark each
 * reader has its own. */
static void
read_link(const struct work *w, struct look *look, const struct token *token)
{
	struct str href = STR_INIT;

	if (span_equals_nocase(token->name, "a") &&
		token_attribute(token, "href", &href)) {
		look->words = (struct colour){0, 0, 0xee, 255};
		look->knows_words = !w->dark;
	}
	str_clear(&href);
}

static void
read_attributes(
	struct look *look, const struct look *parent, const struct token *token)
{
	struct str value = STR_INIT;

	if (token_attribute(token, "bgcolor", &value))
		set_background_colour(look, parent, str_text(&value));
	str_truncate(&value, 0);
	if (span_equals_nocase(token->name, "font") &&
		token_attribute(token, "color", &value))
		set_words(look, parent, str_text(&value));
	str_clear(&value);
}

static struct look
look_of(struct work *w, const struct token *token)
{
	const struct look *parent = &w->looks[w->open.depth - 1];
	struct look look = *parent;

	read_link(w, &look, token);
	read_attributes(&look, parent, token);
	read_style(w, &look, parent, token);
	look.hidden |= attribute_hides(token);
	return look;
}

/* ----- the page ----- */

static void
tell(struct work *w, const struct look *look, struct span text)
{
	struct faint faint = {.words = colour_over(look->words, look->behind),
		.behind = look->behind,
		.text = text,
		.dark = w->dark};
	struct str key = STR_INIT;

	faint.contrast = colour_contrast(faint.words, faint.behind);
	if (faint.contrast >= CONTRAST_LEAST)
		return;
	colour_write(&key, faint.words);
	colour_write(&key, faint.behind);
	if (!map_set(w->told, str_text(&key), w))
		w->each(w->data, &faint);
	str_clear(&key);
}

static void
read_text(struct work *w, struct span source)
{
	const struct look *look = &w->looks[w->open.depth - 1];
	struct str raw = STR_INIT, text = STR_INIT;

	if (look->hidden || !look->knows_words || !look->knows_behind)
		return;
	token_decode(&raw, source, false);
	text_flatten(&text, str_span(&raw));
	if (text.len)
		tell(w, look, str_span(&text));
	str_clear(&raw);
	str_clear(&text);
}

static void
start_tag(struct work *w, struct token_reader *reader,
	const struct token *token, const char *name)
{
	const struct css_tag *tag = css_tag(name);
	struct look look;

	if (tag->is & ROLE_RAW) {
		token_raw(reader, token->name);
		return;
	}
	css_open_close_for(&w->open, tag);
	if (tag->is & ROLE_VOID)
		return;
	look = look_of(w, token);
	if (css_open_push(&w->open, name, tag))
		w->looks[w->open.depth - 1] = look;
}

static void
read_page(struct work *w, struct span page)
{
	struct token_reader reader;
	struct str name = STR_INIT;
	struct token token;

	token_start(&reader, page);
	while (token_next(&reader, &token)) {
		str_truncate(&name, 0);
		str_add_lower(&name, token.name);
		if (token.kind == TOKEN_TEXT)
			read_text(w, token.text);
		else if (token.kind == TOKEN_START)
			start_tag(w, &reader, &token, str_text(&name));
		else
			css_open_end(&w->open, str_text(&name));
	}
	str_clear(&name);
}

static const struct look black_on_white = {.words = {0, 0, 0, 255},
	.behind = {255, 255, 255, 255},
	.knows_words = true,
	.knows_behind = true};

static void
check_scheme(struct work *w, struct span page, bool dark)
{
	struct str seen = STR_INIT;

	w->dark = dark;
	if (scheme_apply(&seen, page, dark)) {
		w->arena = arena_new();
		w->styles = map_new();
		w->told = map_new();
		w->looks[0] = black_on_white;
		w->looks[0].knows_words = w->looks[0].knows_behind = !dark;
		css_open_init(&w->open, 0);
		read_page(w, str_span(&seen));
		css_open_clear(&w->open);
		map_free(w->styles);
		map_free(w->told);
		arena_free(w->arena);
	}
	str_clear(&seen);
}

void
contrast_check(struct span page,
	void (*each)(void *data, const struct faint *faint), void *data)
{
	struct work *w = mem_new(sizeof *w); /* too large for the stack */

	w->each = each;
	w->data = data;
	check_scheme(w, page, false);
	check_scheme(w, page, true);
	free(w);
}
