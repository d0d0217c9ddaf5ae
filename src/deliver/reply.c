#include "deliver/reply.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

const char *
smtp_step_name(enum smtp_step step)
{
	static const char *const names[] = {
		[STEP_GREETING] = "greeting",
		[STEP_EHLO] = "EHLO",
		[STEP_AUTH] = "AUTH",
		[STEP_MAIL] = "MAIL",
		[STEP_RCPT] = "RCPT",
		[STEP_DATA] = "DATA",
		[STEP_BODY] = "the message",
		[STEP_EMPTY] = "an empty message",
		[STEP_RSET] = "RSET",
		[STEP_QUIT] = "QUIT",
	};

	return names[step];
}

void
reply_clear(struct reply *reply)
{
	str_clear(&reply->text);
	*reply = REPLY_INIT;
}

void
reply_empty(struct reply *reply)
{
	str_truncate(&reply->text, 0);
	*reply = (struct reply){.text = reply->text};
}

/* ----- reading ----- */

bool
reply_line(struct span line, int *code, bool *last, struct span *text)
{
	const char *p = line.data;

	if (line.len < 3 || p[0] < '2' || p[0] > '5' ||
		!isdigit((unsigned char)p[1]) || !isdigit((unsigned char)p[2]))
		return false;
	if (line.len > 3 && p[3] != ' ' && p[3] != '-')
		return false;
	*code = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
	*last = line.len == 3 || p[3] == ' ';
	*text = span_from(line, line.len > 3 ? 4 : 3);
	return true;
}

/* One number of an enhanced status: no leading zero, at most `digits` long. */
static size_t
status_number(struct span s, size_t digits)
{
	size_t n = 0;

	while (n < s.len && isdigit((unsigned char)s.data[n]))
		n++;
	return n > digits || (n > 1 && s.data[0] == '0') ? 0 : n;
}

/*
 * "5.1.1", also as "#5.1.0" and "(5.1.1)": class, subject and detail of RFC
 * 3463. Its length, 0 when there is none at the front.
 */
static size_t
status_length(struct span s)
{
	size_t subject, detail;

	if (s.len < 5 || !strchr("245", s.data[0]) || s.data[1] != '.')
		return 0;
	subject = status_number(span_from(s, 2), 3);
	if (!subject || 2 + subject >= s.len || s.data[2 + subject] != '.')
		return 0;
	detail = status_number(span_from(s, 3 + subject), 3);
	if (!detail)
		return 0;
	return 3 + subject + detail;
}

static void
add_line(struct reply *reply, struct span text)
{
	text = span_trim(text);
	if (!reply->text.len) {
		struct span s = text;
		size_t n;

		if (s.len && strchr("#([", s.data[0]))
			s = span_from(s, 1);
		n = status_length(s);
		if (n && n < sizeof reply->enhanced) {
			memcpy(reply->enhanced, s.data, n);
			reply->enhanced[n] = '\0';
		}
	} else {
		/* Each line repeats the status (RFC 2034, 4). */
		if (reply->enhanced[0] && span_starts(text, reply->enhanced))
			text = span_trim(
				span_from(text, strlen(reply->enhanced)));
		str_add_char(&reply->text, ' ');
	}
	text_flatten(&reply->text, text);
}

bool
reply_add_line(struct reply *reply, struct span line, bool *last)
{
	struct span text;
	int code;

	if (!reply_line(line, &code, last, &text))
		return false;
	if (reply->code && reply->code != code)
		return false;
	reply->code = code;
	add_line(reply, text);
	return true;
}

bool
reply_parse(struct reply *reply, struct span text)
{
	struct span line;
	bool last;

	reply_clear(reply);
	while (span_next_line(&text, &line))
		if (!reply_add_line(reply, line, &last))
			return reply->code != 0;
	return reply->code != 0;
}

/* ----- judging ----- */

/* Codes that say about whom, whatever the words. */
static const struct {
	int code;
	enum reply_scope scope;
} code_scopes[] = {
	{521, SCOPE_RELAY}, /* the host takes no mail (RFC 7504) */
	{530, SCOPE_RELAY}, /* must authenticate, or STARTTLS first */
	{534, SCOPE_RELAY}, {535, SCOPE_RELAY}, {538, SCOPE_RELAY},
	{556, SCOPE_RECIPIENT}, /* his domain takes no mail (RFC 7504) */
};

/*
 * Enhanced statuses, without the class (RFC 3463 and IANA's registry). The
 * certain ones come before the words, the others after them: servers use
 * x.7.1 and x.0.0 for anything.
 */
struct status_scope {
	const char *status;
	enum reply_scope scope;
	bool certain;
};

static const struct status_scope status_scopes[] = {
	{"1.1", SCOPE_RECIPIENT, true},
	{"1.2", SCOPE_RECIPIENT, true},
	{"1.3", SCOPE_RECIPIENT, true},
	{"1.6", SCOPE_RECIPIENT, true},
	{"1.7", SCOPE_SENDER, true},
	{"1.8", SCOPE_SENDER, true},
	{"1.10", SCOPE_RECIPIENT, true},
	{"2.1", SCOPE_RECIPIENT, true},
	{"2.2", SCOPE_RECIPIENT, true},
	{"2.3", SCOPE_MESSAGE, true},
	{"3.4", SCOPE_MESSAGE, true},
	{"4.6", SCOPE_RELAY, true},
	{"7.8", SCOPE_RELAY, true},
	{"7.9", SCOPE_MESSAGE, false},
	{"7.17", SCOPE_RECIPIENT, true},
	{"7.18", SCOPE_RECIPIENT, true},
	{"7.20", SCOPE_MESSAGE, true},
	{"7.23", SCOPE_SENDER, true},
	{"7.24", SCOPE_SENDER, true},
	{"7.25", SCOPE_RELAY, true},
	{"7.26", SCOPE_SENDER, true},
	{"7.27", SCOPE_SENDER, true},
	{"2.", SCOPE_RECIPIENT, false},
	{"3.", SCOPE_RELAY, false},
	{"5.", SCOPE_RELAY, false},
	{"6.", SCOPE_MESSAGE, false},
	{"7.", SCOPE_RELAY, false},
};

/*
 * Words, in the order of their weight: what is said of the relay, the sender or
 * the message counts before what sounds like a recipient ("Sender address
 * rejected" before "address rejected"). Lower case; the addresses have been
 * taken out of the text.
 */
static const struct {
	const char *words;
	enum reply_scope scope;
} word_scopes[] = {
	{"greylist", SCOPE_RECIPIENT}, /* of each one for himself */
	{"graylist", SCOPE_RECIPIENT},
	{"relay", SCOPE_RELAY},
	{"authenticat", SCOPE_RELAY},
	{"authrequired", SCOPE_RELAY},
	{"starttls", SCOPE_RELAY},
	{"client host", SCOPE_RELAY},
	{"reverse dns", SCOPE_RELAY},
	{"host network", SCOPE_RELAY},
	{"ip frequency", SCOPE_RELAY},
	{"not accepting connections", SCOPE_RELAY},
	{"spamhaus", SCOPE_RELAY},
	{"blacklist", SCOPE_RELAY},
	{"blocklist", SCOPE_RELAY},
	{"reputation", SCOPE_RELAY},
	{"rate limit", SCOPE_RELAY},
	{"sender", SCOPE_SENDER},
	{"purported", SCOPE_SENDER},
	{"spf ", SCOPE_SENDER},
	{"dmarc", SCOPE_SENDER},
	{"dkim", SCOPE_SENDER},
	{"spam", SCOPE_MESSAGE},
	{"virus", SCOPE_MESSAGE},
	{"message content", SCOPE_MESSAGE},
	{"content rejected", SCOPE_MESSAGE},
	{"message size", SCOPE_MESSAGE},
	{"message too large", SCOPE_MESSAGE},
	{"message filtered", SCOPE_MESSAGE},
	{"this message", SCOPE_MESSAGE},
	{"user unknown", SCOPE_RECIPIENT},
	{"unknown user", SCOPE_RECIPIENT},
	{"no such user", SCOPE_RECIPIENT},
	{"user not found", SCOPE_RECIPIENT},
	{"no such recipient", SCOPE_RECIPIENT},
	{"no such mailbox", SCOPE_RECIPIENT},
	{"no mailbox", SCOPE_RECIPIENT},
	{"recipient not found", SCOPE_RECIPIENT},
	{"recipnotfound", SCOPE_RECIPIENT},
	{"unknown recipient", SCOPE_RECIPIENT},
	{"recipient unknown", SCOPE_RECIPIENT},
	{"invalid recipient", SCOPE_RECIPIENT},
	{"recipient address", SCOPE_RECIPIENT},
	{"mailbox unavailable", SCOPE_RECIPIENT},
	{"mailbox not found", SCOPE_RECIPIENT},
	{"mailbox is", SCOPE_RECIPIENT},
	{"mailbox full", SCOPE_RECIPIENT},
	{"invalid mailbox", SCOPE_RECIPIENT},
	{"quota", SCOPE_RECIPIENT},
	{"does not exist", SCOPE_RECIPIENT},
	{"doesn't exist", SCOPE_RECIPIENT},
	{"doesn't have", SCOPE_RECIPIENT},
	{"account", SCOPE_RECIPIENT},
	{"not our customer", SCOPE_RECIPIENT},
	{"disabled", SCOPE_RECIPIENT},
	{"inactive", SCOPE_RECIPIENT},
	{"address rejected", SCOPE_RECIPIENT},
};

/* The text in lower case without the words that hold an @: an address may be
 * called spam@. */
static void
plain_words(struct str *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, " ");

		if (!memchr(text, '@', n))
			str_add_lower(out, (struct span){text, n});
		str_add_char(out, ' ');
		text += n + (text[n] == ' ');
	}
}

static bool
scope_by_words(const char *text, enum reply_scope *scope)
{
	struct str words = STR_INIT;
	bool found = false;

	plain_words(&words, text);
	for (size_t i = 0;
		!found && i < sizeof word_scopes / sizeof *word_scopes; i++)
		if (strstr(str_text(&words), word_scopes[i].words)) {
			*scope = word_scopes[i].scope;
			found = true;
		}
	str_clear(&words);
	return found;
}

static bool
scope_by_status(const char *enhanced, bool certain, enum reply_scope *scope)
{
	const char *status;

	if (!enhanced[0])
		return false;
	status = enhanced + 2;
	for (size_t i = 0; i < sizeof status_scopes / sizeof *status_scopes;
		i++) {
		const struct status_scope *s = &status_scopes[i];
		size_t n = strlen(s->status);
		bool prefix = s->status[n - 1] == '.';

		if (s->certain == certain &&
			(prefix ? strncmp(status, s->status, n) == 0
				: strcmp(status, s->status) == 0)) {
			*scope = s->scope;
			return true;
		}
	}
	return false;
}

static bool
scope_by_code(int code, enum reply_scope *scope)
{
	for (size_t i = 0; i < sizeof code_scopes / sizeof *code_scopes; i++)
		if (code_scopes[i].code == code) {
			*scope = code_scopes[i].scope;
			return true;
		}
	return false;
}

/* When a refusal explains nothing: 550, 551 and 553 to RCPT are about the
 * mailbox (RFC 5321, 4.2.3), and so is 450; 554 and protocol errors are not. */
static enum reply_scope
scope_by_step(int code, enum smtp_step step)
{
	switch (step) {
	case STEP_MAIL:
		return SCOPE_SENDER;
	case STEP_RCPT:
		return code == 450 || code == 550 || code == 551 || code == 553
			? SCOPE_RECIPIENT
			: SCOPE_RELAY;
	case STEP_BODY:
		return SCOPE_MESSAGE;
	default:
		return SCOPE_RELAY;
	}
}

static enum reply_scope
reply_scope(const struct reply *reply, enum smtp_step step)
{
	enum reply_scope scope;

	if (scope_by_code(reply->code, &scope) ||
		scope_by_status(reply->enhanced, true, &scope) ||
		scope_by_words(str_text(&reply->text), &scope) ||
		scope_by_status(reply->enhanced, false, &scope)) {
		/* Nobody's mailbox has been named before RCPT. */
		if (scope == SCOPE_RECIPIENT && step < STEP_RCPT)
			return scope_by_step(reply->code, step);
		return scope;
	}
	return scope_by_step(reply->code, step);
}

void
reply_classify(
	const struct reply *reply, enum smtp_step step, struct outcome *out)
{
	*out = (struct outcome){
		.code = reply->code,
		.enhanced = reply->enhanced,
		.text = str_text(&reply->text),
		.scope = SCOPE_RELAY,
	};
	if (reply->code / 100 == 2) {
		out->verdict = VERDICT_SENT;
		out->scope = SCOPE_RECIPIENT;
		return;
	}
	if (reply->code / 100 == 4 ||
		(reply->code == 552 && step == STEP_RCPT)) {
		out->verdict = VERDICT_LATER;
		out->scope = reply_scope(reply, step);
		return;
	}
	out->scope = reply_scope(reply, step);
	out->verdict =
		out->scope == SCOPE_RECIPIENT ? VERDICT_REFUSED : VERDICT_PAUSE;
}
