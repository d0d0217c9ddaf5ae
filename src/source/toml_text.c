#include "source/toml_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/blank.h"
#include "base/mem.h"

/* ----- where we stand ----- */

char
toml_peek_at(const struct toml *t, size_t ahead)
{
	return (char)(ahead < (size_t)(t->end - t->at) ? t->at[ahead] : '\0');
}

char
toml_peek(const struct toml *t)
{
	return toml_peek_at(t, 0);
}

bool
toml_fail(struct toml *t, const char *format, ...)
{
	unsigned column = (unsigned)(t->at - t->line_start) + 1;
	va_list args;
	char *what;

	va_start(args, format);
	what = mem_vprintf(format, args);
	va_end(args);
	error_set(t->err, ERROR_DATA, "%s:%u:%u: %s", t->name, t->line, column,
		what);
	free(what);
	return false;
}

bool
toml_take_newline(struct toml *t)
{
	if (toml_peek(t) == '\r' && toml_peek_at(t, 1) == '\n')
		t->at++;
	if (toml_peek(t) != '\n')
		return false;
	t->line_start = ++t->at;
	t->line++;
	return true;
}

void
toml_skip_blanks(struct toml *t)
{
	while (blank_in_line(toml_peek(t)))
		t->at++;
}

void
toml_skip_comment(struct toml *t)
{
	if (toml_peek(t) != '#')
		return;
	while (t->at < t->end && *t->at != '\n')
		t->at++;
}

/* Inside an array or an inline table. */
void
toml_skip_lines(struct toml *t)
{
	do {
		toml_skip_blanks(t);
		toml_skip_comment(t);
	} while (toml_take_newline(t));
}

/* ----- strings ----- */

static bool
at_three(const struct toml *t, char quote)
{
	return toml_peek(t) == quote && toml_peek_at(t, 1) == quote &&
		toml_peek_at(t, 2) == quote;
}

/* Four or eight hexadecimal digits. */
static bool
take_code(struct toml *t, size_t digits, struct str *out)
{
	unsigned code = 0;

	for (size_t i = 0; i < digits; i++) {
		const char *hex = "0123456789abcdef";
		char c = toml_peek_at(t, i);
		const char *digit = c ? strchr(hex, c | 0x20) : NULL;

		if (!digit || c < '0')
			return toml_fail(
				t, "a code point has %zu digits", digits);
		code = code << 4 | (unsigned)(digit - hex);
	}
	if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return toml_fail(t, "there is no such code point");
	t->at += digits;
	str_add_utf8(out, code);
	return true;
}

/* Behind the backslash of a basic string. */
static bool
take_escape(struct toml *t, struct str *out)
{
	static const char names[] = "btnfr\"\\";
	static const char plain[] = "\b\t\n\f\r\"\\";
	char c = toml_peek(t);
	const char *name = c ? strchr(names, c) : NULL;

	if (!name && c != 'u' && c != 'U')
		return toml_fail(t,
			"unknown escape: a backslash is written "
			"twice, or the text in single quotes");
	t->at++;
	if (name)
		str_add_char(out, plain[name - names]);
	else
		return take_code(t, c == 'u' ? 4 : 8, out);
	return true;
}

/* A backslash at the end of a line of a multi-line string: it, and all white
 * space up to the next character, is left out. */
static bool
take_line_join(struct toml *t)
{
	const char *was = t->at;

	do
		t->at++;
	while (blank_in_line(toml_peek(t)));
	if (!toml_take_newline(t)) {
		t->at = was;
		return false;
	}
	for (;;)
		if (blank_in_line(toml_peek(t)))
			t->at++;
		else if (!toml_take_newline(t))
			return true;
}

/* One character of a string's inside. */
static bool
take_character(struct toml *t, char quote, bool long_form, struct str *out)
{
	char c = toml_peek(t);

	if (c == '\\' && quote == '"') {
		if (long_form && take_line_join(t))
			return true;
		t->at++;
		return take_escape(t, out);
	}
	if (long_form && toml_take_newline(t)) {
		str_add_char(out, '\n');
		return true;
	}
	if (c == '\n' || c == '\r' || t->at == t->end)
		return toml_fail(t, "this text has no closing quote");
	if (((unsigned char)c < 0x20 && c != '\t') || c == 0x7f)
		return toml_fail(t, "a control character in a text");
	str_add_char(out, c);
	t->at++;
	return true;
}

/* Up to two quotes may stand right before the closing three. */
static bool
take_long_end(struct toml *t, char quote, struct str *out)
{
	if (!at_three(t, quote))
		return false;
	for (int i = 0; i < 2 && toml_peek_at(t, 3) == quote; i++) {
		str_add_char(out, quote);
		t->at++;
	}
	t->at += 3;
	return true;
}

static bool
take_long_string(struct toml *t, char quote, struct str *out)
{
	t->at += 3;
	toml_take_newline(t);
	while (!take_long_end(t, quote, out))
		if (!take_character(t, quote, true, out))
			return false;
	return true;
}

static bool
take_short_string(struct toml *t, char quote, struct str *out)
{
	t->at++;
	while (toml_peek(t) != quote || t->at == t->end)
		if (!take_character(t, quote, false, out))
			return false;
	t->at++;
	return true;
}

bool
toml_string(struct toml *t, struct str *out)
{
	char quote = toml_peek(t);

	return at_three(t, quote) ? take_long_string(t, quote, out)
				  : take_short_string(t, quote, out);
}

/* ----- keys ----- */

static bool
is_bare(char c)
{
	return (c >= '0' && c <= '9') ||
		((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' ||
		c == '_';
}

const char *
toml_key(struct toml *t)
{
	struct span bare = {t->at, 0};
	struct str text = STR_INIT;
	const char *key = NULL;

	while (is_bare(toml_peek_at(t, bare.len)))
		bare.len++;
	t->at += bare.len;
	if (bare.len)
		return arena_span(t->arena, bare);
	if (toml_peek(t) != '"' && toml_peek(t) != '\'')
		toml_fail(t, "here a key is missing");
	else if (take_short_string(t, toml_peek(t), &text)) {
		if (strlen(str_text(&text)) != text.len)
			toml_fail(t, "a NUL in a key");
		else
			key = arena_span(t->arena, str_span(&text));
	}
	str_clear(&text);
	return key;
}
