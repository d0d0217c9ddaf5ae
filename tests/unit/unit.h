/*
 * What every unit test needs: cmocka with its prerequisites, and assertions
 * that print the case. A test is a table of cases and one loop.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fails with the case's name, the wanted and the got. NULLs are equal. */
#define want_text(name, got, want)                                  \
	do {                                                        \
		const char *got_ = (got), *want_ = (want);          \
		if ((got_ == NULL) != (want_ == NULL) ||            \
			(got_ && strcmp(got_, want_) != 0))         \
			fail_msg("%s: want <%s>, got <%s>", (name), \
				want_ ? want_ : "(null)",           \
				got_ ? got_ : "(null)");            \
	} while (0)

#define want_int(name, got, want)                                             \
	do {                                                                  \
		long long got_ = (long long)(got), want_ = (long long)(want); \
		if (got_ != want_)                                            \
			fail_msg("%s: want %lld, got %lld", (name), want_,    \
				got_);                                        \
	} while (0)

#define want_true(name, condition)                                            \
	do {                                                                  \
		if (!(condition))                                             \
			fail_msg("%s: %s does not hold", (name), #condition); \
	} while (0)

#define COUNT(array) (sizeof(array) / sizeof *(array))

#endif
