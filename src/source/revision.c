/*
 * What makes two readings of a dispatch the same, and what a translation takes
 * from its original.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/url.h"
#include "source/article.h"
#include "source/prose.h"

enum { FEW_WORDS = 64 }; /* octets: a headline, and a line below it */

/* ----- hashes ----- */

static void
write_half(struct hash *h, char out[33])
{
	unsigned char bytes[HASH_SIZE];
	struct str hex = STR_INIT;

	hash_end(h, bytes);
	hash_write_hex(&hex, bytes, HASH_SIZE / 2);
	memcpy(out, str_text(&hex), 33);
	str_clear(&hex);
}

static void
add_texts(struct hash *h, const char **texts, size_t count)
{
	hash_add_number(h, count);
	for (size_t i = 0; i < count; i++)
		hash_add_text(h, texts[i]);
}

/* Everything a reader sees of what its author wrote: who corrects the zone of a
 * list, or names a section for a source, has changed no dispatch. Each text with
 * its length, each list with its count: what moves from one field to the next
 * is a change. */
static void
hash_revision(const struct variant *v, int64_t date, char out[33])
{
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, v->language);
	hash_add_text(&h, v->title);
	hash_add_text(&h, v->summary);
	hash_add_text(&h, v->body);
	hash_add_text(&h, v->link);
	hash_add_text(&h, v->author);
	hash_add_text(&h, v->place);
	hash_add_text(&h, v->section);
	hash_add_text(&h, v->series);
	hash_add_text(&h, v->story);
	hash_add_text(&h, v->update_note);
	hash_add_number(&h, (uint64_t)date);
	hash_add_number(&h, (uint64_t)v->part);
	hash_add_number(&h, v->body_kind);
	hash_add_number(&h, v->organisation_count);
	for (size_t i = 0; i < v->organisation_count; i++) {
		hash_add_text(&h, v->organisations[i].name);
		hash_add_text(&h, v->organisations[i].acronym);
	}
	add_texts(&h, v->tags, v->tag_count);
	add_texts(&h, v->signatories, v->signatory_count);
	hash_add_text(&h, v->picture.file);
	hash_add_text(&h, v->picture.alt);
	hash_add_text(&h, v->picture.caption);
	hash_add_text(&h, v->picture.credit);
	if (v->picture.url) /* younger than many a revision that was sent */
		hash_add_text(&h, v->picture.url);
	write_half(&h, out);
}

/* The words of title and body. A title made from the body is in it already. */
static void
add_words(struct str *out, const struct variant *v)
{
	if (!v->title_is_body)
		prose_words(out, span_of(v->title));
	if (out->len && *v->body)
		str_add_char(out, ' ');
	if (v->body_kind == BODY_HTML)
		prose_html_words(out, span_of(v->body));
	else
		prose_words(out, span_of(v->body));
}

/* As it is known wherever it stands: a link by its key, a file by its name. */
static void
hash_target(struct hash *h, struct span target)
{
	struct str key = STR_INIT;
	char *path = span_dup(target);

	if (url_key(&key, target))
		hash_add_text(h, str_text(&key));
	else
		hash_add_text(h, file_name(path));
	str_clear(&key);
	free(path);
}

/*
 * "Photo of the week", "Open thread": a few words stand above another picture,
 * or lead to another page, each time. So what they show and where they lead is
 * part of them. The link of a title alone is not: select_aliases() adds it.
 */
static void
hash_targets(struct hash *h, const struct variant *v)
{
	const struct picture *p = &v->picture;
	struct str targets = STR_INIT;
	struct span rest, line;

	prose_targets(&targets, span_of(v->body));
	rest = str_span(&targets);
	while (span_next_line(&rest, &line))
		hash_target(h, line);
	if (p->file)
		hash_target(h, span_of(p->file));
	else if (p->url)
		hash_target(h,
			span_slice(span_of(p->url), 0, strcspn(p->url, "?")));
	if (v->link && *v->body)
		hash_target(h, span_of(v->link));
	str_clear(&targets);
}

static void
hash_content(struct variant *v, bool targets)
{
	struct str words = STR_INIT;
	struct hash h;

	add_words(&words, v);
	hash_init(&h);
	hash_add(&h, span_trim(str_span(&words)));
	if (targets && words.len <= FEW_WORDS)
		hash_targets(&h, v);
	write_half(&h, v->content);
	str_clear(&words);
}

void
article_hash(const struct dispatch *d, struct variant *v)
{
	hash_revision(v, d->written != INSTANT_NONE ? d->written : d->date,
		v->revision);
	hash_content(v, true);
}

void
article_hash_former(const struct dispatch *d, struct variant *v)
{
	hash_revision(v, d->date, v->former);
}

void
article_hash_words(struct variant *v)
{
	hash_content(v, false);
}

/* ----- inheriting ----- */

static void
inherit_text(const char **to, const char *from)
{
	if (!*to)
		*to = from;
}

/* A translation may give its own words to its original's picture. */
static void
inherit_picture(struct picture *to, const struct picture *original)
{
	if (to->file || to->url)
		return;
	to->file = original->file;
	to->url = original->url;
	to->decorative |= !to->alt && original->decorative;
	inherit_text(&to->alt, original->alt);
	inherit_text(&to->caption, original->caption);
	inherit_text(&to->credit, original->credit);
}

static void
inherit_extra(
	struct arena *arena, struct value *to, const struct value *original)
{
	for (size_t i = 0; i < original->count; i++)
		if (!value_find(to, original->keys[i]))
			value_set(arena, to, original->keys[i],
				original->items[i]);
}

/* Title, body, summary, the mark and its note are a translation's own: it is
 * not updated because its original is. */
void
article_inherit(
	struct arena *arena, struct variant *to, const struct variant *original)
{
	inherit_text(&to->link, original->link);
	inherit_text(&to->author, original->author);
	inherit_text(&to->place, original->place);
	inherit_text(&to->section, original->section);
	inherit_text(&to->story, original->story);
	inherit_text(&to->series, original->series);
	if (!to->part)
		to->part = original->part;
	if (!to->organisation_count) {
		to->organisations = original->organisations;
		to->organisation_count = original->organisation_count;
	}
	if (!to->tag_count) {
		to->tags = original->tags;
		to->tag_count = original->tag_count;
	}
	if (!to->signatory_count) {
		to->signatories = original->signatories;
		to->signatory_count = original->signatory_count;
	}
	inherit_picture(&to->picture, &original->picture);
	inherit_extra(arena, to->extra, original->extra);
}
