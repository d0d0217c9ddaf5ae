#include <string.h>
#include <strings.h>

#include "html/css_sheet.h"
#include "html/css_text.h"

const struct css_property *
css_property(struct css *css, const char *name)
{
	struct css_property *p = map_find(css->properties, name);

	if (p)
		return p;
	p = arena_alloc(css->arena, sizeof *p);
	p->name = arena_strdup(css->arena, name);
	p->number = map_count(css->properties);
	map_set(css->properties, name, p);
	return p;
}

const struct css_property *
css_property_find(const struct css *css, const char *name)
{
	return map_find(css->properties, name);
}

/* ----- reading ----- */

bool
css_take_declaration(struct span *rest, struct span *text)
{
	size_t end;

	*rest = css_skip_blanks(*rest);
	if (!rest->len)
		return false;
	end = css_find(*rest, ";");
	*text = span_slice(*rest, 0, end);
	*rest = span_from(*rest, end + 1);
	return true;
}

/* One without escapes: nobody needs them here. */
static const char *
take_property_name(struct arena *arena, struct span *rest)
{
	struct span start = *rest;
	struct str name = STR_INIT;
	bool ok = css_take_name(rest, &name);

	start.len -= rest->len;
	if (!ok || span_find(start, '\\') < start.len) {
		str_clear(&name);
		return NULL;
	}
	if (!span_starts(start, "--"))
		css_lower(name.data);
	return arena_take(arena, &name);
}

/* Cuts "! important" off the end. */
static bool
take_importance(struct span *value)
{
	static const char word[] = "important";
	size_t n = strlen(word);
	struct span before;

	if (value->len <= n ||
		!span_equals_nocase(span_from(*value, value->len - n), word))
		return false;
	before = span_trim(span_slice(*value, 0, value->len - n));
	if (!span_ends(before, "!"))
		return false;
	*value = span_trim(span_slice(before, 0, before.len - 1));
	return true;
}

static bool
is_value(struct span value)
{
	return value.len && css_is_whole(value) &&
		css_find(value, "{!") == value.len;
}

bool
css_read_declaration(
	struct arena *arena, struct span text, struct css_declaration *out)
{
	struct span rest = css_skip_blanks(text), value;
	struct str squeezed = STR_INIT;
	bool ok;

	*out = (struct css_declaration){
		.name = take_property_name(arena, &rest)};
	rest = css_skip_blanks(rest);
	if (!out->name || !span_starts(rest, ":"))
		return false;
	css_squeeze(&squeezed, span_from(rest, 1));
	value = str_span(&squeezed);
	out->important = take_importance(&value);
	ok = is_value(value);
	if (ok)
		out->value = arena_span(arena, value);
	str_clear(&squeezed);
	return ok;
}

void
css_add_declaration(
	struct arena *arena, struct css_block *block, struct css_declaration d)
{
	block->items = arena_grow(
		arena, block->items, block->count, sizeof *block->items);
	block->items[block->count++] = d;
}

/* ----- writing, for a <style> ----- */

/* "</" would end the <style>; "<\/" means the same. */
void
css_write_kept(struct str *out, const char *text)
{
	for (; *text; text++) {
		str_add_char(out, *text);
		if (text[0] == '<' && text[1] == '/')
			str_add_char(out, '\\');
	}
}

void
css_write_block(struct str *out, const char *selector,
	const struct css_block *block, bool weak)
{
	if (!block->count)
		return;
	css_write_kept(out, selector);
	str_add_char(out, '{');
	for (size_t i = 0; i < block->count; i++) {
		const struct css_declaration *d = &block->items[i];

		if (i)
			str_add_char(out, ';');
		str_add_all(out, d->name, ":", NULL);
		css_write_kept(out, d->value);
		if (!weak)
			str_add(out, "!important");
	}
	str_add_char(out, '}');
}

/* ----- what may not stand in a letter ----- */

static const char loads[] = "a letter loads nothing from outside";
static const char runs[] = "a letter runs nothing";

static const char *const binders[] = {
	"behavior", "-ms-behavior", "-moz-binding"};

/* The words are looked for anywhere: "-webkit-image-set(" is one, too. */
static const struct {
	const char *word, *why;
} threats[] = {
	{"url(", loads},
	{"src(", loads},
	{"image(", loads},
	{"image-set(", loads},
	{"expression(", runs},
	{"javascript:", runs},
	{"\\", "an escape stands in strings only"},
};

static const char *
threat_at(struct span s)
{
	for (size_t i = 0; i < sizeof threats / sizeof *threats; i++) {
		size_t n = strlen(threats[i].word);

		if (s.len >= n && strncasecmp(s.data, threats[i].word, n) == 0)
			return threats[i].why;
	}
	return NULL;
}

const char *
css_threat(const struct css_declaration *d)
{
	struct span value = span_of(d->value);

	for (size_t i = 0; i < sizeof binders / sizeof *binders; i++)
		if (strcmp(d->name, binders[i]) == 0)
			return runs;
	while (value.len) {
		bool string = value.data[0] == '"' || value.data[0] == '\'';
		const char *why = string ? NULL : threat_at(value);

		if (why)
			return why;
		value = span_from(value, string ? css_piece(value) : 1);
	}
	return NULL;
}
