#include "run/notice.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "run/errand.h"

enum { WIDTH = 72, MARK_OCTETS = 15 };

static char *
write_text(const struct list *list, const struct problems *notices)
{
	struct str text = STR_INIT;

	str_printf(&text, "Sources of '%s' need you:\n", list->title);
	for (size_t i = 0; i < notices->count; i++) {
		str_add(&text, "\n- ");
		text_wrap(&text, span_of(notices->items[i].text), WIDTH, "  ");
		str_add_char(&text, '\n');
	}
	str_add(&text,
		"\nIssues go out meanwhile, with what there is. You are told "
		"this once;\nagain only when it has been well in between.\n");
	return str_take(&text);
}

static struct form *
make_form(const struct list *list, struct letter *letter, const char *mark,
	int64_t now, struct error *err)
{
	struct form_input input = {
		.list = list,
		.letter = letter,
		.mark = mark,
		.number = 1,
		.date = now,
		.purpose = FORM_NOTICE,
		.boundary_seed = mark,
	};

	return form_new(&input, err);
}

void
notice_send(const struct list *list, const struct problems *notices,
	const struct run_options *o)
{
	struct error err = ERROR_INIT;
	struct letter letter = {
		.format = FORMAT_TEXT, .language = (char *)"en"};
	struct errand errand = {
		.list = list,
		.language = "en",
		.format = FORMAT_TEXT,
		.number = 1,
		.addresses = (const char *const *)list->editors,
		.relay = o->relay,
		.now = o->now,
		.log = o->log,
	};
	struct form *form;
	char *mark;

	while (list->editors && list->editors[errand.count])
		errand.count++;
	if (!notices->count || !errand.count)
		return;
	mark = world_random(MARK_OCTETS);
	letter.subject = mem_printf("%s: a source needs you", list->title);
	letter.text = write_text(list, notices);
	errand.subject = letter.subject;
	errand.form = form = make_form(list, &letter, mark, o->now, &err);
	if (!form || !errand_send(&errand, &err))
		log_warn(o->log, "list '%s': the editors could not be told: %s",
			list->name, err.text);
	form_free(form);
	error_clear(&err);
	free(letter.subject);
	free(letter.text);
	free(mark);
}
