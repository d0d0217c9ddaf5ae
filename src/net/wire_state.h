/*
 * The inside of a wire: what wire.c and wire_explain.c, which says why one
 * failed, share. For these two alone.
 */
#ifndef NET_WIRE_STATE_H
#define NET_WIRE_STATE_H

#include "net/wire.h"

enum {
	SOCKETS_MAX = 4,
	WIRE_TROUBLE_SIZE = 256, /* libcurl's CURL_ERROR_SIZE */
};

struct wire {
	struct wire_options options;
	enum wire_state state;
	void *multi, *easy; /* libcurl's handles */
	int code;	    /* its CURLcode: why it is closed */
	char trouble[WIRE_TROUBLE_SIZE];

	/* While libcurl is opening: the sockets it waits for. */
	int sockets[SOCKETS_MAX];
	size_t socket_count;
	int64_t timer;	 /* ms; INT64_MAX: none */
	int64_t give_up; /* ms; whatever libcurl says */
	int64_t now;

	int fd;
	uint32_t watched; /* epoll events */
	bool unwatched;	  /* the kernel had no room for one of them */
};

#endif
