#include "render/markdown_notes.h"

#include <stdlib.h>
#include <string.h>

#include "base/blank.h"
#include "base/map.h"
#include "base/markdown_line.h"
#include "base/mem.h"

enum {
	CODE_INDENT = 4, /* columns that make code, or go on with a note */
	FENCE_LEAST = 3,
	LABEL_MOST = 64, /* octets */
};

struct note {
	int number; /* 0: nothing referred to it so far */
};

struct markdown_notes {
	struct map *by_label; /* in the order of the list */
	int referred;
};

/* ----- lines ----- */

/* Columns of blanks before it; a tab makes code. */
static size_t
indent_of(struct span line)
{
	size_t blanks = span_run(line, ' ');

	return blanks < line.len && line.data[blanks] == '\t' ? CODE_INDENT
							      : blanks;
}

static bool
is_blank(struct span line)
{
	return span_trim(line).len == 0;
}

/* Without the blanks that say it goes on with a note. */
static struct span
unindent(struct span line)
{
	size_t n = span_run(line, ' ');

	if (n < CODE_INDENT && n < line.len && line.data[n] == '\t')
		return span_from(line, n + 1);
	return span_from(line, n < CODE_INDENT ? n : CODE_INDENT);
}

/* A fence of code: how long it is, and of what. 0: it is none. */
static size_t
fence_of(struct span line, char *of)
{
	struct span s = span_from(line, indent_of(line));
	size_t n;

	if (indent_of(line) >= CODE_INDENT || !s.len ||
		(s.data[0] != '`' && s.data[0] != '~'))
		return 0;
	*of = s.data[0];
	n = span_run(s, *of);
	if (n < FENCE_LEAST ||
		(*of == '`' && span_find(span_from(s, n), '`') < s.len - n))
		return 0;
	return n;
}

/* The length of "[^label]" at the beginning; 0: none is there. */
static size_t
label_at(struct span s)
{
	size_t n;

	if (!span_starts(s, "[^"))
		return 0;
	s = span_slice(s, 0, LABEL_MOST + 3);
	n = span_find_any(s, "] \t\r\n");
	return n < s.len && s.data[n] == ']' && n > 2 ? n + 1 : 0;
}

static struct span
label_of(struct span s, size_t len)
{
	return span_slice(s, 2, len - 3);
}

/* ----- taking them out ----- */

struct taking {
	struct markdown_notes *notes;
	struct str text, list;
	char fence; /* '\0': we are in none */
	size_t fence_len;
	bool in_note;
	size_t blanks; /* lines that belong to the note if it goes on */
};

static void
add_line(struct str *out, const char *before, struct span line)
{
	str_add(out, before);
	str_add_span(out, line);
	str_add_char(out, '\n');
}

static void
leave_note(struct taking *t)
{
	/* What stands before and behind it are not one paragraph. */
	if (t->in_note)
		str_add_char(&t->text, '\n');
	t->in_note = false;
	t->blanks = 0;
}

/* A second one of the same label goes by what is no label. */
static void
add_note(struct markdown_notes *notes, struct span label)
{
	char *first = span_dup(label);
	char *key = map_has(notes->by_label, first)
		? mem_printf("%s\n%zu", first, map_count(notes->by_label))
		: mem_strdup(first);

	map_set(notes->by_label, key, mem_new(sizeof(struct note)));
	free(key);
	free(first);
}

static bool
begin_note(struct taking *t, struct span line)
{
	struct span s = span_from(line, indent_of(line));
	size_t n = indent_of(line) < CODE_INDENT ? label_at(s) : 0;

	if (!n || n == s.len || s.data[n] != ':')
		return false;
	leave_note(t);
	add_note(t->notes, label_of(s, n));
	add_line(&t->list, "- ", span_trim(span_from(s, n + 1)));
	t->in_note = true;
	return true;
}

static bool
is_blank_at(struct span s, size_t at)
{
	return at >= s.len || blank_in_line(s.data[at]);
}

/* A line that begins a block of its own ends a note, unless it is indented: what
 * may interrupt a paragraph (CommonMark 0.31). */
static bool
begins_block(struct span line)
{
	struct span s = span_trim(line);

	switch (s.len ? s.data[0] : '\0') {
	case '>':
		return true;
	case '1':
		return s.len > 1 && strchr(".)", s.data[1]) &&
			is_blank_at(s, 2);
	case '-':
	case '*':
	case '+':
		if (is_blank_at(s, 1))
			return true;
		break;
	default:
		break;
	}
	return line_is_heading(s) || line_is_underline(s) || line_is_rule(s);
}

static bool
continue_note(struct taking *t, struct span line)
{
	bool indented = indent_of(line) >= CODE_INDENT;

	if (!t->in_note)
		return false;
	if (is_blank(line)) {
		t->blanks++;
		return true;
	}
	if (!indented && (t->blanks || begins_block(line)))
		return false;
	for (; t->blanks; t->blanks--)
		str_add_char(&t->list, '\n');
	add_line(&t->list, "  ", indented ? unindent(line) : line);
	return true;
}

static void
take_line(struct taking *t, struct span line)
{
	char of = '\0';
	size_t n = fence_of(line, &of);

	if (t->fence) {
		if (of == t->fence && n >= t->fence_len)
			t->fence = '\0';
	} else if (n) {
		leave_note(t);
		t->fence = of;
		t->fence_len = n;
	} else if (begin_note(t, line) || continue_note(t, line)) {
		return;
	} else {
		leave_note(t);
	}
	add_line(&t->text, "", line);
}

/* Behind the text, whatever that ends with; a comment parts the list from one
 * that the text ends with. */
static void
add_list(struct taking *t)
{
	for (; t->fence && t->fence_len; t->fence_len--)
		str_add_char(&t->text, t->fence);
	str_add(&t->text, "\n\n<!-- -->\n\n");
	str_add_str(&t->text, &t->list);
}

struct markdown_notes *
markdown_notes_take(struct str *markdown)
{
	struct span rest = str_span(markdown), line;
	struct taking t = {.fence = '\0'};

	if (span_find_text(rest, "[^") == rest.len)
		return NULL;
	t.notes = mem_new(sizeof *t.notes);
	t.notes->by_label = map_new();
	while (span_next_line(&rest, &line))
		take_line(&t, line);
	if (map_count(t.notes->by_label)) {
		add_list(&t);
		str_clear(markdown);
		*markdown = t.text;
	} else {
		str_clear(&t.text);
		markdown_notes_free(t.notes);
		t.notes = NULL;
	}
	str_clear(&t.list);
	return t.notes;
}

void
markdown_notes_free(struct markdown_notes *notes)
{
	if (!notes)
		return;
	for (size_t i = 0; i < map_count(notes->by_label); i++)
		free(map_value(notes->by_label, i));
	map_free(notes->by_label);
	free(notes);
}

/* ----- finding and numbering ----- */

size_t
markdown_notes_refer(
	struct markdown_notes *notes, struct span text, int *number)
{
	size_t n = notes ? label_at(text) : 0;
	struct note *note;
	char *label;

	if (!n)
		return 0;
	label = span_dup(label_of(text, n));
	note = map_find(notes->by_label, label);
	free(label);
	if (!note)
		return 0;
	if (!note->number)
		note->number = ++notes->referred;
	*number = note->number;
	return n;
}

static bool
is_the_list(const struct markdown_notes *notes, const struct passage *list)
{
	size_t items = 0;

	if (!list || list->kind != PASSAGE_LIST || list->ordered)
		return false;
	for (const struct passage *p = list->first; p; p = p->next)
		items++;
	return items == map_count(notes->by_label);
}

/* A rule parts them from the text, where there is any. */
static struct passage *
make_room(struct arena *arena, struct passage *document)
{
	struct passage *list = document->last, *out = list;

	if (list != document->first) {
		out = passage_add(arena, document, PASSAGE_LIST);
		out->tight = list->tight;
		list->kind = PASSAGE_RULE;
	}
	list->first = list->last = NULL;
	out->ordered = true;
	out->number = 1;
	return out;
}

bool
markdown_notes_settle(struct markdown_notes *notes, struct arena *arena,
	struct passage *document)
{
	size_t count = map_count(notes->by_label);
	struct passage **ordered, *item, *next, *list;

	if (!is_the_list(notes, document->last))
		return false;
	ordered = arena_alloc(arena, count * sizeof(struct passage *));
	item = document->last->first;
	for (size_t i = 0; i < count; i++, item = next) {
		struct note *note = map_value(notes->by_label, i);

		next = item->next;
		item->next = NULL;
		if (!note->number)
			note->number = ++notes->referred;
		ordered[note->number - 1] = item;
	}
	list = make_room(arena, document);
	for (size_t i = 0; i < count; i++)
		passage_append(list, ordered[i], ordered[i]);
	return true;
}
