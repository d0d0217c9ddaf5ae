/*
 * An entry while its value is made, by the files that each make a part of it.
 * Inside the view only.
 */
#ifndef RENDER_VIEW_MAKING_H
#define RENDER_VIEW_MAKING_H

#include "render/view.h"

struct making {
	struct arena *arena;
	const struct view_input *in;
	const struct entry *entry;
	const struct variant *v;
	struct value *map;
	struct link_notes *notes;
	const char *number; /* "12. "; "" in a message of its own */
	int level;	    /* of its heading */
	enum shown shown;
};

/* The text of the language; "" when there is none. */
const char *making_text(const struct making *m, const char *key);

/* view_join() in this letter. */
const char *making_join(const struct making *m, const char *const *items,
	size_t count, const char *between);

/* view_people.c: who, where, when. */
void making_set_organisations(struct making *m);
void making_set_kicker(struct making *m);
void making_set_byline(struct making *m);
void making_set_signatories(struct making *m);
void making_set_update(struct making *m);

/* view_picture.c */
void making_set_picture(struct making *m);

#endif
