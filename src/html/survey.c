#include "html/survey.h"

#include "base/text.h"
#include "html/attribute.h"
#include "html/token.h"

/* ----- links ----- */

static bool
is_tag(const struct token *token, const char *name)
{
	return token->kind != TOKEN_TEXT &&
		span_equals_nocase(token->name, name);
}

void
survey_links(struct span page, void (*each)(void *data, const char *href),
	void *data)
{
	struct token_reader reader;
	struct str href = STR_INIT;
	struct token token;

	token_start(&reader, page);
	while (token_next(&reader, &token)) {
		if (token.kind != TOKEN_START ||
			(!is_tag(&token, "a") && !is_tag(&token, "area")))
			continue;
		str_truncate(&href, 0);
		if (token_attribute(&token, "href", &href))
			each(data, str_text(&href));
	}
	str_clear(&href);
}

/* ----- the preheader ----- */

/* What templates put behind it, so that nothing of the letter is shown there:
 * blanks of all kinds, and what joins nothing. */
static bool
is_filling(unsigned code)
{
	return code <= ' ' || code == 0xa0 || code == 0xad || code == 0x34f ||
		(code >= 0x2000 && code <= 0x200f) || code == 0x2060 ||
		code == 0xfeff;
}

/* Without the filling at its end. */
static void
add_unfilled(struct str *out, struct span s)
{
	size_t end = 0, n;
	unsigned code;

	for (size_t at = 0; at < s.len; at += n) {
		n = text_decode(span_from(s, at), &code);
		if (!is_filling(code))
			end = at + n;
	}
	text_flatten(out, span_slice(s, 0, end));
}

/* Appends the text up to the end of the element that was just opened. */
static void
read_element(
	struct token_reader *reader, const struct token *start, struct str *out)
{
	struct span name = start->name;
	struct token token;
	size_t depth = 1;

	while (depth && token_next(reader, &token)) {
		if (token.kind == TOKEN_TEXT)
			token_decode(out, token.text, false);
		else if (span_same_nocase(token.name, name))
			depth += token.kind == TOKEN_START ? 1 : (size_t)-1;
	}
}

bool
survey_preheader(struct span page, struct str *out)
{
	struct token_reader reader;
	struct str text = STR_INIT;
	bool in_body = false, found = false, seen = false;
	struct token token;
	size_t before = out->len;

	token_start(&reader, page);
	while (!found && !seen && token_next(&reader, &token)) {
		if (token.kind == TOKEN_TEXT) {
			seen = in_body && span_trim(token.text).len;
		} else if (token.kind == TOKEN_START) {
			found = in_body && attribute_hides(&token);
			in_body |= is_tag(&token, "body");
		}
	}
	if (found)
		read_element(&reader, &token, &text);
	add_unfilled(out, str_span(&text));
	str_clear(&text);
	return out->len > before;
}
