#include "render/body_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "html/token.h"

struct reading {
	const struct variant *v;
	void (*each)(void *data, const struct body_part *part);
	void *data;
};

static void
read_link(const struct reading *r, const struct token *token)
{
	struct str href = STR_INIT;

	if (token_attribute(token, "href", &href))
		r->each(r->data,
			&(struct body_part){.html = true,
				.name = str_text(&href),
				.alt = ""});
	str_clear(&href);
}

static void
read_picture(const struct reading *r, const struct token *token)
{
	struct str src = STR_INIT, url = STR_INIT, alt = STR_INIT;
	struct body_part part = {.picture = true, .html = true};

	if (token_attribute(token, "src", &src)) {
		bool known = r->v && url_link(&url, str_span(&src), r->v->link);

		part.name = str_text(known ? &url : &src);
		part.decorative = token_attribute(token, "alt", &alt) &&
			text_is_empty(str_text(&alt));
		part.alt = str_text(&alt);
		r->each(r->data, &part);
	}
	str_clear(&src);
	str_clear(&url);
	str_clear(&alt);
}

void
html_parts(struct span html, const struct variant *v,
	void (*each)(void *data, const struct body_part *part), void *data)
{
	const struct reading r = {v, each, data};
	struct token_reader reader;
	struct token token;

	token_start(&reader, html);
	while (token_next(&reader, &token)) {
		if (token.kind != TOKEN_START)
			continue;
		if (span_equals_nocase(token.name, "a"))
			read_link(&r, &token);
		else if (span_equals_nocase(token.name, "img"))
			read_picture(&r, &token);
	}
}

void
body_parts(const struct variant *v,
	void (*each)(void *data, const struct body_part *part), void *data)
{
	if (v->body_kind == BODY_HTML)
		html_parts(span_of(v->body), v, each, data);
	else if (v->body_kind == BODY_MARKDOWN)
		markdown_parts(span_of(v->body), each, data);
}
