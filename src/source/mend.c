#include "source/mend.h"

#include <string.h>

/* A line "  - key: value"; the spans lie in the line. */
struct entry {
	size_t indent; /* of the key */
	struct span
		head; /* up to the value: indent, dashes, key, colon, blank */
	struct span key, value;
};

static bool
is_key(char c)
{
	return (c >= '0' && c <= '9') ||
		((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
		c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

static bool
read_entry(struct span line, struct entry *e)
{
	size_t at = span_run_any(line, " "), n;

	while (span_starts(span_from(line, at), "- "))
		at += 1 + span_run_any(span_from(line, at + 1), " ");
	e->indent = at;
	for (n = at; n < line.len && is_key(line.data[n]); n++)
		;
	e->key = span_slice(line, at, n - at);
	if (e->key.len == 0 || n + 1 >= line.len || line.data[n] != ':')
		return false;
	at = n + 1;
	n = span_run_any(span_from(line, at), " \t");
	if (n == 0)
		return false;
	e->head = span_slice(line, 0, at + n);
	e->value = span_trim(span_from(line, at + n));
	return e->value.len > 0;
}

/* "# why" behind a value; a '#' that leads a word ("issue #5") is text. */
static struct span
without_comment(struct span value)
{
	for (size_t i = 0; i + 2 < value.len; i++)
		if (value.data[i] == ' ' && value.data[i + 1] == '#' &&
			value.data[i + 2] == ' ')
			return span_trim(span_slice(value, 0, i));
	return value;
}

/* ----- which values YAML would not take ----- */

static bool
is_block(struct span value)
{
	size_t n = 1 + span_run_any(span_from(value, 1), "+-0123456789");
	struct span rest = span_trim(span_from(value, n));

	return (value.data[0] == '|' || value.data[0] == '>') &&
		(rest.len == 0 || rest.data[0] == '#');
}

/* Where the text in quotes ends, behind its last quote; 0: not on this line. */
static size_t
quoted_end(struct span value)
{
	char quote = value.data[0];

	for (size_t i = 1; i < value.len; i++) {
		if (quote == '"' && value.data[i] == '\\')
			i++;
		else if (value.data[i] == quote) {
			if (quote == '"' || i + 1 == value.len ||
				value.data[i + 1] != quote)
				return i + 1;
			i++;
		}
	}
	return 0;
}

/* Where the bracket closes, behind it; 0: not on this line. */
static size_t
flow_end(struct span value)
{
	size_t depth = 0;

	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (c == '[' || c == '{')
			depth++;
		else if ((c == ']' || c == '}') && --depth == 0)
			return i + 1;
		else if ((c == '"' || c == '\'') &&
			strchr("[{,: ", value.data[i - 1])) {
			size_t end = quoted_end(span_from(value, i));

			if (end == 0)
				return 0;
			i += end - 1;
		}
	}
	return 0;
}

/* What follows something closed may be nothing or a comment. */
static bool
ends_well(struct span value, size_t end)
{
	struct span rest = span_trim(span_from(value, end));
	bool blank = rest.len < value.len - end;

	return rest.len == 0 || (rest.data[0] == '#' && blank);
}

static bool
plain_is_broken(struct span value)
{
	/* "*Important* news" is no alias, "& more" no anchor. */
	if (value.data[0] == '&' || value.data[0] == '!')
		return value.len == 1 || value.data[1] == ' ';
	if (strchr("@`%*,]}", value.data[0]))
		return true;
	if (strchr("-?", value.data[0]) && value.len > 1 &&
		value.data[1] == ' ')
		return true;
	return span_find_text(value, ": ") < value.len ||
		span_find_text(value, ":\t") < value.len ||
		value.data[value.len - 1] == ':';
}

/* `more`: the next line goes on with this value. */
static bool
is_broken(struct span value, bool more)
{
	char c = value.data[0];
	size_t end;

	if (c == '|' || c == '>')
		return !is_block(value);
	if (c == '"' || c == '\'') {
		end = quoted_end(value);
		return end ? !ends_well(value, end) : !more;
	}
	if (c == '[' || c == '{') {
		end = flow_end(value);
		return end && !ends_well(value, end);
	}
	return plain_is_broken(value);
}

/* ----- mending ----- */

/* Leading tabs as blanks: YAML indents with nothing else. */
static bool
mend_indent(struct span *line, struct str *out)
{
	size_t n = span_run_any(*line, " \t");
	bool tabs = span_find(span_slice(*line, 0, n), '\t') < n;

	str_truncate(out, 0);
	for (size_t i = 0; tabs && i < n; i++)
		str_add(out, line->data[i] == '\t' ? "    " : " ");
	if (!tabs || n == line->len)
		return false;
	str_add_span(out, span_from(*line, n));
	*line = str_span(out);
	return true;
}

static void
add_quoted(struct str *out, struct span value)
{
	str_add_char(out, '\'');
	for (size_t i = 0; i < value.len; i++) {
		if (value.data[i] == '\'')
			str_add_char(out, '\'');
		str_add_char(out, value.data[i]);
	}
	str_add_char(out, '\'');
}

static bool
is_deeper(struct span line, size_t indent)
{
	size_t n = span_run_any(line, " \t");

	return n == line.len || n > indent;
}

/* Does the value of `e` go on behind its line? */
static bool
goes_on(const struct entry *e, struct span rest)
{
	struct span line;

	while (span_next_line(&rest, &line))
		if (span_trim(line).len)
			return is_deeper(line, e->indent);
	return false;
}

struct mending {
	const char *name;
	unsigned line;
	struct span rest; /* behind this line */
	struct str *out;
	struct problems *problems;
	bool in_block; /* deeper lines belong to a value */
	size_t block_indent;
	struct str scratch;
};

/* Takes the lines that belong to a broken value, and returns how many. */
static size_t
join_lines(struct mending *m, const struct entry *e, struct str *value)
{
	size_t count = 0;

	while (goes_on(e, m->rest)) {
		struct span line;

		span_next_line(&m->rest, &line);
		str_add_char(value, ' ');
		str_add_span(value, span_trim(line));
		count++;
	}
	return count;
}

static void
mend_entry(struct mending *m, const struct entry *e)
{
	struct span value = strchr("\"'[{", e->value.data[0])
		? e->value
		: without_comment(e->value);
	struct str text = STR_INIT;
	size_t joined;

	problem_add(m->problems, SEVERITY_WARNING, m->name, m->line, 0,
		"'%.*s' was taken as plain text; put it in quotes",
		(int)e->key.len, e->key.data);
	str_add_span(&text, value);
	joined = join_lines(m, e, &text);
	str_add_span(m->out, e->head);
	add_quoted(m->out, str_span(&text));
	for (size_t i = 0; i < joined; i++)
		str_add_char(m->out, '\n');
	m->line += (unsigned)joined;
	str_clear(&text);
}

/* Is the value closed only on a later line, or a block? */
static bool
stays_open(struct span value)
{
	switch (value.data[0]) {
	case '|':
	case '>':
		return is_block(value);
	case '"':
	case '\'':
		return quoted_end(value) == 0;
	case '[':
	case '{':
		return flow_end(value) == 0;
	}
	return false;
}

/* Does the line belong to a value that an entry before it has begun? */
static bool
is_inside(struct mending *m, struct span line)
{
	m->in_block = m->in_block && is_deeper(line, m->block_indent);
	return m->in_block;
}

static bool
mend_line(struct mending *m, struct span line)
{
	struct entry e;
	bool tabs;

	if (is_inside(m, line)) {
		str_add_span(m->out, line);
		return false;
	}
	tabs = mend_indent(&line, &m->scratch);
	if (tabs)
		problem_add(m->problems, SEVERITY_WARNING, m->name, m->line, 0,
			"a tab in front was taken as blanks");
	if (read_entry(line, &e)) {
		if (is_broken(e.value, goes_on(&e, m->rest))) {
			mend_entry(m, &e);
			return true;
		}
		m->in_block = stays_open(e.value);
		m->block_indent = e.indent;
	}
	str_add_span(m->out, line);
	return tabs;
}

bool
mend_yaml(struct span text, const char *name, unsigned first_line,
	struct str *out, struct problems *problems)
{
	struct mending m = {
		.name = name,
		.line = first_line,
		.rest = text,
		.out = out,
		.problems = problems,
	};
	bool mended = false;
	struct span line;

	while (span_next_line(&m.rest, &line)) {
		mended |= mend_line(&m, line);
		str_add_char(out, '\n');
		m.line++;
	}
	str_clear(&m.scratch);
	return mended;
}

/* ----- what is lost without a word ----- */

/* A '#' that leads a word, at the front or behind a blank. */
static bool
loses_text(struct span value)
{
	if (strchr("\"'|>[{", value.data[0]))
		return false;
	for (size_t i = 0; i + 1 < value.len; i++)
		if (value.data[i] == '#' &&
			(i == 0 || value.data[i - 1] == ' ') &&
			!strchr(" \t#", value.data[i + 1]))
			return true;
	return false;
}

void
mend_find_lost(struct span text, const char *name, unsigned first_line,
	struct problems *problems)
{
	struct mending m = {.line = first_line};
	struct entry e;
	struct span line;

	if (span_find(text, '#') == text.len)
		return;
	for (; span_next_line(&text, &line); m.line++) {
		if (is_inside(&m, line) || !read_entry(line, &e))
			continue;
		m.in_block = stays_open(e.value);
		m.block_indent = e.indent;
		if (loses_text(e.value))
			problem_add(problems, SEVERITY_WARNING, name, m.line, 0,
				"what follows '#' in '%.*s' is a comment; put "
				"the text in quotes to keep it",
				(int)e.key.len, e.key.data);
	}
}
