/*
 * What is over an issue's maximum and is listed by its title alone. It counts
 * as carried: whoever cannot follow its link never reads it.
 */
#ifndef RUN_OVERFLOW_H
#define RUN_OVERFLOW_H

#include "base/problem.h"
#include "model/issue.h"

/* Warns when titles lead nowhere. */
void overflow_warn(const struct issue *issue, struct problems *problems);

#endif
