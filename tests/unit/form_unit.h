/*
 * What tests of forms share: a list, a letter, a reader.
 */
#ifndef FORM_UNIT_H
#define FORM_UNIT_H

#include "mime/form.h"
#include "unit.h"

#define MARK "zq4k7w2mpx9dslot"
#define SLOT(name) MARK name "."

static const struct list weekly = {
	.name = "weekly",
	.title = "Harbour Weekly",
	.list_id = "weekly.example.org",
	.from = {"Harbour Wire", "weekly@example.org"},
	.reply_to = "Desk <desk@example.org>",
	.web = "https://lists.example.org",
	.unsubscribe = "leave@example.org",
	.archive = ARCHIVE_PUBLIC,
};

static const struct slot_values ada = {
	.value = {
		[SLOT_TO] = {"Ada <ada@example.org>", 21},
		[SLOT_MESSAGE_ID] = {"<1@weekly.example.org>", 22},
		[SLOT_LIST_UNSUBSCRIBE] = {"<https://lists.example.org/u/1>",
			31},
		[SLOT_UNSUBSCRIBE_URL] =
			{"https://lists.example.org/u/1?a=1&b=2", 37},
		[SLOT_PREFERENCES_URL] = {"https://lists.example.org/p/1", 29},
		[SLOT_NAME] = {"Ada <A>", 7},
		[SLOT_ADDRESS] = {"ada@example.org", 15},
		[SLOT_SINCE] = {"2026-01-02", 10},
	}};

static inline struct form *
make(const struct list *list, const struct letter *letter, struct error *err)
{
	return form_new(
		&(struct form_input){
			.list = list,
			.letter = letter,
			.mark = MARK,
			.number = 12,
			.date = 1795158000,
			.boundary_seed = "salt",
		},
		err);
}

/* The message for Ada; yours. */
static inline char *
fill(const struct form *form)
{
	struct str out = STR_INIT;

	form_fill(form, &ada, &out);
	return str_take(&out);
}

static inline char *
make_message(const struct list *list, const struct letter *letter)
{
	struct error err = ERROR_INIT;
	struct form *form = make(list, letter, &err);
	char *message;

	if (!form)
		fail_msg("%s", err.text);
	message = fill(form);
	form_free(form);
	return message;
}

static inline void
want_part(const char *name, const char *message, const char *part)
{
	if (!strstr(message, part))
		fail_msg("%s: <%s> lacks <%s>", name, message, part);
}

static inline void
want_none(const char *name, const char *message, const char *part)
{
	if (strstr(message, part))
		fail_msg("%s: <%s> has <%s>", name, message, part);
}

static const struct letter plain_letter = {
	.format = FORMAT_TEXT,
	.language = "en",
	.subject = "Harbour Weekly 12: The quay",
	.text = "Dear " SLOT("name") ",\n.\nleave: " SLOT(
		"unsubscribe_url") "\n",
};

/* What is stored of a form is read whole, or not at all. */
static inline void
want_whole(const struct str *bytes)
{
	for (size_t n = 0; n < bytes->len; n++)
		want_true("a shorter one is damaged",
			form_load((struct span){bytes->data, n}, NULL) == NULL);
}

#endif
