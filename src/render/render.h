/*
 * Rendering: an edition of an issue becomes a letter, through the templates of
 * the list. Templates are read once (a `struct templates`), rendering itself is
 * pure: same input, same bytes.
 */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H

#include "base/error.h"
#include "base/value.h"
#include "model/inlay.h"
#include "model/issue.h"
#include "model/letter.h"
#include "model/list.h"

struct templates;

/*
 * Reads and compiles templates/NAME/{subject,preheader,html,text}.mustache
 * and {head,item,foot}_text.mustache, their partials and strings/<lang>.yaml.
 * What the site's folder lacks is taken from those built in. The list's
 * `subject` stands before subject.mustache.
 *
 * A style.css beside html.mustache is read, too: what is left out of it is told
 * to `warnings`, which may be NULL, here and not for each letter.
 */
struct templates *templates_load(
	const struct list *list, struct problems *warnings, struct error *err);
void templates_free(struct templates *templates);

/* Have they words for this language? Without them what stands around the
 * dispatches is English. */
bool templates_speak(struct templates *templates, const char *language);

/* The bodies of an issue's dispatches, each parsed once for all its letters,
 * and the pictures that go with them. */
struct bodies;

/* `inlays` is borrowed, and complete before the first letter; or NULL. */
struct bodies *bodies_new(const struct inlays *inlays);
void bodies_free(struct bodies *bodies);

/* Calls `each` for the pictures in a body, in their order: `name` is as it was
 * written, which is what inlays know it by, and `url` what that means on the
 * web, or NULL. */
void body_pictures(const struct variant *v,
	void (*each)(void *data, const char *name, const char *url),
	void *data);

struct render_input {
	const struct issue *issue;
	struct bodies *bodies; /* of this issue; NULL: parsed for this letter,
				  which has no pictures then */
	size_t edition;	       /* index */
	enum letter_format format;
	const char *mark;	   /* of the slots; see model/slot.h */
	struct problems *warnings; /* missing pictures, budget; or NULL */
};

/* NULL and `err` set when a template fails. Content that contains the mark is
 * an error. Yours to letter_free(). */
struct letter *render_letter(const struct templates *templates,
	const struct render_input *in, struct error *err);

/* Would it do as the subject of an issue of this list? For what an editor has
 * just written: better refused now than when the issue is due. */
bool render_check_subject(
	const struct list *list, const char *subject, struct error *err);

/* `inspect template`: renders `text`, which was read from `path`, with data.
 * Partials are NAME.mustache beside it; an absent one is empty. */
bool render_file(const char *path, struct span text, const struct value *data,
	struct str *out, struct error *err);

#endif
