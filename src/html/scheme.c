#include "html/scheme.h"

#include "html/css.h"
#include "html/css_text.h"
#include "html/token.h"

struct sheets {
	struct str plain, dark;
};

/* ----- taking style sheets apart ----- */

enum medium { FOR_ALL, FOR_DARK, FOR_OTHERS };

/* What a query asks besides is taken as so: it may be. */
static enum medium
medium_of(struct span query)
{
	struct str text = STR_INIT;
	enum medium medium = FOR_OTHERS;
	struct span s;

	str_add_lower(&text, span_trim(query));
	s = str_span(&text);
	if (span_find_text(s, "prefers-color-scheme") < s.len &&
		span_find_text(s, "dark") < s.len)
		medium = FOR_DARK;
	else if (!s.len || span_equals(s, "all") || span_equals(s, "screen"))
		medium = FOR_ALL;
	str_clear(&text);
	return medium;
}

static void
add_sheet(struct sheets *sheets, enum medium medium, struct span text)
{
	if (medium == FOR_OTHERS)
		return;
	str_add_span(medium == FOR_DARK ? &sheets->dark : &sheets->plain, text);
	str_add_char(medium == FOR_DARK ? &sheets->dark : &sheets->plain, '\n');
}

/* One rule, or one at-rule with or without a block, off `rest`. */
static void
take_rule(struct span *rest, struct sheets *sheets, enum medium around)
{
	struct span front = span_slice(*rest, 0, css_find(*rest, "{;"));
	struct span all = *rest, block;
	bool at_rule = span_starts(front, "@");

	*rest = span_from(*rest, front.len);
	if (!rest->len || rest->data[0] == ';') {
		*rest = span_from(*rest, rest->len > 0);
		return;
	}
	*rest = span_from(*rest, 1);
	block = span_slice(*rest, 0, css_find(*rest, "}"));
	*rest = span_from(*rest, block.len);
	*rest = span_from(*rest, rest->len > 0);
	if (!at_rule)
		add_sheet(sheets, around,
			span_slice(all, 0, all.len - rest->len));
	else if (span_equals_nocase(span_slice(front, 0, 6), "@media") &&
		around == FOR_ALL)
		add_sheet(sheets, medium_of(span_from(front, 6)), block);
}

static void
take_sheet(struct sheets *sheets, const struct token *style, struct span text)
{
	struct str media = STR_INIT;
	enum medium around = FOR_ALL;

	if (token_attribute(style, "media", &media))
		around = medium_of(str_span(&media));
	for (text = css_skip_blanks(text); text.len;
		text = css_skip_blanks(text))
		take_rule(&text, sheets, around);
	str_clear(&media);
}

static void
take_sheets(struct sheets *sheets, struct span page)
{
	struct token_reader reader;
	struct token token;

	token_start(&reader, page);
	while (token_next(&reader, &token))
		if (token.kind == TOKEN_START &&
			span_equals_nocase(token.name, "style"))
			take_sheet(
				sheets, &token, token_raw(&reader, token.name));
}

/* ----- applying ----- */

/* One that cannot be read changes nothing: mail readers drop it, too. */
static void
apply(struct str *out, struct span page, struct span sheet)
{
	struct error err = ERROR_INIT;
	struct css *css = css_parse("", sheet, NULL, &err);

	if (css)
		css_inline(css, page, out);
	else
		str_add_span(out, page);
	css_free(css);
	error_clear(&err);
}

bool
scheme_apply(struct str *out, struct span page, bool dark)
{
	struct sheets sheets = {.plain = STR_INIT};
	bool says = true;

	take_sheets(&sheets, page);
	if (dark) {
		says = sheets.dark.len > 0;
		str_add_str(&sheets.plain, &sheets.dark);
	}
	if (says)
		apply(out, page, str_span(&sheets.plain));
	str_clear(&sheets.plain);
	str_clear(&sheets.dark);
	return says;
}
