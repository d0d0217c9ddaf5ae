/*
 * What anybody may send to the pages for readers: the first line is a path, the
 * second X-Forwarded-For, the third Accept-Language, the fourth Content-Type,
 * and what is left is the body.
 */
#include "fuzz.h"

#include "model/address.h"
#include "web/inquiry.h"
#include "web/mask.h"
#include "web/proxies.h"
#include "web/submission.h"

static bool
speaks(void *data, const char *language)
{
	(void)data;
	want_line("language", language);
	want("language", strlen(language) <= 35);
	return language[0] % 2;
}

static void
check_path(const char *path)
{
	struct span argument;
	enum route route = route_find(path, &argument);

	want("route", route < ROUTES && route_name(route));
	want("argument", (argument.len > 0) == (route >= ROUTE_LEAVE));
	want("argument", span_find(argument, '/') == argument.len);
}

static void
check_client(struct span forwarded)
{
	struct network local = {.bits = 0};
	struct proxies proxies = {.trusted = &local, .count = 1};
	struct machine peer = {{[15] = 1}}, client;
	struct str text = STR_INIT;
	struct machine again;

	client = proxies_client(&proxies, &peer, forwarded);
	machine_write(&text, &client);
	want("client", machine_parse(str_span(&text), &again));
	want("client", memcmp(&again, &client, sizeof again) == 0);
	str_clear(&text);
}

static void
check_body(const char *type, struct span body)
{
	struct arena *arena = arena_new();
	struct submission s;

	if (submission_read(&s, arena, type, body)) {
		want("fields", s.count <= SUBMISSION_FIELDS);
		want_line("address", submission_line(&s, "address", 254));
		want_line("name", submission_line(&s, "a", 20));
		submission_says(&s, "List-Unsubscribe", "One-Click");
	}
	arena_free(arena);
}

static void
check_mask(struct span address)
{
	struct str masked = STR_INIT;

	if (address_check(address, NULL)) {
		address_mask(&masked, address);
		want_line("masked", str_text(&masked));
		want("masked", strchr(str_text(&masked), '@'));
	}
	str_clear(&masked);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = {(const char *)data, size}, line;
	char *lines[4];
	char *language;

	for (int i = 0; i < 4; i++) {
		line = SPAN_NONE;
		span_next_line(&rest, &line);
		lines[i] = span_dup(line);
	}
	check_path(lines[0]);
	check_mask(span_of(lines[0]));
	check_client(span_of(lines[1]));
	language = language_accepted(lines[2], speaks, NULL);
	free(language);
	check_body(lines[3], span_slice(rest, 0, SUBMISSION_LIMIT));
	for (int i = 0; i < 4; i++)
		free(lines[i]);
	return 0;
}
