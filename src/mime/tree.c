#include "mime/tree.h"

#include <assert.h>
#include <libetpan/libetpan.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

struct tree {
	struct mailmime *mime; /* its body, mm_parent and all, is libetpan's */
};

/* libetpan gives NULL only when memory has run out; mem.c says so and ends the
 * process. */
static void *
must(void *p)
{
	return p ? p : mem_resize(NULL, SIZE_MAX / 2);
}

static void
append(clist *list, void *item)
{
	if (clist_append(list, must(item)) < 0)
		must(NULL);
}

/* ----- types ----- */

static const struct {
	const char *name;
	int type;
} discrete_types[] = {
	{"text", MAILMIME_DISCRETE_TYPE_TEXT},
	{"image", MAILMIME_DISCRETE_TYPE_IMAGE},
	{"audio", MAILMIME_DISCRETE_TYPE_AUDIO},
	{"video", MAILMIME_DISCRETE_TYPE_VIDEO},
	{"application", MAILMIME_DISCRETE_TYPE_APPLICATION},
};

static struct mailmime_type *
discrete_type(struct span name)
{
	int type = MAILMIME_DISCRETE_TYPE_EXTENSION;
	char *extension = NULL;

	for (size_t i = 0; i < sizeof discrete_types / sizeof *discrete_types;
		i++)
		if (span_equals(name, discrete_types[i].name))
			type = discrete_types[i].type;
	if (type == MAILMIME_DISCRETE_TYPE_EXTENSION)
		extension = span_dup(name);
	return must(mailmime_type_new(MAILMIME_TYPE_DISCRETE_TYPE,
		must(mailmime_discrete_type_new(type, extension)), NULL));
}

/* `type` is of MAILMIME_COMPOSITE_TYPE_… */
static struct mailmime_type *
composite_type(int type)
{
	return must(mailmime_type_new(MAILMIME_TYPE_COMPOSITE_TYPE, NULL,
		must(mailmime_composite_type_new(type, NULL))));
}

static void
add_parameter(struct mailmime_content *content, char *name, const char *value)
{
	append(content->ct_parameters,
		mailmime_param_new_with_data(name, (char *)value));
}

static struct mailmime_content *
part_content(const struct tree_part *part)
{
	struct span all = span_of(part->type);
	size_t slash = span_find(all, '/');
	struct span main_type = span_slice(all, 0, slash);
	struct mailmime_content *content = must(mailmime_content_new(
		discrete_type(main_type), span_dup(span_from(all, slash + 1)),
		must(clist_new())));

	if (span_equals(main_type, "text"))
		add_parameter(content, "charset", "utf-8");
	if (part->flowed)
		add_parameter(content, "format", "flowed");
	return content;
}

/* ----- parts ----- */

static const int mechanisms[] = {
	[ENCODING_7BIT] = MAILMIME_MECHANISM_7BIT,
	[ENCODING_QP] = MAILMIME_MECHANISM_QUOTED_PRINTABLE,
	[ENCODING_BASE64] = MAILMIME_MECHANISM_BASE64,
};

static struct mailmime_field *
id_field(const char *id)
{
	return mailmime_field_new(MAILMIME_FIELD_ID, NULL, NULL, mem_strdup(id),
		NULL, 0, NULL, NULL, NULL);
}

/*
 * The disposition's type may be any word, and libetpan writes it as it is. So
 * the whole value passes for one, with the parameters that header_parameter()
 * wrote: libetpan cannot write those of RFC 2231.
 */
static struct mailmime_field *
disposition_field(const char *value)
{
	struct mailmime_disposition_type *type =
		must(mailmime_disposition_type_new(
			MAILMIME_DISPOSITION_TYPE_EXTENSION,
			mem_strdup(value)));

	return mailmime_field_new(MAILMIME_FIELD_DISPOSITION, NULL, NULL, NULL,
		NULL, 0,
		must(mailmime_disposition_new(type, must(clist_new()))), NULL,
		NULL);
}

static struct tree *
wrap(struct mailmime *mime)
{
	struct tree *tree = mem_new(sizeof *tree);

	tree->mime = must(mime);
	return tree;
}

struct tree *
tree_new_part(const struct tree_part *part)
{
	int mechanism = mechanisms[part->encoding];
	struct mailmime_fields *fields =
		must(mailmime_fields_new_encoding(mechanism));
	/* 1: it is encoded already. */
	struct mailmime_data *data = must(mailmime_data_new(MAILMIME_DATA_TEXT,
		mechanism, 1, part->body.data, part->body.len, NULL));

	if (part->id)
		append(fields->fld_list, id_field(part->id));
	if (part->disposition)
		append(fields->fld_list, disposition_field(part->disposition));
	return wrap(mailmime_new(MAILMIME_SINGLE, NULL, 0, fields,
		part_content(part), data, NULL, NULL, NULL, NULL, NULL));
}

/* libetpan sees a leaf, and writes it as it is: it cannot encode the headers
 * of a message of its own. */
struct tree *
tree_new_message(struct span message)
{
	bool ascii = text_is_ascii(message);
	int mechanism =
		ascii ? MAILMIME_MECHANISM_7BIT : MAILMIME_MECHANISM_8BIT;
	struct mailmime_fields *fields =
		must(mailmime_fields_new_encoding(mechanism));
	struct mailmime_content *content = must(mailmime_content_new(
		composite_type(MAILMIME_COMPOSITE_TYPE_MESSAGE),
		mem_strdup(ascii ? "rfc822" : "global"), must(clist_new())));
	struct mailmime_data *data = must(mailmime_data_new(MAILMIME_DATA_TEXT,
		mechanism, 1, message.data, message.len, NULL));

	return wrap(mailmime_new(MAILMIME_SINGLE, NULL, 0, fields, content,
		data, NULL, NULL, NULL, NULL, NULL));
}

struct tree *
tree_new_multipart(
	const char *kind, const char *boundary, const char *first_type)
{
	struct mailmime_content *content = must(mailmime_content_new(
		composite_type(MAILMIME_COMPOSITE_TYPE_MULTIPART),
		mem_strdup(kind), must(clist_new())));

	add_parameter(content, "boundary", boundary);
	if (first_type)
		add_parameter(content, "type", first_type);
	return wrap(mailmime_new(MAILMIME_MULTIPLE, NULL, 0, NULL, content,
		NULL, NULL, NULL, must(clist_new()), NULL, NULL));
}

void
tree_add_take(struct tree *multipart, struct tree *part)
{
	assert(multipart->mime->mm_type == MAILMIME_MULTIPLE);
	append(multipart->mime->mm_data.mm_multipart.mm_mp_list, part->mime);
	part->mime->mm_parent = multipart->mime;
	free(part);
}

void
tree_free(struct tree *tree)
{
	if (!tree)
		return;
	mailmime_free(tree->mime);
	free(tree);
}

/* ----- writing ----- */

/* libetpan leaves a blank where it folds a header; no body that is encoded has
 * one at the end of a line. */
static void
add_without_trailing_blanks(struct str *out, struct span text)
{
	while (text.len) {
		size_t n = span_find_text(text, " \r\n");

		str_add_span(out, span_slice(text, 0, n));
		text = span_from(text, n < text.len ? n + 1 : n);
	}
}

void
tree_write(const struct tree *tree, struct str *out)
{
	MMAPString *text = must(mmap_string_new(""));
	struct mailmime *mime = tree->mime;
	int column = 0;

	/* mailmime_write_mem() writes the headers of all parts but of the
	 * outermost: those belong to the message. */
	mailmime_content_write_mem(text, &column, mime->mm_content_type);
	if (mime->mm_mime_fields)
		mailmime_fields_write_mem(text, &column, mime->mm_mime_fields);
	mmap_string_append(text, "\r\n");
	column = 0;
	mailmime_write_mem(text, &column, mime);
	add_without_trailing_blanks(out, (struct span){text->str, text->len});
	mmap_string_free(text);
}
