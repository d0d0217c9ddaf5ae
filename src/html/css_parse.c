/*
 * Rules of a style sheet: what can be inlined becomes steps, blocks and uses;
 * what cannot is written to `kept` as it is read.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "html/css_sheet.h"
#include "html/css_text.h"

enum {
	LARGEST = 1 << 20,
	TOLD_MOST = 20, /* who hands us a wrong file wants to know that only */
	QUOTED_WIDTH = 50,
	NESTED_MOST = 8,
};

struct reader {
	struct css *css;
	const char *file;
	struct span text;
	struct problems *problems;
	size_t told;
};

/* Where rules stand. */
struct place {
	struct str *kept;
	bool nested; /* in an at-rule: all of it is kept */
	bool weak;   /* its declarations cannot be important */
	unsigned depth;
};

/* ----- telling ----- */

static unsigned
line_of(const struct reader *r, const char *at)
{
	unsigned line = 1;

	for (const char *c = r->text.data; c < at; c++)
		line += *c == '\n';
	return line;
}

/* `what` is a piece of the sheet. */
static void
tell(struct reader *r, struct span what, const char *why)
{
	struct str flat = STR_INIT, quoted = STR_INIT;

	what = css_skip_blanks(what);
	if (++r->told > TOLD_MOST || !r->problems)
		return;
	text_flatten(&flat, what);
	text_shorten(&quoted, str_span(&flat), QUOTED_WIDTH);
	problem_add(r->problems, SEVERITY_WARNING, r->file,
		line_of(r, what.data), 0, "'%s' is left out: %s",
		str_text(&quoted), why);
	str_clear(&flat);
	str_clear(&quoted);
}

/* ----- blocks ----- */

static void
read_declaration(struct reader *r, struct span text, struct css_block *block)
{
	struct arena *arena = r->css->arena;
	struct css_declaration d;
	const char *threat;

	if (!css_read_declaration(arena, text, &d)) {
		tell(r, text, "it is no declaration");
		return;
	}
	threat = css_threat(&d);
	if (threat) {
		tell(r, text, threat);
		return;
	}
	d.property = css_property(r->css, d.name);
	d.name = d.property->name;
	css_add_declaration(arena, block, d);
}

static struct css_block
read_block(struct reader *r, struct span body)
{
	struct css_block block = {.items = NULL};
	struct span text;

	while (css_take_declaration(&body, &text))
		if (css_skip_blanks(text).len)
			read_declaration(r, text, &block);
	return block;
}

static void
end_kept(const struct place *place, size_t before)
{
	if (place->depth == 0 && place->kept->len > before)
		str_add_char(place->kept, '\n');
}

/* ----- rules ----- */

static void
add_use(struct css *css, struct css_step *step, const struct css_rule *rule)
{
	struct css_use *use = arena_alloc(css->arena, sizeof *use);

	use->rule = rule;
	use->next = step->uses;
	step->uses = use;
}

/* Of a list of selectors, those that stay in the sheet go to `kept`. Like a
 * browser: one that is wrong spoils the list. */
static bool
read_selectors(struct css *css, struct span list, const struct css_rule *rule,
	struct str *kept)
{
	while (list.len) {
		size_t end = css_find(list, ",");
		struct span selector = span_slice(list, 0, end);
		struct css_step *step = NULL;

		if (css_has_pseudo(selector)) {
			if (kept->len)
				str_add_char(kept, ',');
			str_add_span(kept, selector);
		} else {
			step = css_read_selector(css, selector);
			if (!step)
				return false;
			add_use(css, step, rule);
		}
		if (end + 1 == list.len)
			return false;
		list = span_from(list, end + 1);
	}
	return true;
}

static void
read_top_rule(struct reader *r, struct span list, struct span front,
	struct span body, struct str *out)
{
	struct css_rule *rule = arena_alloc(r->css->arena, sizeof *rule);
	struct str kept = STR_INIT;

	rule->order = r->css->rule_count++;
	if (read_selectors(r->css, list, rule, &kept)) {
		rule->block = read_block(r, body);
		if (kept.len)
			css_write_block(
				out, str_text(&kept), &rule->block, false);
	} else {
		tell(r, front, "the selector is not understood");
	}
	str_clear(&kept);
}

static void
read_nested_rule(struct reader *r, struct span list, struct span body,
	const struct place *place)
{
	struct css_block block = read_block(r, body);
	char *selectors = span_dup(list);

	css_write_block(place->kept, selectors, &block, place->weak);
	free(selectors);
}

/* Takes "{…}" off `rest`, which begins with it; `front` stands before it. */
static bool
take_block(struct reader *r, struct span front, struct span *rest,
	struct span *body)
{
	size_t end;

	*rest = span_from(*rest, 1);
	end = css_find(*rest, "}");
	*body = span_slice(*rest, 0, end);
	if (end == rest->len) {
		tell(r, front, "it has no '}'");
		*rest = span_from(*rest, end);
		return false;
	}
	*rest = span_from(*rest, end + 1);
	return true;
}

static void
read_rule(struct reader *r, struct span *rest, const struct place *place)
{
	size_t end = css_find(*rest, "{}");
	struct span front = span_slice(*rest, 0, end), body;
	struct str list = STR_INIT;

	*rest = span_from(*rest, end);
	if (!rest->len) {
		tell(r, front, "it is no rule");
		return;
	}
	if (rest->data[0] == '}') {
		front.len++;
		*rest = span_from(*rest, 1);
		tell(r, front, "nothing is open here");
		return;
	}
	css_squeeze(&list, front);
	if (take_block(r, front, rest, &body)) {
		if (!list.len || !css_is_whole(str_span(&list)))
			tell(r, front, "the selector is not understood");
		else if (place->nested)
			read_nested_rule(r, str_span(&list), body, place);
		else
			read_top_rule(
				r, str_span(&list), front, body, place->kept);
	}
	str_clear(&list);
}

/* ----- at-rules ----- */

enum at_kind { AT_RULES, AT_WEAK_RULES, AT_FONT, AT_LOADS };

static const struct {
	const char *name;
	enum at_kind kind;
} at_rules[] = {
	{"@media", AT_RULES},
	{"@supports", AT_RULES},
	{"@keyframes", AT_WEAK_RULES},
	{"@-webkit-keyframes", AT_WEAK_RULES},
	{"@font-face", AT_FONT},
	{"@import", AT_LOADS},
};

static bool
find_at_rule(struct span name, enum at_kind *kind)
{
	for (size_t i = 0; i < sizeof at_rules / sizeof *at_rules; i++)
		if (span_equals_nocase(name, at_rules[i].name)) {
			*kind = at_rules[i].kind;
			return true;
		}
	return false;
}

static void read_rules(
	struct reader *r, struct span text, const struct place *place);

/* A font without a source is none: its url() was left out. */
static bool
has_source(const struct css_block *font)
{
	for (size_t i = 0; i < font->count; i++)
		if (strcmp(font->items[i].name, "src") == 0)
			return true;
	return false;
}

static void
read_at_block(struct reader *r, const char *prelude, struct span body,
	enum at_kind kind, const struct place *place)
{
	struct str inside = STR_INIT;
	struct place within = {.kept = &inside,
		.nested = true,
		.weak = place->weak || kind == AT_WEAK_RULES,
		.depth = place->depth + 1};

	if (kind == AT_FONT) {
		struct css_block block = read_block(r, body);

		if (has_source(&block))
			css_write_block(place->kept, prelude, &block, true);
		return;
	}
	read_rules(r, body, &within);
	if (inside.len) {
		css_write_kept(place->kept, prelude);
		str_add_char(place->kept, '{');
		str_add_str(place->kept, &inside);
		str_add_char(place->kept, '}');
	}
	str_clear(&inside);
}

/* Why an at-rule is of no use here; NULL when it is of use. */
static const char *
at_problem(const struct str *prelude, bool has_block, const struct place *place,
	enum at_kind *kind)
{
	struct span name = str_span(prelude);

	name.len = span_find_any(name, " (");
	if (!find_at_rule(name, kind))
		return "a letter has no use for it";
	if (*kind == AT_LOADS)
		return "a letter loads nothing from outside";
	if (!has_block || !css_is_whole(str_span(prelude)))
		return "it is not understood";
	return place->depth < NESTED_MOST ? NULL : "it is nested too deep";
}

static void
read_at_rule(struct reader *r, struct span *rest, const struct place *place)
{
	size_t end = css_find(*rest, ";{");
	struct span front = span_slice(*rest, 0, end), body;
	bool has_block = end < rest->len && rest->data[end] == '{';
	struct str prelude = STR_INIT;
	enum at_kind kind;
	const char *why;

	css_squeeze(&prelude, front);
	why = at_problem(&prelude, has_block, place, &kind);
	*rest = span_from(*rest, has_block ? end : end + 1);
	if (!has_block || take_block(r, front, rest, &body)) {
		if (why)
			tell(r, front, why);
		else
			read_at_block(r, str_text(&prelude), body, kind, place);
	}
	str_clear(&prelude);
}

static void
read_rules(struct reader *r, struct span text, const struct place *place)
{
	for (;;) {
		size_t before = place->kept->len;

		text = css_skip_blanks(text);
		if (!text.len)
			return;
		if (text.data[0] == '@')
			read_at_rule(r, &text, place);
		else
			read_rule(r, &text, place);
		end_kept(place, before);
	}
}

/* ----- the sheet ----- */

struct css *
css_parse(const char *file, struct span text, struct problems *problems,
	struct error *err)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	struct reader r = {.file = file, .text = text, .problems = problems};
	struct css *css;

	if (text.len > LARGEST) {
		error_set(err, ERROR_DATA, "%s: larger than 1 MiB", file);
		return NULL;
	}
	if (!text_is_utf8(text) || span_find(text, '\0') < text.len) {
		error_set(err, ERROR_DATA, "%s: is not UTF-8", file);
		return NULL;
	}
	if (span_starts(text, byte_order_mark))
		text = span_from(text, strlen(byte_order_mark));
	css = mem_new(sizeof *css);
	css->arena = arena_new();
	css->properties = map_new();
	css->steps = map_new();
	css->words = map_new();
	r.css = css;
	read_rules(&r, text, &(struct place){.kept = &css->kept});
	return css;
}

void
css_free(struct css *css)
{
	if (!css)
		return;
	map_free(css->properties);
	map_free(css->steps);
	map_free(css->words);
	str_clear(&css->kept);
	arena_free(css->arena);
	free(css);
}
