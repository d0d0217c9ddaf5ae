#include "mime/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "mime/cut.h"
#include "mime/encode.h"
#include "mime/flowed.h"
#include "mime/form_headers.h"
#include "mime/header.h"
#include "mime/tree.h"

/* ----- parts ----- */

/* A text and its slots. */
struct content {
	const char *type;
	bool flowed;
	struct str body; /* encoded */
	enum encoding encoding;
	size_t slots;
};

/* How many slots the text has. False when the mark stands in it otherwise:
 * then no recipient's value could be told from the text. */
static bool
count_slots(struct span text, const char *mark, size_t *count)
{
	size_t at, len;
	enum slot_name slot;

	*count = 0;
	while (slot_next(text, mark, &at, &len, &slot)) {
		if (span_find_text(text, mark) != at)
			return false;
		(*count)++;
		text = span_from(text, at + len);
	}
	return span_find_text(text, mark) == text.len;
}

static bool
encode_content(struct content *c, const char *text, const char *mark,
	struct error *err)
{
	struct str whole = STR_INIT;

	if (c->flowed)
		flowed_add(&whole, span_of(text), mark);
	else
		str_add(&whole, text ? text : "");
	if (!span_ends(str_span(&whole), "\n"))
		str_add_char(&whole, '\n');
	if (!count_slots(str_span(&whole), mark, &c->slots)) {
		str_clear(&whole);
		return error_set(err, ERROR_DATA,
			"the %s part contains the mark of the slots", c->type);
	}
	c->encoding = encode_choose(str_span(&whole), c->slots > 0);
	encode_text(&c->body, str_span(&whole), c->encoding, mark);
	str_clear(&whole);
	return true;
}

static struct tree *
content_tree(const struct content *c)
{
	return tree_new_part(&(struct tree_part){
		.type = c->type,
		.flowed = c->flowed,
		.encoding = c->encoding,
		.body = str_span(&c->body),
	});
}

/* The seed is secret (Message-IDs grow from it), a boundary is not. No encoded
 * text contains "=_" (RFC 2045, 6.7). */
static char *
make_boundary(const char *seed, const char *name)
{
	unsigned char hash[HASH_SIZE];
	struct str text = STR_INIT;

	str_printf(&text, "boundary %s %s", name, seed ? seed : "");
	hash_sha256(str_span(&text), hash);
	str_truncate(&text, 0);
	str_add(&text, "=_");
	hash_write_hex(&text, hash, 12);
	return str_take(&text);
}

/* Is it "type/subtype", of characters that a header takes as they are? */
static bool
is_media_type(const char *type)
{
	size_t slashes = 0;

	for (const char *p = type; *p; p++) {
		slashes += *p == '/';
		if (*p <= ' ' || *p > '~' || strchr("()<>@,;:\\\"[]?=", *p))
			return false;
	}
	return slashes == 1 && type[0] != '/' && type[strlen(type) - 1] != '/';
}

static bool
is_content_id(const char *id)
{
	for (const char *p = id; *p; p++)
		if (*p <= ' ' || *p > '~' || *p == '<' || *p == '>')
			return false;
	return *id != '\0';
}

static bool
add_image(struct tree *related, const struct letter_image *image,
	struct str *body, struct error *err)
{
	struct str line = STR_INIT;
	const size_t name_len = strlen("Content-Disposition: ");
	bool ok = true;

	if (!is_media_type(image->type) || !is_content_id(image->cid))
		return error_set(err, ERROR_DATA,
			"image '%s': its type '%s' or id '%s' cannot stand in "
			"a header",
			image->file_name ? image->file_name : "", image->type,
			image->cid);
	encode_base64(body, str_span(&image->bytes));
	/* With the name, so that it is folded as it will stand. */
	str_add(&line, "Content-Disposition: inline");
	if (image->file_name)
		ok = header_parameter(
			&line, "filename", span_of(image->file_name), err);
	if (ok)
		tree_add_take(related,
			tree_new_part(&(struct tree_part){
				.type = image->type,
				.encoding = ENCODING_BASE64,
				.body = str_span(body),
				.id = image->cid,
				.disposition = line.data + name_len,
			}));
	str_clear(&line);
	return ok;
}

/* The HTML, with its images when it has some. */
static struct tree *
html_tree(const struct form_input *in, const struct content *html,
	struct str *bodies, struct error *err)
{
	const struct letter *letter = in->letter;
	struct tree *related, *part = content_tree(html);
	char *boundary;

	if (letter->image_count == 0)
		return part;
	boundary = make_boundary(in->boundary_seed, "related");
	related = tree_new_multipart("related", boundary, html->type);
	free(boundary);
	tree_add_take(related, part);
	for (size_t i = 0; i < letter->image_count; i++) {
		if (add_image(related, &letter->images[i], &bodies[i], err))
			continue;
		tree_free(related);
		return NULL;
	}
	return related;
}

static struct tree *
alternative_tree(const struct form_input *in, const struct content *text,
	const struct content *html, struct str *bodies, struct error *err)
{
	struct tree *page = html_tree(in, html, bodies, err), *both;
	char *boundary;

	if (!page)
		return NULL;
	boundary = make_boundary(in->boundary_seed, "alternative");
	both = tree_new_multipart("alternative", boundary, NULL);
	free(boundary);
	tree_add_take(both, content_tree(text));
	tree_add_take(both, page);
	return both;
}

/* ----- the form ----- */

/* Cuts the message at its marks. They stand in this order: those of the
 * headers, of the text, of the HTML. */
static void
cut_form(struct form *form, struct span message, const char *mark,
	size_t headers, size_t texts)
{
	size_t at, len;
	enum slot_name slot;

	while (slot_next(message, mark, &at, &len, &slot)) {
		size_t n = form->count;
		enum cut_place place = n < headers ? CUT_HEADER
			: n < headers + texts	   ? CUT_TEXT
						   : CUT_HTML;

		str_add_span(&form->bytes, span_slice(message, 0, at));
		form_add_cut(form, (struct cut){form->bytes.len, slot, place});
		message = span_from(message, at + len);
	}
	str_add_span(&form->bytes, message);
}

static struct form *
write_form(const struct form_input *in, const struct content *text,
	const struct content *html, struct error *err)
{
	const size_t images = in->letter->image_count;
	struct str *bodies = mem_new(images * sizeof *bodies);
	struct str message = STR_INIT;
	struct form *form = NULL;
	struct tree *tree = NULL;
	size_t headers;

	if (!form_add_headers(&message, in, err))
		goto out;
	if (!count_slots(str_span(&message), in->mark, &headers)) {
		error_set(err, ERROR_DATA,
			"a header contains the mark of the slots");
		goto out;
	}
	tree = html->type ? alternative_tree(in, text, html, bodies, err)
			  : content_tree(text);
	if (!tree)
		goto out;
	tree_write(tree, &message);
	form = mem_new(sizeof *form);
	cut_form(form, str_span(&message), in->mark, headers, text->slots);
out:
	tree_free(tree);
	for (size_t i = 0; i < images; i++)
		str_clear(&bodies[i]);
	free(bodies);
	str_clear(&message);
	return form;
}

struct form *
form_new(const struct form_input *in, struct error *err)
{
	struct content text = {
		.type = "text/plain", .flowed = in->letter->flows};
	struct content html = {NULL};
	struct form *form = NULL;
	bool with_html = in->letter->format == FORMAT_HTML && in->letter->html;

	if (with_html)
		html.type = "text/html";
	if (encode_content(&text, in->letter->text, in->mark, err) &&
		(!with_html ||
			encode_content(&html, in->letter->html, in->mark, err)))
		form = write_form(in, &text, &html, err);
	str_clear(&text.body);
	str_clear(&html.body);
	return form;
}
