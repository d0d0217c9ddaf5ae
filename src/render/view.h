/*
 * What templates see of an issue: one edition as a tree of values. Every value
 * is described in templates/README.md; a name that is there in one issue is
 * there in all of them, null where it has nothing to say, so that templates can
 * be taken strictly.
 *
 *     x        plain text           {{x}}
 *     x_html   safe HTML            {{{x_html}}}
 *     x_text   wrapped, for text    {{{x_text}}}
 *
 * Wrapped texts say which of their lines may flow (base/text_flow.h).
 *
 * Pure, and inside render/ only.
 */
#ifndef RENDER_VIEW_H
#define RENDER_VIEW_H

#include "base/error.h"
#include "base/value.h"
#include "html/link_notes.h"
#include "model/issue.h"
#include "render/render.h"

enum { TEXT_WIDTH = 72 };

/* How much of a body stands in the letter. */
enum shown {
	SHOWN_WHOLE,
	SHOWN_CUT,     /* in HTML its opening; without a link, whole in text */
	SHOWN_OPENING, /* its opening in both */
};

struct view_input {
	const struct issue *issue;
	const struct edition *edition;
	const struct value *texts; /* the words around what it carries, … */
	const char *language;	   /* … and what they are in */
	const char *mark;	   /* of the slots */
	struct bodies *bodies;
	enum letter_format format;
	bool html;		 /* the letter has an HTML part */
	bool ledes;		 /* a template asks for them */
	const enum shown *shown; /* for each entry; NULL: whole */
};

/* NULL and `err` set when content contains the mark of the slots. */
struct value *view_new(
	struct arena *arena, const struct view_input *in, struct error *err);

/* ----- between the parts of the view ----- */

/* Sets `key` to the text; to null when it is NULL. */
void view_set(struct arena *arena, struct value *map, const char *key,
	const char *text);

/* Sets "KEY_text" to the text wrapped. */
void view_set_wrapped(struct arena *arena, struct value *map, const char *key,
	const char *text);

/* Both. */
void view_set_both(struct arena *arena, struct value *map, const char *key,
	const char *text);

/* Sets "KEY_text" to `mark` and the text behind it, wrapped under itself; with
 * a line of `rule` below it unless that is 0. */
void view_set_marked(struct arena *arena, struct value *map, const char *key,
	const char *mark, const char *text, char rule);

/* Sets "anchor": under it the dispatch is found in the archive, too. */
void view_set_anchor(struct arena *arena, struct value *map,
	const struct dispatch *dispatch);

/* "A, B, C" without those that are empty; NULL when there are none. They follow
 * one another as the letter's lines run, whichever way one of them does. */
const char *view_join(struct arena *arena, const struct view_input *in,
	const char *const *items, size_t count, const char *between);

/* The day in the list's time zone, as the language writes it. */
const char *view_date(
	struct arena *arena, const struct view_input *in, int64_t instant);

/* The title, cut for a list of many. */
const char *view_shortened(struct arena *arena, const char *title);

/* Sets "sections"; their links are numbered on in `notes`. */
void view_set_sections(struct arena *arena, struct value *root,
	const struct view_input *in, struct link_notes *notes);

/* Sets "contents"; the sections must be there. */
void view_set_contents(
	struct arena *arena, struct value *root, const struct view_input *in);

/* Where it leads, safe and whole; NULL: nowhere. */
const char *view_link(struct arena *arena, const struct variant *v);

/* "rtl" or "ltr". */
const char *view_direction(const char *language);

/* Sets `language` and `direction`; to null when no language is known. */
void view_set_language(
	struct arena *arena, struct value *map, const char *language);

/* Sets "frame": the language and direction of words that stand in what is in
 * another; to null when it is in theirs, or in none. */
void view_set_frame(struct arena *arena, struct value *map,
	const char *language, const char *around);

/* Where an entry stands in the letter. */
struct entry_place {
	size_t number;
	int level;  /* of its heading in HTML: 2, or 3 below a section's */
	bool first; /* of its section */
	enum shown shown;
};

/*
 * An update says what is new: its note, and who signed since. Its body is
 * printed where it says neither, or nothing else leads to it.
 */
bool view_prints_body(const struct entry *entry);

/* The value of the editors' note: the body and its notes, as an entry has
 * them. */
struct value *view_note(struct arena *arena, const struct view_input *in,
	struct link_notes *notes);

/* Its series or story as a heading has it: one that goes by a tag
 * ("congress-2026") has no name to print. NULL: none. */
const char *view_group_name(const struct entry *entry);

/* The value of one entry. */
struct value *view_entry(struct arena *arena, const struct view_input *in,
	const struct entry *entry, const struct entry_place *place,
	struct link_notes *notes);

#endif
