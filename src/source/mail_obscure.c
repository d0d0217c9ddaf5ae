/*
 * Addresses without their domains: "jane@example.org" is "jane@…". In HTML an
 * address may be in several pieces, as "<b>jane</b>@example.<wbr>org" is, so
 * each line is looked through as a whole.
 */
#include <ctype.h>
#include <string.h>

#include "html/passage.h"
#include "source/mailbox.h"

/* ----- looking ----- */

/* Octets of a text. */
struct part {
	size_t at, len;
};

struct parts {
	struct arena *arena;
	struct part *items;
	size_t count;
};

static bool
is_local(char c)
{
	return isalnum((unsigned char)c) ||
		(c && strchr(".!#$%&'*+-/=?^_`{|}~", c)) ||
		(unsigned char)c >= 0x80;
}

static bool
is_domain(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '.' ||
		(unsigned char)c >= 0x80;
}

/* The length of the domain at the front, with a dot within; else 0. */
static size_t
domain_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && is_domain(s.data[n]))
		n++;
	while (n && (s.data[n - 1] == '.' || s.data[n - 1] == '-'))
		n--;
	return span_find(span_slice(s, 0, n), '.') < n ? n : 0;
}

static void
find_in_word(struct parts *found, struct span text, size_t at, size_t end)
{
	for (size_t i = at; i + 1 < end; i++) {
		size_t n;

		if (text.data[i] != '@' || i == at ||
			!is_local(text.data[i - 1]))
			continue;
		n = domain_length(span_slice(text, i + 1, end - i - 1));
		if (!n)
			continue;
		found->items = arena_grow(found->arena, found->items,
			found->count, sizeof *found->items);
		found->items[found->count++] = (struct part){i + 1, n};
		i += n;
	}
}

static size_t
skip(struct span text, size_t at, bool blanks)
{
	while (at < text.len &&
		(isspace((unsigned char)text.data[at]) != 0) == blanks)
		at++;
	return at;
}

/* The domains of addresses; not within URLs. A picture's name within the mail
 * has an @ too. */
static void
find_domains(struct parts *found, struct span text)
{
	size_t at = 0, end;

	for (; at < text.len; at = skip(text, end, true)) {
		struct span word;

		end = skip(text, at, false);
		word = span_slice(text, at, end - at);
		if (span_find_text(word, "://") == word.len &&
			span_find_text(word, "cid:") == word.len)
			find_in_word(found, text, at, end);
	}
}

/* Appends what stands in `shown` of it: a domain that begins there is "…". *next
 * is the first that ends behind what was shown. */
static void
add_obscured(struct str *out, struct span text, struct part shown,
	const struct parts *domains, size_t *next)
{
	size_t at = shown.at, end = shown.at + shown.len;

	for (; *next < domains->count; ++*next) {
		struct part d = domains->items[*next];

		if (d.at >= end)
			break;
		if (d.at >= shown.at) {
			str_add_span(out, span_slice(text, at, d.at - at));
			str_add(out, "…");
		}
		at = d.at + d.len;
		if (at > end)
			return;
	}
	str_add_span(out, span_slice(text, at, end - at));
}

void
mail_obscure(struct str *out, struct span text)
{
	struct parts domains = {.arena = arena_new()};
	size_t next = 0;

	find_domains(&domains, text);
	add_obscured(out, text, (struct part){0, text.len}, &domains, &next);
	arena_free(domains.arena);
}

/* ----- in HTML ----- */

/* The words of a line, and which passages they are of. */
struct line {
	struct parts pieces;
	struct passage **owners; /* of the pieces */
	struct str text;
};

static void
end_line(struct line *line)
{
	struct parts domains = {.arena = line->pieces.arena};
	size_t next = 0;

	find_domains(&domains, str_span(&line->text));
	for (size_t i = 0; domains.count && i < line->pieces.count; i++) {
		struct str kept = STR_INIT;

		add_obscured(&kept, str_span(&line->text),
			line->pieces.items[i], &domains, &next);
		line->owners[i]->text =
			arena_take_span(line->pieces.arena, &kept);
	}
	line->pieces.count = 0;
	str_truncate(&line->text, 0);
}

static void
add_piece(struct line *line, struct passage *p)
{
	struct parts *pieces = &line->pieces;

	if (!p->text.len)
		return;
	pieces->items = arena_grow(pieces->arena, pieces->items, pieces->count,
		sizeof *pieces->items);
	line->owners = arena_grow(pieces->arena, line->owners, pieces->count,
		sizeof(struct passage *));
	pieces->items[pieces->count] =
		(struct part){line->text.len, p->text.len};
	line->owners[pieces->count++] = p;
	str_add_span(&line->text, p->text);
}

static bool
is_within_line(enum passage_kind kind)
{
	return kind >= PASSAGE_TEXT && kind != PASSAGE_SOFT_BREAK &&
		kind != PASSAGE_LINE_BREAK && kind != PASSAGE_PICTURE;
}

/* A link to an address becomes its words, which is what a document is: its
 * children and nothing else. */
static void
obscure_in_line(struct line *line, struct passage *p)
{
	bool within = is_within_line(p->kind);

	if (!within)
		end_line(line);
	if (p->kind == PASSAGE_LINK && strncmp(p->url, "mailto:", 7) == 0)
		p->kind = PASSAGE_DOCUMENT;
	add_piece(line, p);
	for (struct passage *child = p->first; child; child = child->next)
		obscure_in_line(line, child);
	if (!within)
		end_line(line);
}

void
mail_obscure_passage(struct arena *arena, struct passage *p)
{
	struct line line = {.pieces = {.arena = arena}, .text = STR_INIT};

	obscure_in_line(&line, p);
	end_line(&line);
	str_clear(&line.text);
}
