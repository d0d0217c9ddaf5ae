/*
 * A page is read once, tag by tag, and copied as it is up to the next place
 * where something is put in: a style attribute, or the <style>.
 */
#include <stdlib.h>
#include <string.h>

#include "html/css_cascade.h"
#include "html/css_text.h"

struct work {
	const struct css *css;
	struct span html;
	struct str *out;
	const char *copied; /* up to here */
	bool has_sheet;	    /* what is kept has found its place */
	struct token_reader reader;
	struct css_open open;
	struct css_matcher matcher;
	struct css_cascade *cascade;
	struct str id, classes, own; /* of the element, references undone */
};

/* ----- copying ----- */

static void
copy_to(struct work *w, const char *end)
{
	str_add_bytes(w->out, w->copied, (size_t)(end - w->copied));
	w->copied = end;
}

/* Where the head must end; or at the end of a <style> that is there. */
static void
put_sheet(struct work *w, const char *at, bool bare)
{
	copy_to(w, at);
	str_add(w->out, bare ? "<style>\n" : "\n");
	str_add_str(w->out, &w->css->kept);
	if (bare)
		str_add(w->out, "</style>\n");
	w->has_sheet = true;
}

/* ----- attributes ----- */

struct attributes {
	struct span id, classes, style; /* as they stand in the source */
	const char *style_start, *style_end;
};

/* Of several of one name the first counts. */
static struct attributes
read_attributes(const struct token *token)
{
	struct attributes a = {.style_start = NULL};
	struct span rest = token->attributes, name, value;

	while (token_take_attribute(&rest, &name, &value)) {
		if (!a.id.data && span_equals_nocase(name, "id")) {
			a.id = value;
		} else if (!a.classes.data &&
			span_equals_nocase(name, "class")) {
			a.classes = value;
		} else if (!a.style_start &&
			span_equals_nocase(name, "style")) {
			a.style = value;
			a.style_start = name.data;
			a.style_end = rest.data;
		}
	}
	return a;
}

static struct span
decode(struct str *out, struct span value)
{
	str_truncate(out, 0);
	token_decode(out, value, true);
	return str_span(out);
}

/* A new attribute goes right behind the name: behind another one, it might be
 * taken for its value. */
static void
put_style(struct work *w, const struct token *token, const struct attributes *a)
{
	struct span own = decode(&w->own, a->style);
	const char *behind = token->name.data + token->name.len;

	copy_to(w, a->style_start ? a->style_start : behind);
	str_add(w->out, a->style_start ? "style=\"" : " style=\"");
	css_cascade_write(w->cascade, &w->matcher, own, w->out);
	str_add_char(w->out, '"');
	if (a->style_start)
		w->copied = a->style_end;
}

/* ----- elements ----- */

static void
unite(uint64_t *set, const uint64_t *other, size_t words)
{
	for (size_t i = 0; i < words; i++)
		set[i] |= other[i];
}

/* Tells the parent, and what will stand inside, what was matched. */
static void
enter(struct work *w, const char *name, const struct css_tag *tag)
{
	struct css_element *parent = css_open_top(&w->open), *e;
	const uint64_t *here = w->matcher.here;
	size_t words = w->open.words, size = words * sizeof *here;

	parent->children++;
	unite(parent->sets.before, here, words);
	memcpy(parent->sets.last, here, size);
	if (tag->is & (ROLE_VOID | ROLE_RAW))
		return;
	e = css_open_push(&w->open, name, tag);
	if (!e)
		return;
	memcpy(e->sets.here, here, size);
	memcpy(e->sets.above, parent->sets.above, size);
	unite(e->sets.above, here, words);
}

static void
enter_missing(struct work *w, const struct css_tag *tag)
{
	const char *name;

	while ((name = css_open_missing(&w->open, tag))) {
		struct css_subject subject = {.name = name};

		css_match(&w->matcher, &subject, css_open_top(&w->open));
		enter(w, name, css_tag(name));
	}
}

static void
style_element(struct work *w, const struct token *token, const char *name,
	const struct css_tag *tag)
{
	struct attributes a = read_attributes(token);
	struct css_subject subject = {.name = name,
		.token = token,
		.classes = decode(&w->classes, a.classes)};

	if (a.id.data) {
		decode(&w->id, a.id);
		subject.id = str_text(&w->id);
	}
	css_match(&w->matcher, &subject, css_open_top(&w->open));
	if (w->matcher.count && !(tag->is & ROLE_PLAIN))
		put_style(w, token, &a);
	enter(w, name, tag);
}

/* ----- the page ----- */

/* What stands between a tag and its end tag is no HTML. */
static void
pass_raw(struct work *w, const struct token *token, const char *name)
{
	struct span raw = token_raw(&w->reader, token->name);
	struct str media = STR_INIT;
	bool ended = raw.data + raw.len < w->html.data + w->html.len;

	if (!w->has_sheet && ended && strcmp(name, "style") == 0 &&
		!token_attribute(token, "media", &media))
		put_sheet(w, raw.data + raw.len, false);
	str_clear(&media);
}

static void
start_tag(struct work *w, const struct token *token, const char *name)
{
	const struct css_tag *tag = css_tag(name);

	if (!w->has_sheet && !(tag->is & ROLE_HEAD))
		put_sheet(w, token->name.data - strlen("<"), true);
	css_open_close_for(&w->open, tag);
	enter_missing(w, tag);
	style_element(w, token, name, tag);
	if (tag->is & ROLE_RAW)
		pass_raw(w, token, name);
}

static void
end_tag(struct work *w, const struct token *token, const char *name)
{
	if (!w->has_sheet && strcmp(name, "head") == 0)
		put_sheet(w, token->name.data - strlen("</"), true);
	css_open_end(&w->open, name);
}

static void
inline_page(struct work *w)
{
	struct token token;
	struct str name = STR_INIT;

	token_start(&w->reader, w->html);
	while (token_next(&w->reader, &token)) {
		if (token.kind == TOKEN_TEXT)
			continue;
		str_truncate(&name, 0);
		str_add_span(&name, token.name);
		css_lower(name.data);
		if (token.kind == TOKEN_START)
			start_tag(w, &token, str_text(&name));
		else
			end_tag(w, &token, str_text(&name));
	}
	str_clear(&name);
	copy_to(w, w->html.data + w->html.len);
}

void
css_inline(const struct css *css, struct span html, struct str *out)
{
	struct work w = {.css = css,
		.html = html,
		.out = out,
		.copied = html.data,
		.has_sheet = !css->kept.len};

	css_open_init(&w.open, css->bit_count);
	css_matcher_init(&w.matcher, css);
	w.cascade = css_cascade_new(css);
	inline_page(&w);
	css_cascade_free(w.cascade);
	css_matcher_clear(&w.matcher);
	css_open_clear(&w.open);
	str_clear(&w.id);
	str_clear(&w.classes);
	str_clear(&w.own);
}
