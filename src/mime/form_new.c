#include "mime/form.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "mime/cut.h"
#include "mime/flowed.h"
#include "mime/form_build.h"
#include "mime/form_headers.h"
#include "mime/header.h"
#include "mime/rfc1153.h"

/* ----- parts ----- */

/* How many slots the text has; without a mark it has none. False when the mark
 * stands in it otherwise: then no recipient's value could be told from the
 * text. */
static bool
count_slots(struct span text, const char *mark, size_t *count)
{
	size_t at, len;
	struct slot slot;

	*count = 0;
	while (slot_next(text, mark, &at, &len, &slot)) {
		if (span_find_text(text, mark) != at)
			return false;
		(*count)++;
		text = span_from(text, at + len);
	}
	return !*mark || span_find_text(text, mark) == text.len;
}

bool
content_encode(struct content *c, const char *text, const char *mark,
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

struct tree *
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
char *
form_boundary(const char *seed, const char *name)
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
	boundary = form_boundary(in->boundary_seed, "related");
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
	boundary = form_boundary(in->boundary_seed, "alternative");
	both = tree_new_multipart("alternative", boundary, NULL);
	free(boundary);
	tree_add_take(both, content_tree(text));
	tree_add_take(both, page);
	return both;
}

/* ----- the form ----- */

/* The cut of the n-th mark. They stand in this order: those of the headers, of
 * the text, of the HTML; in the headers only the subject has personal ones. */
static struct cut
make_cut(struct form *form, const struct form_input *in, struct slot slot,
	const size_t n[2])
{
	struct cut cut = {.at = form->bytes.len, .slot = slot.name};

	cut.place = CUT_HTML;
	if (form->count < n[0])
		cut.place =
			slot_is_personal(slot.name) ? CUT_SUBJECT : CUT_HEADER;
	else if (form->count < n[0] + n[1])
		cut.place = CUT_TEXT;
	if (slot.name == SLOT_FIELD)
		cut.field = form_add_field(form, slot.field,
			span_of(field_default(
				in->list, slot.field, in->letter->language)));
	return cut;
}

/* Cuts the message at its marks: `n` are in the headers, and in the text. */
static void
cut_form(struct form *form, const struct form_input *in, struct span message,
	const size_t n[2])
{
	const char *own_name = field_default(
		in->list, span_of(field_own_name), in->letter->language);
	struct slot slot;
	size_t at, len;

	while (slot_next(message, in->mark, &at, &len, &slot)) {
		str_add_span(&form->bytes, span_slice(message, 0, at));
		form_add_cut(form, make_cut(form, in, slot, n));
		message = span_from(message, at + len);
	}
	str_add_span(&form->bytes, message);
	if (*own_name && form_slots(form) & 1u << SLOT_NAME)
		form->own_name = mem_strdup(own_name);
	if (form_slots(form) & 1u << SLOT_SINCE)
		form->date_words = mem_strdup(in->letter->date_words);
}

struct form *
form_of_tree(const struct form_input *in, const struct tree *tree, size_t texts,
	struct error *err)
{
	struct str message = STR_INIT;
	struct form *form = NULL;
	size_t slots[2] = {0, texts};
	bool found;

	if (!form_add_headers(&message, in, err))
		goto out;
	if (!count_slots(str_span(&message), in->mark, &slots[0])) {
		error_set(err, ERROR_DATA,
			"a header contains the mark of the slots");
		goto out;
	}
	tree_write(tree, &message);
	form = mem_new(sizeof *form);
	cut_form(form, in, str_span(&message), slots);
	found = form_find_subject(form);
	assert(found); /* form_add_headers() made it a line of its own */
	(void)found;
out:
	str_clear(&message);
	return form;
}

static struct form *
write_form(const struct form_input *in, const struct content *text,
	const struct content *html, struct error *err)
{
	const size_t images = in->letter->image_count;
	struct str *bodies = mem_new(images * sizeof *bodies);
	struct tree *tree = html->type
		? alternative_tree(in, text, html, bodies, err)
		: content_tree(text);
	struct form *form =
		tree ? form_of_tree(in, tree, text->slots, err) : NULL;

	tree_free(tree);
	for (size_t i = 0; i < images; i++)
		str_clear(&bodies[i]);
	free(bodies);
	return form;
}

static struct form *
new_rfc1153(const struct form_input *in, struct error *err)
{
	struct content text = {.type = "text/plain"}, html = {NULL};
	struct str whole = STR_INIT;
	struct form *form = NULL;

	rfc1153_write(&whole, in->letter, in->list, in->number);
	if (content_encode(&text, str_text(&whole), in->mark, err))
		form = write_form(in, &text, &html, err);
	str_clear(&text.body);
	str_clear(&whole);
	return form;
}

static struct form *
new_page(const struct form_input *in, struct error *err)
{
	struct content text = {
		.type = "text/plain", .flowed = in->letter->flows};
	struct content html = {NULL};
	struct form *form = NULL;
	bool with_html = in->letter->format == FORMAT_HTML && in->letter->html;

	if (with_html)
		html.type = "text/html";
	if (content_encode(&text, in->letter->text, in->mark, err) &&
		(!with_html ||
			content_encode(&html, in->letter->html, in->mark, err)))
		form = write_form(in, &text, &html, err);
	str_clear(&text.body);
	str_clear(&html.body);
	return form;
}

struct form *
form_new(const struct form_input *in, struct error *err)
{
	switch (in->letter->format) {
	case FORMAT_MIME_DIGEST:
		return form_new_digest(in, err);
	case FORMAT_RFC1153:
		return new_rfc1153(in, err);
	default:
		return new_page(in, err);
	}
}
