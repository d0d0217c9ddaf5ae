#include "inbox/notice.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/blank.h"
#include "inbox/failure.h"
#include "inbox/notice_phrases.h"
#include "inbox/spot.h"

enum {
	AHEAD = 14,	   /* lines between a phrase and the first address */
	NEAR = 3,	   /* the same of a sentence */
	WORDS_LIMIT = 2000 /* of the text, as a diagnostic */
};

struct search {
	struct findings *f;
	const struct incoming *in;
	const struct prose *p;
	bool delayed;
	struct findings foreign; /* addresses of the reporter and of our own */
};

/* ----- what is said of an address ----- */

static void
judge(struct search *s, struct returned *item, struct span words)
{
	struct failure_said said = {.text = words, .delayed = s->delayed};

	if (span_trim(words).len == 0)
		said.text = span_slice(s->p->flat, 0, WORDS_LIMIT);
	failure_judge(s->f->arena, &said, item);
	if (span_trim(words).len && !item->reason && !item->status) {
		/* It tells no more than that it failed; the rest may. */
		said.text = span_slice(s->p->flat, 0, WORDS_LIMIT);
		failure_judge(s->f->arena, &said, item);
	}
}

/* ----- lists ----- */

static size_t
indent(struct span line)
{
	size_t n = 0;

	while (n < line.len && blank_in_line(line.data[n]))
		n++;
	return n;
}

/* "--- Session Transcript ---", "=====": another section begins. */
static bool
is_rule(struct span line)
{
	line = span_trim(line);
	return line.len >= 3 && strchr("-=_*#", line.data[0]) &&
		line.data[1] == line.data[0] && line.data[2] == line.data[0];
}

/* The words behind an address: up to the next one, which stands no deeper, or
 * the next section. *next is the line behind them. */
static struct span
read_words(const struct prose *p, size_t line, struct span first, size_t depth,
	size_t *next)
{
	const char *end = first.data + first.len;
	struct span address, rest;

	for (*next = line + 1; *next < p->line_count; ++*next) {
		struct span l = p->lines[*next];

		if (is_rule(l) ||
			(indent(l) <= depth && spot_first(l, &address, &rest)))
			break;
		end = l.data + l.len;
	}
	return (struct span){first.data, (size_t)(end - first.data)};
}

/* A list of addresses with what is said of each, from this line on; the first
 * within `ahead` lines. */
static bool
read_list(struct search *s, size_t line, size_t ahead)
{
	const struct prose *p = s->p;
	size_t depth = 0, limit = line + ahead, next;
	bool any = false;

	for (; line < p->line_count && (any || line < limit); line = next) {
		struct span l = p->lines[line], address, rest;
		struct returned *item;

		next = line + 1;
		if (!spot_first(l, &address, &rest)) {
			if (any && is_rule(l))
				break;
			continue;
		}
		depth = indent(l);
		any = true;
		rest = read_words(p, line, rest, depth, &next);
		item = findings_add(s->f, address);
		if (item)
			judge(s, item, rest);
	}
	return any;
}

/* ----- phrases ----- */

/* Those behind the phrase on its own line. */
static bool
read_behind(struct search *s, size_t at, size_t end)
{
	struct span rest = span_slice(s->p->flat, at, end - at), address;
	bool any = false;

	while (spot_next(&rest, &address)) {
		struct returned *item;

		if (findings_find(&s->foreign, address))
			continue;
		item = findings_add(s->f, address);
		if (item)
			judge(s, item, span_from(s->p->flat, at));
		any = true;
	}
	return any;
}

static bool
follow_lead(struct search *s, const char *phrase, size_t ahead)
{
	size_t at = 0, line, end;
	bool any = false;

	while ((at = prose_find(s->p, phrase, at)) > 0) {
		line = prose_line(s->p, at - 1);
		end = line + 1 < s->p->line_count ? s->p->starts[line + 1]
						  : s->p->flat.len;
		if (read_behind(s, at, end) || read_list(s, line + 1, ahead))
			any = true;
		if (s->f->count == FINDINGS_MOST)
			break;
	}
	return any;
}

static bool
follow_leads(struct search *s, const char *const *phrases, size_t ahead)
{
	for (; *phrases; phrases++)
		if (follow_lead(s, *phrases, ahead))
			return true;
	return false;
}

/* ----- what needs no phrase ----- */

/* "550 5.1.1 <jane@example.org>... User unknown" */
static bool
reads_as_reply(struct span line, struct span *address, struct span *rest)
{
	struct span s = span_trim(line);

	if (s.len < 5 || (s.data[0] != '4' && s.data[0] != '5') ||
		!isdigit((unsigned char)s.data[1]) ||
		!isdigit((unsigned char)s.data[2]) || !strchr(" -", s.data[3]))
		return false;
	s = span_from(s, 4);
	while (s.len &&
		(isdigit((unsigned char)s.data[0]) || strchr(".# ", s.data[0])))
		s = span_from(s, 1);
	return spot_first(s, address, rest);
}

static bool
read_transcript(struct search *s)
{
	bool any = false;

	for (size_t i = 0; i < s->p->line_count; i++) {
		struct span l = s->p->lines[i], address, rest;
		struct returned *item;

		if (!reads_as_reply(l, &address, &rest) ||
			findings_find(&s->foreign, address))
			continue;
		item = findings_add(s->f, address);
		if (item)
			judge(s, item, l);
		any = true;
	}
	return any;
}

/* Lines that are an address and nothing else, or an address and a colon. */
static bool
read_bare_lines(struct search *s)
{
	bool any = false;
	size_t next;

	for (size_t i = 0; i < s->p->line_count; i++) {
		struct span address, rest;
		struct returned *item;

		if (!spot_first(s->p->lines[i], &address, &rest) ||
			findings_find(&s->foreign, address))
			continue;
		rest = span_trim(rest);
		if (rest.len && rest.data[0] != ':' && rest.data[0] != '[' &&
			rest.data[0] != '(')
			continue;
		item = findings_add(s->f, address);
		if (item)
			judge(s, item,
				read_words(s->p, i, rest,
					indent(s->p->lines[i]), &next));
		any = true;
	}
	return any;
}

/* The only address in the text that is neither ours nor the reporter's. */
static bool
read_only_address(struct search *s)
{
	struct span rest = s->p->flat, address, only = SPAN_NONE;
	struct returned *item;

	while (spot_next(&rest, &address)) {
		if (findings_find(&s->foreign, address))
			continue;
		if (only.len &&
			(only.len != address.len ||
				strncasecmp(only.data, address.data,
					only.len) != 0))
			return false;
		only = address;
	}
	if (!only.len)
		return false;
	item = findings_add(s->f, only);
	if (item)
		judge(s, item, SPAN_NONE);
	return item != NULL;
}

/* ----- what is returned ----- */

/* Headers that say whom it was sent to, when To names several or a list. */
static const char *const envelope_headers[] = {"X-Failed-Recipients",
	"X-Envelope-To", "Envelope-To", "X-Original-To", "X-Rcpt-To",
	"X-Original-Rcpt-To", "Delivered-To", "X-Actual-Recipient", NULL};

static bool
add_envelope(struct search *s, const struct message *original)
{
	for (size_t i = 0; envelope_headers[i]; i++) {
		struct span value =
			span_of(message_header(original, envelope_headers[i]));
		struct returned *item;
		struct span address;

		if (!spot_next(&value, &address))
			continue;
		item = findings_add(s->f, address);
		if (item)
			judge(s, item, SPAN_NONE);
		return item != NULL;
	}
	return false;
}

static bool
read_original(struct search *s)
{
	const struct message *original = s->in->original;
	struct returned *item;

	if (!original)
		return false;
	if (original->to_count != 1 || !original->to[0].address)
		return add_envelope(s, original);
	item = findings_add(s->f, span_of(original->to[0].address));
	if (item)
		judge(s, item, SPAN_NONE);
	return item != NULL;
}

/* ----- the whole ----- */

static void
add_foreign(struct search *s, const char *address)
{
	if (address && address[0])
		findings_add(&s->foreign, span_of(address));
}

static void
find_foreign(struct search *s)
{
	const struct message *m = s->in->m, *original = s->in->original;

	for (size_t i = 0; i < m->to_count; i++)
		add_foreign(s, m->to[i].address);
	add_foreign(s, m->from.address);
	add_foreign(s, message_header(m, "Delivered-To"));
	add_foreign(s, message_header(m, "X-Original-To"));
	if (!original)
		return;
	add_foreign(s, original->from.address);
	add_foreign(s, original->sender.address);
	add_foreign(s, original->return_path);
	add_foreign(s, original->id);
}

/* "X-Failed-Recipients: a@example.org, b@example.org", which Exim began and
 * others took over; several of it, too. */
static void
keep_failed(struct findings *f, const struct search *s)
{
	const char *value;
	size_t at = 0;

	while ((value = incoming_header(
			s->in->m, "X-Failed-Recipients", &at)) != NULL) {
		struct span rest = span_of(value), address;

		while (spot_next(&rest, &address)) {
			struct returned *told = findings_find(s->f, address);
			struct returned *item = findings_add(f, address);
			struct search one = *s;

			if (item && told)
				*item = *told;
			else if (item)
				judge(&one, item, SPAN_NONE);
		}
	}
}

void
notice_read(
	struct findings *f, const struct incoming *in, const struct prose *p)
{
	struct findings told = {.arena = in->arena};
	struct search s = {
		.f = &told,
		.in = in,
		.p = p,
		.delayed = notice_is_delay(in, p),
		.foreign = {.arena = in->arena},
	};

	find_foreign(&s);
	if (!follow_leads(&s, notice_lists, AHEAD))
		read_transcript(&s);
	keep_failed(f, &s);
	if (f->count)
		return;
	if (told.count || follow_leads(&s, notice_sentences, NEAR) ||
		read_bare_lines(&s) || read_only_address(&s) ||
		read_original(&s))
		*f = told;
}
