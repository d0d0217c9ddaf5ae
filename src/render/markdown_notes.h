/*
 * Footnotes, as GitHub, Pandoc and most sites write them:
 *
 *     The light was out.[^1]
 *
 *     [^1]: The keeper says so.
 *         And so does his log.
 *
 * CommonMark has none. So the notes are taken out of the text, and stand behind
 * it as its last list, where cmark reads them like the rest; what refers to them
 * is found among the words of its tree. They are numbered in the order in which
 * they are referred to; those that nothing refers to come last. Inside render/
 * only.
 */
#ifndef RENDER_MARKDOWN_NOTES_H
#define RENDER_MARKDOWN_NOTES_H

#include "html/passage.h"

struct markdown_notes;

/* The notes of the text, which is changed; NULL: it has none, and is as it
 * was. */
struct markdown_notes *markdown_notes_take(struct str *markdown);
void markdown_notes_free(struct markdown_notes *notes);

/*
 * "[^label]" at the beginning of `text`: its length, and the number of the note;
 * 0: it is none of the notes, of which there may be none (NULL). The first that
 * asks for a note numbers it.
 */
size_t markdown_notes_refer(
	struct markdown_notes *notes, struct span text, int *number);

/* Puts the list of notes at the end of the document in order. False: it is not
 * there, for something swallowed it. */
bool markdown_notes_settle(struct markdown_notes *notes, struct arena *arena,
	struct passage *document);

#endif
