#include <string.h>

#include "html/css_sheet.h"
#include "html/css_text.h"

/* Ids, classes, types: ten bits for each (Selectors 3, 9). */
enum {
	FIELD = 0x3ff,
	OF_TYPE = 1,
	OF_CLASS = 1 << 10,
	OF_ID = 1 << 20,
	/* Each step is kept under its whole text. */
	STEPS = 32,
};

static const char first_child[] = ":first-child";

/* A field that is full stays so. */
static unsigned
add_specificity(unsigned a, unsigned b)
{
	unsigned sum = 0;

	for (unsigned of = OF_TYPE; of <= OF_ID; of <<= 10) {
		unsigned n = a / of % (FIELD + 1) + b / of % (FIELD + 1);

		sum += of * (n < FIELD ? n : FIELD);
	}
	return sum;
}

/* ----- kept ----- */

static bool
is_first_child(struct span s)
{
	size_t n = strlen(first_child);

	return span_equals_nocase(span_slice(s, 0, n), first_child) &&
		(s.len == n || strchr(" >+~.#[:", s.data[n]));
}

bool
css_has_pseudo(struct span text)
{
	for (;;) {
		text = span_from(text, css_find(text, ":"));
		if (!text.len)
			return false;
		if (!is_first_child(text))
			return true;
		text = span_from(text, 1);
	}
}

/* ----- one compound ----- */

static struct css_test *
add_test(struct arena *arena, struct css_step *step, enum css_test_kind kind)
{
	struct css_test *test = arena_alloc(arena, sizeof *test);

	test->kind = kind;
	test->next = step->tests;
	step->tests = test;
	step->specificity = add_specificity(
		step->specificity, kind == CSS_ID ? OF_ID : OF_CLASS);
	return test;
}

static char *
take_name(struct arena *arena, struct span *rest)
{
	struct str name = STR_INIT;

	if (css_take_name(rest, &name))
		return arena_take(arena, &name);
	str_clear(&name);
	return NULL;
}

/* HTML does not mind the case of types and attributes. */
static char *
take_lower_name(struct arena *arena, struct span *rest)
{
	char *name = take_name(arena, rest);

	if (name)
		css_lower(name);
	return name;
}

/* "=", "~=" …: which one, moving behind it. */
static bool
take_comparison(struct span *rest, enum css_test_kind *kind)
{
	static const struct {
		const char *sign;
		enum css_test_kind kind;
	} signs[] = {{"=", CSS_EQUALS}, {"~=", CSS_WORD}, {"|=", CSS_DASH},
		{"^=", CSS_PREFIX}, {"$=", CSS_SUFFIX}, {"*=", CSS_PART}};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (span_starts(*rest, signs[i].sign)) {
			*kind = signs[i].kind;
			*rest = css_skip_blanks(
				span_from(*rest, strlen(signs[i].sign)));
			return true;
		}
	return false;
}

/* "[name]", "[name=value]" */
static bool
take_attribute_test(
	struct arena *arena, struct span *rest, struct css_step *step)
{
	struct css_test *test = add_test(arena, step, CSS_HAS);
	struct str value = STR_INIT;
	bool ok;

	*rest = css_skip_blanks(span_from(*rest, 1));
	test->name = take_lower_name(arena, rest);
	*rest = css_skip_blanks(*rest);
	ok = test->name != NULL;
	if (ok && take_comparison(rest, &test->kind))
		ok = css_take_string(rest, &value) ||
			css_take_name(rest, &value);
	test->value = arena_take_span(arena, &value);
	*rest = css_skip_blanks(*rest);
	ok = ok && span_starts(*rest, "]");
	*rest = span_from(*rest, 1);
	return ok;
}

static bool
take_named_test(struct arena *arena, struct span *rest, struct css_step *step,
	enum css_test_kind kind)
{
	struct css_test *test = add_test(arena, step, kind);

	*rest = span_from(*rest, 1);
	test->name = take_name(arena, rest);
	return test->name != NULL;
}

/* One of what may stand behind the type; false at anything else, or when it is
 * wrong. */
static bool
take_test(struct arena *arena, struct span *rest, struct css_step *step)
{
	if (span_starts(*rest, "#"))
		return take_named_test(arena, rest, step, CSS_ID);
	if (span_starts(*rest, "."))
		return take_named_test(arena, rest, step, CSS_CLASS);
	if (span_starts(*rest, "["))
		return take_attribute_test(arena, rest, step);
	if (!span_starts(*rest, ":"))
		return false;
	add_test(arena, step, CSS_FIRST_CHILD);
	*rest = span_from(*rest, strlen(first_child));
	return true;
}

static bool
ends_compound(struct span rest)
{
	return !rest.len || strchr(" >+~", rest.data[0]);
}

/* NULL when it is not understood. */
static struct css_step *
take_compound(struct arena *arena, struct span *rest)
{
	struct css_step *step = arena_alloc(arena, sizeof *step);
	size_t before = rest->len;

	if (span_starts(*rest, "*")) {
		*rest = span_from(*rest, 1);
	} else if ((step->type = take_lower_name(arena, rest))) {
		step->specificity = OF_TYPE;
	}
	while (!ends_compound(*rest))
		if (!take_test(arena, rest, step))
			return NULL;
	return rest->len < before ? step : NULL;
}

/* ----- steps ----- */

static const struct css_test *
find_test(const struct css_step *step, enum css_test_kind kind)
{
	const struct css_test *test = step->tests;

	while (test && test->kind != kind)
		test = test->next;
	return test;
}

/* The word that an element must have for the step; NULL: none. */
static const char *
word_of(struct arena *arena, const struct css_step *step)
{
	const struct css_test *id = find_test(step, CSS_ID);
	const struct css_test *class = find_test(step, CSS_CLASS);

	if (id)
		return arena_printf(arena, "#%s", id->name);
	if (class)
		return arena_printf(arena, ".%s", class->name);
	return step->type;
}

static void
index_step(struct css *css, struct css_step *step)
{
	const char *word = word_of(css->arena, step);

	if (word) {
		step->next = map_find(css->words, word);
		map_set(css->words, word, step);
	} else {
		step->next = css->any;
		css->any = step;
	}
}

/* The step whose selector is `text`: `made`, unless there has been one. */
static struct css_step *
settle_step(struct css *css, struct span text, struct css_step *made,
	struct css_step *left)
{
	const char *key = arena_span(css->arena, text);
	struct css_step *step = map_find(css->steps, key);

	if (step)
		return step;
	made->left = left;
	made->bit = CSS_NO_BIT;
	made->number = css->step_count++;
	if (left) {
		made->specificity =
			add_specificity(made->specificity, left->specificity);
		if (left->bit == CSS_NO_BIT)
			left->bit = css->bit_count++;
	}
	index_step(css, made);
	map_set(css->steps, key, made);
	return made;
}

/* What stands between two compounds. */
static enum css_combinator
take_combinator(struct span *rest)
{
	enum css_combinator found = CSS_DESCENDANT;

	*rest = css_skip_blanks(*rest);
	if (rest->len && strchr(">+~", rest->data[0])) {
		found = rest->data[0] == '>'   ? CSS_CHILD
			: rest->data[0] == '+' ? CSS_ADJACENT
					       : CSS_SIBLING;
		*rest = css_skip_blanks(span_from(*rest, 1));
	}
	return found;
}

struct css_step *
css_read_selector(struct css *css, struct span text)
{
	enum css_combinator combinator = CSS_DESCENDANT;
	struct css_step *step = NULL;
	struct span rest = text;

	for (int i = 0; i < STEPS; i++) {
		struct css_step *made = take_compound(css->arena, &rest);

		if (!made)
			return NULL;
		made->combinator = combinator;
		step = settle_step(css,
			span_slice(text, 0, text.len - rest.len), made, step);
		if (!rest.len)
			return step;
		combinator = take_combinator(&rest);
	}
	return NULL;
}
