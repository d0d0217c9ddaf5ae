/*
 * What the fuzz targets have in common: promises that hold for any bytes. One
 * that is broken is printed and ends the process; libFuzzer keeps the input.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/problem.h"
#include "base/text.h"
#include "model/dispatch.h"

/* libFuzzer calls it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define want(what, condition)                                             \
	do {                                                              \
		if (!(condition)) {                                       \
			fprintf(stderr, "%s: %s does not hold\n", (what), \
				#condition);                              \
			abort();                                          \
		}                                                         \
	} while (0)

/* Valid UTF-8. NULL will do. */
static inline void
want_utf8(const char *what, const char *text)
{
	if (text && !text_is_utf8(span_of(text))) {
		fprintf(stderr, "%s: no UTF-8: <%s>\n", what, text);
		abort();
	}
}

/* The same on one line, without controls. NULL will do. */
static inline void
want_line(const char *what, const char *text)
{
	want_utf8(what, text);
	if (text && text_has_controls(span_of(text))) {
		fprintf(stderr, "%s: a control in: <%s>\n", what, text);
		abort();
	}
}

/* The link of a dispatch: http or https, without a blank that would end it
 * where it is printed. NULL will do. */
static inline void
want_link(const char *what, const char *url)
{
	want_line(what, url);
	if (!url)
		return;
	if ((strncasecmp(url, "http://", 7) != 0 &&
		    strncasecmp(url, "https://", 8) != 0) ||
		strchr(url, ' ')) {
		fprintf(stderr, "%s: no link: <%s>\n", what, url);
		abort();
	}
}

/* A failure has a kind and says something. */
static inline void
want_error(const char *what, const struct error *err)
{
	want(what, err->kind != ERROR_NONE && err->kind != ERROR_BUG);
	want(what, err->text && err->text[0]);
	want_line(what, err->text);
}

static inline void
want_problems(const char *what, const struct problems *problems)
{
	for (size_t i = 0; i < problems->count; i++)
		want_line(what, problems->items[i].text);
}

/* No instant, or one of the years that four digits can write; an ordinal day or
 * a zone may reach over their ends. */
static inline void
want_instant(const char *what, int64_t instant)
{
	const int64_t first = -62167219200, last = 253402300799, slack = 864000;

	if (instant == INSTANT_NONE)
		return;
	want(what, instant >= first - slack && instant <= last + slack);
}

/* ----- HTML ----- */

/* It has only the tags of passage_html.c. */
static inline bool
is_safe_tag(struct span tag)
{
	static const char *const tags[] = {"a href=\"http",
		"a href=\"mailto:", "blockquote>", "br>", "code>", "em>", "h1>",
		"h2>", "h3>", "h4>", "h5>", "h6>", "hr>", "img src=\"http",
		"li>", "ol>", "ol start=\"", "p>", "pre>", "s>", "strong>",
		"sub>", "sup>", "table cellpadding=\"6\">",
		"table cellpadding=\"6\" class=\"narrow\">", "td align=\"",
		"th scope=\"col\" align=\"", "tr>", "ul>", "/", NULL};

	for (int i = 0; tags[i]; i++)
		if (strncasecmp(tag.data, tags[i], strlen(tags[i])) == 0)
			return true;
	return false;
}

static inline void
want_safe_html(struct span html)
{
	for (;;) {
		html = span_from(html, span_find(html, '<'));
		if (html.len == 0)
			return;
		html = span_from(html, 1);
		want("tag", is_safe_tag(html));
	}
}

/* ----- dispatches ----- */

static inline void
want_lines(const char *what, const char *const *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		want(what, lines[i] && lines[i][0]);
		want_line(what, lines[i]);
	}
}

static inline void
want_organisations(const struct variant *v)
{
	for (size_t i = 0; i < v->organisation_count; i++) {
		const struct organisation *o = &v->organisations[i];

		want("organisation", o->name || o->acronym);
		want_line("organisation", o->name);
		want_line("organisation", o->acronym);
	}
}

/* What stands on one line wherever it is printed. */
static inline void
want_words(const struct variant *v)
{
	const char *const lines[] = {v->title, v->language, v->author, v->place,
		v->section, v->series, v->story, v->update_note,
		v->picture.file, v->picture.alt, v->picture.caption,
		v->picture.credit};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		want_line("words", lines[i]);
	want_lines("tag", v->tags, v->tag_count);
	want_lines("signatory", v->signatories, v->signatory_count);
	want_organisations(v);
}

/* Of one variant, whose body is at most so long. */
static inline void
want_dispatch(const struct dispatch *d, size_t longest)
{
	const struct variant *v = d->variants;

	want("id", d->id && d->id[0]);
	want_line("id", d->id);
	want("variants", d->variant_count == 1);
	want("title", v->title && v->title[0]);
	want("body", v->body && strlen(v->body) <= longest);
	want_utf8("body", v->body);
	want_utf8("summary", v->summary);
	want_link("link", v->link);
	want_link("picture", v->picture.url);
	want("part", v->part >= 0);
	want("revision", strlen(v->revision) == 32);
	/* A mail has none. */
	want("content", !v->content[0] || strlen(v->content) == 32);
	want("extra", v->extra && v->extra->kind == VALUE_MAP);
	want_words(v);
	want_instant("date", d->date);
	want_instant("embargo", d->embargo);
	want_instant("expires", d->expires);
	want_instant("updated", v->updated);
}

#endif
