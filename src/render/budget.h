/*
 * Which bodies give way in a letter that would be too large.
 *
 * Mail readers cut long HTML (Gmail near 102 KB), and with it the foot of the
 * letter, where one can leave the list. So when the HTML is over the list's
 * budget, the longest bodies give way to how they begin: first those with a
 * link to the rest, then, if need be, the others, whose whole text stands in
 * the plain part.
 *
 * Before that, bodies beyond sense give way in both parts: whoever mails a log
 * to the list must not stop the issue, for templates end at 16 MiB. So do those
 * that were too long to be read to their end.
 *
 * Inside render/ only.
 */
#ifndef RENDER_BUDGET_H
#define RENDER_BUDGET_H

#include "base/problem.h"
#include "render/body.h"
#include "render/view.h"

struct budget;

/* Weighs the bodies of the edition; `most` octets of HTML are wanted, 0: there
 * is no limit. `in_html`: the template prints bodies; of one that does not,
 * nothing is known before it is rendered. All are borrowed. */
struct budget *budget_new(const struct edition *edition, struct bodies *bodies,
	size_t most, bool in_html);
void budget_free(struct budget *budget);

/* How each entry is shown, as things stand. */
const enum shown *budget_shown(const struct budget *budget);

/* After a rendering of `size` octets of HTML: true when more bodies gave way,
 * and it is to be rendered anew. */
bool budget_presses(struct budget *budget, size_t size);

/* How many gave way. */
size_t budget_count(const struct budget *budget);

/* Tells what became of the list's letter of `size` octets. */
void budget_warn(const struct budget *budget, const char *list, size_t size,
	struct problems *problems);

#endif
