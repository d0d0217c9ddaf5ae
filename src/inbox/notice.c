#include "inbox/notice.h"

#include "inbox/failure.h"
#include "inbox/notice_phrases.h"
#include "inbox/notice_search.h"
#include "inbox/spot.h"

enum {
	AHEAD = 14,	   /* lines between a phrase and the first address */
	NEAR = 3,	   /* the same of a sentence */
	REPEATS = 50,	   /* of a phrase: each may lead through all lines */
	WORDS_LIMIT = 2000 /* of the text, as a diagnostic */
};

/* ----- what is said of an address ----- */

static void
judge(const struct search *s, struct returned *item, struct span words)
{
	struct failure_said said = {.text = words, .delayed = s->delayed};

	if (span_trim(words).len == 0)
		said.text = span_slice(s->p->flat, 0, WORDS_LIMIT);
	failure_judge(s->in->arena, &said, item);
}

/* Where the words behind the only address tell no more than that it failed, the
 * others may; of several they are about one or another. */
static void
settle(struct search *s)
{
	struct returned *item = s->found.items;

	if (s->found.count == 1 && !item->reason && !item->status)
		judge(s, item, SPAN_NONE);
}

void
search_add(struct search *s, struct span address, struct span words)
{
	struct returned *item = findings_add(&s->found, address);

	if (item)
		judge(s, item, words);
}

/* ----- lists ----- */

/* A list of addresses with what is said of each, from this line on; the first
 * within `ahead` lines. */
static bool
read_list(struct search *s, size_t line, size_t ahead)
{
	const struct wording *p = s->p;
	size_t limit = line + ahead, next;
	bool any = false;

	for (; line < p->line_count && (any || line < limit); line = next) {
		struct span l = p->lines[line], address, rest;

		next = line + 1;
		if (!spot_first(l, &address, &rest)) {
			if (any && wording_is_rule(l))
				break;
			continue;
		}
		any = true;
		rest = wording_words(p, line, rest, &next);
		search_add(s, address, rest);
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
		if (findings_find(&s->foreign, address))
			continue;
		search_add(s, address, span_from(s->p->flat, at));
		any = true;
	}
	return any;
}

static bool
follow_lead(struct search *s, const char *phrase, size_t ahead)
{
	size_t at = 0, line, end;
	bool any = false;

	for (int i = 0; i < REPEATS; i++) {
		at = wording_find(s->p, phrase, at);
		if (!at)
			break;
		line = wording_line(s->p, at - 1);
		end = line + 1 < s->p->line_count ? s->p->starts[line + 1]
						  : s->p->flat.len;
		if (read_behind(s, at, end) || read_list(s, line + 1, ahead))
			any = true;
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
			struct returned *told =
				findings_find(&s->found, address);
			struct returned *item = findings_add(f, address);

			if (item && told)
				*item = *told;
			else if (item)
				judge(s, item, SPAN_NONE);
		}
	}
}

static void
begin(struct search *s, const struct incoming *in, const struct wording *p)
{
	*s = (struct search){
		.in = in,
		.p = p,
		.delayed = notice_is_delay(in, p),
		.found = {.arena = in->arena},
		.foreign = {.arena = in->arena},
	};
	find_foreign(s);
}

bool
notice_read_named(
	struct findings *f, const struct incoming *in, const struct wording *p)
{
	struct search s;

	begin(&s, in, p);
	if (!follow_leads(&s, notice_lists, AHEAD))
		search_transcript(&s);
	settle(&s);
	keep_failed(f, &s);
	if (f->count)
		return true;
	if (!s.found.count && !follow_leads(&s, notice_sentences, NEAR))
		search_bare_lines(&s);
	settle(&s);
	*f = s.found;
	return s.found.count > 0;
}

bool
notice_read_guessed(
	struct findings *f, const struct incoming *in, const struct wording *p)
{
	struct search s;

	begin(&s, in, p);
	if (!search_only_address(&s) && !search_subject(&s) &&
		!search_original(&s))
		return false;
	*f = s.found;
	return s.found.count > 0;
}

bool
notice_names_refused(const struct incoming *in, const struct wording *p)
{
	struct search s;

	begin(&s, in, p);
	search_bare_lines(&s);
	for (size_t i = 0; i < s.found.count; i++) {
		const struct returned *item = &s.found.items[i];

		if (item->status ? item->status[0] != '2'
				 : item->code || item->class == RETURN_HARD)
			return true;
	}
	return false;
}
