#include "net/dns.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

enum {
	ANSWER_MAX = 4096,
	SECONDS = 2,
	SERVERS = 2, /* of the system's, so that each gets a second */
};

/* ----- answers ----- */

/* A record's data is strings, each behind its length (RFC 1035, 3.3.14). */
static bool
join_strings(struct span data, struct str *out)
{
	while (data.len) {
		size_t len = (unsigned char)data.data[0];

		if (len > data.len - 1)
			return false;
		str_add_span(out, span_slice(data, 1, len));
		data = span_from(data, len + 1);
	}
	return true;
}

static bool
take_record(const ns_rr *record, struct arena *arena, struct dns_records *out)
{
	struct span data = {
		(const char *)ns_rr_rdata(*record), ns_rr_rdlen(*record)};
	struct str text = STR_INIT;

	if (ns_rr_type(*record) != ns_t_txt || ns_rr_class(*record) != ns_c_in)
		return true;
	if (!join_strings(data, &text)) {
		str_clear(&text);
		return false;
	}
	out->texts =
		arena_grow(arena, out->texts, out->count, sizeof *out->texts);
	out->texts[out->count++] = arena_take_span(arena, &text);
	return true;
}

bool
dns_read_txt(struct span answer, struct arena *arena, struct dns_records *out)
{
	ns_msg message;
	ns_rr record;

	*out = (struct dns_records){.count = 0};
	if (ns_initparse((const unsigned char *)answer.data, (int)answer.len,
		    &message) < 0 ||
		ns_msg_getflag(message, ns_f_tc))
		return false;
	for (int i = 0; i < ns_msg_count(message, ns_s_an); i++)
		if (ns_parserr(&message, ns_s_an, i, &record) < 0 ||
			!take_record(&record, arena, out))
			return false;
	return true;
}

/* ----- questions ----- */

static bool
use_server(struct __res_state *state, const char *server)
{
	struct span text = span_of(server);
	size_t colon = span_find(text, ':');
	struct sockaddr_in address = {.sin_family = AF_INET};
	char *host = span_dup(span_slice(text, 0, colon));
	bool ok = colon < text.len &&
		inet_pton(AF_INET, host, &address.sin_addr) == 1;

	address.sin_port = htons((uint16_t)atoi(server + colon + ok));
	free(host);
	state->nscount = 1;
	state->nsaddr_list[0] = address;
	return ok;
}

/*
 * Once around the servers. The answer stays a datagram: over TCP the resolver
 * would wait for as long as the other side likes.
 */
static bool
open_resolver(struct __res_state *state, const char *server)
{
	memset(state, 0, sizeof *state);
	if (res_ninit(state) < 0)
		return false;
	if (server && !use_server(state, server)) {
		res_nclose(state);
		return false;
	}
	if (state->nscount > SERVERS)
		state->nscount = SERVERS;
	state->options |= RES_IGNTC | RES_USE_EDNS0;
	state->retry = 1;
	state->retrans = SECONDS / (state->nscount > 1 ? state->nscount : 1);
	return true;
}

static bool
no_answer(const char *name, struct error *err)
{
	return error_set(
		err, ERROR_LATER, "the DNS gives no answer about %s", name);
}

bool
dns_txt(const char *name, const char *server, struct arena *arena,
	struct dns_records *out, struct error *err)
{
	unsigned char answer[ANSWER_MAX];
	struct __res_state state;
	int len, trouble;

	*out = (struct dns_records){.count = 0};
	if (!open_resolver(&state, server))
		return no_answer(name, err);
	len = res_nquery(
		&state, name, ns_c_in, ns_t_txt, answer, sizeof answer);
	trouble = state.res_h_errno;
	res_nclose(&state);
	if (len < 0 && (trouble == HOST_NOT_FOUND || trouble == NO_DATA))
		return true;
	if (len < 0 || len > ANSWER_MAX ||
		!dns_read_txt((struct span){(const char *)answer, (size_t)len},
			arena, out))
		return no_answer(name, err);
	return true;
}
