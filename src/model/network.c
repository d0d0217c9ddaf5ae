#include "model/network.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

const struct machine machine_unknown = {{0}};

static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

/* ----- machines ----- */

static bool
parse_plain(struct span text, struct machine *out)
{
	char copy[INET6_ADDRSTRLEN];

	if (text.len >= sizeof copy || memchr(text.data, '\0', text.len))
		return false;
	memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	memcpy(out->octets, mapped, sizeof mapped);
	return inet_pton(AF_INET, copy, out->octets + sizeof mapped) == 1 ||
		inet_pton(AF_INET6, copy, out->octets) == 1;
}

static bool
parse_number(struct span text, int most, int *out)
{
	*out = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (!isdigit((unsigned char)text.data[i]) || i == 5)
			return false;
		*out = *out * 10 + (text.data[i] - '0');
	}
	return text.len && *out <= most;
}

/* The machine, and what stands behind the colon that follows it; empty without
 * a colon. An address of IPv6 without brackets has no port. */
static bool
split_port(struct span text, struct span *machine, struct span *port)
{
	bool brackets = span_starts(text, "[");
	size_t end;

	if (brackets)
		text = span_from(text, 1);
	end = span_find(text, brackets ? ']' : ':');
	if (!brackets && span_find_last(text, ':') != end)
		end = text.len;
	*machine = span_slice(text, 0, end);
	*port = SPAN_NONE;
	if (brackets && end == text.len)
		return false;
	text = span_from(text, end + brackets);
	if (!text.len)
		return true;
	*port = span_from(text, 1);
	return text.data[0] == ':' && port->len;
}

bool
machine_parse(struct span text, struct machine *out)
{
	struct span machine, port;
	int number;

	return text.len && split_port(text, &machine, &port) &&
		(!port.len || parse_number(port, 65535, &number)) &&
		parse_plain(machine, out);
}

void
machine_write(struct str *out, const struct machine *m)
{
	char text[INET6_ADDRSTRLEN];
	bool four = machine_is_ipv4(m);

	inet_ntop(four ? AF_INET : AF_INET6,
		m->octets + (four ? sizeof mapped : 0), text, sizeof text);
	str_add(out, text);
}

bool
machine_is_ipv4(const struct machine *m)
{
	return memcmp(m->octets, mapped, sizeof mapped) == 0;
}

bool
machine_is_loopback(const struct machine *m)
{
	static const struct machine one = {{[15] = 1}};

	if (machine_is_ipv4(m))
		return m->octets[12] == 127;
	return memcmp(m, &one, sizeof one) == 0 ||
		memcmp(m, &machine_unknown, sizeof one) == 0;
}

struct machine
machine_neighbourhood(const struct machine *m)
{
	struct machine all = *m;

	if (!machine_is_ipv4(m))
		memset(all.octets + 8, 0, 8);
	return all;
}

/* ----- networks ----- */

bool
network_parse(struct span text, struct network *out)
{
	size_t slash = span_find(text, '/');
	int bits = 128, most, unused;

	if (!text.len || !parse_plain(span_slice(text, 0, slash), &out->first))
		return false;
	unused = machine_is_ipv4(&out->first) ? 96 : 0;
	most = 128 - unused;
	if (slash < text.len) {
		if (!parse_number(span_from(text, slash + 1), most, &bits))
			return false;
		bits += unused;
	}
	out->bits = (unsigned)bits;
	return true;
}

bool
network_has(const struct network *n, const struct machine *m)
{
	unsigned whole = n->bits / 8, rest = n->bits % 8;
	unsigned char mask = (unsigned char)(0xff00 >> rest);

	if (memcmp(n->first.octets, m->octets, whole) != 0)
		return false;
	return !rest ||
		((n->first.octets[whole] ^ m->octets[whole]) & mask) == 0;
}

/* ----- endpoints ----- */

bool
endpoint_parse(struct span text, struct endpoint *out)
{
	static const char local[] = "unix:", here[] = "localhost";
	struct span machine, port;

	*out = (struct endpoint){.port = 0};
	if (span_starts(text, local)) {
		out->path = span_from(text, strlen(local));
		return out->path.len > 0;
	}
	if (!text.len || !split_port(text, &machine, &port) ||
		!parse_number(port, 65535, &out->port))
		return false;
	if (span_equals(machine, here))
		machine = span_of("127.0.0.1");
	return parse_plain(machine, &out->machine);
}
