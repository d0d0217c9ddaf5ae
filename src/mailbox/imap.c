#include "mailbox/imap.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/mem.h"
#include "mailbox/imap_reply.h"

enum {
	BATCH = 20,		 /* mails a command asks for; at most 32 */
	LINES_LARGEST = 4 << 20, /* of a reply beside its literals */
	SAID_MOST = 200,	 /* octets of it in a message */
};

enum step { STEP_EXAMINE, STEP_SEARCH, STEP_FETCH, STEP_LOGOUT, STEP_END };

struct imap {
	struct imap_options options;
	enum step step;
	unsigned tag; /* of the command under way */
	struct str in, out;
	size_t taken, sent; /* of them */
	size_t scanned;	    /* of the reply that is coming in */
	uint32_t validity, next, from;
	uint32_t *uids;
	size_t count, asked;
	size_t first;	   /* of those asked for now */
	uint32_t answered; /* a bit for each of them */
	size_t idle;	   /* octets, since the command, that were no mail */
	bool closed, cut;  /* `cut`: more than `most` are there */
	char *trouble;
};

/* ----- commands ----- */

__attribute__((format(printf, 3, 4))) static void
command(struct imap *m, enum step step, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = mem_vprintf(format, args);
	va_end(args);
	m->step = step;
	m->idle = 0;
	str_printf(&m->out, "P%u %s\r\n", ++m->tag, text);
	free(text);
}

static void
fail(struct imap *m, const char *why, struct span said)
{
	struct str text = STR_INIT;

	if (m->trouble)
		return;
	str_add(&text, why);
	str_add(&text, said.len ? ": " : "");
	str_add_span(&text, span_slice(said, 0, SAID_MOST));
	m->trouble = str_take(&text);
	m->step = STEP_END;
}

static void
examine(struct imap *m)
{
	struct str folder = STR_INIT;

	imap_write_folder(&folder, m->options.folder);
	command(m, STEP_EXAMINE, "EXAMINE %s", str_text(&folder));
	str_clear(&folder);
}

/* Do the UIDs of the last time count on? A folder that was put back from a backup
 * may have kept its validity, and gives the same numbers to other mails: the next
 * one is lower then. */
static bool
counts_on(const struct imap *m, uint32_t validity, uint32_t from)
{
	return from && validity == m->validity && (!m->next || m->next >= from);
}

/* From where the last time ended; with other UIDs from the beginning. */
static void
search(struct imap *m)
{
	const char *position = m->options.position;
	uint32_t validity = 0, from = 0;
	struct str date = STR_INIT;
	char day[3] = "", month[4] = "", year[5] = "";

	if (position)
		sscanf(position, "%" SCNu32 ":%" SCNu32, &validity, &from);
	if (counts_on(m, validity, from)) {
		m->from = from;
		command(m, STEP_SEARCH, "UID SEARCH UID %" PRIu32 ":*", from);
		return;
	}
	date_write_mail(&date, m->options.since, 0); /* "Sun, 24 May 2026 …" */
	sscanf(str_text(&date), "%*s %2s %3s %4s", day, month, year);
	command(m, STEP_SEARCH, "UID SEARCH SINCE %s-%s-%s", day, month, year);
	str_clear(&date);
}

static void
fetch(struct imap *m)
{
	struct str set = STR_INIT;
	size_t end = m->asked + BATCH < m->count ? m->asked + BATCH : m->count;

	m->first = m->asked;
	m->answered = 0;
	if (m->asked == m->count) {
		command(m, STEP_LOGOUT, "LOGOUT");
		return;
	}
	for (; m->asked < end; m->asked++)
		str_printf(&set, "%s%" PRIu32, set.len ? "," : "",
			m->uids[m->asked]);
	command(m, STEP_FETCH, "UID FETCH %s (UID BODY.PEEK[]<0.%zu>)",
		str_text(&set), m->options.largest);
	str_clear(&set);
}

/* ----- what the search found ----- */

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* "n:*" finds the last mail, too, when it is before n. */
static void
take_uids(struct imap *m, struct span rest)
{
	uint64_t uid;

	while (reply_number(&rest, &uid)) {
		if (uid < m->from || uid == 0 || uid > UINT32_MAX)
			continue;
		m->uids = mem_resize(m->uids, (m->count + 1) * sizeof *m->uids);
		m->uids[m->count++] = (uint32_t)uid;
	}
}

static void
sort_uids(struct imap *m)
{
	size_t kept = 0;

	if (m->count)
		qsort(m->uids, m->count, sizeof *m->uids, by_number);
	for (size_t i = 0; i < m->count; i++)
		if (i == 0 || m->uids[i] != m->uids[i - 1])
			m->uids[kept++] = m->uids[i];
	m->count = kept;
	m->cut = m->count > m->options.most;
	if (m->cut)
		m->count = m->options.most;
}

/* ----- replies ----- */

static void
take_tagged(struct imap *m, struct span reply)
{
	static void (*const next[])(struct imap * m) = {
		[STEP_EXAMINE] = search,
		[STEP_SEARCH] = fetch,
		[STEP_FETCH] = fetch,
	};
	uint64_t tag = 0;

	reply = span_from(reply, 1);
	if (!reply_number(&reply, &tag) || tag != m->tag) {
		fail(m, "the server answers what nobody asked",
			span_trim(reply));
		return;
	}
	if (!reply_word(&reply, "OK")) {
		fail(m, "the server said", span_trim(reply));
		return;
	}
	if (m->step == STEP_EXAMINE && !m->validity) {
		fail(m, "the server gives its mails no lasting numbers",
			SPAN_NONE);
		return;
	}
	if (m->step == STEP_SEARCH)
		sort_uids(m);
	if (m->step == STEP_LOGOUT)
		m->step = STEP_END;
	else
		next[m->step](m);
}

static void
take_status(struct imap *m, struct span rest)
{
	uint64_t number;

	if (reply_word(&rest, "[UIDVALIDITY") && reply_number(&rest, &number))
		m->validity = (uint32_t)number;
	else if (reply_word(&rest, "[UIDNEXT") && reply_number(&rest, &number))
		m->next = (uint32_t)number;
}

/* Was it asked for, and has not come yet? Whatever else a server sends must
 * not fill the memory. */
static bool
is_awaited(struct imap *m, uint32_t uid)
{
	for (size_t i = m->first; i < m->asked; i++) {
		uint32_t bit = 1u << (i - m->first);

		if (m->uids[i] != uid || m->answered & bit)
			continue;
		m->answered |= bit;
		return true;
	}
	return false;
}

/* True: a mail. */
static bool
take_untagged(struct imap *m, struct span reply, struct imap_event *event)
{
	struct span rest = span_from(reply, 2);
	struct reply_fetch fetched;

	if (reply_word(&rest, "OK")) {
		take_status(m, rest);
	} else if (reply_word(&rest, "SEARCH")) {
		if (m->step == STEP_SEARCH)
			take_uids(m, rest);
	} else if (reply_word(&rest, "BYE")) {
		if (m->step != STEP_LOGOUT)
			fail(m, "the server hung up", span_trim(rest));
	} else if (m->step == STEP_FETCH && reply_fetch(rest, &fetched) &&
		fetched.has_body && is_awaited(m, fetched.uid)) {
		m->idle = 0;
		*event = (struct imap_event){.kind = IMAP_MAIL,
			.uid = fetched.uid,
			.bytes = fetched.body};
		return true;
	}
	return false;
}

static size_t
longest_reply(const struct imap *m)
{
	return m->options.largest + LINES_LARGEST;
}

/* Takes one whole reply off the input. False: there is none yet. */
static bool
next_reply(struct imap *m, struct span *reply)
{
	struct span rest = span_from(str_span(&m->in), m->taken);
	size_t n = reply_length(rest, &m->scanned, longest_reply(m));

	if (n == REPLY_ENDLESS) {
		fail(m, "the server's reply does not end", SPAN_NONE);
		return false;
	}
	if (n == 0)
		return false;
	*reply = span_slice(rest, 0, n);
	m->taken += n;
	m->scanned = 0;
	return true;
}

struct imap_event
imap_next(struct imap *m)
{
	struct imap_event event = {.kind = IMAP_NONE};
	struct span reply;

	while (m->step != STEP_END && next_reply(m, &reply)) {
		m->idle += reply.len;
		if (m->idle > longest_reply(m))
			fail(m, "the server says much, and does not answer",
				SPAN_NONE);
		else if (span_starts(reply, "P"))
			take_tagged(m, reply);
		else if (span_starts(reply, "* ") &&
			take_untagged(m, reply, &event))
			return event;
	}
	if (m->step != STEP_END && m->closed && m->step == STEP_LOGOUT)
		m->step = STEP_END;
	if (m->step != STEP_END && m->closed)
		fail(m, "the server closed the connection", SPAN_NONE);
	if (m->step == STEP_END)
		event.kind = m->trouble ? IMAP_FAILED : IMAP_DONE;
	return event;
}

/* ----- octets ----- */

void
imap_input(struct imap *m, const char *data, size_t len)
{
	/* What was taken is no longer borrowed. */
	if (m->taken) {
		struct span rest = span_from(str_span(&m->in), m->taken);

		memmove(m->in.data, rest.data, rest.len);
		str_truncate(&m->in, rest.len);
		m->taken = 0;
	}
	m->closed = len == 0;
	str_add_span(&m->in, (struct span){data, len});
}

struct span
imap_output(struct imap *m)
{
	return span_from(str_span(&m->out), m->sent);
}

void
imap_sent(struct imap *m, size_t n)
{
	m->sent += n;
	if (m->sent < m->out.len)
		return;
	str_truncate(&m->out, 0);
	m->sent = 0;
}

char *
imap_position(const struct imap *m)
{
	bool all = m->step == STEP_END && !m->trouble;
	size_t count = all ? m->count : m->first;
	uint32_t next = m->next > m->from ? m->next : m->from;
	uint32_t behind = count ? m->uids[count - 1] + 1 : 0;

	if (!all && !count)
		return NULL;
	if (!all || m->cut || behind > next)
		next = behind;
	return mem_printf("%" PRIu32 ":%" PRIu32, m->validity, next);
}

const char *
imap_trouble(const struct imap *m)
{
	return m->trouble;
}

struct imap *
imap_new(const struct imap_options *options)
{
	struct imap *m = mem_new(sizeof *m);

	m->options = *options;
	examine(m);
	return m;
}

void
imap_free(struct imap *m)
{
	if (!m)
		return;
	str_clear(&m->in);
	str_clear(&m->out);
	free(m->uids);
	free(m->trouble);
	free(m);
}
