#include "inbox/tokens.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

/* Token lengths (model/token.h), from that of the first issue's first recipient,
 * with room for larger numbers; and no more of them than any mail of ours has
 * reason to bear: each is looked up. */
enum { LEAST = 20, MOST = 40, TOKENS = 32 };

struct finding {
	struct inbox_mail *mail;
	const struct incoming *in;
};

static bool
is_digit(unsigned char c)
{
	return isalpha(c) || (c >= '2' && c <= '7');
}

static void
add(struct finding *f, struct span token)
{
	struct inbox_mail *mail = f->mail;
	struct str low = STR_INIT;
	const char *text;

	str_add_lower(&low, token);
	text = arena_take(f->in->arena, &low);
	for (size_t i = 0; i < mail->token_count; i++)
		if (strcmp(mail->tokens[i], text) == 0)
			return;
	if (mail->token_count == TOKENS)
		return;
	mail->tokens = arena_grow(f->in->arena, mail->tokens, mail->token_count,
		sizeof *mail->tokens);
	mail->tokens[mail->token_count++] = text;
}

/* Words of the right letters and length; `plus`: behind a "+" only. */
static void
look(struct finding *f, const char *text, bool plus)
{
	struct span s = span_of(text);

	for (size_t i = 0; i < s.len;) {
		size_t n = 0;

		while (i + n < s.len && isalnum((unsigned char)s.data[i + n]))
			n++;
		if (n >= LEAST && n <= MOST &&
			(!plus || (i && s.data[i - 1] == '+'))) {
			size_t k = 0;

			while (k < n && is_digit((unsigned char)s.data[i + k]))
				k++;
			if (k == n)
				add(f, span_slice(s, i, n));
		}
		i += n ? n : 1;
	}
}

static void
look_in_headers(struct finding *f, const struct message *m,
	const char *const *names, bool plus)
{
	const char *value;

	for (; *names; names++) {
		size_t at = 0;

		while ((value = incoming_header(m, *names, &at)) != NULL)
			look(f, value, plus);
	}
}

void
tokens_find(
	struct inbox_mail *mail, const struct incoming *in, struct span request)
{
	static const char *const to[] = {"To", "Cc", "Delivered-To",
		"X-Original-To", "Envelope-To", "X-Envelope-To",
		"Apparently-To", "X-Apparently-To", "Resent-To", NULL};
	static const char *const answered[] = {
		"In-Reply-To", "References", "Subject", NULL};
	static const char *const returned_to[] = {
		"Return-Path", "Sender", "Errors-To", NULL};
	static const char *const returned[] = {
		"Message-ID", "List-Unsubscribe", NULL};
	struct finding f = {.mail = mail, .in = in};

	look_in_headers(&f, in->m, to, true);
	look_in_headers(&f, in->m, answered, false);
	if (in->original) {
		look_in_headers(&f, in->original, returned_to, true);
		look_in_headers(&f, in->original, returned, false);
	}
	if (request.len)
		look(&f, arena_span(in->arena, request), false);
}
