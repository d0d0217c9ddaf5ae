/*
 * The dialogue alone, as a mark for what the ledger and the personal part cost:
 * dialogue PORT MESSAGES CONNECTIONS FILE sends the file, a message as it goes
 * over the wire, to one address after the other at 127.0.0.1. Nothing is written
 * down, and nothing is filled in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

#include "base/file.h"
#include "base/mem.h"
#include "deliver/channel.h"

enum { EVENTS = 64, LIMIT = 64 * 1024 * 1024, WAIT_MS = 10000 };

struct sending {
	struct str body;
	size_t left, done; /* to be offered; that have an outcome */
	size_t failed;
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
offer(struct sending *s, struct channel *c, int64_t now)
{
	char address[48];

	while (s->left && c->state == CHANNEL_OPEN && c->ops->wants(c)) {
		snprintf(address, sizeof address, "reader%07zu@example.org",
			s->left--);
		c->ops->offer(c,
			&(struct envelope){.token = s->left + 1,
				.sender = span_of("weekly@example.org"),
				.recipient = span_of(address),
				.size = s->body.len},
			now);
	}
}

static void
take_events(struct sending *s, struct channel *c, int64_t now)
{
	for (;;) {
		struct dialogue_event e = c->ops->event(c);

		if (e.kind == EVENT_BODY) {
			rope_lend(c->ops->body(c), str_span(&s->body));
			c->ops->body_end(c, now);
		} else if (e.kind == EVENT_OUTCOME) {
			s->done++;
			s->failed += e.outcome.verdict != VERDICT_SENT;
		} else {
			return;
		}
	}
}

static void
turn(struct sending *s, struct channel **channels, size_t count, int epoll_fd)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(epoll_fd, events, EVENTS, WAIT_MS);
	int64_t now = now_ms();

	for (int i = 0; i < n; i++)
		((struct channel *)events[i].data.ptr)
			->ops->work(events[i].data.ptr, now);
	for (size_t i = 0; i < count; i++) {
		if (channels[i]->state == CHANNEL_CLOSED) {
			fprintf(stderr, "dialogue: a connection closed\n");
			exit(1);
		}
		take_events(s, channels[i], now);
		offer(s, channels[i], now);
		channels[i]->ops->flush(channels[i], now);
	}
}

int
main(int argc, char **argv)
{
	struct relay relay = {
		.kind = TRANSPORT_SMTP, .server = {.host = "127.0.0.1"}};
	struct channel_options options = {.relay = &relay,
		.ehlo_name = "sender.example.org",
		.epoll_fd = epoll_create1(EPOLL_CLOEXEC),
		.timeouts = &dialogue_timeouts_default};
	struct sending s = {.body = STR_INIT};
	struct channel **channels;
	size_t count, messages;

	if (argc != 5 || !file_read(argv[4], LIMIT, &s.body, NULL)) {
		fprintf(stderr, "dialogue PORT MESSAGES CONNECTIONS FILE\n");
		return 1;
	}
	relay.server.port = atoi(argv[1]);
	s.left = messages = strtoul(argv[2], NULL, 10);
	count = strtoul(argv[3], NULL, 10);
	channels = mem_new((count + 1) * sizeof *channels);
	for (size_t i = 0; i < count; i++)
		channels[i] = connection_new(&options, now_ms());
	while (s.done < messages)
		turn(&s, channels, count, options.epoll_fd);
	for (size_t i = 0; i < count; i++)
		channels[i]->ops->free(channels[i]);
	free(channels);
	str_clear(&s.body);
	return s.failed ? 1 : 0;
}
