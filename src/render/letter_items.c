#include "render/letter_items.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

enum { ID_OCTETS = 16 };

struct filling {
	struct letter *letter;
	const struct templates *templates;
	const struct view_input *in;
	struct value *view;
	struct arena *arena;
	struct error *err;
};

/* ----- texts ----- */

/* Templates part their blocks with empty lines; what separates this text from
 * its neighbours is the form's to say. */
static char *
take_trimmed(struct str *text)
{
	struct span s = str_span(text);
	struct str out = STR_INIT;

	while (s.len && s.data[0] == '\n')
		s = span_from(s, 1);
	while (s.len && s.data[s.len - 1] == '\n')
		s.len--;
	str_add_span(&out, s);
	if (s.len)
		str_add_char(&out, '\n');
	str_clear(text);
	return str_take(&out);
}

static bool
render_text(const struct filling *f, const struct mustache *t, char **text)
{
	struct str out = STR_INIT;
	bool ok = mustache_render(t, f->view, &out, f->err);

	*text = take_trimmed(&out);
	return ok;
}

/* ----- one item ----- */

/* In a list of messages no section says that it is an update. */
static char *
make_subject(const struct filling *f, const struct entry *e)
{
	struct str line = STR_INIT, out = STR_INIT;
	const char *label = value_find_text(f->in->texts, "updated");

	if (label && (e->labelled || e->kind == ENTRY_UPDATED))
		str_add_all(&line, label, ": ", NULL);
	str_add(&line, e->variant->title);
	text_flatten(&out, str_span(&line));
	str_clear(&line);
	return str_take(&out);
}

static char *
make_from(const struct value *entry)
{
	const char *name = value_find_text(entry, "author");
	struct str out = STR_INIT;

	if (text_is_empty(name))
		name = value_find_text(entry, "organisations_line");
	if (text_is_empty(name))
		return NULL;
	text_flatten(&out, span_of(name));
	return str_take(&out);
}

/*
 * Readers' programs drop what they have seen the Message-ID of. So a dispatch
 * keeps its own from letter to letter, but a translation is another message,
 * and so is each revision that goes out as an update.
 */
static char *
make_id(const struct list *list, const struct entry *e)
{
	unsigned char bytes[HASH_SIZE];
	struct str out = STR_INIT;
	struct hash hash;

	hash_init(&hash);
	hash_add_text(&hash, e->dispatch->id);
	hash_add_text(&hash, e->variant->language);
	hash_add_text(
		&hash, e->kind == ENTRY_UPDATED ? e->variant->revision : NULL);
	hash_end(&hash, bytes);
	hash_write_hex(&out, bytes, ID_OCTETS);
	str_add_all(&out, "@", list->list_id, NULL);
	return str_take(&out);
}

static bool
add_item(struct filling *f, struct value *entry)
{
	struct letter_item *item = &f->letter->items[f->letter->item_count];
	const struct entry *e =
		&f->in->edition->entries[f->letter->item_count++];
	int64_t date = e->dispatch->date;
	const char *language = e->variant->language;

	*item = (struct letter_item){
		.subject = make_subject(f, e),
		.from_name = make_from(entry),
		.language = *language ? mem_strdup(language) : NULL,
		.id = make_id(f->in->issue->list, e),
		.date = date == INSTANT_NONE ? f->in->issue->slot : date,
	};
	value_set(f->arena, f->view, "item", entry);
	return render_text(f, f->templates->item, &item->text);
}

/* ----- all of them ----- */

static bool
add_group(struct filling *f, const struct value *group)
{
	const struct value *entries = value_find(group, "entries");

	for (size_t i = 0; i < entries->count; i++)
		if (!add_item(f, entries->items[i]))
			return false;
	return true;
}

static bool
add_items(struct filling *f)
{
	const struct value *sections = value_find(f->view, "sections");

	f->letter->items = mem_new(
		(f->in->edition->entry_count + 1) * sizeof *f->letter->items);
	for (size_t s = 0; s < sections->count; s++) {
		const struct value *groups =
			value_find(sections->items[s], "groups");

		for (size_t g = 0; g < groups->count; g++)
			if (!add_group(f, groups->items[g]))
				return false;
	}
	return true;
}

bool
letter_items_render(struct letter *letter, const struct templates *t,
	const struct view_input *in, struct value *view, struct arena *arena,
	struct error *err)
{
	struct filling f = {letter, t, in, view, arena, err};

	assert(!letter->text && !letter->items && !letter->foot);
	return render_text(&f, t->head, &letter->text) && add_items(&f) &&
		render_text(&f, t->foot, &letter->foot);
}
