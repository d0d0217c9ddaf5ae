#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include <jansson.h>
#include <string.h>

#include "base/text.h"

/* In memory a value of two octets takes three hundred. */
enum {
	DEPTH = 512,
	VALUES = 500 * 1000,
	LARGE = 19, /* digits, of which 64 bits do not hold all */
};

/* Up to and with the quote that ends the text which begins here. */
static size_t
text_length(struct span s)
{
	for (size_t i = 1; i < s.len; i++) {
		if (s.data[i] == '\\')
			i++;
		else if (s.data[i] == '"')
			return i + 1;
	}
	return s.len;
}

/* Before anything is built. */
static bool
is_bounded(const char *name, struct span text, struct error *err)
{
	size_t depth = 0, values = 0;

	while (text.len) {
		char c = text.data[0];

		if (c == '[' || c == '{')
			depth++;
		else if ((c == ']' || c == '}') && depth)
			depth--;
		values += c == '[' || c == '{' || c == ',' || c == ':';
		if (depth > DEPTH)
			return error_set(err, ERROR_DATA,
				"%s: nested deeper than %d levels", name,
				DEPTH);
		if (values > VALUES)
			return error_set(err, ERROR_DATA,
				"%s: more than %d values", name, VALUES);
		text = span_from(text, c == '"' ? text_length(text) : 1);
	}
	return true;
}

static struct value *
from_json(struct arena *arena, const json_t *j)
{
	struct value *v;
	const char *key;
	json_t *item;
	size_t i;

	switch (json_typeof(j)) {
	case JSON_OBJECT:
		v = value_new_map(arena);
		/* jansson refused keys that come twice. */
		json_object_foreach((json_t *)j, key, item)
			value_add(arena, v, key, from_json(arena, item));
		return v;
	case JSON_ARRAY:
		v = value_new_list(arena);
		json_array_foreach(j, i, item)
			value_push(arena, v, from_json(arena, item));
		return v;
	case JSON_STRING:
		return value_new_span(arena,
			(struct span){
				json_string_value(j), json_string_length(j)});
	case JSON_INTEGER:
		return value_new_int(arena, json_integer_value(j));
	case JSON_REAL:
		return value_new_number(arena,
			arena_printf(arena, "%.15g", json_real_value(j)));
	case JSON_TRUE:
	case JSON_FALSE:
		return value_new_bool(arena, json_is_true(j));
	case JSON_NULL:
		break;
	}
	return value_new_null(arena);
}

static size_t
number_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.data[n] && strchr("+-.0123456789Ee", s.data[n]))
		n++;
	return n;
}

/* Puts quotes around the numbers that may be too large to be one here: then
 * they keep all of their digits, which as ids they need. */
static void
quote_large(struct str *out, struct span text)
{
	while (text.len) {
		bool quoted = text.data[0] == '"';
		size_t n = quoted ? text_length(text) : number_length(text);
		struct span token = span_slice(text, 0, n ? n : 1);
		bool large = !quoted &&
			(n >= LARGE ||
				(n > 1 && span_find_any(token, "eE") < n));

		str_add(out, large ? "\"" : "");
		str_add_span(out, token);
		str_add(out, large ? "\"" : "");
		text = span_from(text, token.len);
	}
}

static json_t *
load(struct span text, json_error_t *problem)
{
	return json_loadb(text.data, text.len,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL,
		problem);
}

static json_t *
load_with_large(struct span text, json_error_t *problem)
{
	struct str quoted = STR_INIT;
	json_t *j;

	quote_large(&quoted, text);
	j = load(str_span(&quoted), problem);
	str_clear(&quoted);
	return j;
}

struct value *
json_parse(struct arena *arena, const char *name, struct span text,
	struct error *err)
{
	json_error_t problem;
	struct value *v;
	json_t *j;

	if (!is_bounded(name, text, err))
		return NULL;
	j = load(text, &problem);
	if (!j && json_error_code(&problem) == json_error_numeric_overflow)
		j = load_with_large(text, &problem);
	if (!j) {
		error_set(err, ERROR_DATA, "%s:%d:%d: %s", name, problem.line,
			problem.column, problem.text);
		return NULL;
	}
	v = from_json(arena, j);
	json_decref(j);
	return v;
}

static void
write_escape(struct str *out, unsigned char c)
{
	static const char plain[] = "\"\\\b\f\n\r\t";
	static const char names[] = "\"\\bfnrt";
	const char *at = c ? strchr(plain, c) : NULL;

	if (at)
		str_printf(out, "\\%c", names[at - plain]);
	else
		str_printf(out, "\\u%04x", c);
}

/* How many octets from `i` on need no second look. */
static size_t
plain_run(struct span text, size_t i)
{
	size_t start = i;

	for (; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			break;
	}
	return i - start;
}

void
json_write_text(struct str *out, struct span text)
{
	str_add_char(out, '"');
	for (size_t i = 0; i < text.len;) {
		unsigned char c = (unsigned char)text.data[i];
		size_t n = plain_run(text, i);
		unsigned code;

		if (n) {
			str_add_bytes(out, text.data + i, n);
			i += n;
			continue;
		}
		if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f) {
			write_escape(out, c);
			i++;
			continue;
		}
		n = text_decode(span_from(text, i), &code);
		str_add_utf8(out, code);
		i += n;
	}
	str_add_char(out, '"');
}

static size_t
skip_digits(const char *s, size_t i)
{
	while (s[i] >= '0' && s[i] <= '9')
		i++;
	return i;
}

/* Larger ones are no numbers to most who read JSON, ourselves included. */
static bool
is_finite(const char *s)
{
	if (s[strcspn(s, ".eE")])
		return isfinite(strtod(s, NULL));
	errno = 0;
	(void)strtoll(s, NULL, 10);
	return errno == 0;
}

/* YAML has numbers that JSON has not: 007, +1, .5, 0x1f (RFC 8259, 6). */
static bool
is_number(const char *s)
{
	size_t i = s[0] == '-', start = i;

	i = skip_digits(s, i);
	if (i == start || (s[start] == '0' && i > start + 1))
		return false;
	if (s[i] == '.') {
		start = i + 1;
		i = skip_digits(s, start);
		if (i == start)
			return false;
	}
	if (s[i] == 'e' || s[i] == 'E') {
		i += s[i + 1] == '-' || s[i + 1] == '+' ? 2 : 1;
		start = i;
		i = skip_digits(s, start);
		if (i == start)
			return false;
	}
	return s[i] == '\0' && is_finite(s);
}

static void
write_break(struct str *out, bool pretty, int depth)
{
	if (!pretty)
		return;
	str_add_char(out, '\n');
	for (int i = 0; i < depth; i++)
		str_add(out, "  ");
}

static void
write_value(struct str *out, const struct value *v, bool pretty, int depth)
{
	bool map = v->kind == VALUE_MAP;

	if (v->kind == VALUE_NULL) {
		str_add(out, "null");
		return;
	}
	if (v->kind == VALUE_BOOL) {
		str_add(out, v->truth ? "true" : "false");
		return;
	}
	if (v->kind == VALUE_NUMBER && is_number(v->text)) {
		str_add(out, v->text);
		return;
	}
	if (value_is_scalar(v)) {
		json_write_text(out, (struct span){v->text, v->len});
		return;
	}
	str_add_char(out, map ? '{' : '[');
	for (size_t i = 0; i < v->count; i++) {
		if (i)
			str_add_char(out, ',');
		write_break(out, pretty, depth + 1);
		if (map) {
			json_write_text(out, span_of(v->keys[i]));
			str_add(out, pretty ? ": " : ":");
		}
		write_value(out, v->items[i], pretty, depth + 1);
	}
	if (v->count)
		write_break(out, pretty, depth);
	str_add_char(out, map ? '}' : ']');
}

void
json_write(struct str *out, const struct value *v, bool pretty)
{
	write_value(out, v, pretty, 0);
}
