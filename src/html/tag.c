#include "html/tag.h"

#include <strings.h>

#define BIT(type) (1u << TAG_##type)

/* The innermost of these keep their content to themselves. */
#define TABLE_PARTS (BIT(TABLE) | BIT(ROW) | BIT(CELL))
#define HOLDERS (TABLE_PARTS | BIT(LIST) | BIT(ITEM) | BIT(QUOTE))

#define BLOCK(n)                                                        \
	{                                                               \
		.name = n, .type = TAG_BLOCK, .closes = BIT(PARAGRAPH), \
		.within = HOLDERS                                       \
	}
#define HOLDER(n, t, ...)                                             \
	{                                                             \
		.name = n, .type = TAG_##t, .closes = BIT(PARAGRAPH), \
		.within = HOLDERS, __VA_ARGS__                        \
	}
#define HEADING(n)                                                         \
	{                                                                  \
		.name = n, .type = TAG_HEADING,                            \
		.closes = BIT(PARAGRAPH) | BIT(HEADING), .within = HOLDERS \
	}
#define STYLE(n, k)                                                 \
	{                                                           \
		.name = n, .type = TAG_INLINE, .style = PASSAGE_##k \
	}
#define PLAIN(n, t)                        \
	{                                  \
		.name = n, .type = TAG_##t \
	}

/* In the order of strcasecmp(). */
static const struct tag tags[] = {
	{.name = "a", .type = TAG_LINK},
	BLOCK("address"),
	PLAIN("applet", SILENT),
	PLAIN("area", VOID),
	BLOCK("article"),
	BLOCK("aside"),
	PLAIN("audio", SILENT),
	STYLE("b", STRONG),
	PLAIN("base", VOID),
	PLAIN("basefont", VOID),
	PLAIN("bgsound", VOID),
	HOLDER("blockquote", QUOTE, .style = TAG_NO_STYLE),
	BLOCK("body"),
	PLAIN("br", BREAK),
	PLAIN("canvas", SILENT),
	{.name = "caption",
		.type = TAG_CELL,
		.closes = BIT(CELL) | BIT(PARAGRAPH),
		.within = BIT(ROW) | BIT(TABLE)},
	BLOCK("center"),
	STYLE("cite", EMPHASIS),
	PLAIN("code", CODE),
	PLAIN("col", VOID),
	{.name = "dd",
		.type = TAG_TERM,
		.closes = BIT(TERM) | BIT(PARAGRAPH),
		.within = HOLDERS},
	STYLE("del", STRIKE),
	BLOCK("details"),
	STYLE("dfn", EMPHASIS),
	BLOCK("dialog"),
	HOLDER("dir", LIST, .ordered = false),
	BLOCK("div"),
	BLOCK("dl"),
	{.name = "dt",
		.type = TAG_TERM,
		.style = PASSAGE_STRONG,
		.closes = BIT(TERM) | BIT(PARAGRAPH),
		.within = HOLDERS},
	STYLE("em", EMPHASIS),
	PLAIN("embed", VOID),
	BLOCK("fieldset"),
	BLOCK("figcaption"),
	BLOCK("figure"),
	BLOCK("footer"),
	BLOCK("form"),
	PLAIN("frame", VOID),
	HEADING("h1"),
	HEADING("h2"),
	HEADING("h3"),
	HEADING("h4"),
	HEADING("h5"),
	HEADING("h6"),
	BLOCK("header"),
	BLOCK("hgroup"),
	HOLDER("hr", RULE, .style = TAG_NO_STYLE),
	STYLE("i", EMPHASIS),
	PLAIN("iframe", RAW),
	PLAIN("image", PICTURE),
	PLAIN("img", PICTURE),
	PLAIN("input", VOID),
	PLAIN("kbd", CODE),
	BLOCK("legend"),
	{.name = "li",
		.type = TAG_ITEM,
		.closes = BIT(ITEM) | BIT(PARAGRAPH),
		.within = TABLE_PARTS | BIT(LIST) | BIT(QUOTE)},
	PLAIN("link", VOID),
	HOLDER("listing", PRE, .style = TAG_NO_STYLE),
	BLOCK("main"),
	{.name = "math", .type = TAG_SILENT, .foreign = true},
	HOLDER("menu", LIST, .ordered = false),
	PLAIN("meta", VOID),
	BLOCK("nav"),
	PLAIN("noembed", RAW),
	PLAIN("noframes", RAW),
	PLAIN("noscript", RAW),
	PLAIN("object", SILENT),
	HOLDER("ol", LIST, .ordered = true),
	BLOCK("option"),
	HOLDER("p", PARAGRAPH, .style = TAG_NO_STYLE),
	PLAIN("param", VOID),
	HOLDER("pre", PRE, .style = TAG_NO_STYLE),
	PLAIN("q", QUOTED),
	STYLE("s", STRIKE),
	PLAIN("samp", CODE),
	PLAIN("script", RAW),
	BLOCK("section"),
	PLAIN("source", VOID),
	STYLE("strike", STRIKE),
	STYLE("strong", STRONG),
	PLAIN("style", RAW),
	STYLE("sub", SUBSCRIPT),
	BLOCK("summary"),
	STYLE("sup", SUPERSCRIPT),
	{.name = "svg", .type = TAG_SILENT, .foreign = true},
	HOLDER("table", TABLE, .style = TAG_NO_STYLE),
	{.name = "td",
		.type = TAG_CELL,
		.closes = BIT(CELL) | BIT(PARAGRAPH),
		.within = BIT(ROW) | BIT(TABLE)},
	PLAIN("template", SILENT),
	{.name = "th",
		.type = TAG_CELL,
		.closes = BIT(CELL) | BIT(PARAGRAPH),
		.within = BIT(ROW) | BIT(TABLE)},
	PLAIN("title", RAW),
	{.name = "tr",
		.type = TAG_ROW,
		.closes = BIT(ROW) | BIT(CELL) | BIT(PARAGRAPH),
		.within = BIT(TABLE)},
	PLAIN("track", VOID),
	PLAIN("tt", CODE),
	HOLDER("ul", LIST, .ordered = false),
	STYLE("var", EMPHASIS),
	PLAIN("video", SILENT),
	PLAIN("wbr", VOID),
	HOLDER("xmp", PRE, .style = TAG_NO_STYLE),
};

static int
compare(struct span name, const char *known)
{
	int order = strncasecmp(name.data, known, name.len);

	return order == 0 && known[name.len] ? -1 : order;
}

const struct tag *
tag_find(struct span name)
{
	size_t low = 0, high = sizeof tags / sizeof *tags;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(name, tags[middle].name);

		if (order == 0)
			return &tags[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
