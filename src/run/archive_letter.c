#include "run/archive_letter.h"

#include <string.h>

#include "base/escape.h"
#include "base/hash.h"
#include "html/outline.h"
#include "mime/message.h"

/*
 * It stands for the reader in all slots that name him or lead to what is his,
 * so that what is around it can be found. Nobody has such an address (RFC 2606,
 * 2). A name and a column of the roster stay empty, which gives their default.
 */
#define NOBODY "reader.invalid"

enum { NAME_OCTETS = 12, DEPTH = 16 };

/* ----- the message ----- */

static const struct message *
fill(struct arena *arena, const struct form *form)
{
	static const struct slot_values values = {
		.value = {
			[SLOT_TO] = {"<" NOBODY ">", 16},
			[SLOT_MESSAGE_ID] = {"<" NOBODY ">", 16},
			[SLOT_LIST_UNSUBSCRIBE] = {"<" NOBODY ">", 16},
			[SLOT_UNSUBSCRIBE_URL] = {NOBODY, 14},
			[SLOT_PREFERENCES_URL] = {NOBODY, 14},
			[SLOT_NAME] = {"", 0},
			[SLOT_ADDRESS] = {NOBODY, 14},
			[SLOT_SINCE] = {NOBODY, 14},
		}};
	struct str message = STR_INIT;

	form_fill(form, &values, &message);
	return message_parse(arena, arena_take_span(arena, &message));
}

static const struct message_part *
find_html(const struct message_part *part, int depth)
{
	const struct message_part *found = NULL;

	if (text_equals(part->type, "text/html"))
		return part;
	for (size_t i = 0; depth < DEPTH && !found && i < part->part_count &&
		span_starts(span_of(part->type), "multipart/");
		i++)
		found = find_html(&part->parts[i], depth + 1);
	return found;
}

static const struct message_part *
find_picture(const struct message_part *part, struct span cid, int depth)
{
	const struct message_part *found = NULL;

	if (part->id && span_equals(cid, part->id))
		return part;
	for (size_t i = 0; depth < DEPTH && !found && i < part->part_count; i++)
		found = find_picture(&part->parts[i], cid, depth + 1);
	return found;
}

/* ----- text ----- */

static void
add_part(struct arena *arena, struct str *out, const struct message_part *part,
	int depth)
{
	bool message = text_equals(part->type, "message/rfc822");
	size_t count = part->part_count;

	if (depth > DEPTH)
		return;
	if (message) {
		const struct message *m = message_parse(arena, part->body);

		str_printf(out, "\n%s\n\n", m->subject);
		add_part(arena, out, &m->root, depth + 1);
	} else if (text_equals(part->type, "text/plain")) {
		if (part->flowed)
			message_unflow(out, part->body, part->delsp);
		else
			str_add_span(out, part->body);
		str_add_char(out, '\n');
	} else if (text_equals(part->type, "multipart/alternative") && count) {
		count = 1; /* the plainest comes first (RFC 2046, 5.1.4) */
	}
	for (size_t i = 0; !message && i < count; i++)
		add_part(arena, out, &part->parts[i], depth + 1);
}

/* Without the paragraphs that are about the reader. */
static void
add_paragraph(struct str *out, struct span paragraph)
{
	if (paragraph.len && span_find_text(paragraph, NOBODY) == paragraph.len)
		str_add_span(out, paragraph);
}

static const char *
read_text(struct arena *arena, const struct message_part *root)
{
	struct str all = STR_INIT, out = STR_INIT;
	struct span rest, line;
	size_t begun = 0, at;

	add_part(arena, &all, root, 0);
	rest = str_span(&all);
	while (span_next_line(&rest, &line)) {
		at = all.len - rest.len;
		if (span_trim(line).len && rest.len)
			continue;
		add_paragraph(
			&out, span_slice(str_span(&all), begun, at - begun));
		begun = at;
	}
	str_clear(&all);
	return arena_take(arena, &out);
}

/* ----- what is cut out of the page ----- */

struct cutting {
	struct arena *arena;
	const struct archive_letter_input *in;
	struct archive_letter *out;
	const struct outline *o;
	struct cut *cuts;
	size_t count;
};

static void
cut(struct cutting *c, size_t from, size_t to, struct span text)
{
	c->cuts = arena_grow(c->arena, c->cuts, c->count, sizeof *c->cuts);
	c->cuts[c->count++] = (struct cut){from, to, text};
}

static struct span
escaped(struct arena *arena, const char *before, const char *text,
	const char *behind)
{
	struct str out = STR_INIT;

	str_add(&out, before);
	escape_html(&out, span_of(text));
	str_add(&out, behind);
	return arena_take_span(arena, &out);
}

static void
cut_gone(struct cutting *c, const struct element *e)
{
	for (size_t i = 0; i < c->in->gone_count; i++) {
		const struct archive_gone *gone = &c->in->gone[i];
		const char *link = arena_printf(c->arena, "#%s", gone->anchor);

		if (element_has(e, "id", gone->anchor)) {
			c->out->found[i] = true;
			cut(c, e->inner, e->close,
				escaped(c->arena, "<p>", gone->note, "</p>"));
		} else if (element_has(e, "href", link)) {
			cut(c, e->inner, e->close,
				escaped(c->arena, "", gone->word, ""));
		}
	}
}

/* And the blank that parts it from the next link. */
static size_t
end_of_link(const struct cutting *c, const struct element *e)
{
	struct span rest = span_from(c->o->html, e->end);
	size_t blanks = 0;

	while (blanks < rest.len && strchr(" \n", rest.data[blanks]))
		blanks++;
	return span_starts(span_from(rest, blanks), "&ensp;")
		? e->end + blanks + strlen("&ensp;")
		: e->end;
}

/* Links to what is the reader's, or to this page. */
static bool
leads_nowhere(const struct cutting *c, const struct element *e)
{
	struct str href = STR_INIT;
	bool nowhere = span_equals_nocase(e->tag.name, "a") &&
		token_attribute(&e->tag, "href", &href) &&
		(text_equals(str_text(&href), c->in->url) ||
			span_find_text(str_span(&href), NOBODY) < href.len);

	str_clear(&href);
	return nowhere;
}

/* "#anchor" means this page only here. */
static void
cut_place(struct cutting *c, const struct element *e)
{
	struct span rest = e->tag.attributes, name, value;

	if (!*c->in->place)
		return;
	while (token_take_attribute(&rest, &name, &value))
		if (span_equals_nocase(name, "href") && span_starts(value, "#"))
			cut(c, (size_t)(value.data - c->o->html.data),
				(size_t)(value.data - c->o->html.data),
				escaped(c->arena, "", c->in->place, ""));
}

static void
cut_element(struct cutting *c, const struct element *e)
{
	if (element_is_hidden(e))
		cut(c, e->start, e->end, SPAN_NONE);
	else if (leads_nowhere(c, e))
		cut(c, e->start, end_of_link(c, e), SPAN_NONE);
	cut_gone(c, e);
	cut_place(c, e);
}

/* The innermost block around what stands there; NULL: there is none, or it
 * stands in the tag of a link. */
static const struct element *
block_around(const struct outline *o, size_t at)
{
	static const char *const blocks[] = {"p", "li", "div", "td", "th", "h1",
		"h2", "h3", "h4", "blockquote", "address", NULL};
	const struct element *found = NULL;

	for (size_t i = 0; i < o->count && o->elements[i].start < at; i++) {
		const struct element *e = &o->elements[i];

		if (at < e->inner && span_equals_nocase(e->tag.name, "a"))
			return NULL;
		if (at < e->close && span_is_among(e->tag.name, blocks))
			found = e;
	}
	return found;
}

/* The words that name him go with all of their paragraph. */
static void
cut_words(struct cutting *c)
{
	struct span html = c->o->html;
	size_t at = span_find_text(html, NOBODY);

	while (at < html.len) {
		const struct element *e = block_around(c->o, at);

		if (e)
			cut(c, e->inner, e->close, SPAN_NONE);
		at += strlen(NOBODY);
		at += span_find_text(span_from(html, at), NOBODY);
	}
}

/* Wherever else a template says it. */
static void
add_without_reader(struct str *out, struct span text)
{
	size_t at;

	while ((at = span_find_text(text, NOBODY)) < text.len) {
		str_add_span(out, span_slice(text, 0, at));
		text = span_from(text, at + strlen(NOBODY));
	}
	str_add_span(out, text);
}

static struct span
cut_body(struct cutting *c)
{
	struct str cleaned = STR_INIT, out = STR_INIT;

	for (size_t i = 0; i < c->o->count; i++)
		cut_element(c, &c->o->elements[i]);
	cut_words(c);
	outline_cut(&cleaned, c->o->html, c->cuts, c->count);
	add_without_reader(&out, str_span(&cleaned));
	str_clear(&cleaned);
	return arena_take_span(c->arena, &out);
}

/* ----- pictures ----- */

static const char *
ending_for(const char *type)
{
	static const char *const endings[][2] = {{"image/jpeg", ".jpg"},
		{"image/png", ".png"}, {"image/gif", ".gif"},
		{"image/webp", ".webp"}, {"image/svg+xml", ".svg"}};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (text_equals(type, endings[i][0]))
			return endings[i][1];
	return ".bin";
}

static const char *
add_picture(struct cutting *c, const struct message_part *part)
{
	struct archive_letter *out = c->out;
	unsigned char hash[HASH_SIZE];
	struct str name = STR_INIT;

	hash_sha256(part->body, hash);
	hash_write_base32(&name, hash, NAME_OCTETS);
	str_add(&name, ending_for(part->type));
	for (size_t i = 0; i < out->picture_count; i++)
		if (text_equals(out->pictures[i].name, str_text(&name))) {
			str_clear(&name);
			return out->pictures[i].name;
		}
	out->pictures = arena_grow(c->arena, out->pictures, out->picture_count,
		sizeof *out->pictures);
	out->pictures[out->picture_count++] = (struct archive_picture){
		arena_take(c->arena, &name), part->body};
	return out->pictures[out->picture_count - 1].name;
}

static void
place_pictures(struct cutting *c, const struct message_part *root)
{
	struct span rest = c->out->body, before, cid;
	struct str out = STR_INIT;

	while (letter_next_picture(&rest, &before, &cid)) {
		const struct message_part *part = find_picture(root, cid, 0);

		str_add_span(&out, before);
		if (part) {
			str_add(&out, c->in->pictures);
			str_add(&out, add_picture(c, part));
		}
	}
	str_add_span(&out, before);
	c->out->body = arena_take_span(c->arena, &out);
}

/* ----- the page ----- */

static const char *
read_styles(struct arena *arena, const struct outline *page)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < page->count; i++)
		if (span_equals_nocase(page->elements[i].tag.name, "style"))
			str_add_span(
				&out, outline_inner(page, &page->elements[i]));
	return arena_take_some(arena, &out);
}

static const char *
read_attribute(struct arena *arena, const struct element *e, const char *name)
{
	struct str value = STR_INIT;

	token_attribute(&e->tag, name, &value);
	return arena_take_some(arena, &value);
}

static void
read_page(struct arena *arena, const struct archive_letter_input *in,
	const struct message *m, struct span html, struct archive_letter *out)
{
	const struct outline *page = outline_new(arena, html);
	const struct element *body = outline_find(page, "body");
	struct span inner = body ? outline_inner(page, body) : html;
	struct cutting c = {.arena = arena,
		.in = in,
		.out = out,
		.o = outline_new(arena, inner)};

	out->styles = read_styles(arena, page);
	if (body)
		out->style = read_attribute(arena, body, "style");
	out->body = cut_body(&c);
	place_pictures(&c, &m->root);
}

void
archive_letter_read(struct arena *arena, const struct archive_letter_input *in,
	struct archive_letter *out)
{
	const struct message *m = fill(arena, in->form);
	const struct message_part *html = find_html(&m->root, 0);
	struct str title = STR_INIT;

	*out = (struct archive_letter){.title = ""};
	out->found = arena_alloc(arena, (in->gone_count + 1) * sizeof(bool));
	add_without_reader(&title, span_of(m->subject));
	out->title = arena_take(arena, &title);
	if (html)
		read_page(arena, in, m, html->body, out);
	else
		out->text = read_text(arena, &m->root);
}
