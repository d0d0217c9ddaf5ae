#include "run/inspect.h"

#include <string.h>

#include "base/text.h"
#include "mime/mbox.h"
#include "mime/message.h"

/* A line of less ("Hi,", "---") does not tell one mail from another. */
enum { FIRST_LINE = 100, LEAST_LINE = 4 };

/* "text/plain", or {"multipart/mixed": [...]}. */
static struct value *
view_structure(struct arena *arena, const struct message_part *part)
{
	struct value *map, *list;

	if (part->part_count == 0)
		return value_new_text(arena, part->type);
	map = value_new_map(arena);
	list = value_set(arena, map, part->type, value_new_list(arena));
	for (size_t i = 0; i < part->part_count; i++)
		value_push(arena, list, view_structure(arena, &part->parts[i]));
	return map;
}

/* The first line that says something, of the first plain part that has one. */
static struct span
first_line(const struct message_part *part)
{
	struct span rest = part->body, line = SPAN_NONE;

	for (size_t i = 0; i < part->part_count; i++) {
		line = first_line(&part->parts[i]);
		if (line.len)
			return line;
	}
	if (strcmp(part->type, "text/plain") != 0)
		return SPAN_NONE;
	while (span_next_line(&rest, &line)) {
		line = span_trim(line);
		if (line.len >= LEAST_LINE)
			return line;
	}
	return SPAN_NONE;
}

/* Its first characters, never half a one. */
static struct span
shorten(struct span line)
{
	size_t n = 0;
	unsigned code;

	for (int i = 0; i < FIRST_LINE && n < line.len; i++)
		n += text_decode(span_from(line, n), &code);
	return span_slice(line, 0, n);
}

struct names {
	struct arena *arena;
	struct value *list;
};

static void
add_name(void *data, const struct message_part *part)
{
	struct names *names = data;

	value_push(names->arena, names->list,
		value_new_text(
			names->arena, part->name ? part->name : part->type));
}

/* What a digest would show: "text", or "html" when there is nothing else. */
static void
set_text(struct arena *a, struct value *v, const struct message *m)
{
	struct str text = STR_INIT;
	bool html;

	message_text(&text, m, &html);
	if (text.len)
		value_set(a, v, html ? "html" : "text",
			value_new_span(a, str_span(&text)));
	str_clear(&text);
}

static struct value *
view_message(struct arena *a, struct span bytes)
{
	const struct message *m = message_parse(a, bytes);
	struct names names = {.arena = a, .list = value_new_list(a)};
	struct value *v = value_new_map(a);
	struct span line = shorten(first_line(&m->root));

	message_attachments(m, add_name, &names);
	value_set_text(a, v, "subject", message_header(m, "Subject"));
	value_set_text(a, v, "from", m->from.address);
	value_set_text(a, v, "from_name", m->from.name);
	value_set_instant(a, v, "date", m->date);
	value_set_text(a, v, "message_id", message_header(m, "Message-ID"));
	value_set_text(a, v, "in_reply_to", m->in_reply_to);
	value_set_texts(a, v, "references", m->references, m->reference_count);
	value_set_text(a, v, "list_id", m->list_id);
	if (line.len)
		value_set(a, v, "text_starts", value_new_span(a, line));
	set_text(a, v, m);
	value_set(a, v, "structure", view_structure(a, &m->root));
	if (names.list->count)
		value_set(a, v, "attachments", names.list);
	value_set_texts(a, v, "defects", m->defects, m->defect_count);
	return v;
}

struct value *
inspect_mail(const struct inspection *in, struct error *err)
{
	struct span rest = in->bytes, message;
	struct arena *a = in->arena;
	struct value *all, *list;

	(void)err; /* nothing is so broken that it is no mail */
	if (!mbox_is(in->bytes))
		return view_message(a, in->bytes);
	all = value_new_map(a);
	list = value_set(a, all, "messages", value_new_list(a));
	while (mbox_next(a, &rest, &message))
		value_push(a, list, view_message(a, message));
	value_set_int(a, all, "count", (int64_t)list->count);
	return all;
}
