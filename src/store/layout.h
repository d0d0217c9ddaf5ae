/*
 * The tables of the store, as steps that lead from nothing to the newest layout.
 * Internal to migrate.c, which takes them.
 */
#ifndef STORE_LAYOUT_H
#define STORE_LAYOUT_H

enum { LAYOUTS = 11 };

/* [n] leads from layout n to n + 1. A step that was released never changes. */
extern const char *const layout_steps[LAYOUTS];

#endif
