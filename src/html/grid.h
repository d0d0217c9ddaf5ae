/*
 * Tables in text: columns where they fit side by side, else each row as a list
 * of "header: value". Inside html/ only.
 */
#ifndef HTML_GRID_H
#define HTML_GRID_H

#include <stdbool.h>

#include "base/str.h"

struct grid;

struct grid *grid_new(void);
void grid_free(struct grid *grid);

/* The first row is the header. Rows may have fewer cells than it. */
void grid_add_row(struct grid *grid);
void grid_add_cell(struct grid *grid, struct span words, bool right);

/* Appends lines of at most `width` columns. */
void grid_write(const struct grid *grid, size_t width, struct str *out);

#endif
