#include "config/edit_insert.h"

#include <string.h>

#include "config/edit_patch.h"

void
patch_keep(struct patch *p, size_t to)
{
	str_add_span(p->out, span_slice(p->text, p->done, to - p->done));
	p->done = to;
}

/* ----- values ----- */

/* Words that some reader of YAML takes for something else. */
static bool
is_reserved(const char *text)
{
	static const char *const words[] = {"null", "true", "false", "yes",
		"no", "on", "off", "y", "n", NULL};

	for (size_t i = 0; words[i]; i++)
		if (text_equals_nocase(text, words[i]))
			return true;
	return false;
}

/* In a block, and as what it is: text. */
static bool
is_plain(const char *text)
{
	struct span s = span_of(text);
	unsigned char c = (unsigned char)text[0];
	bool begins =
		c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

	return begins && !is_reserved(text) && !strstr(text, ": ") &&
		!strstr(text, " #") && !span_ends(s, ":") && !span_ends(s, " ");
}

static void
add_block_text(struct str *out, const char *text)
{
	if (is_plain(text)) {
		str_add(out, text);
		return;
	}
	str_add_char(out, '\'');
	for (; *text; text++)
		str_add(out, *text == '\'' ? "''" : (char[]){*text, '\0'});
	str_add_char(out, '\'');
}

/* ----- blocks ----- */

/* Blanks before the dash, and columns from there to what it is about. */
struct block {
	size_t dash, gap;
};

static void
add_dash(struct str *out, struct block b)
{
	str_printf(out, "%*s-%*s", (int)b.dash, "", (int)b.gap - 1, "");
}

static void
add_source(const struct patch *p, struct str *out, struct block b,
	const struct edit_source *s)
{
	int margin = (int)(b.dash + b.gap);

	add_dash(out, b);
	str_add(out, "feed: ");
	add_block_text(out, s->feed);
	str_add(out, p->eol);
	if (s->section) {
		str_printf(out, "%*ssection: ", margin, "");
		add_block_text(out, s->section);
		str_add(out, p->eol);
	}
	if (s->allow_private)
		str_printf(out, "%*sallow_private: true%s", margin, "", p->eol);
}

/* Behind the end of a line. A file without a line end at its end stays one. */
static void
put_lines(struct patch *p, size_t at, struct str *lines)
{
	bool open = at > 0 && !strchr("\r\n", p->text.data[at - 1]);

	patch_keep(p, at);
	if (open) {
		str_add(p->out, p->eol);
		str_truncate(lines, lines->len - strlen(p->eol));
	}
	str_add_str(p->out, lines);
	patch_keep(p, p->text.len);
}

/* `head` and `folder`, which may be NULL, are written first. */
static void
put_block(struct patch *p, size_t at, struct block b, const char *head,
	const char *folder)
{
	struct str lines = STR_INIT;

	if (head)
		str_add_all(&lines, head, p->eol, NULL);
	if (folder) {
		add_dash(&lines, b);
		str_add(&lines, "folder: ");
		add_block_text(&lines, folder);
		str_add(&lines, p->eol);
	}
	for (size_t i = 0; i < p->edit->count; i++)
		add_source(p, &lines, b, &p->edit->sources[i]);
	put_lines(p, at, &lines);
	str_clear(&lines);
}

/* Where what follows `item` in its map begins. */
static size_t
next_key(const struct patch *p, const struct value *map,
	const struct value *item)
{
	size_t i = 0;

	while (map->items[i] != item)
		i++;
	if (++i == map->count)
		return lines_document_end(p->text);
	return lines_offset(p->text, map->items[i]->key_line, 1);
}

static bool
insert_block_list(
	struct patch *p, const struct value *root, const struct value *v)
{
	const struct value *last = v->items[v->count - 1];
	size_t from = lines_offset(p->text, last->line, 1);
	struct block b = {.dash = v->column - 1, .gap = 2};

	if (last->column > v->column + 1 && last->column < v->column + 8)
		b.gap = last->column - v->column;
	put_block(p,
		lines_content_end(p->text, from, next_key(p, root, v), b.dash,
			b.dash + 1 > v->key_column),
		b, NULL, NULL);
	return true;
}

/* A single source without a dash gets one, and its lines move behind it. */
static bool
insert_block_map(
	struct patch *p, const struct value *root, const struct value *v)
{
	struct block b = {.dash = v->column - 1, .gap = 2};
	size_t at = lines_offset(p->text, v->line, v->column);
	size_t end = lines_content_end(
		p->text, at, next_key(p, root, v), b.dash, true);

	patch_keep(p, at);
	str_add(p->out, "- ");
	while ((at = lines_next(p->text, at)) < end) {
		patch_keep(p, at);
		if (!lines_is_blank(p->text, at))
			str_add(p->out, "  ");
	}
	put_block(p, end, b, NULL, NULL);
	return true;
}

/* ----- which of them ----- */

/* At the end: there are none yet. */
static bool
insert_key(struct patch *p, const struct value *root)
{
	size_t margin = root->kind == VALUE_MAP ? root->column - 1 : 0;
	struct block b = {.dash = margin + 2, .gap = 2};
	struct str head = STR_INIT;

	str_printf(&head, "%*ssources:", (int)margin, "");
	put_block(p, lines_document_end(p->text), b, str_text(&head),
		p->edit->implied);
	str_clear(&head);
	return true;
}

/* Behind "sources:", which stands there without a value. */
static bool
insert_first(struct patch *p, const struct value *v)
{
	struct block b = {.dash = v->key_column + 1, .gap = 2};
	size_t at = lines_offset(p->text, v->key_line, 1);

	put_block(p, lines_next(p->text, at), b, NULL, p->edit->implied);
	return true;
}

bool
edit_insert(const struct edit *e, struct span text, const struct value *root,
	struct str *out)
{
	const struct value *v = value_find(root, "sources");
	struct patch p = {
		.edit = e, .text = text, .out = out, .eol = lines_break(text)};
	size_t top = lines_offset(text, root->line, root->column), at;
	char c;

	p.quoted = top < text.len && text.data[top] == '{';
	if (!v)
		return p.quoted ? flow_add_key(&p, top) : insert_key(&p, root);
	at = lines_offset(text, v->line, v->column);
	c = at < text.len ? text.data[at] : '\0';
	if (v->kind == VALUE_NULL)
		return insert_first(&p, v);
	if (v->kind == VALUE_LIST && c == '[')
		return flow_add_to_list(&p, at);
	if (v->kind == VALUE_MAP && c == '{')
		return flow_add_to_map(&p, at);
	if (v->kind == VALUE_LIST && c == '-')
		return insert_block_list(&p, root, v);
	return v->kind == VALUE_MAP && insert_block_map(&p, root, v);
}
