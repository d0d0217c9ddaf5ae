/*
 * Whether the archive stands where it should.
 */
#include <string.h>

#include "config/config.h"

/* Scheme, host and port. */
static struct span
origin_of(const char *url)
{
	struct span s = span_of(url);
	size_t host = span_find_text(s, "://") + strlen("://");

	return host < s.len
		? span_slice(s, 0, host + span_find(span_from(s, host), '/'))
		: s;
}

void
list_check_archive(const struct list *list, struct problems *problems)
{
	const char *url = list->archive_url ? list->archive_url : list->web;

	if (list->archive == ARCHIVE_NONE)
		return;
	if (!url)
		problem_add(problems, SEVERITY_ERROR, NULL, 0, 0,
			"list '%s': an archive needs an address: set "
			"'archive_url', or 'archive: none'",
			list->name);
	else if (list->web &&
		span_same_nocase(origin_of(url), origin_of(list->web)))
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': the archive is on the same host as 'web', "
			"where readers' answers are taken: set 'archive_url' "
			"to another (docs/archive.md)",
			list->name);
}
