#include "mime/message.h"

#include <ctype.h>
#include <string.h>

#include "base/date.h"
#include "base/value.h"
#include "mime/header.h"
#include "mime/message_parts.h"

/* ----- headers ----- */

static const struct message_header *
find_header(const struct message *m, const char *name)
{
	for (size_t i = 0; i < m->header_count; i++)
		if (text_equals_nocase(m->headers[i].name, name))
			return &m->headers[i];
	return NULL;
}

const char *
message_header(const struct message *m, const char *name)
{
	const struct message_header *h = find_header(m, name);

	return h ? h->value : NULL;
}

/* "from … by …; Fri, 20 Nov 2026 09:00:00 +0000": servers put theirs on top. */
int64_t
message_came(const struct message *m)
{
	struct span value = span_of(message_header(m, "Received"));
	size_t semicolon = span_find_last(value, ';');
	struct date_read date;

	if (semicolon < value.len &&
		date_parse_mail(
			span_trim(span_from(value, semicolon + 1)), &date))
		return date_instant(&date, NULL);
	return INSTANT_NONE;
}

static struct span
raw_header(const struct message *m, const char *name)
{
	const struct message_header *h = find_header(m, name);

	return h ? h->raw : SPAN_NONE;
}

/* ----- addresses ----- */

/* Adds the mailboxes of a list, those of its groups too (they do not nest). */
static void
add_mailboxes(struct arena *arena, const struct value *list,
	struct mailbox **boxes, size_t *count, bool in_group)
{
	for (size_t i = 0; list && i < list->count; i++) {
		const struct value *item = list->items[i];
		const struct value *group = value_find(item, "group");
		const char *email = value_find_text(item, "email");
		const char *name = value_find_text(item, "name");

		if (group && !in_group)
			add_mailboxes(arena, group, boxes, count, true);
		if (text_is_empty(email))
			continue;
		*boxes = arena_grow(arena, *boxes, *count, sizeof **boxes);
		(*boxes)[(*count)++] = (struct mailbox){
			.name = text_is_empty(name) ? NULL : name,
			.address = email,
		};
	}
}

static size_t
read_mailboxes(struct arena *arena, const struct message *m, const char *name,
	struct mailbox **boxes)
{
	size_t count = 0;

	*boxes = NULL;
	add_mailboxes(arena, header_read_addresses(arena, raw_header(m, name)),
		boxes, &count, false);
	return count;
}

static struct mailbox
read_mailbox(struct arena *arena, const struct message *m, const char *name)
{
	struct mailbox *boxes;

	if (read_mailboxes(arena, m, name, &boxes) == 0)
		return (struct mailbox){.name = NULL};
	return boxes[0];
}

/* ----- identifiers ----- */

/* The oldest tell the thread; what comes after so many is passed over. */
enum { REFERENCES = 1000 };

/* The next "<...>" off `rest`, or when `loose`, the next word. */
static bool
next_id(struct span *rest, bool loose, struct span *id)
{
	size_t open = span_find(*rest, '<');
	struct span from = span_from(*rest, open + 1);
	size_t close = span_find(from, '>');

	if (open < rest->len && close < from.len) {
		*id = span_trim(span_slice(from, 0, close));
		*rest = span_from(from, close + 1);
		return true;
	}
	*id = span_trim(*rest);
	*rest = SPAN_NONE;
	if (!loose)
		return false;
	for (size_t i = 0; i < id->len; i++)
		if (isspace((unsigned char)id->data[i]))
			id->len = i;
	return id->len > 0;
}

/* Blanks within come from folding, where nothing should be folded; other
 * controls are never sent. */
static const char *
keep_id(struct arena *arena, struct span id)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < id.len; i++)
		if ((unsigned char)id.data[i] > ' ' && id.data[i] != '\x7f')
			str_add_char(&out, id.data[i]);
	return arena_take_some(arena, &out);
}

static const char *
read_id(struct arena *arena, const struct message *m, const char *name)
{
	struct span rest = raw_header(m, name), id;

	return next_id(&rest, true, &id) ? keep_id(arena, id) : NULL;
}

static void
read_references(struct arena *arena, struct message *m)
{
	struct span rest = raw_header(m, "References"), id;

	while (m->reference_count < REFERENCES && next_id(&rest, false, &id)) {
		const char *kept = keep_id(arena, id);

		if (!kept)
			continue;
		m->references = arena_grow(arena, m->references,
			m->reference_count, sizeof *m->references);
		m->references[m->reference_count++] = kept;
	}
}

/* ----- the rest ----- */

static int64_t
read_date(const char *raw)
{
	struct date_read read;

	if (!raw || !date_parse_mail(span_of(raw), &read))
		return INSTANT_NONE;
	return date_instant(&read, NULL);
}

static const char *
read_return_path(struct arena *arena, const struct message *m)
{
	const char *value = message_header(m, "Return-Path");
	struct mailbox box;

	if (!value)
		return NULL;
	box = read_mailbox(arena, m, "Return-Path");
	return box.address ? box.address : "";
}

static void
read_authentication(struct arena *arena, struct message *m)
{
	for (size_t i = 0; i < m->header_count; i++) {
		if (!text_equals_nocase(
			    m->headers[i].name, "Authentication-Results"))
			continue;
		m->authentication_results = arena_grow(arena,
			m->authentication_results, m->authentication_count,
			sizeof *m->authentication_results);
		m->authentication_results[m->authentication_count++] =
			m->headers[i].value;
	}
}

struct message *
message_parse(struct arena *arena, struct span bytes)
{
	struct message *m = arena_alloc(arena, sizeof *m);
	struct mailbox *boxes;
	const char *subject;

	message_read_parts(arena, bytes, m);
	subject = message_header(m, "Subject");
	m->subject = subject ? subject : "";
	m->from_count = read_mailboxes(arena, m, "From", &boxes);
	if (m->from_count)
		m->from = boxes[0];
	m->sender = read_mailbox(arena, m, "Sender");
	m->to_count = read_mailboxes(arena, m, "To", &m->to);
	m->date_raw = message_header(m, "Date");
	m->date = read_date(m->date_raw);
	m->id = read_id(arena, m, "Message-ID");
	m->in_reply_to = read_id(arena, m, "In-Reply-To");
	read_references(arena, m);
	m->list_id = message_header(m, "List-Id");
	m->list_post = message_header(m, "List-Post");
	m->auto_submitted = message_header(m, "Auto-Submitted");
	m->precedence = message_header(m, "Precedence");
	m->return_path = read_return_path(arena, m);
	read_authentication(arena, m);
	return m;
}
