/*
 * Selectors are matched as the page is read, each element once, and never
 * backwards. An element keeps the set of steps (css_sheet.h) that it matches;
 * whether what is to the left of a step matches, too, is then one bit in a set
 * of the parent:
 *
 *     a b    a is in parent->above
 *     a > b  a is in parent->here
 *     a + b  a is in parent->last
 *     a ~ b  a is in parent->before
 *
 * So no selector is slow, whatever stands in the page.
 */
#include "html/css_match.h"

#include <stdlib.h>
#include <string.h>

#include "base/blank.h"
#include "base/mem.h"

#define BLANKS " \t\n\r\f" /* as blank_in_html() */

void
css_matcher_init(struct css_matcher *m, const struct css *css)
{
	size_t words = (css->bit_count + 63) / 64;

	*m = (struct css_matcher){.css = css,
		.here = mem_new(words * sizeof *m->here),
		.tried = mem_new(css->step_count * sizeof *m->tried)};
}

void
css_matcher_clear(struct css_matcher *m)
{
	free(m->found);
	free(m->here);
	free(m->tried);
	str_clear(&m->word);
}

/* ----- one element ----- */

static bool
take_word(struct span *rest, struct span *word)
{
	while (rest->len && blank_in_html(rest->data[0]))
		*rest = span_from(*rest, 1);
	*word = span_slice(*rest, 0, span_find_any(*rest, BLANKS));
	*rest = span_from(*rest, word->len);
	return word->len > 0;
}

static bool
has_word(struct span words, struct span wanted)
{
	struct span word;

	while (take_word(&words, &word))
		if (span_same(word, wanted))
			return true;
	return false;
}

static bool
compare_value(const struct css_test *test, struct span value)
{
	struct span wanted = test->value;
	size_t n = wanted.len;

	switch (test->kind) {
	case CSS_EQUALS:
		return span_same(value, wanted);
	case CSS_WORD:
		return has_word(value, wanted);
	case CSS_DASH:
		return span_same(span_slice(value, 0, n), wanted) &&
			(value.len == n || value.data[n] == '-');
	case CSS_PREFIX:
		return n && span_same(span_slice(value, 0, n), wanted);
	case CSS_SUFFIX:
		return n && value.len >= n &&
			span_same(span_from(value, value.len - n), wanted);
	case CSS_PART:
		return n && value.len >= n &&
			memmem(value.data, value.len, wanted.data, n);
	default:
		return true;
	}
}

static bool
attribute_matches(const struct css_test *test, const struct token *token)
{
	struct str value = STR_INIT;
	bool ok = token && token_attribute(token, test->name, &value) &&
		compare_value(test, str_span(&value));

	str_clear(&value);
	return ok;
}

static bool
test_matches(const struct css_test *test, const struct css_subject *subject,
	const struct css_element *parent)
{
	switch (test->kind) {
	case CSS_ID:
		return subject->id && strcmp(subject->id, test->name) == 0;
	case CSS_CLASS:
		return has_word(subject->classes, span_of(test->name));
	case CSS_FIRST_CHILD:
		return parent->children == 0;
	default:
		return attribute_matches(test, subject->token);
	}
}

static bool
has_bit(const uint64_t *set, size_t bit)
{
	return set[bit / 64] >> (bit & 63) & 1;
}

static bool
left_matches(const struct css_step *step, const struct css_sets *sets)
{
	const uint64_t *const set[] = {
		[CSS_DESCENDANT] = sets->above,
		[CSS_CHILD] = sets->here,
		[CSS_ADJACENT] = sets->last,
		[CSS_SIBLING] = sets->before,
	};

	return !step->left || has_bit(set[step->combinator], step->left->bit);
}

static bool
step_matches(const struct css_step *step, const struct css_subject *subject,
	const struct css_element *parent)
{
	if (!left_matches(step, &parent->sets) ||
		(step->type && strcmp(step->type, subject->name) != 0))
		return false;
	for (const struct css_test *t = step->tests; t; t = t->next)
		if (!test_matches(t, subject, parent))
			return false;
	return true;
}

/* ----- all of a sheet ----- */

static void
add_uses(struct css_matcher *m, const struct css_step *step)
{
	for (const struct css_use *use = step->uses; use; use = use->next) {
		if (!use->rule->block.count)
			continue;
		if (m->count == m->room) {
			m->room = m->room ? 2 * m->room : 16;
			m->found = mem_resize(
				m->found, m->room * sizeof *m->found);
		}
		m->found[m->count++] =
			(struct css_match){step->specificity, use->rule};
	}
}

/* Tries each step once, though a word be there twice. */
static void
try_steps(struct css_matcher *m, const struct css_step *step,
	const struct css_subject *subject, const struct css_element *parent)
{
	for (; step; step = step->next) {
		if (m->tried[step->number] == m->run)
			continue;
		m->tried[step->number] = m->run;
		if (!step_matches(step, subject, parent))
			continue;
		add_uses(m, step);
		if (step->bit != CSS_NO_BIT)
			m->here[step->bit / 64] |= (uint64_t)1
				<< (step->bit & 63);
	}
}

static const struct css_step *
steps_of(struct css_matcher *m, const char *mark, struct span word)
{
	str_truncate(&m->word, 0);
	str_add(&m->word, mark);
	str_add_span(&m->word, word);
	return map_find(m->css->words, str_text(&m->word));
}

static int
by_cascade(const void *a, const void *b)
{
	const struct css_match *x = a, *y = b;

	if (x->specificity != y->specificity)
		return x->specificity < y->specificity ? -1 : 1;
	if (x->rule->order != y->rule->order)
		return x->rule->order < y->rule->order ? -1 : 1;
	return 0;
}

void
css_match(struct css_matcher *m, const struct css_subject *subject,
	const struct css_element *parent)
{
	struct span rest = subject->classes, word;

	m->run++;
	m->count = 0;
	memset(m->here, 0, (m->css->bit_count + 63) / 64 * sizeof *m->here);
	if (subject->id)
		try_steps(m, steps_of(m, "#", span_of(subject->id)), subject,
			parent);
	while (take_word(&rest, &word))
		try_steps(m, steps_of(m, ".", word), subject, parent);
	try_steps(m, steps_of(m, "", span_of(subject->name)), subject, parent);
	try_steps(m, m->css->any, subject, parent);
	if (m->count > 1)
		qsort(m->found, m->count, sizeof *m->found, by_cascade);
}
