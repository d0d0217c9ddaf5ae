/*
 * HTML in any state: what is made of it has only the tags of passage_html.c,
 * and is not many times larger.
 */
#include "fuzz.h"

#include "html/html.h"

static const char *const tags[] = {"a href=\"http",
	"a href=\"mailto:", "blockquote>", "br>", "code>", "em>", "h1>", "h2>",
	"h3>", "h4>", "h5>", "h6>", "hr>", "img src=\"http", "li>", "ol>",
	"ol start=\"", "p>", "pre>", "s>", "strong>", "sub>", "sup>",
	"table cellpadding=\"6\">", "table cellpadding=\"6\" class=\"narrow\">",
	"td align=\"", "th scope=\"col\" align=\"", "tr>", "ul>", "/", NULL};

static bool
is_known(struct span tag)
{
	for (int i = 0; tags[i]; i++)
		if (strncasecmp(tag.data, tags[i], strlen(tags[i])) == 0)
			return true;
	return false;
}

static void
check_tags(struct span html)
{
	for (;;) {
		html = span_from(html, span_find(html, '<'));
		if (html.len == 0)
			return;
		html = span_from(html, 1);
		want("tag", is_known(html));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span html = {(const char *)data, size};
	struct html_options options = {.base = "https://example.org/a/b"};
	struct passage_layout layout = {.width = 72};
	struct link_notes notes = {.urls = NULL};
	struct arena *arena = arena_new();
	struct str out = STR_INIT, text = STR_INIT;

	options.keep_pictures = size & 1;
	html_sanitise(&out, html, &options);
	check_tags(str_span(&out));
	want("html", out.len <= 100 * size + 100000);
	want("html", text_is_utf8(str_span(&out)));
	passage_to_text(
		&text, html_parse(arena, html, &options), &layout, &notes);
	want("text", text_is_utf8(str_span(&text)));
	str_truncate(&text, 0);
	html_lede(&text, html, 80);
	want("lede", text_is_utf8(str_span(&text)));
	want("lede", text_width(str_span(&text)) <= 80);
	link_notes_clear(&notes);
	arena_free(arena);
	str_clear(&out);
	str_clear(&text);
	return 0;
}
