/*
 * With FETCH_PLAN naming a JSON file {"limit", "timeout_ms", "at_once", "now",
 * "requests": [{"url", "etag", "modified", "allow_private"}]}, this fetches
 * those and prints a line of JSON for each: so the end-to-end test drives the
 * fetcher against a server that misbehaves.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "source/fetch.h"

/* ----- addresses ----- */

static bool
is_private(const char *text)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return fetch_is_private(&in);
	want_int(text, inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
	return fetch_is_private(&in6);
}

static void
test_private(void **state)
{
	static const struct {
		const char *address;
		bool want;
	} cases[] = {
		{"0.0.0.0", true},
		{"0.1.2.3", true},
		{"1.0.0.0", false},
		{"8.8.8.8", false},
		{"9.255.255.255", false},
		{"10.0.0.0", true},
		{"10.255.255.255", true},
		{"11.0.0.0", false},
		{"100.63.255.255", false},
		{"100.64.0.0", true},
		{"100.127.255.255", true},
		{"100.128.0.0", false},
		{"126.255.255.255", false},
		{"127.0.0.1", true},
		{"127.255.255.254", true},
		{"128.0.0.0", false},
		{"169.253.255.255", false},
		{"169.254.169.254", true},
		{"169.255.0.0", false},
		{"172.15.255.255", false},
		{"172.16.0.0", true},
		{"172.31.255.255", true},
		{"172.32.0.0", false},
		{"192.0.0.8", true},
		{"192.0.1.1", false},
		{"192.0.2.1", true},
		{"192.88.99.1", true},
		{"192.167.255.255", false},
		{"192.168.1.1", true},
		{"192.169.0.0", false},
		{"198.17.255.255", false},
		{"198.18.0.0", true},
		{"198.19.255.255", true},
		{"198.20.0.0", false},
		{"198.51.100.7", true},
		{"203.0.113.7", true},
		{"223.255.255.255", false},
		{"224.0.0.1", true},
		{"239.255.255.250", true},
		{"240.0.0.0", true},
		{"255.255.255.255", true},
		{"::", true},
		{"::1", true},
		{"::2", true},
		{"::127.0.0.1", true},
		{"::8.8.8.8", true}, /* "compatible", which nobody routes */
		{"::ffff:127.0.0.1", true},
		{"::ffff:10.1.2.3", true},
		{"::ffff:8.8.8.8", false},
		{"::ffff:0:8.8.8.8", true},
		{"64:ff9b::127.0.0.1", true},
		{"64:ff9b::192.168.0.1", true},
		{"64:ff9b::8.8.8.8", false},
		{"64:ff9b:1::8.8.8.8", true},
		{"100::1", true},
		{"1fff::1", true},
		{"2001::1", true}, /* Teredo */
		{"2001:0:4136:e378:8000:63bf:3fff:fdd2", true},
		{"2001:1ff::1", true},
		{"2001:200::1", false},
		{"2001:4860:4860::8888", false},
		{"2001:db8::1", true},
		{"2002:7f00:1::1", true}, /* 6to4 of 127.0.0.1 */
		{"2002:a00:1::1", true},
		{"2002:808:808::1", false},
		{"2003::1", false},
		{"3fff:fff::1", true},
		{"3fff:1000::1", false},
		{"4000::1", true},
		{"fc00::1", true},
		{"fd12:3456:789a::1", true},
		{"fe80::1", true},
		{"fec0::1", true},
		{"ff02::1", true},
	};
	struct sockaddr other = {.sa_family = AF_UNIX};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].address, is_private(cases[i].address),
			cases[i].want);
	want_true("another family", fetch_is_private(&other));
}

/* ----- a server with canned answers ----- */

struct server {
	int fd, port;
	pthread_t thread;
	char url[64];
};

#define FRESH "HTTP/1.1 200 OK\r\nConnection: close\r\n"

static const struct {
	const char *path, *answer;
} canned[] = {
	{"/feed",
		FRESH "Content-Type: text/xml\r\nETag: \"a1\"\r\n"
		      "Last-Modified: Fri, 20 Nov 2026 07:00:00 GMT\r\n"
		      "Content-Length: 5\r\n\r\nhello"},
	{"/same", "HTTP/1.1 304 Not Modified\r\nETag: \"a1\"\r\n\r\n"},
	{"/gone", "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"},
	{"/none", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"},
	{"/nowhere", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"},
	{"/seconds",
		"HTTP/1.1 429 Slow\r\nRetry-After: 120\r\n"
		"Content-Length: 0\r\n\r\n"},
	{"/date",
		"HTTP/1.1 503 Busy\r\n"
		"Retry-After: Fri, 20 Nov 2026 08:00:00 GMT\r\n"
		"Content-Length: 0\r\n\r\n"},
	{"/past",
		"HTTP/1.1 503 Busy\r\n"
		"Retry-After: Fri, 20 Nov 2020 08:00:00 GMT\r\n"
		"Content-Length: 0\r\n\r\n"},
	{"/endless",
		"HTTP/1.1 503 Busy\r\nRetry-After: 99999999999999999999999\r\n"
		"Content-Length: 0\r\n\r\n"},
	{"/unsaid",
		"HTTP/1.1 503 Busy\r\nRetry-After: soon\r\n"
		"Content-Length: 0\r\n\r\n"},
	{"/moved",
		"HTTP/1.1 301 Moved\r\nLocation: /also\r\nETag: \"no\"\r\n"
		"Content-Length: 0\r\n\r\n"},
	{"/also",
		"HTTP/1.1 308 Moved\r\nLocation: /feed\r\n"
		"Content-Length: 0\r\n\r\n"},
	{"/detour",
		"HTTP/1.1 302 Found\r\nLocation: /moved\r\n"
		"Content-Length: 0\r\n\r\n"},
	{"/file",
		"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n"
		"Content-Length: 0\r\n\r\n"},
	{"/early", FRESH "Content-Length: 9\r\n\r\nhello"},
	{"/large", FRESH "\r\n0123456789abcdefg"},
	{"/declared", FRESH "Content-Length: 17\r\n\r\n0123456789abcdefg"},
	{"/mute", ""},
};

static void
serve_one(int fd)
{
	char request[4096];
	ssize_t n = recv(fd, request, sizeof request - 1, 0);
	const char *path = NULL, *end;

	request[n > 0 ? n : 0] = '\0';
	path = strchr(request, ' ');
	end = path ? strchr(path + 1, ' ') : NULL;
	for (size_t i = 0; end && i < COUNT(canned); i++) {
		size_t length = strlen(canned[i].path);

		if ((size_t)(end - path - 1) == length &&
			memcmp(path + 1, canned[i].path, length) == 0)
			send(fd, canned[i].answer, strlen(canned[i].answer),
				MSG_NOSIGNAL);
	}
	shutdown(fd, SHUT_WR);
	close(fd);
}

static void *
serve(void *data)
{
	struct server *s = data;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0)
		serve_one(fd);
	return NULL;
}

static void
server_start(struct server *s)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof in;

	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(s->fd, (struct sockaddr *)&in, size) < 0 ||
		listen(s->fd, 16) < 0 ||
		getsockname(s->fd, (struct sockaddr *)&in, &size) < 0)
		fail_msg("no loopback");
	s->port = ntohs(in.sin_port);
	snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d", s->port);
	pthread_create(&s->thread, NULL, serve, s);
}

static void
server_stop(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
}

/* ----- what comes back ----- */

enum { NOW = 1795158000 }; /* 2026-11-20T07:00:00Z */

struct result {
	int count, status;
	enum fetch_kind kind;
	char *body, *etag, *modified, *type, *moved_to, *error;
	int64_t retry_at;
};

static void
keep(void *data, const struct fetch_answer *a)
{
	struct result *r = data;

	r->count++;
	r->status = a->status;
	r->kind = a->kind;
	r->body = span_dup(a->body);
	r->etag = mem_strdup(a->etag);
	r->modified = mem_strdup(a->modified);
	r->type = mem_strdup(a->content_type);
	r->moved_to = mem_strdup(a->moved_to);
	r->error = mem_strdup(a->error.text);
	r->retry_at = a->retry_at;
}

static void
result_clear(struct result *r)
{
	free(r->body);
	free(r->etag);
	free(r->modified);
	free(r->type);
	free(r->moved_to);
	free(r->error);
	*r = (struct result){.count = 0};
}

static struct result
fetch_one(const struct fetch_request *request)
{
	struct result r = {.count = 0};
	struct fetch_options options = {
		.limit = 16, .timeout_ms = 5000, .now = NOW};
	struct error err = ERROR_INIT;

	if (!fetch_all(request, 1, &options, keep, &r, &err))
		fail_msg("%s", err.text);
	want_int(request->url, r.count, 1);
	return r;
}

static struct result
fetch_path(const struct server *s, const char *path)
{
	char *url = mem_printf("%s%s", s->url, path);
	struct result r = fetch_one(&(struct fetch_request){
		.url = url, .etag = "\"a1\"", .allow_private = true});

	free(url);
	return r;
}

static void
test_kinds(void **state)
{
	static const struct {
		const char *path;
		enum fetch_kind kind;
		int status;
		const char *body, *error; /* a part of it */
	} cases[] = {
		{"/feed", FETCH_FRESH, 200, "hello", NULL},
		{"/same", FETCH_NOT_MODIFIED, 304, "", NULL},
		{"/gone", FETCH_GONE, 410, "", "gone for good"},
		{"/none", FETCH_FAILED, 404, "", "nothing is there (404)"},
		{"/nowhere", FETCH_FAILED, 302, "", "without saying where"},
		{"/moved", FETCH_FRESH, 200, "hello", NULL},
		{"/detour", FETCH_FRESH, 200, "hello", NULL},
		{"/file", FETCH_FAILED, 302, "", "only http and https"},
		{"/early", FETCH_FAILED, 200, "", "ends too early"},
		{"/large", FETCH_FAILED, 200, "", "larger than 16 octets"},
		{"/declared", FETCH_FAILED, 200, "", "larger than 16 octets"},
		{"/mute", FETCH_FAILED, 0, "", "without an answer"},
		{"/date", FETCH_WAIT, 503, "", "cannot answer now (503)"},
	};
	struct server s;

	(void)state;
	server_start(&s);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct result r = fetch_path(&s, cases[i].path);

		want_int(cases[i].path, r.kind, cases[i].kind);
		want_int(cases[i].path, r.status, cases[i].status);
		want_text(cases[i].path, r.body, cases[i].body);
		if (!cases[i].error)
			want_text(cases[i].path, r.error, NULL);
		else if (!r.error || !strstr(r.error, cases[i].error))
			fail_msg("%s: <%s> lacks <%s>", cases[i].path,
				r.error ? r.error : "", cases[i].error);
		result_clear(&r);
	}
	server_stop(&s);
}

static void
test_headers(void **state)
{
	struct server s;
	struct result r;

	(void)state;
	server_start(&s);
	r = fetch_path(&s, "/feed");
	want_text("etag", r.etag, "\"a1\"");
	want_text("modified", r.modified, "Fri, 20 Nov 2026 07:00:00 GMT");
	want_text("type", r.type, "text/xml");
	want_text("moved", r.moved_to, NULL);
	result_clear(&r);
	r = fetch_path(&s, "/moved");
	want_text("the last one's", r.etag, "\"a1\"");
	want_true("moved", r.moved_to && strstr(r.moved_to, "/feed"));
	result_clear(&r);
	r = fetch_path(&s, "/detour");
	want_text("not for good", r.moved_to, NULL);
	result_clear(&r);
	server_stop(&s);
}

static void
test_retry(void **state)
{
	static const struct {
		const char *path;
		int64_t want;
	} cases[] = {
		{"/seconds", NOW + 120},
		{"/date", NOW + 3600},
		{"/past", NOW},
		{"/endless", NOW + INT64_C(183) * 24 * 3600},
		{"/unsaid", INSTANT_NONE},
	};
	struct server s;

	(void)state;
	server_start(&s);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct result r = fetch_path(&s, cases[i].path);

		want_int(cases[i].path, r.kind, FETCH_WAIT);
		want_int(cases[i].path, r.retry_at, cases[i].want);
		result_clear(&r);
	}
	server_stop(&s);
}

/* Asked for nothing, a 304 is an answer to nothing. */
static void
test_unasked(void **state)
{
	struct server s;
	struct result r;
	char *url;

	(void)state;
	server_start(&s);
	url = mem_printf("%s/same", s.url);
	r = fetch_one(
		&(struct fetch_request){.url = url, .allow_private = true});
	want_int("304", r.kind, FETCH_FAILED);
	result_clear(&r);
	free(url);
	server_stop(&s);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *url, *error;
	} cases[] = {
		{"http://127.0.0.1:1/",
			"http://127.0.0.1:1/: its address "
			"127.0.0.1 is none of the public "
			"internet; if it is meant, write "
			"'allow_private: true'"},
		{"http://ada:secret@[::1]:1/x@y", "http://[::1]:1/x@y: its"},
		{"http://2130706433:1/", "its address 127.0.0.1 is"},
		{"http://0x7f.1:1/", "its address 127.0.0.1 is"},
		{"http://[::ffff:10.0.0.1]:1/", "is none of the public"},
		{"http://169.254.169.254/latest", "its address 169.254"},
		{"file:///etc/passwd", "file:///etc/passwd: is no address"},
		{"ftp://example.org/", "is no address"},
		{"feed.xml", "feed.xml: is no address"},
		{"http://", "is no address"},
		{"", "is no address"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct result r =
			fetch_one(&(struct fetch_request){.url = cases[i].url});

		want_int(cases[i].url, r.kind, FETCH_FAILED);
		want_int(cases[i].url, r.status, 0);
		if (!r.error || !strstr(r.error, cases[i].error))
			fail_msg("%s: <%s> lacks <%s>", cases[i].url,
				r.error ? r.error : "", cases[i].error);
		result_clear(&r);
	}
}

/* ----- driven from outside ----- */

static void
print_answer(void *data, const struct fetch_answer *a)
{
	static const char *const kinds[] = {
		"fresh", "not modified", "gone", "wait", "failed"};
	unsigned char sum[HASH_SIZE];
	struct arena *arena = arena_new();
	struct value *v = value_new_map(arena);
	struct str line = STR_INIT, hex = STR_INIT;

	(void)data;
	hash_sha256(a->body, sum);
	hash_write_hex(&hex, sum, sizeof sum);
	value_set_text(arena, v, "asked", a->request->url);
	value_set_text(arena, v, "kind", kinds[a->kind]);
	value_set_int(arena, v, "status", a->status);
	value_set_int(arena, v, "length", (int64_t)a->body.len);
	value_set_text(arena, v, "sha256", hex.data);
	value_set_text(arena, v, "url", a->url);
	value_set_text(arena, v, "moved_to", a->moved_to);
	value_set_text(arena, v, "etag", a->etag);
	value_set_text(arena, v, "modified", a->modified);
	value_set_text(arena, v, "content_type", a->content_type);
	value_set_text(arena, v, "error", a->error.text);
	if (a->retry_at != INSTANT_NONE)
		value_set_int(arena, v, "retry_at", a->retry_at);
	json_write(&line, v, false);
	printf("%s\n", line.data);
	fflush(stdout);
	str_clear(&line);
	str_clear(&hex);
	arena_free(arena);
}

static int64_t
plan_int(const struct value *plan, const char *key)
{
	int64_t n = 0;
	const struct value *v = value_find(plan, key);

	if (v)
		value_as_int(v, &n);
	return n;
}

static int
fetch_plan(const char *path)
{
	struct str text = STR_INIT;
	struct error err = ERROR_INIT;
	struct arena *arena = arena_new();
	struct value *plan = NULL, *list;
	struct fetch_request *requests;
	struct fetch_options options;
	bool ok = false;

	if (file_read(path, SIZE_MAX / 4, &text, &err))
		plan = json_parse(arena, path, str_span(&text), &err);
	if (!plan)
		goto out;
	list = value_find(plan, "requests");
	requests = arena_alloc(arena, list->count * sizeof *requests);
	for (size_t i = 0; i < list->count; i++)
		requests[i] = (struct fetch_request){
			.url = value_find_text(list->items[i], "url"),
			.etag = value_find_text(list->items[i], "etag"),
			.modified = value_find_text(list->items[i], "modified"),
			.accept = value_find_text(list->items[i], "accept"),
			.allow_private =
				value_find(list->items[i], "allow_private") &&
				value_find(list->items[i], "allow_private")
					->truth,
		};
	options = (struct fetch_options){
		.limit = (size_t)plan_int(plan, "limit"),
		.timeout_ms = plan_int(plan, "timeout_ms"),
		.at_once = (int)plan_int(plan, "at_once"),
		.now = plan_int(plan, "now"),
	};
	ok = fetch_all(
		requests, list->count, &options, print_answer, NULL, &err);
out:
	if (err.text)
		fprintf(stderr, "%s\n", err.text);
	error_clear(&err);
	str_clear(&text);
	arena_free(arena);
	return ok ? 0 : 1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_retry),
		cmocka_unit_test(test_unasked),
		cmocka_unit_test(test_refused),
	};

	signal(SIGPIPE, SIG_IGN);
	if (getenv("FETCH_PLAN"))
		return fetch_plan(getenv("FETCH_PLAN"));
	/* The server is on this machine, which no proxy can reach. */
	setenv("no_proxy", "*", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
