/*
 * Who stands at the door: whom it lets in, and whose word on the reader's
 * address counts.
 */
#include "web/door_state.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>

/* False for a Unix socket, which has none. */
static bool
read_machine(const struct sockaddr *address, struct machine *out)
{
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;

	*out = machine_unknown;
	if (!address)
		return false;
	if (address->sa_family == AF_INET) {
		memset(out->octets + 10, 0xff, 2);
		memcpy(out->octets + 12, &four->sin_addr, 4);
	} else if (address->sa_family == AF_INET6) {
		memcpy(out->octets, &six->sin6_addr, 16);
	}
	return address->sa_family == AF_INET || address->sa_family == AF_INET6;
}

bool
door_lets_in(const struct door *d, const struct sockaddr *address)
{
	struct machine m;

	return !read_machine(address, &m) || machine_is_loopback(&m) ||
		proxies_trust(d->o.proxies, &m);
}

static enum MHD_Result
add_forwarded(void *data, enum MHD_ValueKind kind, const char *name,
	const char *value)
{
	struct str *forwarded = data;

	(void)kind;
	if (value && text_equals_nocase(name, "X-Forwarded-For"))
		str_add_all(forwarded, forwarded->len ? "," : "", value, NULL);
	return MHD_YES;
}

static void
tell_of_proxy(struct door *d, const struct machine *peer)
{
	struct str text = STR_INIT;

	if (d->told_of_proxy)
		return;
	d->told_of_proxy = true;
	machine_write(&text, peer);
	log_warn(d->o.log,
		"%s sends X-Forwarded-For and is not in serve.trusted_proxies: "
		"all its clients count as one",
		str_text(&text));
	str_clear(&text);
}

void
door_read_client(struct call *call)
{
	struct door *d = call->door;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		call->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct machine peer;
	bool far = read_machine(info ? info->client_addr : NULL, &peer);

	MHD_get_connection_values(call->connection, MHD_HEADER_KIND,
		add_forwarded, &call->forwarded);
	if (far && call->forwarded.len && !proxies_trust(d->o.proxies, &peer))
		tell_of_proxy(d, &peer);
	call->visit.inquiry.client =
		proxies_client(d->o.proxies, &peer, str_span(&call->forwarded));
}
