#include "inbox/incoming.h"

#include <string.h>

#include "base/text.h"
#include "inbox/page.h"
#include "inbox/quoted.h"

/* What a bounce has to say stands on its first page. */
enum { TEXT_LIMIT = 256 * 1024 };

struct reading {
	struct incoming *in;
	struct str text, status;
	struct span original; /* its bytes */
};

static bool
is_type(const struct message_part *part, const char *type)
{
	return strcmp(part->type, type) == 0;
}

static bool
is_one_of(const struct message_part *part, const char *const *types)
{
	for (; *types; types++)
		if (is_type(part, *types))
			return true;
	return false;
}

/* ----- the text ----- */

/* Adds the words up to where they return something. */
static void
add_words(struct reading *r, struct span words)
{
	struct span quoted = quoted_find(words);

	if (quoted.len && !r->original.len)
		r->original = quoted_unwrap(r->in->arena, quoted);
	words.len -= quoted.len;
	if (r->text.len >= TEXT_LIMIT)
		return;
	words = span_slice(words, 0, TEXT_LIMIT - r->text.len);
	if (r->text.len)
		str_add(&r->text, "\n\n");
	str_add_span(&r->text, words);
}

static void
add_page(struct reading *r, struct span html)
{
	struct str words = STR_INIT;

	page_words(&words, span_slice(html, 0, TEXT_LIMIT));
	add_words(r, arena_take_span(r->in->arena, &words));
}

/* ----- the parts ----- */

static void
add_status(struct reading *r, const struct message_part *part)
{
	if (r->status.len)
		str_add(&r->status, "\n\n");
	str_add_span(&r->status, part->body);
}

static bool
has_status_fields(struct span body)
{
	static const char *const firsts[] = {"Reporting-MTA:",
		"Final-Recipient:", "Original-Recipient:", NULL};

	body = span_trim(body);
	for (size_t i = 0; firsts[i]; i++)
		if (span_equals_nocase(
			    span_slice(body, 0, strlen(firsts[i])), firsts[i]))
			return true;
	return false;
}

/* Some send the fields as a text, or as a file of no kind. */
static bool
is_status(const struct message_part *part)
{
	static const char *const types[] = {"message/delivery-status",
		"message/global-delivery-status", NULL};

	return is_one_of(part, types) ||
		(strncmp(part->type, "message/", 8) != 0 &&
			has_status_fields(part->body));
}

static bool
has_plain(const struct message_part *part)
{
	if (is_type(part, "text/plain"))
		return span_trim(part->body).len > 0;
	if (strncmp(part->type, "multipart/", 10) != 0)
		return false;
	for (size_t i = 0; i < part->part_count; i++)
		if (has_plain(&part->parts[i]))
			return true;
	return false;
}

static void
read_leaf(struct reading *r, const struct message_part *part, bool pages)
{
	static const char *const returned[] = {"message/rfc822",
		"message/global", "message/news", "text/rfc822-headers",
		"text/rfc822-header", "message/rfc822-headers",
		"message/global-headers", "message/partial", NULL};
	static const char *const receipts[] = {
		"message/disposition-notification",
		"message/global-disposition-notification", NULL};

	if (is_status(part)) {
		add_status(r, part);
	} else if (is_one_of(part, receipts)) {
		r->in->receipt = part->body;
	} else if (is_type(part, "message/feedback-report")) {
		r->in->feedback = part->body;
	} else if (is_one_of(part, returned)) {
		if (!r->original.len)
			r->original = part->body;
	} else if (is_type(part, "text/html")) {
		if (pages)
			add_page(r, part->body);
	} else if (strncmp(part->type, "text/", 5) == 0) {
		add_words(r, part->body);
	}
}

/* Beside plain text the same as a page says nothing new. */
static void
read_part(struct reading *r, const struct message_part *part, bool pages)
{
	if (strncmp(part->type, "multipart/", 10) != 0) {
		read_leaf(r, part, pages);
		return;
	}
	if (is_type(part, "multipart/alternative") && has_plain(part))
		pages = false;
	for (size_t i = 0; i < part->part_count; i++)
		read_part(r, &part->parts[i], pages);
}

void
incoming_read(struct incoming *in, struct arena *arena, const struct message *m)
{
	struct reading r = {.in = in};

	*in = (struct incoming){.arena = arena, .m = m};
	read_part(&r, &m->root, true);
	in->text = arena_take_span(arena, &r.text);
	in->status = arena_take_span(arena, &r.status);
	if (r.original.len)
		in->original = message_parse(arena, r.original);
}

const char *
incoming_header(const struct message *m, const char *name, size_t *at)
{
	while (*at < m->header_count) {
		const struct message_header *h = &m->headers[(*at)++];

		if (text_equals_nocase(h->name, name))
			return h->value;
	}
	return NULL;
}
