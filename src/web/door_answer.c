/*
 * What goes out of the door: answers with the headers that all of them bear.
 */
#include "web/door_state.h"

#include <microhttpd.h>
#include <stdio.h>

static const struct {
	const char *name, *value;
} headers[] = {
	{"Content-Security-Policy",
		"default-src 'none'; style-src 'self'; form-action 'self'; "
		"base-uri 'none'; frame-ancestors 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"X-Robots-Tag", "noindex, nofollow"},
};

static void
add_headers(struct MHD_Response *response, const char *type, bool kept)
{
	MHD_add_response_header(response, "Content-Type", type);
	MHD_add_response_header(response, "Cache-Control",
		kept ? "public, max-age=3600" : "no-store");
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		MHD_add_response_header(
			response, headers[i].name, headers[i].value);
}

static struct MHD_Response *
make_fixed(struct span body, const char *type, bool kept)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		body.len, (void *)body.data, MHD_RESPMEM_MUST_COPY);

	if (response)
		add_headers(response, type, kept);
	return response;
}

static const char plain[] = "text/plain; charset=utf-8";

static const struct fixed_answer {
	const char *type, *text;
	int status;
	bool kept;
} fixed[FIXED_COUNT] = {
	[FIXED_STYLE] = {"text/css; charset=utf-8", NULL, MHD_HTTP_OK, true},
	[FIXED_ROBOTS] = {plain, "User-agent: *\nDisallow: /\n", MHD_HTTP_OK,
		true},
	[FIXED_BROKEN] = {plain, "bad request\n", MHD_HTTP_BAD_REQUEST, false},
	[FIXED_METHOD] = {plain, "method not allowed\n",
		MHD_HTTP_METHOD_NOT_ALLOWED, false},
	[FIXED_LARGE] = {plain, "too large\n", 413, false},
	[FIXED_MUCH] = {plain,
		"too many requests; please try again in a minute\n",
		MHD_HTTP_TOO_MANY_REQUESTS, false},
	[FIXED_CLOSING] = {plain, "closing; please try again\n",
		MHD_HTTP_SERVICE_UNAVAILABLE, false},
};

bool
door_make_answers(struct door *d, struct error *err)
{
	for (int i = 0; i < FIXED_COUNT; i++) {
		struct span body = fixed[i].text
			? span_of(fixed[i].text)
			: reception_style(d->o.reception);

		d->fixed[i] = make_fixed(body, fixed[i].type, fixed[i].kept);
		if (!d->fixed[i])
			return error_set(err, ERROR_IO, "no memory");
	}
	MHD_add_response_header(d->fixed[FIXED_BROKEN], "Connection", "close");
	MHD_add_response_header(
		d->fixed[FIXED_METHOD], "Allow", "GET, HEAD, POST");
	MHD_add_response_header(d->fixed[FIXED_MUCH], "Retry-After", "60");
	MHD_add_response_header(d->fixed[FIXED_CLOSING], "Retry-After", "5");
	MHD_add_response_header(d->fixed[FIXED_CLOSING], "Connection", "close");
	return true;
}

int
door_send_fixed(struct call *call, enum fixed which)
{
	return MHD_queue_response(call->connection,
		(unsigned)fixed[which].status, call->door->fixed[which]);
}

int
door_send_answer(struct call *call)
{
	struct answer *answer = &call->visit.answer;
	size_t len = answer->body.len;
	struct MHD_Response *response = MHD_create_response_from_buffer(
		len, str_take(&answer->body), MHD_RESPMEM_MUST_FREE);
	enum MHD_Result result;
	char seconds[16];

	if (!response)
		return MHD_NO;
	add_headers(response, answer->type, false);
	if (answer->retry_after) {
		snprintf(seconds, sizeof seconds, "%d", answer->retry_after);
		MHD_add_response_header(response, "Retry-After", seconds);
	}
	if (door_state(call->door) != OPEN)
		MHD_add_response_header(response, "Connection", "close");
	result = MHD_queue_response(
		call->connection, (unsigned)answer->status, response);
	MHD_destroy_response(response);
	return result;
}

void
door_drop_answers(struct door *d)
{
	for (int i = 0; i < FIXED_COUNT; i++)
		if (d->fixed[i])
			MHD_destroy_response(d->fixed[i]);
}
