/*
 * What editors are told of readers that a reading of the inbox took off.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "run/notice.h"
#include "run/sorting.h"

enum { WIDTH = 72, NAMED = 200 };

static char *
write_text(const struct sorting_list *l)
{
	size_t count = l->kept, named = count < NAMED ? count : NAMED;
	struct str text = STR_INIT;

	str_printf(&text, "Mail that came back took %zu reader%s off '%s':\n",
		count, count == 1 ? "" : "s", l->list->title);
	for (size_t i = 0; i < named; i++) {
		str_add(&text, "\n- ");
		text_wrap(&text, span_of(l->lost.items[i].text), WIDTH, "  ");
		str_add_char(&text, '\n');
	}
	if (count > named)
		str_printf(&text, "\n- and %zu more\n", count - named);
	str_printf(&text,
		"\n'postrider subscribers show %s ADDRESS' tells why. Nobody "
		"need do anything.\n",
		l->list->name);
	return str_take(&text);
}

void
lost_tell(const struct mailroom *room, const struct sorting_list *l)
{
	struct run_options options = {
		.now = room->now, .log = room->log, .relay = room->relay};
	char *subject, *text;

	if (!l->kept)
		return;
	subject = mem_printf("%s: %zu reader%s taken off", l->list->title,
		l->kept, l->kept == 1 ? "" : "s");
	text = write_text(l);
	notice_report(l->list, subject, text, &options);
	free(subject);
	free(text);
}
