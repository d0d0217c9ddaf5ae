#include "run/preview_show.h"

#include "mime/encode.h"
#include "mime/rfc1153.h"
#include "run/preview_reader.h"
#include "run/signing.h"

const struct composed_form *
preview_form(const struct preview *p)
{
	return preview_reader_form(p->reader, &p->composed);
}

static void
show(const struct preview *p, const struct composed_form *f, const char *text,
	bool html, struct str *out)
{
	preview_reader_show(p->reader, f, p->composed.mark, text, html, out);
}

/* ----- lines ----- */

void
preview_show_subject(
	const struct preview *p, const struct composed_form *f, struct str *out)
{
	if (p->subscriber)
		show(p, f, f->letter->subject, false, out);
	else
		str_add(out, f->letter->subject_shown);
}

void
preview_show_preheader(
	const struct preview *p, const struct composed_form *f, struct str *out)
{
	show(p, f, f->letter->preheader, false, out);
}

/* ----- texts ----- */

void
preview_show_text(
	const struct preview *p, const struct composed_form *f, struct str *out)
{
	const struct issue *issue = p->composed.issue;
	struct str marked = STR_INIT;

	if (letter_format_is_digest(f->format))
		rfc1153_write(&marked, f->letter, issue->list, issue->number);
	else
		str_add(&marked, f->letter->text);
	show(p, f, str_text(&marked), false, out);
	str_clear(&marked);
}

static void
show_picture(struct str *out, const struct letter *letter, struct span cid)
{
	for (size_t i = 0; i < letter->image_count; i++) {
		const struct letter_image *image = &letter->images[i];

		if (!span_equals(cid, image->cid))
			continue;
		str_printf(out, "data:%s;base64,", image->type);
		encode_base64_plain(out, str_span(&image->bytes));
		return;
	}
}

static void
show_pictures(struct str *out, const struct letter *letter)
{
	struct span rest = span_of(letter->html), before, cid;

	while (letter_next_picture(&rest, &before, &cid)) {
		str_add_span(out, before);
		show_picture(out, letter, cid);
	}
	str_add_span(out, before);
}

void
preview_show_html(
	const struct preview *p, const struct composed_form *f, struct str *out)
{
	struct str marked = STR_INIT;

	show_pictures(&marked, f->letter);
	show(p, f, str_text(&marked), true, out);
	str_clear(&marked);
}

/* ----- the message ----- */

bool
preview_show_message(const struct preview *p, const struct composed_form *f,
	struct str *out, struct error *err)
{
	const struct dkim_signer *signer = signing_signer(p->signing);
	struct str message = STR_INIT;
	bool ok;

	preview_reader_fill(p->reader, f->form, &message);
	ok = !signer || dkim_sign(signer, str_span(&message), p->now, out, err);
	str_add_str(out, &message);
	str_clear(&message);
	return ok;
}
