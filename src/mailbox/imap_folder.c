/*
 * An IMAP folder, over a connection that libcurl opened. Blocks: a run has
 * nothing else to do meanwhile.
 */
#include "mailbox/imap_folder.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "mailbox/imap.h"
#include "net/wire.h"

enum {
	OPENING_MS = 60 * 1000,
	SILENCE_MS = 60 * 1000, /* between two octets */
	ALL_MS = 10 * 60 * 1000,
	READ_SIZE = 64 * 1024,
	REFUSAL_MOST = 200,
};

struct session {
	const struct mailbox_reading *r;
	int epoll_fd;
	struct wire *wire;
	struct imap *imap;
	int64_t last, end; /* when octets came, and when it must be over */
	struct str refusal;
	const char *why; /* it was ended by us; NULL */
};

static int64_t
ticks(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* "A002 NO [AUTHENTICATIONFAILED] …" */
static void
keep_refusal(void *data, struct span line)
{
	struct session *s = data;
	struct span words = span_from(line, span_find(line, ' ') + 1);

	if (!span_starts(words, "NO ") && !span_starts(words, "BAD "))
		return;
	str_truncate(&s->refusal, 0);
	str_add_span(&s->refusal, span_slice(words, 0, REFUSAL_MOST));
}

/* A server that never stops talking never makes us wait: to be asked for
 * before each octet. */
static bool
is_over(struct session *s)
{
	int64_t now = ticks();

	if (now >= s->end)
		s->why = "the server is too slow; the next run goes on";
	else if (now >= s->last + SILENCE_MS)
		s->why = "the server fell silent";
	return s->why != NULL;
}

/* Until something happens. False when its time is over. */
static bool
wait_for(struct session *s, int64_t deadline)
{
	struct epoll_event events[4];
	int64_t now = ticks(), until = s->end;

	if (is_over(s))
		return false;
	if (s->last + SILENCE_MS < until)
		until = s->last + SILENCE_MS;
	if (deadline < until)
		until = deadline;
	epoll_wait(
		s->epoll_fd, events, 4, until > now ? (int)(until - now) : 0);
	return true;
}

static bool
open_wire(struct session *s, struct error *err)
{
	struct wire_options options = {
		.scheme = "imap",
		.server = &s->r->place->server,
		.path = "",
		.timeout = OPENING_MS,
		.epoll_fd = s->epoll_fd,
		.line = keep_refusal,
		.data = s,
	};
	enum wire_state state;

	s->wire = wire_new(&options, ticks());
	while (wire_work(s->wire, ticks()) == WIRE_OPENING)
		if (!wait_for(s, wire_deadline(s->wire)))
			break;
	state = wire_work(s->wire, ticks());
	s->last = ticks();
	if (state == WIRE_OPEN)
		return true;
	if (state == WIRE_OPENING)
		return error_set(
			err, ERROR_LATER, "%s: %s", s->r->place->name, s->why);
	wire_explain(s->wire, s->r->place->name, str_text(&s->refusal), err);
	return false;
}

/* False: it broke. */
static bool
write_all(struct session *s)
{
	struct span out;

	while ((out = imap_output(s->imap)).len) {
		size_t n;
		enum wire_result result = wire_send(s->wire, &out, 1, &n);

		if (result == WIRE_BROKEN)
			return false;
		if (result == WIRE_AGAIN)
			break;
		imap_sent(s->imap, n);
	}
	wire_watch_room(s->wire, out.len > 0);
	return true;
}

/* False: it broke, or its time is over. */
static bool
read_some(struct session *s)
{
	char data[READ_SIZE];
	size_t n;

	while (!is_over(s)) {
		enum wire_result result =
			wire_receive(s->wire, data, sizeof data, &n);

		if (result == WIRE_DONE) {
			imap_input(s->imap, data, n);
			s->last = ticks();
			return true;
		}
		if (result == WIRE_BROKEN || !wait_for(s, INT64_MAX) ||
			!write_all(s))
			return false;
	}
	return false;
}

/* Of one that is too large there is an octet more than may be: the rest was not
 * asked for, and its words may have stood there. */
static bool
give(struct session *s, const struct imap_event *mail, struct error *err)
{
	const struct mailbox_reading *r = s->r;
	char *where =
		mem_printf("%s, UID %u", r->place->name, (unsigned)mail->uid);
	bool ok = true;

	if (mail->bytes.len > r->largest)
		problem_add(r->problems, SEVERITY_WARNING, NULL, 0, 0,
			"%s: larger than %zu bytes", where, r->largest);
	else
		ok = r->take(r->data, mail->bytes, where, err);
	free(where);
	return ok;
}

static bool
speak(struct session *s, struct error *err)
{
	const char *name = s->r->place->name;
	struct imap_event event;

	for (;;) {
		while ((event = imap_next(s->imap)).kind == IMAP_MAIL)
			if (!give(s, &event, err))
				return false;
		if (event.kind == IMAP_DONE)
			return true;
		if (event.kind == IMAP_FAILED)
			return error_set(err, ERROR_LATER, "%s: %s", name,
				imap_trouble(s->imap));
		if (!write_all(s) || !read_some(s))
			return error_set(err, ERROR_LATER, "%s: %s", name,
				s->why ? s->why : wire_trouble(s->wire));
	}
}

bool
imap_folder_read(
	const struct mailbox_reading *r, char **position, struct error *err)
{
	struct imap_options imap = {
		.folder = r->place->path,
		.position = r->position,
		.since = r->since,
		.largest = r->largest + 1,
		.most = r->most,
	};
	struct session s = {
		.r = r,
		.epoll_fd = epoll_create1(EPOLL_CLOEXEC),
		.imap = imap_new(&imap),
		.last = ticks(),
		.end = ticks() + ALL_MS,
	};
	bool ok;

	if (s.epoll_fd < 0)
		ok = error_set_errno(err, "%s", r->place->name);
	else
		ok = open_wire(&s, err) && speak(&s, err);
	*position = imap_position(s.imap);
	wire_free(s.wire);
	imap_free(s.imap);
	str_clear(&s.refusal);
	if (s.epoll_fd >= 0)
		close(s.epoll_fd);
	return ok;
}
