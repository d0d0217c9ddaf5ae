/*
 * Mails and mailboxes in any state: what is read of them is text, on one line
 * where one line is promised, and not many times larger than they were. A
 * sender is proven only by what is written there in the server's name.
 */
#include "fuzz.h"

#include "mime/mbox.h"
#include "mime/message.h"
#include "source/mailbox.h"

enum { TIMES = 8, SLACK = 4096 };

static const char server[] = "mx.example.org";

/* ----- a message ----- */

static void
check_headers(const struct message *m, size_t size)
{
	size_t sum = 0;

	for (size_t i = 0; i < m->header_count; i++) {
		want_line("header name", m->headers[i].name);
		want_line("header value", m->headers[i].value);
		want("header name", m->headers[i].name[0]);
		sum += strlen(m->headers[i].value);
	}
	want("headers", sum <= TIMES * size + SLACK);
	want_line("subject", m->subject);
	want_utf8("id", m->id);
	want_utf8("in-reply-to", m->in_reply_to);
	for (size_t i = 0; i < m->reference_count; i++)
		want_utf8("reference", m->references[i]);
	for (size_t i = 0; i < m->to_count; i++)
		want_utf8("to", m->to[i].address);
	want_instant("date", m->date);
}

static void
check_attachment(void *data, const struct message_part *part)
{
	size_t *count = data;

	++*count;
	want("attachment", part->type && part->type[0]);
	want_line("attachment", part->name);
}

/* Does the text stand in any Authentication-Results, as it was written? */
static bool
is_said(const struct message *m, const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < m->header_count; i++) {
		struct span raw = m->headers[i].raw;

		if (!text_equals_nocase(
			    m->headers[i].name, "Authentication-Results"))
			continue;
		for (; raw.len >= len; raw = span_from(raw, 1))
			if (strncasecmp(raw.data, text, len) == 0)
				return true;
	}
	return false;
}

static void
check_proof(const struct message *m)
{
	static const char *const allow[] = {
		"press@member.example", "example.org", NULL};

	if (mail_sender_is_allowed(m, allow))
		want("allowed", m->from_count == 1 && m->from.address);
	if (!mail_sender_is_proven(m, server))
		return;
	want("proven", m->from_count == 1 && m->from.address);
	want("proven", is_said(m, server) && is_said(m, "=pass"));
}

static void
check_message(struct span bytes)
{
	struct arena *arena = arena_new();
	struct message *m = message_parse(arena, bytes);
	struct str text = STR_INIT;
	size_t count = 0;
	bool html;

	check_headers(m, bytes.len);
	message_text(&text, m, &html);
	want("text", text_is_utf8(str_span(&text)));
	want("text", text.len <= TIMES * bytes.len + SLACK);
	want("text", text.len || !html);
	message_attachments(m, check_attachment, &count);
	want("attachments", count <= 1001);
	check_proof(m);
	str_clear(&text);
	arena_free(arena);
}

/* ----- text ----- */

/* "jane@example.org", but for what stands in an URL. */
static bool
has_address(struct span text)
{
	for (size_t i = 1; i + 1 < text.len; i++) {
		size_t end = i + 1;

		if (text.data[i] != '@' || !isalnum((uint8_t)text.data[i - 1]))
			continue;
		while (end < text.len && isalnum((uint8_t)text.data[end]))
			end++;
		if (end > i + 1 && end + 1 < text.len &&
			text.data[end] == '.' &&
			isalnum((uint8_t)text.data[end + 1]))
			return true;
	}
	return false;
}

static void
check_text(struct span bytes)
{
	struct str flat = STR_INIT, out = STR_INIT;
	bool has_url = span_find_text(bytes, "://") < bytes.len ||
		span_find_text(bytes, "cid:") < bytes.len;

	message_unflow(&flat, bytes, bytes.len & 1);
	want("unflow", flat.len <= 3 * bytes.len + 2);
	mail_trim_quotes(&out, bytes);
	want("quotes", out.len <= 2 * bytes.len + 2);
	want("signature", mail_trim_signature(bytes).len <= bytes.len);
	str_truncate(&out, 0);
	mail_obscure(&out, bytes);
	want("obscured", has_url || !has_address(str_span(&out)));
	str_clear(&flat);
	str_clear(&out);
}

/* ----- a mailbox ----- */

/* In the bytes, or where its quoting was undone, never larger. */
static void
check_bounds(struct span bytes, struct span before, struct span rest,
	struct span message)
{
	const char *end = bytes.data + bytes.len;

	want("mbox", rest.len < before.len);
	want("mbox", rest.len == 0 || rest.data + rest.len == end);
	want("mbox", message.len <= before.len - rest.len);
	if (message.data >= bytes.data && message.data < end)
		want("mbox", message.data + message.len <= end);
}

static void
check_mailbox(struct span bytes, const char **allow)
{
	const struct source_config source = {
		.kind = SOURCE_MAILBOX,
		.name = "mailbox",
		.mailbox =
			{
				.allow = allow,
				.authserv_id = server,
				.trim_signatures = true,
				.trim_quotes = true,
				.obscure_addresses = true,
			},
	};
	const struct mailbox_options options = {
		.source = &source,
		.own_lists = (const char *const[]){"weekly.example.org", NULL},
		.since = INT64_MIN,
	};
	struct mail_threads *threads = mail_threads_new();
	struct arena *arena = arena_new();
	struct dispatches all;
	struct span rest = bytes, before = bytes, message;
	size_t sum = 0;

	dispatches_init(&all);
	if (!mbox_is(bytes))
		mail_dispatch_add(&all, threads, &options, bytes, "mail");
	while (mbox_next(arena, &rest, &message)) {
		check_bounds(bytes, before, rest, message);
		sum += message.len;
		before = rest;
		mail_dispatch_add(&all, threads, &options, message, "mbox");
	}
	want("mbox", sum <= bytes.len);
	for (size_t i = 0; i < all.count; i++)
		want_dispatch(&all.items[i], TIMES * bytes.len + SLACK);
	want_problems("problem", &all.problems);
	dispatches_clear(&all);
	mail_threads_free(threads);
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *allow[] = {"example.org", NULL};
	struct span bytes = {(const char *)data, size};

	check_message(bytes);
	check_text(bytes);
	check_mailbox(bytes, NULL);
	check_mailbox(bytes, allow);
	return 0;
}
