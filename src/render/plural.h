/*
 * Which form of a text goes with a number: plural rules in CLDR's own syntax
 * (Unicode TR 35, part 3, section 5.1.2), for whole numbers. A rule is a
 * condition such as
 *
 *     n % 10 = 2..4 and n % 100 != 12..14
 *
 * The operands n and i are the number; v, w, f, t, c and e, which speak of
 * decimals and exponents, are 0. "or" binds weaker than "and"; there are no
 * brackets. Samples behind "@" are passed over, so that a rule may be copied
 * from CLDR as it stands. Inside render/ only.
 */
#ifndef RENDER_PLURAL_H
#define RENDER_PLURAL_H

#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "base/value.h"

/* zero, one, two, few, many: the forms that have a rule, in the order in which
 * they are tried; then NULL. What no rule takes is "other". */
extern const char *const plural_names[];

/*
 * Does the rule take this number? The whole rule is read whatever the answer,
 * so one number finds its mistakes: then false, and ERROR_CONFIG in `err`.
 */
bool plural_takes(struct span rule, uint64_t number, struct error *err);

/* The texts of a language may have rules, as a map `plurals`: are they good?
 * Else ERROR_CONFIG, which names `file` and line. */
bool plural_rules_check(
	const char *file, const struct value *texts, struct error *err);

/* The one of `forms`, a map, that goes with `n` by the rules of these texts;
 * NULL when it is not there. */
const char *plural_choose(
	const struct value *texts, const struct value *forms, size_t n);

#endif
