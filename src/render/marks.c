#include "render/marks.h"

#include <string.h>

#include "base/text.h"
#include "html/token.h"
#include "model/slot.h"

/* ----- lines ----- */

/*
 * What stands for a mark while a line is cut: a control, which no line has and
 * which takes no column, and letters that do. A piece of it at the end is of a
 * mark that was cut.
 */
static const char stand_in[] = "\x01xxxxxxxxxxxx";

static void
hide_marks(struct str *out, struct span line, const char *mark)
{
	struct slot slot;
	size_t at, len;

	while (slot_next(line, mark, &at, &len, &slot)) {
		str_add_span(out, span_slice(line, 0, at));
		str_add(out, stand_in);
		line = span_from(line, at + len);
	}
	str_add_span(out, line);
}

/* Appends the shortened text, with the marks of `line` in their order. */
static void
show_marks(
	struct str *out, struct span text, struct span line, const char *mark)
{
	while (text.len) {
		size_t n = span_find(text, stand_in[0]), at, len;
		struct slot slot;

		str_add_span(out, span_slice(text, 0, n));
		text = span_from(text, n);
		if (span_starts(text, stand_in) &&
			slot_next(line, mark, &at, &len, &slot)) {
			str_add_span(out, span_slice(line, at, len));
			line = span_from(line, at + len);
			text = span_from(text, strlen(stand_in));
		} else if (text.len) {
			text = span_from(text, 1);
			text = span_from(text, span_run(text, 'x'));
		}
	}
}

void
marks_shorten(struct str *out, struct span line, const char *mark, size_t width)
{
	struct str hidden = STR_INIT, cut = STR_INIT;

	if (span_find_text(line, mark) == line.len) {
		text_shorten(out, line, width);
		return;
	}
	hide_marks(&hidden, line, mark);
	text_shorten(&cut, str_span(&hidden), width);
	show_marks(out, str_span(&cut), line, mark);
	str_clear(&hidden);
	str_clear(&cut);
}

static const char *
shown(struct slot slot, const struct list *list, const char *language)
{
	struct span name = slot.field;
	const char *text;

	if (slot.name == SLOT_NAME)
		name = span_of(field_own_name);
	text = field_default(list, name, language);
	return *text ? text : "\u2026";
}

void
marks_show(struct str *out, struct span line, const char *mark,
	const struct list *list, const char *language)
{
	struct slot slot;
	size_t at, len;

	while (slot_next(line, mark, &at, &len, &slot)) {
		str_add_span(out, span_slice(line, 0, at));
		str_add(out, shown(slot, list, language));
		line = span_from(line, at + len);
	}
	str_add_span(out, line);
}

/* ----- HTML ----- */

/* The next mark of a personal slot at or behind `from`; false at the end. */
static bool
next_personal(struct span html, const char *mark, size_t from, size_t *at,
	struct slot *slot)
{
	size_t len;

	while (slot_next(span_from(html, from), mark, at, &len, slot)) {
		*at += from;
		if (slot_is_personal(slot->name))
			return true;
		from = *at + len;
	}
	return false;
}

static bool
fail_mark(struct slot slot, struct error *err)
{
	struct str name = STR_INIT;

	str_add(&name, slot.name == SLOT_FIELD ? "fields." : "");
	str_add_span(&name,
		slot.name == SLOT_FIELD ? slot.field
					: span_of(slot_text(slot.name)));
	error_set(err, ERROR_DATA,
		"a template of the HTML part has '{{subscriber.%s}}' inside a "
		"tag, a style or a comment: what readers call themselves may "
		"stand in text only",
		str_text(&name));
	str_clear(&name);
	return false;
}

/* Has the element no HTML in it? (HTML standard, 13.2.6.2) */
static bool
is_raw(struct span name)
{
	static const char *const names[] = {"style", "script", "xmp", "iframe",
		"noembed", "noframes", "plaintext", NULL};

	for (const char *const *n = names; *n; n++)
		if (span_equals_nocase(name, *n))
			return true;
	return false;
}

/* Both walk forward: where a mark stands, and the texts. */
bool
marks_check_html(struct span html, const char *mark, struct error *err)
{
	struct token_reader reader;
	struct token token;
	struct slot slot;
	size_t at = 0;
	bool more = next_personal(html, mark, 0, &at, &slot);

	token_start(&reader, html);
	while (more && token_next(&reader, &token)) {
		size_t start, end;

		if (token.kind == TOKEN_START && is_raw(token.name))
			token_raw(&reader, token.name);
		if (token.kind != TOKEN_TEXT)
			continue;
		start = (size_t)(token.text.data - html.data);
		end = start + token.text.len;
		while (more && at >= start && at < end)
			more = next_personal(html, mark, at + 1, &at, &slot);
		if (more && at < start)
			break;
	}
	return !more || fail_mark(slot, err);
}
