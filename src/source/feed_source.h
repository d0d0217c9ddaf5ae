/*
 * From a feed's entries to dispatches.
 *
 * Identity survives what feeds do: an id that is a link is known without scheme,
 * "www." and tracking parameters, and without the place on its page unless the
 * feed shows several of that page; one that says nothing outside its feed
 * ("1234") bears the site's host, or the feed's address where the list has
 * another one of that server before it; without an id the link counts, and
 * without a link the words. A feed that moves keeps its ids.
 */
#ifndef SOURCE_FEED_SOURCE_H
#define SOURCE_FEED_SOURCE_H

#include "model/dispatch.h"
#include "model/list.h"
#include "source/feed.h"

/*
 * Appends a dispatch for each entry, in the order of the feed. Entries that say
 * nothing are passed over, and so are issues of this site; of two with one id the
 * first counts. Copies what it needs of the feed.
 */
void feed_dispatches(const struct feed *feed,
	const struct source_config *source, const struct list *list,
	struct dispatches *out);

#endif
