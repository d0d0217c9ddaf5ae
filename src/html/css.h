/*
 * Style sheets for letters. Many mail readers drop or limit <style>, so what a
 * sheet says about an element is written into the element's style attribute
 * when the letter is composed; what no attribute can say (@media, a:hover)
 * stays in a <style> in the head.
 *
 * Syntax as in CSS Syntax 3, selectors as in Selectors 3, the order of
 * declarations as in CSS 2.1, 6.4. Properties and values are not judged, with
 * one exception: what loads or runs something is left out, for a letter loads
 * nothing from outside.
 */
#ifndef HTML_CSS_H
#define HTML_CSS_H

#include "base/error.h"
#include "base/problem.h"
#include "base/str.h"

struct css;

/*
 * Reads a style sheet of at most 1 MiB; `file` is its name for messages. What
 * is not understood is left out and told to `problems`, as a warning with
 * file:line; the first twenty are. NULL and `err` set when the sheet is too
 * large or no UTF-8. Yours to css_free().
 *
 * Inlined are rules whose selectors are of types, classes, ids, attributes,
 * :first-child and the four combinators. Kept for the <style> are @media,
 * @supports, @font-face and @keyframes, and rules with any other pseudo-class
 * or pseudo-element. As attributes beat a <style>, each declaration in @media,
 * in @supports and under a pseudo-class is made !important.
 */
struct css *css_parse(const char *file, struct span text,
	struct problems *problems, struct error *err);
void css_free(struct css *css);

/*
 * Appends the page with its styles in place, and otherwise byte for byte as it
 * is. The page is UTF-8 and writes its <html>, <head> and <body> out; other
 * tags may be left open where HTML allows it, and none that is wrong does more
 * harm than a style in the wrong place. Elements more than CSS_DEPTH deep are
 * taken as standing at that depth.
 *
 * A declaration of a style attribute beats those of the sheet that are not
 * !important. The mark itself is not written: Outlook for Windows passes over
 * declarations with it, and a query that applies shall win.
 */
enum { CSS_DEPTH = 256 };

void css_inline(const struct css *css, struct span html, struct str *out);

#endif
