#include "render/render.h"

/* Of an issue without dispatches: what names there are depends on none. */
bool
render_check_subject(
	const struct list *list, const char *subject, struct error *err)
{
	struct list with_subject = *list;
	struct issue *issue = issue_new(&with_subject, 1, 0);
	struct edition edition = {.language = list->language};
	struct render_input input = {
		.issue = issue, .format = FORMAT_TEXT, .mark = "subjectcheck"};
	struct templates *templates;
	struct letter *letter = NULL;

	with_subject.subject = subject;
	issue->editions = &edition;
	issue->edition_count = 1;
	templates = templates_load(&with_subject, NULL, err);
	if (templates)
		letter = render_letter(templates, &input, err);
	templates_free(templates);
	issue_free(issue);
	letter_free(letter);
	return letter != NULL;
}
