/*
 * Composition: from sources to forms, without opening anything. preview, run,
 * proof and the demo all see the same.
 */
#ifndef RUN_COMPOSE_H
#define RUN_COMPOSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/problem.h"
#include "base/value.h"
#include "mime/form.h"
#include "model/edits.h"
#include "model/inlay.h"
#include "model/issue.h"
#include "model/letter.h"
#include "model/list.h"
#include "model/retraction.h"
#include "run/gather.h"
#include "store/store.h"

struct composed_form {
	const char *language;
	enum letter_format format;
	unsigned spared;
	struct letter *letter; /* NULL: nothing in it for these readers */
	struct form *form;     /* likewise */
};

struct composed {
	struct dispatches dispatches;
	struct seen *seen;
	struct edits *edits; /* of the editors; NULL: it is an extra */
	struct retractions *retracted;
	struct seen **spared; /* one for each of list->once_across */
	size_t spared_count;
	struct across *across;
	struct audience_count *audiences;
	size_t audience_count;
	struct issue *issue;
	struct inlays *inlays;
	struct bodies *bodies;
	struct composed_form *forms; /* [0] is the list's own, or the first that
				       has anything in it */
	size_t form_count;
	size_t recipients; /* who would get it now */
	int64_t waited;	   /* seconds, for slots skipped before this one */
	int enough;	   /* as in struct select_input */
	struct problems problems; /* of the issue */
	struct problems gathered; /* of the sources, each told once */
	char *mark;
};

struct compose_options {
	const struct list *list;
	struct store *store;
	int64_t list_id;
	int number;
	int64_t slot, now;
	int64_t date; /* of the letters; 0: now */
	const char
		*seed; /* the same content has the same boundaries then; NULL:
			     a random one */
	bool settle;   /* leave out files that are still being written */
	bool patient;  /* wait for `schedule.after` */
	bool all_formats; /* also those that no reader has */
	enum form_purpose purpose;
	enum gather_kind gather;
	struct shown *shown;	  /* as in struct gather_options */
	int timeout_scale;	  /* as in struct run_options */
	int stop;		  /* as in struct fetch_options */
	const char *const *extra; /* only these dispatches; or NULL */
	bool spares_nobody;	  /* once_across is not for this one */
};

/* The number that the issue has: `number`, or where the list's begin. */
int compose_number(const struct compose_options *options);

/* Names the issue as its list does, by those that were before it. */
bool compose_name(const struct compose_options *options, struct issue *issue,
	struct error *err);

/* What editors decided (store/edits.h) holds, but not for an extra. Fills `out`,
 * which composed_clear() empties also after a failure. An issue
 * below its minimum has no forms. */
bool compose(const struct compose_options *options, struct composed *out,
	struct error *err);
void composed_clear(struct composed *c);

/* {number, slot, edits, selected: […], left_out: […], forms: […], warnings:
 * […]}; `edits` as edits_to_value() has them, when there are any. */
struct value *composed_report(struct arena *arena, const struct composed *c);

#endif
