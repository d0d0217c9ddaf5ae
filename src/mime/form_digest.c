/*
 * A digest of messages (RFC 2046, 5.1.5):
 *
 *     multipart/mixed
 *         text/plain           masthead, contents
 *         multipart/digest     left out when there are no messages
 *             message/rfc822   each dispatch
 *             ...
 *         text/plain           foot
 *
 * The messages come from the list's own address, under the name of who wrote
 * them: a reader's answer goes to the list, and nobody else's domain is made to
 * vouch for what we send.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mime/form_build.h"
#include "mime/form_headers.h"
#include "mime/header.h"

struct parts {
	struct content head, foot;
	struct str *messages; /* whole, one an item */
	size_t slots;
};

static struct content
plain_text(const struct form_input *in)
{
	return (struct content){
		.type = "text/plain", .flowed = in->letter->flows};
}

/* ----- one message ----- */

static bool
add_id(struct str *out, const char *id, struct error *err)
{
	struct str value = STR_INIT;
	bool ok;

	str_add_all(&value, "<", id, ">", NULL);
	ok = header_add_raw(out, "Message-ID", str_span(&value), err);
	str_clear(&value);
	return ok;
}

static bool
add_headers(struct str *out, const struct form_input *in,
	const struct letter_item *item, struct error *err)
{
	const struct mailbox from = {
		.name = item->from_name ? item->from_name : in->list->from.name,
		.address = in->list->from.address,
	};

	if (!header_add_mailboxes(out, "From", &from, 1, err) ||
		!header_add(out, "Subject", span_of(item->subject), err) ||
		!form_add_date(out, in->list, item->date, err) ||
		!add_id(out, item->id, err) ||
		!form_add_language(out, item->language, err))
		return false;
	if (span_find_text(str_span(out), in->mark) < out->len)
		return error_set(err, ERROR_DATA,
			"a header contains the mark of the slots");
	return header_add_raw(out, "MIME-Version", span_of("1.0"), err);
}

static bool
write_message(struct str *out, const struct form_input *in,
	const struct letter_item *item, size_t *slots, struct error *err)
{
	struct content text = plain_text(in);
	struct tree *part = NULL;
	bool ok = add_headers(out, in, item, err) &&
		content_encode(&text, item->text, in->mark, err);

	if (ok) {
		part = content_tree(&text);
		tree_write(part, out);
		*slots += text.slots;
	} else {
		error_wrap(err, "item '%s'", item->subject);
	}
	tree_free(part);
	str_clear(&text.body);
	return ok;
}

/* ----- all parts ----- */

static bool
encode_parts(struct parts *p, const struct form_input *in, struct error *err)
{
	const struct letter *letter = in->letter;

	p->head = p->foot = plain_text(in);
	p->messages = mem_new((letter->item_count + 1) * sizeof *p->messages);
	if (!content_encode(&p->head, letter->text, in->mark, err) ||
		!content_encode(&p->foot, letter->foot, in->mark, err))
		return false;
	p->slots = p->head.slots + p->foot.slots;
	for (size_t i = 0; i < letter->item_count; i++)
		if (!write_message(&p->messages[i], in, &letter->items[i],
			    &p->slots, err))
			return false;
	return true;
}

static void
clear_parts(struct parts *p, size_t count)
{
	for (size_t i = 0; p->messages && i < count; i++)
		str_clear(&p->messages[i]);
	free(p->messages);
	str_clear(&p->head.body);
	str_clear(&p->foot.body);
}

static struct tree *
multipart(const struct form_input *in, const char *kind)
{
	char *boundary = form_boundary(in->boundary_seed, kind);
	struct tree *tree = tree_new_multipart(kind, boundary, NULL);

	free(boundary);
	return tree;
}

static struct tree *
build_tree(const struct form_input *in, const struct parts *p)
{
	struct tree *mixed = multipart(in, "mixed"), *digest;

	tree_add_take(mixed, content_tree(&p->head));
	if (in->letter->item_count) {
		digest = multipart(in, "digest");
		for (size_t i = 0; i < in->letter->item_count; i++)
			tree_add_take(digest,
				tree_new_message(str_span(&p->messages[i])));
		tree_add_take(mixed, digest);
	}
	tree_add_take(mixed, content_tree(&p->foot));
	return mixed;
}

struct form *
form_new_digest(const struct form_input *in, struct error *err)
{
	struct parts p = {.messages = NULL};
	struct form *form = NULL;
	struct tree *tree;

	if (encode_parts(&p, in, err)) {
		tree = build_tree(in, &p);
		form = form_of_tree(in, tree, p.slots, err);
		tree_free(tree);
	}
	clear_parts(&p, in->letter->item_count);
	return form;
}
