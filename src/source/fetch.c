/*
 * The loop of the fetcher. Each host has a queue of its own requests:
 *
 *     ready: host ──> host ──> host      hosts with a request and a free place
 *              │        │
 *              1, 7     2, 3, 4          their requests, by index
 *
 * libcurl would hold back connections to a busy host by itself, but the time a
 * transfer waits so counts as its own, and it takes a place from other hosts.
 */
#include "source/fetch.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "source/fetch_guard.h"
#include "source/fetch_transfer.h"

enum {
	PER_HOST = 2,
	PER_OWN_HOST = 6, /* on our own network: as browsers do */
	UNHEARD_MAX = 4,  /* then a host's others are not tried */
	LIMIT = 10 * 1024 * 1024,
	TIMEOUT = 30 * 1000, /* ms */
	AT_ONCE = 64,
	BODIES = 24 * 1024 * 1024, /* octets, and one of any size */
	CONNECTIONS = 4,	   /* kept open for each transfer */
	WAIT = 1000, /* ms between two looks at the clock, at most */
};

static const size_t none = SIZE_MAX;

struct fetch_host {
	size_t first, last; /* requests that wait; `none` */
	int active, most;
	int unheard;   /* transfers in a row without any answer */
	bool is_ready; /* stands in the queue */
	struct fetch_host *next;
};

struct fetcher {
	const struct fetch_request *requests;
	size_t *next; /* of the same host; `none` */
	struct fetch_options options;
	struct fetch_guard *guard;
	struct fetch_budget budget;
	struct map *hosts;
	struct fetch_host *ready, *ready_last;
	CURLM *multi;
	struct transfer **running, **idle;
	int active, idle_count; /* together at most `at_once` */
	bool stopped;
	void (*each)(void *data, const struct fetch_answer *answer);
	void *data;
};

/* ----- queues ----- */

/* One that was not heard last is asked for one thing at a time. */
static int
places(const struct fetch_host *host)
{
	return host->unheard ? 1 : host->most;
}

static void
make_ready(struct fetcher *f, struct fetch_host *host)
{
	if (host->is_ready || host->first == none ||
		host->active >= places(host))
		return;
	host->is_ready = true;
	host->next = NULL;
	if (f->ready)
		f->ready_last->next = host;
	else
		f->ready = host;
	f->ready_last = host;
}

static struct fetch_host *
find_host(struct fetcher *f, const struct fetch_request *request)
{
	char *name = transfer_host(request->url);
	struct fetch_host *host = map_find(f->hosts, name);

	if (!host) {
		host = mem_new(sizeof *host);
		host->first = host->last = none;
		host->most = request->allow_private ? PER_OWN_HOST : PER_HOST;
		map_set(f->hosts, name, host);
	}
	free(name);
	return host;
}

static void
queue(struct fetcher *f, size_t i)
{
	struct fetch_host *host = find_host(f, &f->requests[i]);

	f->next[i] = none;
	if (host->first == none)
		host->first = i;
	else
		f->next[host->last] = i;
	host->last = i;
	make_ready(f, host);
}

/* The hosts take turns. */
static const struct fetch_request *
next_request(struct fetcher *f, struct fetch_host **out)
{
	struct fetch_host *host = f->ready;
	size_t i;

	if (!host)
		return NULL;
	f->ready = host->next;
	host->is_ready = false;
	i = host->first;
	host->first = f->next[i];
	host->active++;
	make_ready(f, host);
	*out = host;
	return &f->requests[i];
}

/* ----- transfers ----- */

static void
leave(struct fetcher *f, struct transfer *t)
{
	int i = 0;

	while (f->running[i] != t)
		i++;
	f->running[i] = f->running[--f->active];
	curl_multi_remove_handle(f->multi, t->easy);
}

static void
finish(struct fetcher *f, struct transfer *t, CURLcode code)
{
	struct fetch_answer answer;

	t->host->unheard = transfer_was_heard(t) ? 0 : t->host->unheard + 1;
	transfer_answer(t, (int)code, &answer);
	f->each(f->data, &answer);
	error_clear(&answer.error);
	t->host->active--;
	make_ready(f, t->host);
	transfer_end(t);
	f->idle[f->idle_count++] = t;
	for (int i = 0; i < f->active; i++)
		transfer_go_on(f->running[i]);
}

static void
run(struct fetcher *f, struct transfer *t)
{
	if (curl_multi_add_handle(f->multi, t->easy))
		finish(f, t, CURLE_FAILED_INIT);
	else
		f->running[f->active++] = t;
}

static void
start(struct fetcher *f)
{
	const struct fetch_request *request;
	struct fetch_host *host;

	while (f->active < f->options.at_once &&
		(request = next_request(f, &host))) {
		struct transfer *t = f->idle_count
			? f->idle[--f->idle_count]
			: transfer_new(&f->options, f->guard, &f->budget);

		t->host = host;
		if (!transfer_begin(t, request))
			finish(f, t, CURLE_URL_MALFORMAT);
		else if (host->unheard >= UNHEARD_MAX)
			finish(f, t, CURLE_OPERATION_TIMEDOUT);
		else
			run(f, t);
	}
}

static void
collect(struct fetcher *f)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(f->multi, &left))) {
		CURLcode code = message->data.result;
		struct transfer *t = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(
			message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		leave(f, t);
		if (transfer_begin_again(t, (int)code))
			run(f, t);
		else
			finish(f, t, code);
	}
}

/* Until something comes, or it is told to stop. */
static CURLMcode
wait_for_more(struct fetcher *f)
{
	struct curl_waitfd stop = {
		.fd = f->options.stop, .events = CURL_WAIT_POLLIN};
	CURLMcode code = curl_multi_poll(
		f->multi, &stop, f->options.stop ? 1 : 0, WAIT, NULL);

	f->stopped = stop.revents != 0;
	return code;
}

static bool
work(struct fetcher *f, struct error *err)
{
	CURLMcode code = CURLM_OK;
	int running, before;

	for (start(f); f->active > 0; start(f)) {
		before = f->active;
		code = curl_multi_perform(f->multi, &running);
		collect(f);
		if (code == CURLM_OK && f->active == before)
			code = wait_for_more(f);
		if (code != CURLM_OK)
			return error_set(err, ERROR_BUG, "libcurl: %s",
				curl_multi_strerror(code));
		if (f->stopped)
			return error_set(err, ERROR_LATER, "told to stop");
	}
	return true;
}

/* ----- from start to end ----- */

static struct fetch_options
without_zeros(const struct fetch_options *options)
{
	struct fetch_options o = *options;

	if (o.limit == 0)
		o.limit = LIMIT;
	if (o.timeout_ms == 0)
		o.timeout_ms = TIMEOUT;
	if (o.timeout_scale)
		o.timeout_ms /= o.timeout_scale;
	if (o.at_once == 0)
		o.at_once = AT_ONCE;
	if (!o.user_agent)
		o.user_agent = "postrider/" POSTRIDER_VERSION;
	return o;
}

static bool
open_fetcher(struct fetcher *f, size_t count, struct error *err)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return error_set(err, ERROR_BUG, "libcurl cannot start");
	f->multi = curl_multi_init();
	if (!f->multi)
		return error_set(err, ERROR_BUG, "libcurl cannot start");
	curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS,
		(long)f->options.at_once * CONNECTIONS);
	f->guard = fetch_guard_new();
	f->hosts = map_new();
	f->next = mem_new(count * sizeof *f->next);
	f->running = mem_new((size_t)f->options.at_once * sizeof(*f->running));
	f->idle = mem_new((size_t)f->options.at_once * sizeof(*f->idle));
	for (size_t i = 0; i < count; i++)
		queue(f, i);
	return true;
}

static void
close_fetcher(struct fetcher *f)
{
	while (f->active > 0) {
		struct transfer *t = f->running[0];

		/* Not even for a resolver that is silent. */
		curl_easy_setopt(t->easy, CURLOPT_QUICK_EXIT, 1L);
		leave(f, t);
		transfer_free(t);
	}
	for (size_t i = 0; f->hosts && i < map_count(f->hosts); i++)
		free(map_value(f->hosts, i));
	map_free(f->hosts);
	free(f->next);
	while (f->idle_count > 0)
		transfer_free(f->idle[--f->idle_count]);
	free(f->running);
	free(f->idle);
	fetch_guard_free(f->guard);
	curl_multi_cleanup(f->multi);
	curl_global_cleanup();
}

bool
fetch_all(const struct fetch_request *requests, size_t count,
	const struct fetch_options *options,
	void (*each)(void *data, const struct fetch_answer *answer), void *data,
	struct error *err)
{
	struct fetcher f = {
		.requests = requests,
		.options = without_zeros(options),
		.budget = {.most = BODIES},
		.each = each,
		.data = data,
	};
	bool ok = open_fetcher(&f, count, err) && work(&f, err);

	close_fetcher(&f);
	return ok;
}
