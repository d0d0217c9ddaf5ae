/*
 * A Maildir in place of a relay: each message becomes a file in new/, as a
 * delivery agent would leave it (LF line ends, Return-Path and Delivered-To on
 * top), on the disk before it counts as sent.
 */
#include "deliver/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

struct spool {
	struct channel channel; /* first */
	char *folder;
	enum { SPOOL_IDLE, SPOOL_OFFERED, SPOOL_READY, SPOOL_DONE } turn;
	uint64_t token;
	char *sender, *recipient;
	struct rope message; /* as on the wire */
	struct outcome outcome;
	char *text; /* of the outcome */
	char host[65];
	unsigned written;
};

static struct spool *
spool_of(const struct channel *c)
{
	return (struct spool *)(void *)c;
}

static bool
spool_wants(const struct channel *c)
{
	return c->state == CHANNEL_OPEN && spool_of(c)->turn == SPOOL_IDLE;
}

static void
spool_offer(struct channel *c, const struct envelope *e, int64_t now)
{
	struct spool *s = spool_of(c);

	(void)now;
	s->turn = SPOOL_OFFERED;
	s->token = e->token;
	s->sender = span_dup(e->sender);
	s->recipient = span_dup(e->recipient);
}

static struct rope *
spool_body(struct channel *c)
{
	struct spool *s = spool_of(c);

	rope_empty(&s->message);
	return &s->message;
}

static void
with_line_feeds(struct str *out, struct span wire)
{
	for (size_t i = 0; i < wire.len; i++)
		if (wire.data[i] != '\r' || i + 1 == wire.len ||
			wire.data[i + 1] != '\n')
			str_add_char(out, wire.data[i]);
}

/* A name that no other process, host or moment makes (the Maildir rules), and
   that a listing sorts by the time. */
static char *
unique_name(struct spool *s)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return mem_printf("%lld.M%06ldP%ldQ%u.%s", (long long)t.tv_sec,
		t.tv_nsec / 1000, (long)getpid(), s->written++, s->host);
}

static bool
write_message(struct spool *s, struct error *err)
{
	struct str file = STR_INIT;
	char *name = unique_name(s);
	char *before = mem_printf("%s/tmp/%s", s->folder, name);
	char *after = mem_printf("%s/new/%s", s->folder, name);
	bool ok;

	str_printf(&file, "Return-Path: <%s>\nDelivered-To: %s\n", s->sender,
		s->recipient);
	with_line_feeds(&file, str_span(rope_own(&s->message)));
	ok = file_write(before, str_span(&file), 0600, err);
	if (ok && rename(before, after) < 0)
		ok = error_set_errno(err, "%s", after);
	if (!ok)
		unlink(before);
	str_clear(&file);
	free(name);
	free(before);
	free(after);
	return ok;
}

static void
spool_body_end(struct channel *c, int64_t now)
{
	struct spool *s = spool_of(c);
	struct error err = ERROR_INIT;

	(void)now;
	free(s->text);
	if (write_message(s, &err)) {
		s->text = mem_strdup("written to the spool");
		s->outcome = (struct outcome){.verdict = VERDICT_SENT,
			.code = 250,
			.enhanced = "2.0.0",
			.text = s->text};
	} else {
		s->text = mem_strdup(err.text);
		s->outcome = (struct outcome){.verdict = VERDICT_LATER,
			.scope = SCOPE_RELAY,
			.code = 0,
			.enhanced = "",
			.text = s->text};
		c->state = CHANNEL_CLOSED;
		error_move(&c->error, &err);
	}
	s->turn = SPOOL_DONE;
}

static struct dialogue_event
spool_event(struct channel *c)
{
	struct spool *s = spool_of(c);

	if (s->turn == SPOOL_OFFERED) {
		s->turn = SPOOL_READY;
		return (struct dialogue_event){.kind = EVENT_BODY,
			.token = s->token,
			.step = STEP_DATA};
	}
	if (s->turn == SPOOL_DONE) {
		s->turn = SPOOL_IDLE;
		free(s->sender);
		free(s->recipient);
		s->sender = s->recipient = NULL;
		return (struct dialogue_event){.kind = EVENT_OUTCOME,
			.token = s->token,
			.step = STEP_BODY,
			.outcome = s->outcome};
	}
	return (struct dialogue_event){.kind = EVENT_NONE};
}

static void
spool_finish(struct channel *c, int64_t now)
{
	struct spool *s = spool_of(c);

	(void)now;
	if (s->turn == SPOOL_OFFERED || s->turn == SPOOL_READY) {
		s->outcome = (struct outcome){.verdict = VERDICT_UNTOUCHED,
			.enhanced = "",
			.text = "the sending was stopped"};
		s->turn = SPOOL_DONE;
	}
	c->state = CHANNEL_CLOSED;
}

/* Nothing in the world has to happen first: at once, or never. */
static int64_t
spool_deadline(const struct channel *c)
{
	const struct spool *s = spool_of(c);

	return s->turn == SPOOL_OFFERED || s->turn == SPOOL_DONE ? 0
								 : INT64_MAX;
}

static void
spool_nothing(struct channel *c, int64_t now)
{
	(void)c;
	(void)now;
}

static void
spool_free(struct channel *c)
{
	struct spool *s = spool_of(c);

	rope_clear(&s->message);
	free(s->folder);
	free(s->sender);
	free(s->recipient);
	free(s->text);
	error_clear(&c->error);
	free(s);
}

static const struct channel_ops spool_ops = {
	.work = spool_nothing,
	.wants = spool_wants,
	.offer = spool_offer,
	.body = spool_body,
	.body_end = spool_body_end,
	.flush = spool_nothing,
	.event = spool_event,
	.finish = spool_finish,
	.deadline = spool_deadline,
	.free = spool_free,
};

static bool
make_folders(const char *folder, struct error *err)
{
	static const char *const parts[] = {"tmp", "new", "cur"};
	bool ok = true;

	for (size_t i = 0; ok && i < 3; i++) {
		char *path = file_join(folder, parts[i]);

		ok = file_make_folders(path, 0700, err);
		free(path);
	}
	return ok;
}

struct channel *
spool_new(const struct channel_options *options, int64_t now)
{
	struct spool *s = mem_new(sizeof *s);

	(void)now;
	s->channel.ops = &spool_ops;
	s->message.whole = true;
	s->folder = mem_strdup(options->relay->path);
	if (gethostname(s->host, sizeof s->host - 1) < 0)
		strcpy(s->host, "localhost");
	for (char *p = s->host; *p; p++)
		if (*p == '/' || *p == ':')
			*p = '_';
	s->channel.state = make_folders(s->folder, &s->channel.error)
		? CHANNEL_OPEN
		: CHANNEL_CLOSED;
	return &s->channel;
}
