/*
 * Whether the archive stands where it should.
 */
#include "base/url.h"
#include "config/config.h"

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
		url_is_same_server(span_of(url), span_of(list->web)))
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': the archive is on the same host as 'web', "
			"where readers' answers are taken: set 'archive_url' "
			"to another (docs/archive.md)",
			list->name);
}
