/*
 * One-click requests (RFC 8058) over connections that stay open: what mail
 * providers send when many people unsubscribe at once.
 *
 *     clicks PORT CONNECTIONS PATHS
 *
 * posts once to each line of the file, and prints what it took as JSON. One
 * thread, so that on two processors there is one and a half for the server.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MOST = 512, ROOM = 4096 };

static const char body[] = "List-Unsubscribe=One-Click";

struct connection {
	int fd;
	char in[ROOM];
	size_t got;
	int64_t asked; /* ns */
};

struct load {
	char **paths;
	size_t count, next, done, failed;
	int64_t *took; /* ns of each */
	int epoll;
};

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
die(const char *what)
{
	perror(what);
	exit(74);
}

static void
read_paths(struct load *l, const char *file)
{
	FILE *in = fopen(file, "r");
	size_t room = 0;
	char *line = NULL;

	if (!in)
		die(file);
	while (getline(&line, &room, in) > 0) {
		line[strcspn(line, "\n")] = '\0';
		l->paths = realloc(l->paths, (l->count + 1) * sizeof *l->paths);
		l->paths[l->count++] = strdup(line);
	}
	free(line);
	fclose(in);
	l->took = calloc(l->count, sizeof *l->took);
}

static bool
ask(struct load *l, struct connection *c)
{
	char out[1024];
	int len;

	if (l->next == l->count)
		return false;
	len = snprintf(out, sizeof out,
		"POST %s HTTP/1.1\r\nHost: lists.example.org\r\n"
		"Content-Type: application/x-www-form-urlencoded\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		l->paths[l->next++], sizeof body - 1, body);
	c->got = 0;
	c->asked = now();
	if (write(c->fd, out, (size_t)len) != len)
		die("write");
	return true;
}

/* The whole answer is there? They are short, and say their length. */
static bool
is_whole(struct connection *c)
{
	char *end, *length;

	c->in[c->got] = '\0';
	end = strstr(c->in, "\r\n\r\n");
	length = strstr(c->in, "Content-Length: ");
	return end && length && length < end &&
		c->got >= (size_t)(end + 4 - c->in) + (size_t)atol(length + 16);
}

static void
take(struct load *l, struct connection *c)
{
	ssize_t n = read(c->fd, c->in + c->got, ROOM - 1 - c->got);

	if (n <= 0)
		die("the server hung up");
	c->got += (size_t)n;
	if (!is_whole(c))
		return;
	l->took[l->done++] = now() - c->asked;
	l->failed += strncmp(c->in, "HTTP/1.1 200", 12) != 0;
	ask(l, c);
}

static void
open_connection(struct load *l, struct connection *c, int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};

	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0)
		die("connect");
	epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static double
percentile(const struct load *l, double share)
{
	return (double)l->took[(size_t)((double)(l->count - 1) * share)] / 1e6;
}

int
main(int argc, char **argv)
{
	static struct connection connections[CONNECTIONS_MOST];
	struct load l = {.epoll = epoll_create1(0)};
	struct epoll_event events[CONNECTIONS_MOST];
	int count = argc == 4 ? atoi(argv[2]) : 0;
	int64_t began;

	if (count < 1 || count > CONNECTIONS_MOST)
		return 64;
	read_paths(&l, argv[3]);
	for (int i = 0; i < count; i++)
		open_connection(&l, &connections[i], atoi(argv[1]));
	began = now();
	for (int i = 0; i < count; i++)
		ask(&l, &connections[i]);
	while (l.done < l.count) {
		int n = epoll_wait(l.epoll, events, CONNECTIONS_MOST, 10000);

		if (n <= 0)
			die("no answer within ten seconds");
		for (int i = 0; i < n; i++)
			take(&l, events[i].data.ptr);
	}
	began = now() - began;
	qsort(l.took, l.count, sizeof *l.took, compare);
	printf("{\"requests\": %zu, \"failed\": %zu, \"seconds\": %.3f, "
	       "\"p50\": %.2f, \"p95\": %.2f, \"p99\": %.2f, \"max\": %.2f}\n",
		l.count, l.failed, (double)began / 1e9, percentile(&l, 0.5),
		percentile(&l, 0.95), percentile(&l, 0.99), percentile(&l, 1));
	return l.failed ? 70 : 0;
}
