/*
 * A relay that says anything, in pieces of any size: the dialogue keeps what
 * tests/unit/dialogue_client.h watches. The first octet sets capabilities and
 * manners, the second the sizes of what leaves and comes.
 */
#include "fuzz.h"

#include "tests/unit/dialogue_client.h"

enum { PEOPLE = 6 };

struct manners {
	bool slow;  /* to give a body, so that it may be cut before */
	bool hasty; /* finishes before all is done */
	size_t send, hear;
};

static void
one_turn(struct client *c, const struct manners *m, struct str *out)
{
	while (c->offered < PEOPLE && dialogue_wants(c->d))
		client_offer(c);
	client_send(c, m->send, out);
	client_take_events(c);
	if (c->body && !c->closed && (!m->slow || out->len % 2))
		client_give_body(c, 3, out->len % 3 != 0);
	if (c->done == PEOPLE || (m->hasty && c->done == PEOPLE / 2))
		dialogue_finish(c->d, c->now);
	client_take_events(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how = size ? data[0] : 0, pace = size > 1 ? data[1] : 0;
	struct capabilities caps = {
		.pipelining = how & 1, .size_given = how & 2};
	struct manners m = {.slow = how & 4,
		.hasty = how & 8,
		.send = pace & 15 ? (size_t)(pace & 15) * 8 : 4096,
		.hear = pace >> 4 ? (size_t)(pace >> 4) * 3 : 4096};
	struct str out = STR_INIT;
	struct client c;

	client_init(&c, &caps);
	for (size_t i = 2; i < size && !c.closed && !c.broken; i += m.hear) {
		one_turn(&c, &m, &out);
		client_hear(&c, (const char *)data + i,
			size - i < m.hear ? size - i : m.hear);
		client_take_events(&c);
	}
	client_end(&c);
	if (c.broken) {
		fprintf(stderr, "dialogue: %s\n", c.broken);
		abort();
	}
	client_clear(&c);
	str_clear(&out);
	return 0;
}
