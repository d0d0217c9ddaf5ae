/*
 * The server's side of SMTP (RFC 5321, BDAT of RFC 3030, STARTTLS of RFC 3207),
 * as far as a benchmark needs it.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/bench/sink.h"

enum { BLOCK = 1024 };

static void
reply(struct client *c, const char *text)
{
	size_t n = strlen(text);

	if (c->out_len + n <= CLIENT_OUT) {
		memcpy(c->out + c->out_len, text, n);
		c->out_len += n;
	}
}

/* ----- a message ----- */

/* FNV-1a. */
static const uint64_t hash_start = 14695981039346656037u;
static const uint64_t hash_prime = 1099511628211u;

static void
message_begin(struct client *c)
{
	c->octets = 0;
	c->hash = hash_start;
	c->recipients = 0;
	c->recipient[0] = 0;
}

static void
take_content(struct client *c, const char *p, size_t n)
{
	c->octets += n;
	if (c->sink->log)
		for (size_t i = 0; i < n; i++)
			c->hash = (c->hash ^ (unsigned char)p[i]) * hash_prime;
}

static void
count_message(struct client *c)
{
	struct sink_stats *s = &c->sink->stats;
	uint64_t mark = c->sink->options.mark;

	s->messages++;
	s->recipients += c->recipients;
	s->octets += c->octets;
	s->last_ns = sink_now_ns();
	if (s->first_ns == 0) {
		s->first_ns = s->last_ns;
		s->cpu_before = sink_cpu();
	}
	if (mark && s->messages % mark == 0 && s->mark_count < SINK_MARKS)
		s->marks[s->mark_count++] = s->last_ns - s->first_ns;
}

static void
message_end(struct client *c)
{
	struct sink *sink = c->sink;

	sink->stats.bodies++;
	if (sink->options.drop &&
		sink->stats.bodies % sink->options.drop == 0) {
		sink->stats.dropped++;
		c->out_len = 0;
		c->closing = true;
		return;
	}
	count_message(c);
	if (sink->log)
		fprintf(sink->log, "%s\t%llu\t%016llx\n", c->recipient,
			(unsigned long long)c->octets,
			(unsigned long long)c->hash);
	reply(c, "250 2.0.0 ok\r\n");
	message_begin(c);
}

/* ----- commands ----- */

static void
on_ehlo(struct client *c)
{
	const struct sink *sink = c->sink;

	reply(c, "250-fastsink\r\n");
	if (sink->options.pipelining)
		reply(c, "250-PIPELINING\r\n");
	if (sink->options.chunking)
		reply(c, "250-CHUNKING\r\n");
	if (sink->tls && !c->tls)
		reply(c, "250-STARTTLS\r\n");
	reply(c,
		"250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 104857600\r\n"
		"250 ENHANCEDSTATUSCODES\r\n");
}

static void
on_mail(struct client *c)
{
	message_begin(c);
	reply(c, "250 2.1.0 ok\r\n");
}

static void
remember_recipient(struct client *c)
{
	const char *from = strchr(c->line, '<');
	const char *to = from ? strchr(from, '>') : NULL;

	if (!to || (size_t)(to - from) >= sizeof c->recipient)
		return;
	memcpy(c->recipient, from + 1, (size_t)(to - from - 1));
	c->recipient[to - from - 1] = 0;
}

static void
on_rcpt(struct client *c)
{
	const struct sink_options *o = &c->sink->options;
	struct sink_stats *s = &c->sink->stats;

	s->recipients_asked++;
	if (o->hard && s->recipients_asked % o->hard == 0) {
		s->rejected++;
		reply(c, "550 5.1.1 no such user\r\n");
	} else if (o->soft && s->recipients_asked % o->soft == 0) {
		s->rejected++;
		reply(c, "450 4.2.0 try later\r\n");
	} else {
		c->recipients++;
		remember_recipient(c);
		reply(c, "250 2.1.5 ok\r\n");
	}
}

static void
on_data(struct client *c)
{
	if (c->recipients == 0) {
		reply(c, "554 5.5.1 no valid recipients\r\n");
		return;
	}
	c->mode = CLIENT_DATA;
	c->dot = DOT_CRLF; /* a lone dot may come first */
	reply(c, "354 go ahead\r\n");
}

static void
on_bdat(struct client *c)
{
	char *end;

	c->bdat_left = strtoull(c->line + 4, &end, 10);
	c->bdat_last = strcasestr(end, "LAST") != NULL;
	c->mode = CLIENT_BDAT;
}

static void
on_starttls(struct client *c)
{
	if (!c->sink->tls || c->tls) {
		reply(c, "502 5.5.1 not here\r\n");
		return;
	}
	reply(c, "220 2.0.0 go ahead\r\n");
	c->starting_tls = true;
}

static void
on_rset(struct client *c)
{
	message_begin(c);
	reply(c, "250 2.0.0 ok\r\n");
}

static void
on_quit(struct client *c)
{
	reply(c, "221 2.0.0 bye\r\n");
	c->closing = true;
}

static void
on_auth(struct client *c)
{
	reply(c, "235 2.7.0 ok\r\n");
}

static void
on_other(struct client *c)
{
	reply(c, "250 2.0.0 ok\r\n");
}

/* Those that come with each message stand first. */
static const struct verb {
	const char *word;
	void (*run)(struct client *c);
} verbs[] = {
	{"RCPT", on_rcpt},
	{"MAIL", on_mail},
	{"DATA", on_data},
	{"BDAT", on_bdat},
	{"EHLO", on_ehlo},
	{"HELO", on_other},
	{"STARTTLS", on_starttls},
	{"AUTH", on_auth},
	{"RSET", on_rset},
	{"NOOP", on_other},
	{"VRFY", on_other},
	{"QUIT", on_quit},
};

static bool
is_verb(const struct client *c, const char *word)
{
	size_t n = strlen(word);

	return c->line_len >= n && strncasecmp(c->line, word, n) == 0 &&
		(c->line[n] == 0 || c->line[n] == ' ' || c->line[n] == ':');
}

static void
run_command(struct client *c)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (is_verb(c, verbs[i].word)) {
			verbs[i].run(c);
			return;
		}
	reply(c, "500 5.5.1 unknown command\r\n");
}

/* ----- octets; each of these returns how many it took ----- */

static size_t
take_command(struct client *c, const char *p, size_t n)
{
	const char *end = memchr(p, '\n', n);
	size_t used = end ? (size_t)(end - p) + 1 : n;
	size_t room = CLIENT_LINE - 1 - c->line_len;
	size_t keep = used < room ? used : room;

	memcpy(c->line + c->line_len, p, keep);
	c->line_len += keep;
	if (!end)
		return used;
	while (c->line_len && strchr("\r\n", c->line[c->line_len - 1]))
		c->line_len--;
	c->line[c->line_len] = 0;
	run_command(c);
	c->line_len = 0;
	return used;
}

static size_t
take_bdat(struct client *c, const char *p, size_t n)
{
	size_t take = n < c->bdat_left ? n : (size_t)c->bdat_left;

	take_content(c, p, take);
	c->bdat_left -= take;
	if (c->bdat_left > 0)
		return take;
	c->mode = CLIENT_COMMAND;
	if (c->bdat_last)
		message_end(c);
	else
		reply(c, "250 2.0.0 chunk ok\r\n");
	return take;
}

/* Whether a line of these begins with a dot. One octet behind them is looked
 * at. Plain, for the compiler to take many octets at once: a sink that looks at
 * each line would cost the client under test a good part of a processor. */
static bool
block_has_dot(const char *p)
{
	unsigned char found = 0;

	for (size_t i = 0; i < BLOCK; i++)
		found |= (unsigned char)((p[i] == '\n') & (p[i + 1] == '.'));
	return found;
}

static size_t
skip_blocks(const char *p, size_t n)
{
	size_t i = 0;

	while (i + BLOCK < n && !block_has_dot(p + i))
		i += BLOCK;
	return i;
}

/* How far the mark has come with the last octets of p. */
static enum dot
dot_at_end(const char *p, size_t n)
{
	if (p[n - 1] == '\r')
		return DOT_CR;
	return n > 1 && p[n - 1] == '\n' && p[n - 2] == '\r' ? DOT_CRLF
							     : DOT_NONE;
}

/* Outside of the mark only lines matter that begin with a dot: to the next one
 * at once. Returns how many octets that are. */
static size_t
skip_text(struct client *c, const char *p, size_t n)
{
	size_t i = skip_blocks(p, n);

	while (i < n) {
		const char *end = memchr(p + i, '\n', n - i);

		i = end ? (size_t)(end - p) + 1 : n;
		if (i < n && p[i] == '.')
			break;
	}
	c->dot = dot_at_end(p, i);
	return i;
}

/* An octet that breaks the mark may itself begin one. */
static enum dot
next_dot(enum dot dot, char octet)
{
	static const struct {
		char octet;
		enum dot next;
	} wanted[] = {
		[DOT_NONE] = {'\r', DOT_CR},
		[DOT_CR] = {'\n', DOT_CRLF},
		[DOT_CRLF] = {'.', DOT_DOT},
		[DOT_DOT] = {'\r', DOT_DOTCR},
		[DOT_DOTCR] = {'\n', DOT_END},
	};

	if (octet == wanted[dot].octet)
		return wanted[dot].next;
	return octet == '\r' ? DOT_CR : DOT_NONE;
}

static size_t
take_data(struct client *c, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		if (c->dot == DOT_NONE) {
			i += skip_text(c, p + i, n - i);
			continue;
		}
		c->dot = next_dot(c->dot, p[i++]);
		if (c->dot == DOT_END) {
			take_content(c, p, i);
			c->mode = CLIENT_COMMAND;
			message_end(c);
			return i;
		}
	}
	take_content(c, p, n);
	return n;
}

/* ----- what others call ----- */

void
dialogue_greet(struct client *c)
{
	message_begin(c);
	c->greeted = true;
	reply(c, "220 fastsink ESMTP\r\n");
}

/* Neither after QUIT nor behind STARTTLS does anything count (RFC 3207, 4.2);
 * a BDAT of no octets wants its reply. */
void
dialogue_take(struct client *c, const char *p, size_t n)
{
	size_t i = 0;

	while (!c->closing && !c->starting_tls &&
		(i < n || (c->mode == CLIENT_BDAT && c->bdat_left == 0))) {
		if (c->mode == CLIENT_DATA)
			i += take_data(c, p + i, n - i);
		else if (c->mode == CLIENT_BDAT)
			i += take_bdat(c, p + i, n - i);
		else
			i += take_command(c, p + i, n - i);
	}
}
