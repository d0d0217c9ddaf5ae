/*
 * The pictures of an issue: found in what its entries show, read from their
 * folders or fetched, made small, and bounded to what a letter may carry.
 */
#ifndef RUN_PICTURES_H
#define RUN_PICTURES_H

#include <stdint.h>

#include "base/error.h"
#include "base/problem.h"
#include "model/inlay.h"
#include "model/issue.h"

struct pictures_options {
	const struct issue *issue; /* with its bodies */
	bool fetch;		   /* the network may be used */
	int64_t now;
	int timeout_scale; /* as in struct run_options */
	int stop;	   /* as in struct fetch_options */
};

/*
 * Fills `inlays` as the list's `images` says. A picture that is not there, is
 * refused or is too much is a warning that names the dispatch and says what to
 * do; the issue goes out without it. False only when the fetcher cannot work, or was
 * told to stop.
 */
bool pictures_make(const struct pictures_options *options,
	struct inlays *inlays, struct problems *problems, struct error *err);

#endif
