/*
 * Feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.x, as they are
 * found in the wild, with the namespaces content, dc, dcterms, media and itunes
 * where they carry title, body, author, date or image.
 *
 * Broken XML is repaired as feed readers do (bare "&", HTML entities, unclosed
 * elements), or refused with the feed's name and the reason. What encoding it
 * is in, is found from BOM, HTTP header and XML declaration, lies included.
 */
#ifndef SOURCE_FEED_H
#define SOURCE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

struct feed_person {
	const char *name, *email, *uri; /* each may be NULL */
};

struct feed_enclosure {
	const char *url, *type; /* type may be NULL */
	int64_t length;		/* 0: unsaid */
};

struct feed_text {
	const char *html; /* sanitised by html/; NULL: there is none */
};

struct feed_entry {
	const char *id; /* guid, atom:id, JSON id; NULL: none */
	bool id_is_link;
	const char *title;	/* plain text, one line; NULL */
	const char *title_html; /* with inline markup, sanitised; NULL */
	const char *link;	/* absolute; NULL */
	struct feed_text summary, content;
	struct feed_person *authors;
	size_t author_count;
	const char *published_raw, *updated_raw; /* as written; NULL */
	int64_t published, updated; /* INSTANT_NONE; without a date of its own,
				     * an entry was published when updated */
	const char **tags;
	size_t tag_count;
	struct feed_enclosure *enclosures;
	size_t enclosure_count;
	const char *image;  /* the lead image's URL; NULL */
	const char *rights; /* plain text; NULL */
	const char
		*language; /* its own or xml:lang in force, as written; NULL */
};

struct feed {
	const char *format; /* "rss20", "atom10", "json11", … */
	const char *title, *title_html, *subtitle, *link, *language, *id;
	const char *image, *rights, *generator; /* each may be NULL */
	struct feed_person author;
	const char **tags;
	size_t tag_count;
	const char *published_raw, *updated_raw;
	int64_t published, updated;
	const char *new_url;  /* itunes:new-feed-url; NULL */
	bool repaired;	      /* the XML was broken */
	const char *encoding; /* "utf-8", as it was said or found */
	struct feed_entry *entries;
	size_t entry_count;
};

/* What came with the bytes. */
struct feed_hints {
	const char *url; /* of the feed: base of relative links; NULL */
	const char *content_type;     /* of the HTTP answer; NULL */
	const char *content_location; /* NULL */
};

/* Everything lives in the arena. NULL and `err` set (ERROR_DATA: "NAME: no
 * feed: …") when the bytes are no feed. At most 10,000 entries, 64 levels. */
struct feed *feed_parse(struct arena *arena, const char *name,
	struct span bytes, const struct feed_hints *hints, struct error *err);

/* Dates in feeds, in all the forms that are seen: RFC 822 and 3339 and their
 * bastards, W3CDTF, ordinal days, Korean, Greek and Hungarian month names.
 * INSTANT_NONE when it is none. */
int64_t feed_date(struct span text);

#endif
