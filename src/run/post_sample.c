/*
 * A mail of the post as it would be: for who edits templates/post.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text_flow.h"
#include "mime/form_post.h"
#include "run/post.h"
#include "run/post_letter.h"

static const char token[] = "exampleexampleexampleexample";

const char *
post_sample_kind(size_t i)
{
	enum post_kind kind = (enum post_kind)i;

	return i < POST_KINDS && post_kind_has_words(kind)
		? post_kind_name(kind)
		: NULL;
}

static bool
find_kind(const char *name, enum post_kind *kind, struct error *err)
{
	struct str names = STR_INIT;
	const char *known;
	bool found = false;

	for (size_t i = 0; !found && (known = post_sample_kind(i)); i++) {
		*kind = (enum post_kind)i;
		found = strcmp(known, name) == 0;
		str_add_all(&names, i ? ", " : "", known, NULL);
	}
	if (!found)
		error_set(err, ERROR_USAGE, "'%s' is none of %s", name,
			str_text(&names));
	str_clear(&names);
	return found;
}

static bool
write_message(const struct post_facts *facts, const struct post_letter *letter,
	struct str *out, struct error *err)
{
	static const struct slot_values none = {.fields = NULL};
	char *id = mem_printf("post.example@%s", facts->list->list_id);
	struct form_post input = {
		.list = facts->list,
		.language = letter->language,
		.address = facts->address,
		.subject = letter->subject,
		.text = letter->text,
		.message_id = id,
		.date = facts->now,
	};
	struct form *form = form_new_post(&input, err);

	if (form)
		form_fill(form, &none, out);
	free(id);
	form_free(form);
	return form;
}

static bool
write_sample(const struct post_facts *facts, struct post_sample *out,
	struct error *err)
{
	struct pages *pages = pages_load(facts->list->site, "post", false, err);
	struct post_letter letter = {.subject = NULL};
	struct str hard = STR_INIT;
	bool ok = pages && post_letter_write(pages, facts, &letter, err);

	if (ok) {
		text_harden(&hard, span_of(letter.text));
		out->subject = mem_strdup(letter.subject);
		out->text = str_take(&hard);
		ok = write_message(facts, &letter, &out->message, err);
	}
	post_letter_clear(&letter);
	pages_free(pages);
	return ok;
}

bool
post_sample_make(const struct list *list, const char *kind,
	const char *language, int64_t now, struct post_sample *out,
	struct error *err)
{
	const struct subscriber reader = {
		.state = SUBSCRIBER_PAUSED,
		.until = now + list->joining.confirm_within,
	};
	struct post_facts facts = {
		.list = list,
		.language = language,
		.address = "reader@example.org",
		.new_address = "new@example.org",
		.confirm = token,
		.leave = token,
		.prefer = token,
		.reader = &reader,
		.now = now,
		.until = now + list->joining.confirm_within,
		.latest = list->title,
		.latest_number = 1,
	};

	*out = (struct post_sample){.subject = NULL};
	return find_kind(kind, &facts.kind, err) &&
		write_sample(&facts, out, err);
}

void
post_sample_clear(struct post_sample *sample)
{
	free(sample->subject);
	free(sample->text);
	str_clear(&sample->message);
	*sample = (struct post_sample){.subject = NULL};
}
