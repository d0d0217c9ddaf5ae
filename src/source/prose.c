#include "source/prose.h"

#include <string.h>

#include "base/blank.h"
#include "base/markdown_line.h"

static bool
is_blank_line(struct span line)
{
	return span_trim(line).len == 0;
}

/* ----- lines ----- */

size_t
prose_marker(struct span line)
{
	size_t at = 0;

	for (;;) {
		struct span rest;
		size_t hashes;

		at += span_run(span_from(line, at), ' ');
		at += span_run(span_from(line, at), '\t');
		rest = span_from(line, at);
		hashes = span_run(rest, '#');
		if (span_starts(rest, ">"))
			at++;
		else if (span_starts(rest, "- ") || span_starts(rest, "* ") ||
			span_starts(rest, "+ "))
			at += 2;
		else if (hashes && hashes <= 6 && hashes < rest.len &&
			strchr(" \t", rest.data[hashes]))
			at += hashes + 1;
		else
			return at;
	}
}

static bool
is_item(struct span line)
{
	line = span_trim(line);
	return span_starts(line, "- ") || span_starts(line, "* ") ||
		span_starts(line, "+ ");
}

/* "[label]: https://…" */
static bool
is_definition(struct span line)
{
	line = span_trim(line);
	return span_starts(line, "[") &&
		span_find_text(line, "]:") < span_find(line, ' ');
}

static const char *
fence_of(struct span line)
{
	line = span_trim(line);
	return span_starts(line, "```")	   ? "```"
		: span_starts(line, "~~~") ? "~~~"
					   : NULL;
}

/* ----- blocks ----- */

/* Passes lines up to and with the one that holds `end`. */
static void
pass_until(struct span *rest, struct span line, const char *end)
{
	while (span_find_text(line, end) == line.len &&
		span_next_line(rest, &line))
		;
}

static void
pass_fence(struct span *rest, const char *fence)
{
	struct span line;

	while (span_next_line(rest, &line))
		if (span_starts(span_trim(line), fence))
			return;
}

/* Passes what is neither heading nor paragraph; false when `line` is one. */
static bool
pass_other(struct span *rest, struct span line)
{
	struct span text = span_trim(line);
	const char *fence = fence_of(line);

	if (fence)
		pass_fence(rest, fence);
	else if (span_starts(text, "<!--"))
		pass_until(rest, text, "-->");
	else if (span_starts(text, "{%"))
		pass_until(rest, text, "%}");
	else if (!is_blank_line(line) && !line_is_rule(line) &&
		!is_definition(line))
		return false;
	return true;
}

static size_t
offset(struct span body, struct span rest)
{
	return body.len - rest.len;
}

static void
take_heading(struct span line, struct prose_block *out)
{
	struct span text = span_trim(line);

	text = span_trim(span_from(text, span_run(text, '#')));
	text = line_without_attributes(text);
	while (text.len && text.data[text.len - 1] == '#')
		text.len--;
	out->kind = PROSE_HEADING;
	out->text = span_trim(text);
}

static void
take_paragraph(struct span body, struct span *rest, struct span line,
	struct prose_block *out)
{
	size_t start = prose_marker(line);
	const char *end = line.data + line.len;
	struct span next = *rest;

	out->kind = PROSE_PARAGRAPH;
	while (span_next_line(&next, &line)) {
		if (line_is_underline(line)) {
			out->kind = PROSE_HEADING;
			*rest = next;
			break;
		}
		if (is_blank_line(line) || line_is_heading(line) ||
			is_item(line) || fence_of(line))
			break;
		end = line.data + line.len;
		*rest = next;
	}
	out->text.data = body.data + out->start + start;
	out->text.len = (size_t)(end - out->text.data);
	if (out->kind == PROSE_HEADING)
		out->text = line_without_attributes(out->text);
}

bool
prose_block_next(struct span body, size_t from, struct prose_block *out)
{
	struct span rest = span_from(body, from), line;

	for (;;) {
		out->start = offset(body, rest);
		if (!span_next_line(&rest, &line))
			return false;
		if (pass_other(&rest, line))
			continue;
		out->first_line_end = offset(body, rest);
		if (line_is_heading(line))
			take_heading(line, out);
		else
			take_paragraph(body, &rest, line, out);
		out->end = offset(body, rest);
		return true;
	}
}
