#include "source/fetch_transfer.h"

#include <assert.h>
#include <curl/curl.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/url.h"
#include "net/authorities.h"
#include "source/fetch_guard.h"

enum {
	REDIRECTS_MAX = 5,
	HEADERS_MAX = 256 * 1024, /* octets, of all responses together */
	VALIDATOR_MAX = 1000,	  /* what is longer, servers refuse to hear */
	READ_SIZE = 64 * 1024,
	BODY_KEPT = 512 * 1024, /* memory that the next body may use again */
	SLOW = 50,		/* octets a second */
	WAITS_MAX = 8,		/* then it is too slow itself */
};

static_assert(TROUBLE_SIZE >= CURL_ERROR_SIZE, "libcurl writes as much");

/* ----- the guard ----- */

static bool
is_allowed(struct transfer *t, bool allowed, const char *address)
{
	str_truncate(&t->refused, 0);
	if (t->request->allow_private || allowed)
		return true;
	str_add(&t->refused, address);
	return false;
}

static curl_socket_t
on_open(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = user;
	char text[NI_MAXHOST] = "?";

	(void)purpose;
	getnameinfo(&address->addr, address->addrlen, text, sizeof text, NULL,
		0, NI_NUMERICHOST);
	if (!is_allowed(t, fetch_guard_allows(t->guard, &address->addr), text))
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
		address->protocol);
}

/* A connection may have been opened by another transfer that was allowed it. */
static int
on_request(void *user, char *remote, char *local, int port, int local_port)
{
	struct transfer *t = user;

	(void)local;
	(void)local_port;
	return is_allowed(t,
		       fetch_guard_allows_text(
			       t->guard, remote, (uint16_t)port),
		       remote)
		? CURL_PREREQFUNC_OK
		: CURL_PREREQFUNC_ABORT;
}

/* ----- what comes in ----- */

static const struct {
	const char *name;
	size_t offset;
} kept_headers[] = {
	{"etag", offsetof(struct transfer, etag)},
	{"last-modified", offsetof(struct transfer, modified)},
	{"retry-after", offsetof(struct transfer, retry_after)},
};

static struct str *
kept_header(struct transfer *t, size_t i)
{
	return (struct str *)(void *)((char *)t + kept_headers[i].offset);
}

/* Is there room for so much more? */
static bool
take_room(struct transfer *t, size_t size)
{
	struct fetch_budget *budget = t->budget;

	if (budget->held + size > budget->most && budget->favoured &&
		budget->favoured != t)
		return false;
	if (budget->held + size > budget->most)
		budget->favoured = t;
	budget->held += size;
	return true;
}

static void
give_room_back(struct transfer *t)
{
	if (t->budget->favoured == t)
		t->budget->favoured = NULL;
	t->budget->held -= t->body.len;
	str_truncate(&t->body, 0);
}

void
transfer_go_on(struct transfer *t)
{
	if (!t->is_paused)
		return;
	t->is_paused = false;
	curl_easy_pause(t->easy, CURLPAUSE_CONT);
}

/* A redirect counts as one when something follows it. */
static void
begin_response(struct transfer *t, struct span line)
{
	struct span code = span_from(line, span_find(line, ' '));
	int status = atoi(span_trim(code).len ? code.data : "0");

	if (status < 200)
		return;
	if (t->status >= 300 && t->status < 400) {
		t->hops++;
		t->has_detour |= t->status != 301 && t->status != 308;
	}
	t->status = status;
	for (size_t i = 0; i < sizeof kept_headers / sizeof *kept_headers; i++)
		str_truncate(kept_header(t, i), 0);
	give_room_back(t);
}

static void
keep_header(struct transfer *t, struct span line)
{
	size_t colon = span_find(line, ':');
	struct span name = span_trim(span_slice(line, 0, colon));
	struct span value;

	if (colon == line.len)
		return;
	value = span_trim(span_from(line, colon + 1));
	for (size_t i = 0; i < sizeof kept_headers / sizeof *kept_headers;
		i++) {
		if (!span_equals_nocase(name, kept_headers[i].name))
			continue;
		str_truncate(kept_header(t, i), 0);
		if (value.len <= VALIDATOR_MAX && !text_has_controls(value))
			str_add_span(kept_header(t, i), value);
	}
}

static size_t
on_header(char *data, size_t size, size_t n, void *user)
{
	struct transfer *t = user;
	struct span line = {data, size * n};
	char *text = span_dup(span_trim(line)); /* with a NUL behind it */

	t->header_octets += line.len;
	if (span_starts(span_of(text), "HTTP/"))
		begin_response(t, span_of(text));
	else
		keep_header(t, span_of(text));
	free(text);
	if (t->header_octets <= HEADERS_MAX)
		return line.len;
	t->is_too_large = true;
	return 0;
}

/* Octets after decompression; the buffer grows as they come, whatever length
 * was declared. */
static size_t
on_body(char *data, size_t size, size_t n, void *user)
{
	struct transfer *t = user;

	size *= n;
	if (size > t->options->limit - t->body.len) {
		t->is_too_large = true;
		return 0;
	}
	if (!take_room(t, size)) {
		t->is_paused = t->has_waited = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	str_add_bytes(&t->body, data, size);
	return size;
}

/* ----- what libcurl is told ----- */

static const struct {
	CURLoption option;
	long value;
} fixed_options[] = {
	{CURLOPT_NOSIGNAL, 1},
	{CURLOPT_FOLLOWLOCATION, 1},
	{CURLOPT_MAXREDIRS, REDIRECTS_MAX},
	{CURLOPT_FAILONERROR, 1}, /* leaves out the bodies of errors */
	{CURLOPT_SUPPRESS_CONNECT_HEADERS, 1}, /* a proxy's */
	{CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
	{CURLOPT_LOW_SPEED_LIMIT, SLOW},
	{CURLOPT_BUFFERSIZE, READ_SIZE},
	{CURLOPT_TCP_NODELAY, 1},
	/* In HTTP/2 a transfer that waits holds up the others of its
	   connection, and libcurl goes on filling its memory for it (curl's
	   issues 4939 and 10988). */
	{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
	/* A name server that does not answer must not hold up the rest. */
	{CURLOPT_QUICK_EXIT, 1},
};

static void
set_callbacks(struct transfer *t)
{
	curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->trouble);
	curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, on_request);
	curl_easy_setopt(t->easy, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
}

/* A server that computes its feed may be silent for most of the time; one that
 * never accepts must leave time for its other addresses. */
static void
set_limits(struct transfer *t)
{
	int64_t ms = t->options->timeout_ms;
	int64_t patience = ms * 2 / 3 / 1000;

	curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)ms);
	curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(ms / 2));
	curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_TIME,
		(long)(patience ? patience : 1));
	curl_easy_setopt(t->easy, CURLOPT_MAXFILESIZE_LARGE,
		(curl_off_t)t->options->limit);
}

static void
set_header(struct transfer *t, const char *name, const char *value)
{
	char *line;

	/* They were a server's words once. */
	if (text_is_empty(value) || text_has_controls(span_of(value)))
		return;
	line = mem_printf("%s: %s", name, value);
	t->headers = curl_slist_append(t->headers, line);
	free(line);
}

static void
set_request(struct transfer *t)
{
	const char *agent = t->options->user_agent;

	curl_easy_setopt(t->easy, CURLOPT_URL, str_text(&t->url));
	curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(t->easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(t->easy, CURLOPT_USERAGENT, agent);
	if (t->request->head)
		curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
	/* "": every encoding that this libcurl can undo. */
	curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, "");
	authorities_set(t->easy);
	set_header(t, "Accept", t->request->accept);
	set_header(t, "If-None-Match", t->request->etag);
	set_header(t, "If-Modified-Since", t->request->modified);
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

/* ----- the transfer ----- */

struct transfer *
transfer_new(const struct fetch_options *options,
	const struct fetch_guard *guard, struct fetch_budget *budget)
{
	struct transfer *t = mem_new(sizeof *t);

	t->options = options;
	t->guard = guard;
	t->budget = budget;
	t->easy = curl_easy_init();
	return t;
}

bool
transfer_begin(struct transfer *t, const struct fetch_request *request)
{
	struct span url = span_trim(span_of(request->url));

	t->request = request;
	if (!t->easy || !url_is_web(url) || !url_link(&t->url, url, NULL))
		return false;
	for (size_t i = 0; i < sizeof fixed_options / sizeof *fixed_options;
		i++)
		curl_easy_setopt(t->easy, fixed_options[i].option,
			fixed_options[i].value);
	set_callbacks(t);
	set_limits(t);
	set_request(t);
	return true;
}

/* libcurl 7.88 reports broken brotli as if our callback had refused it. */
static bool
is_undecoded(const struct transfer *t, int code)
{
	return code == CURLE_BAD_CONTENT_ENCODING ||
		(code == CURLE_WRITE_ERROR && !t->is_too_large);
}

bool
transfer_begin_again(struct transfer *t, int code)
{
	const struct fetch_request *request = t->request;
	bool late = code == CURLE_OPERATION_TIMEDOUT && t->has_waited;
	bool plain = t->is_plain;
	int waits = t->waits + late;

	if (late ? waits > WAITS_MAX : plain || !is_undecoded(t, code))
		return false;
	transfer_end(t);
	if (!transfer_begin(t, request))
		return false;
	t->waits = waits;
	t->is_plain = plain || !late;
	if (t->is_plain)
		curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, NULL);
	return true;
}

bool
transfer_was_heard(const struct transfer *t)
{
	return t->status != 0 || t->refused.len > 0;
}

void
transfer_end(struct transfer *t)
{
	if (t->easy)
		curl_easy_reset(t->easy);
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	t->request = NULL;
	t->status = t->hops = t->waits = 0;
	t->has_detour = t->is_plain = t->is_too_large = false;
	t->header_octets = 0;
	t->trouble[0] = '\0';
	str_truncate(&t->url, 0);
	str_truncate(&t->refused, 0);
	str_truncate(&t->found, 0);
	for (size_t i = 0; i < sizeof kept_headers / sizeof *kept_headers; i++)
		str_truncate(kept_header(t, i), 0);
	give_room_back(t);
	t->is_paused = t->has_waited = false;
	if (t->body.capacity > BODY_KEPT)
		str_clear(&t->body);
}

void
transfer_free(struct transfer *t)
{
	if (!t)
		return;
	transfer_end(t);
	curl_easy_cleanup(t->easy);
	str_clear(&t->url);
	str_clear(&t->refused);
	str_clear(&t->found);
	for (size_t i = 0; i < sizeof kept_headers / sizeof *kept_headers; i++)
		str_clear(kept_header(t, i));
	str_clear(&t->body);
	free(t);
}

char *
transfer_host(const char *url)
{
	CURLU *parts = curl_url();
	char *host = NULL, *port = NULL, *name;

	if (curl_url_set(parts, CURLUPART_URL, url, 0) ||
		curl_url_get(parts, CURLUPART_HOST, &host, 0) ||
		curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT))
		name = mem_strdup("");
	else
		name = mem_printf("%s:%s", host, port);
	for (char *c = name; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(parts);
	return name;
}
