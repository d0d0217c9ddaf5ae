#include "render/subject.h"

#include "base/text.h"

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

static bool
render_with(const struct mustache *t, struct arena *arena, struct value *view,
	struct span title, struct str *out, struct error *err)
{
	struct str raw = STR_INIT, flat = STR_INIT;
	struct value *lead = (struct value *)value_find(view, "lead");
	bool ok;

	value_set(arena, lead, "title", value_new_span(arena, title));
	ok = mustache_render(t, view, &raw, err);
	text_flatten(&flat, str_span(&raw));
	str_truncate(out, 0);
	text_shorten(out, str_span(&flat), LINE_MOST);
	str_clear(&raw);
	str_clear(&flat);
	return ok;
}

/* Lets the title give way until the line is as short as `columns` must be; a
 * line that does not need that stays as it is. */
static bool
fit(const struct mustache *t, struct arena *arena, struct value *view,
	struct span title, size_t (*columns)(struct span), size_t least,
	struct str *out, struct error *err)
{
	size_t width = text_width(title);
	size_t now = columns(str_span(out));

	while (now > COLUMNS && width > least) {
		struct str shorter = STR_INIT;
		bool ok;

		width -= now - COLUMNS < width ? now - COLUMNS : width;
		width = width > least ? width : least;
		shorten_title(&shorter, title, width);
		ok = render_with(t, arena, view, str_span(&shorter), out, err);
		str_clear(&shorter);
		if (!ok)
			return false;
		now = columns(str_span(out));
	}
	return true;
}

bool
subject_render(const struct mustache *t, struct arena *arena,
	struct value *view, struct str *out, struct error *err)
{
	const char *whole = value_find_text(value_find(view, "lead"), "title");
	struct span title = span_of(whole);
	bool ok = render_with(t, arena, view, title, out, err) &&
		fit(t, arena, view, title, columns_in_header, TITLE_LEAST, out,
			err);

	/* What cannot be short in the header is so on the screen. */
	if (ok && columns_in_header(str_span(out)) > COLUMNS)
		ok = render_with(t, arena, view, title, out, err) &&
			fit(t, arena, view, title, text_width, TITLE_SHORTEST,
				out, err);
	value_set(arena, (struct value *)value_find(view, "lead"), "title",
		value_new_span(arena, title));
	return ok;
}
