#include "render/subject.h"

#include "base/text.h"
#include "render/marks.h"

enum {
	COLUMNS = 78 - 9, /* behind "Subject: " */
	TITLE_LEAST = 40, /* of the lead's title, so that it says something */
	TITLE_SHORTEST = 24,
	LINE_MOST = 120,    /* whatever the template says */
	WORD_OVERHEAD = 12, /* "=?utf-8?q?" and "?=" */
};

/* ----- how long it is ----- */

/* As an encoded word (RFC 2047), the shorter of both encodings. */
static size_t
encoded_columns(struct span words)
{
	size_t quoted = 0;

	for (size_t i = 0; i < words.len; i++) {
		unsigned char c = (unsigned char)words.data[i];

		quoted += c < 0x80 && c != '=' && c != '?' && c != '_' ? 1 : 3;
	}
	return WORD_OVERHEAD +
		(quoted < words.len * 4 / 3 ? quoted : words.len * 4 / 3);
}

/* The words at the front up to where ASCII begins or ends, with the blanks
 * behind them. */
static size_t
run_of_words(struct span s, bool ascii)
{
	size_t n = 0;

	while (n < s.len) {
		struct span rest = span_from(s, n);
		size_t word = span_find(rest, ' ');

		if (text_is_ascii(span_slice(rest, 0, word)) != ascii)
			break;
		n += word + (word < rest.len);
	}
	return n;
}

/* About what it takes in a header: words beyond ASCII are encoded. */
static size_t
columns_in_header(struct span s)
{
	size_t columns = 0;

	while (s.len) {
		size_t n = run_of_words(s, true);

		columns += n;
		s = span_from(s, n);
		n = run_of_words(s, false);
		columns += n ? encoded_columns(span_slice(s, 0, n)) : 0;
		s = span_from(s, n);
	}
	return columns;
}

/* ----- what it says ----- */

/* Dots in place of the ellipsis, which would be the only thing to encode. */
static void
shorten_title(struct str *out, struct span title, size_t width)
{
	size_t cut;

	text_shorten(out, title, width);
	cut = span_find_text(str_span(out), "\xe2\x80\xa6");
	if (cut == out->len || !text_is_ascii(title))
		return;
	str_truncate(out, cut);
	str_add(out, "...");
}

bool
line_render(const struct mustache *t, const struct value *view,
	const char *mark, size_t width, struct str *out, struct error *err)
{
	struct str raw = STR_INIT, flat = STR_INIT;
	bool ok = mustache_render(t, view, &raw, err);

	text_flatten(&flat, str_span(&raw));
	marks_shorten(out, str_span(&flat), mark, width);
	str_clear(&raw);
	str_clear(&flat);
	return ok;
}

struct fitting {
	const struct subject_input *in;
	struct arena *arena;
	struct value *view, *lead;
	struct span title; /* of the lead, whole */
	struct str *out;
};

/* How it is seen by a reader without a name. */
static size_t
columns_of(const struct fitting *f, size_t (*columns)(struct span))
{
	struct str shown = STR_INIT;
	size_t count;

	marks_show(&shown, str_span(f->out), f->in->mark, f->in->list,
		f->in->language);
	count = columns(str_span(&shown));
	str_clear(&shown);
	return count;
}

static bool
render_with(struct fitting *f, struct span title, struct error *err)
{
	value_set(f->arena, f->lead, "title", value_new_span(f->arena, title));
	str_truncate(f->out, 0);
	return line_render(
		f->in->t, f->view, f->in->mark, LINE_MOST, f->out, err);
}

/* Lets the title give way until the line is short enough; one that is, stays as
 * it is. What the line has no room for in any case goes at once: a title may be
 * of a hundred thousand columns. */
static bool
fit(struct fitting *f, size_t (*columns)(struct span), size_t least,
	struct error *err)
{
	size_t width = text_width(f->title);
	size_t now = columns_of(f, columns);

	width = width > LINE_MOST ? LINE_MOST : width;
	while (now > COLUMNS && width > least) {
		struct str shorter = STR_INIT;
		bool ok;

		width -= now - COLUMNS < width ? now - COLUMNS : width;
		width = width > least ? width : least;
		shorten_title(&shorter, f->title, width);
		ok = render_with(f, str_span(&shorter), err);
		str_clear(&shorter);
		if (!ok)
			return false;
		now = columns_of(f, columns);
	}
	return true;
}

bool
subject_render(const struct subject_input *in, struct arena *arena,
	struct value *view, struct str *out, struct error *err)
{
	struct value *lead = (struct value *)value_find(view, "lead");
	struct fitting f = {.in = in,
		.arena = arena,
		.view = view,
		.lead = lead,
		.title = span_of(value_find_text(lead, "title")),
		.out = out};
	bool ok = render_with(&f, f.title, err) &&
		fit(&f, columns_in_header, TITLE_LEAST, err);

	/* What cannot be short in the header is so on the screen. */
	if (ok && columns_of(&f, columns_in_header) > COLUMNS)
		ok = render_with(&f, f.title, err) &&
			fit(&f, text_width, TITLE_SHORTEST, err);
	value_set(arena, lead, "title", value_new_span(arena, f.title));
	return ok;
}
