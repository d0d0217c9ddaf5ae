/*
 * What goes out of the door: answers with the headers that all of them bear.
 */
#include "web/door_state.h"

#include <microhttpd.h>
#include <stdio.h>

static const struct {
	const char *name, *value;
} headers[] = {
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"X-Robots-Tag", "noindex, nofollow"},
};

static const char usual_policy[] =
	"default-src 'none'; style-src 'self'; form-action 'self'; "
	"base-uri 'none'; frame-ancestors 'none'";

/* Of `answer`, which says more of it than its status and its body. */
static void
add_headers(struct MHD_Response *response, const struct answer *answer)
{
	MHD_add_response_header(response, "Content-Type", answer->type);
	MHD_add_response_header(response, "Cache-Control",
		answer->kept ? "public, max-age=3600" : "no-store");
	MHD_add_response_header(response, "Content-Security-Policy",
		answer->policy ? answer->policy : usual_policy);
	MHD_add_response_header(response, "X-Frame-Options",
		answer->framed ? "SAMEORIGIN" : "DENY");
	if (answer->location.len)
		MHD_add_response_header(
			response, "Location", str_text(&answer->location));
	if (answer->cookie.len)
		MHD_add_response_header(
			response, "Set-Cookie", str_text(&answer->cookie));
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		MHD_add_response_header(
			response, headers[i].name, headers[i].value);
}

static struct MHD_Response *
make_fixed(struct span body)
{
	const struct answer plain = {.type = "text/plain; charset=utf-8"};
	struct MHD_Response *response = MHD_create_response_from_buffer(
		body.len, (void *)body.data, MHD_RESPMEM_MUST_COPY);

	if (response)
		add_headers(response, &plain);
	return response;
}

static const struct fixed_answer {
	const char *text;
	int status;
} fixed[FIXED_COUNT] = {
	[FIXED_BROKEN] = {"bad request\n", MHD_HTTP_BAD_REQUEST},
	[FIXED_METHOD] = {"method not allowed\n", MHD_HTTP_METHOD_NOT_ALLOWED},
	[FIXED_LARGE] = {"too large\n", 413},
	[FIXED_MUCH] = {"too many requests; please try again in a minute\n",
		MHD_HTTP_TOO_MANY_REQUESTS},
	[FIXED_CLOSING] = {"closing; please try again\n",
		MHD_HTTP_SERVICE_UNAVAILABLE},
};

bool
door_make_answers(struct door *d, struct error *err)
{
	for (int i = 0; i < FIXED_COUNT; i++) {
		d->fixed[i] = make_fixed(span_of(fixed[i].text));
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
	add_headers(response, answer);
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
