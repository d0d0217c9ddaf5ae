#include "mime/form_post.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text_flow.h"
#include "mime/cut.h"
#include "mime/form_build.h"
#include "mime/form_headers.h"
#include "mime/header.h"

/* ----- headers ----- */

static bool
add_raw(struct str *out, const char *name, const char *value, struct error *err)
{
	return header_add_raw(out, name, span_of(value), err);
}

static bool
add_address(struct str *out, const char *name, const char *address,
	struct error *err)
{
	const struct mailbox box = {.address = address};

	return header_add_mailboxes(out, name, &box, 1, err);
}

/* With its brackets, whether it came with them or not. */
static bool
add_id(struct str *out, const char *name, const char *id, struct error *err)
{
	struct str text = STR_INIT;
	bool bare = id[0] != '<';
	bool ok;

	str_add_all(&text, bare ? "<" : "", id, bare ? ">" : "", NULL);
	ok = header_add_raw(out, name, str_span(&text), err);
	str_clear(&text);
	return ok;
}

/* RFC 3834, 3.1.5: what it answers. Somebody else made that Message-ID, so one
 * that is none is left out and no reason not to answer. */
static void
add_answered(struct str *out, const char *id)
{
	struct str fields = STR_INIT;

	if (id && add_id(&fields, "In-Reply-To", id, NULL) &&
		add_id(&fields, "References", id, NULL))
		str_add_str(out, &fields);
	str_clear(&fields);
}

static bool
add_origin(struct str *out, const struct form_post *post, struct error *err)
{
	return header_add_mailboxes(out, "From", &post->list->from, 1, err) &&
		add_address(out, "To", post->address, err) &&
		(!post->reply_to ||
			add_address(out, "Reply-To", post->reply_to, err)) &&
		header_add(out, "Subject", span_of(post->subject), err) &&
		form_add_date(out, post->list, post->date, err) &&
		add_id(out, "Message-ID", post->message_id, err);
}

static bool
add_nature(struct str *out, const struct form_post *post, struct error *err)
{
	const struct list *list = post->list;
	const char *automatic =
		post->answers ? "auto-replied" : "auto-generated";

	add_answered(out, post->in_reply_to);
	return (!post->of_list ||
		       header_add_list_id(out, span_of(list->title),
			       span_of(list->list_id), err)) &&
		add_raw(out, "Auto-Submitted", automatic, err) &&
		add_raw(out, "X-Auto-Response-Suppress", "OOF, AutoReply",
			err) &&
		form_add_language(out, post->language, err) &&
		add_raw(out, "MIME-Version", "1.0", err);
}

/* ----- content ----- */

/* `body` and `line` are to be cleared in any case, behind the tree. */
static struct tree *
attachment_tree(const struct form_attachment *a, struct str *body,
	struct str *line, struct error *err)
{
	static const char name[] = "Content-Disposition: ";

	str_add_all(line, name, "attachment", NULL);
	if (!header_parameter(line, "filename", span_of(a->file_name), err))
		return NULL;
	encode_base64(body, a->bytes);
	return tree_new_part(&(struct tree_part){
		.type = a->type,
		.encoding = ENCODING_BASE64,
		.body = str_span(body),
		.disposition = str_text(line) + strlen(name),
	});
}

/* Takes `text`. */
static struct tree *
mixed_tree(const struct form_post *post, struct tree *text,
	struct tree *attachment)
{
	char *boundary = form_boundary(post->message_id, "mixed");
	struct tree *tree = tree_new_multipart("mixed", boundary, NULL);

	free(boundary);
	tree_add_take(tree, text);
	tree_add_take(tree, attachment);
	return tree;
}

static bool
write_content(struct str *out, const struct form_post *post, struct error *err)
{
	struct content text = {.type = "text/plain",
		.flowed = post->list->text == TEXT_FLOWED};
	struct str words = STR_INIT, body = STR_INIT, line = STR_INIT;
	struct tree *tree = NULL, *attachment = NULL;
	bool ok;

	if (text.flowed)
		str_add(&words, post->text);
	else
		text_harden(&words, span_of(post->text));
	ok = content_encode(&text, str_text(&words), "", err);
	if (ok && post->attachment) {
		attachment =
			attachment_tree(post->attachment, &body, &line, err);
		ok = attachment != NULL;
	}
	if (ok) {
		tree = content_tree(&text);
		if (attachment)
			tree = mixed_tree(post, tree, attachment);
		tree_write(tree, out);
	}
	tree_free(tree);
	str_clear(&line);
	str_clear(&body);
	str_clear(&text.body);
	str_clear(&words);
	return ok;
}

struct form *
form_new_post(const struct form_post *post, struct error *err)
{
	struct form *form = mem_new(sizeof *form);

	if (add_origin(&form->bytes, post, err) &&
		add_nature(&form->bytes, post, err) &&
		write_content(&form->bytes, post, err))
		return form;
	form_free(form);
	return NULL;
}
