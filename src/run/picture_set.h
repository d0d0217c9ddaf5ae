/*
 * Which pictures an issue shows, and where each comes from. A picture that
 * several dispatches, languages or editions show is one. Inside run/pictures
 * only.
 */
#ifndef RUN_PICTURE_SET_H
#define RUN_PICTURE_SET_H

#include "base/arena.h"
#include "base/file.h"
#include "base/map.h"
#include "base/problem.h"
#include "model/inlay.h"
#include "model/issue.h"

struct shot {
	const struct dispatch *d; /* the first that shows it, as `name` */
	const struct variant *v;
	const char *name;
	struct folder *folder;	   /* of a file; borrowed */
	const char *path;	   /* in it */
	const char *url;	   /* of one on the web; else NULL */
	const struct inlay *inlay; /* NULL: it is in no letter */
	bool told;		   /* that some letter is full */
};

/* A place where it stands. */
struct showing {
	const struct variant *v;
	const char *name;
	struct shot *shot;
	bool left_out; /* for want of room */
};

struct picture_set {
	const struct list *list;
	struct arena *arena;
	struct problems *problems;
	struct map *folders; /* by path; NULL: cannot be opened */
	struct map *shots;   /* by where they come from, in reading order */
	struct map *looked;  /* variants that were looked at */
	struct showing *showings;
	size_t showing_count;
};

/* All that the issue shows; picture_set_clear() ends it. */
void picture_set_init(struct picture_set *set, const struct issue *issue,
	struct problems *problems);
void picture_set_clear(struct picture_set *set);

/* A warning: "FILE: the picture 'NAME' " and `what` goes on. */
void picture_set_warn(
	struct picture_set *set, const struct shot *shot, const char *what);

#endif
