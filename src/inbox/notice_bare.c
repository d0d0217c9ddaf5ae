/*
 * Those not reached, where no phrase leads to them.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "inbox/notice_search.h"
#include "inbox/spot.h"
#include "model/address.h"

/* A command stands so far in its line at most. */
enum { COMMAND_AT = 24 };

/* ----- dialogues ----- */

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

/* ">>> RCPT To:<jane@example.org>", "Sent <<< RCPT TO:<jane@example.org>" */
static bool
reads_as_command(struct span line, struct span *address)
{
	for (size_t i = 0; i + 8 < line.len && i < COMMAND_AT; i++) {
		struct span rest = span_from(line, i + 8);

		if (strncasecmp(line.data + i, "rcpt to:", 8) == 0)
			return spot_next(&rest, address);
	}
	return false;
}

/* "<<< 550 no such user", "Received >>> 550 no such user" */
static bool
is_refusal(struct span line)
{
	size_t i = 0;

	while (i < line.len && i < COMMAND_AT &&
		!isdigit((unsigned char)line.data[i]))
		i++;
	return i + 3 < line.len &&
		(line.data[i] == '4' || line.data[i] == '5') &&
		isdigit((unsigned char)line.data[i + 1]) &&
		isdigit((unsigned char)line.data[i + 2]) &&
		strchr(" -", line.data[i + 3]);
}

bool
search_transcript(struct search *s)
{
	struct span asked = SPAN_NONE;
	bool any = false;

	for (size_t i = 0; i < s->p->line_count; i++) {
		struct span l = s->p->lines[i], address, rest;

		if (reads_as_command(l, &address)) {
			asked = address;
			continue;
		}
		if (reads_as_reply(l, &address, &rest)) {
			if (findings_find(&s->foreign, address))
				continue;
		} else if (asked.len && is_refusal(l)) {
			address = asked;
		} else {
			continue;
		}
		asked = SPAN_NONE;
		search_add(s, address, l);
		any = true;
	}
	return any;
}

/* ----- the text ----- */

/* Ours, the reporter's, or one to ask for help. */
static bool
is_foreign(const struct search *s, struct span address)
{
	static const char *const helpers[] = {"postmaster", "mailer-daemon",
		"abuse", "support", "helpdesk", "webmaster", "hostmaster",
		"administrator", "admin", "security", "noc", NULL};

	return span_is_among(address_local(address), helpers) ||
		findings_find(&s->foreign, address) != NULL;
}

bool
search_bare_lines(struct search *s)
{
	bool any = false;
	size_t next;

	for (size_t i = 0; i < s->p->line_count; i++) {
		struct span address, rest;

		if (!spot_first(s->p->lines[i], &address, &rest) ||
			is_foreign(s, address))
			continue;
		rest = span_trim(rest);
		if (rest.len && rest.data[0] != ':' && rest.data[0] != '[' &&
			rest.data[0] != '(')
			continue;
		search_add(s, address, wording_words(s->p, i, rest, &next));
		any = true;
	}
	return any;
}

bool
search_subject(struct search *s)
{
	struct span rest = span_of(s->in->m->subject), address;

	while (spot_next(&rest, &address)) {
		if (is_foreign(s, address))
			continue;
		search_add(s, address, SPAN_NONE);
		return true;
	}
	return false;
}

bool
search_only_address(struct search *s)
{
	struct span rest = s->p->flat, address, only = SPAN_NONE;

	while (spot_next(&rest, &address)) {
		if (is_foreign(s, address))
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
	search_add(s, only, SPAN_NONE);
	return true;
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
		struct span address;

		if (!spot_next(&value, &address))
			continue;
		search_add(s, address, SPAN_NONE);
		return true;
	}
	return false;
}

bool
search_original(struct search *s)
{
	const struct message *original = s->in->original;

	if (!original)
		return false;
	if (original->to_count != 1 || !strchr(original->to[0].address, '@'))
		return add_envelope(s, original);
	search_add(s, span_of(original->to[0].address), SPAN_NONE);
	return true;
}
