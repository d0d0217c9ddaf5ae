#include "source/toml_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') ||
		((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		(c && strchr("+-_.:", c));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
has_shape(struct span s, const char *shape)
{
	for (size_t i = 0; shape[i]; i++)
		if (i >= s.len ||
			(shape[i] == '0' ? !is_digit(s.data[i])
					 : s.data[i] != shape[i]))
			return false;
	return true;
}

/* "07:32:00", "07:32:00.999" */
static bool
is_time(struct span s)
{
	if (!has_shape(s, "00:00:00"))
		return false;
	s = span_from(s, 8);
	if (s.len && (s.data[0] != '.' || s.len < 2))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!is_digit(s.data[i]))
			return false;
	return true;
}

/* A date, a time, or both with or without an offset. */
static bool
is_moment(struct span s)
{
	size_t zone;

	if (is_time(s))
		return true;
	if (!has_shape(s, "0000-00-00"))
		return false;
	s = span_from(s, 10);
	if (s.len == 0)
		return true;
	if (s.data[0] != 'T' && s.data[0] != 't' && s.data[0] != ' ')
		return false;
	s = span_from(s, 1);
	for (zone = 0; zone < s.len; zone++)
		if (!is_digit(s.data[zone]) && s.data[zone] != ':' &&
			s.data[zone] != '.')
			break;
	if (!is_time(span_slice(s, 0, zone)))
		return false;
	s = span_from(s, zone);
	return s.len == 0 || span_equals_nocase(s, "z") ||
		(s.len == 6 &&
			(has_shape(s, "+00:00") || has_shape(s, "-00:00")));
}

/* Digits with single underscores between them; appends them without. */
static bool
take_digits(struct span *s, const char *digits, struct str *out)
{
	size_t i = 0;

	while (i < s->len) {
		char c = s->data[i];

		if (c == '_' && i > 0 && s->data[i - 1] != '_' &&
			i + 1 < s->len && s->data[i + 1] &&
			strchr(digits, s->data[i + 1] | 0x20)) {
			i++;
			continue;
		}
		if (!c || !strchr(digits, c >= 'A' && c <= 'Z' ? c | 0x20 : c))
			break;
		str_add_char(out, c);
		i++;
	}
	*s = span_from(*s, i);
	return i > 0;
}

static const char decimal[] = "0123456789";

/* "0xDEAD_BEEF", "0o755", "0b11": into decimal. */
static bool
based_number(struct span s, struct str *out)
{
	static const struct {
		const char *prefix, *digits;
		int base;
	} bases[] = {
		{"0x", "0123456789abcdef", 16},
		{"0o", "01234567", 8},
		{"0b", "01", 2},
	};

	for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
		struct str digits = STR_INIT;
		unsigned long long n;
		bool ok;

		if (!span_starts(s, bases[i].prefix))
			continue;
		s = span_from(s, 2);
		ok = take_digits(&s, bases[i].digits, &digits) && s.len == 0;
		errno = 0;
		n = strtoull(str_text(&digits), NULL, bases[i].base);
		if (ok && errno == 0)
			str_printf(out, "%llu", n);
		str_clear(&digits);
		return ok && errno == 0;
	}
	return false;
}

/* An integer or a float in decimal. */
static bool
plain_number(struct span s, struct str *out)
{
	size_t start;

	if (s.len && (s.data[0] == '+' || s.data[0] == '-')) {
		if (s.data[0] == '-')
			str_add_char(out, '-');
		s = span_from(s, 1);
	}
	start = out->len;
	if (!take_digits(&s, decimal, out) ||
		(out->data[start] == '0' && out->len - start > 1))
		return false;
	if (s.len && s.data[0] == '.') {
		str_add_char(out, '.');
		s = span_from(s, 1);
		if (!take_digits(&s, decimal, out))
			return false;
	}
	if (s.len && (s.data[0] | 0x20) == 'e') {
		str_add_char(out, 'e');
		s = span_from(s, 1);
		if (s.len && (s.data[0] == '+' || s.data[0] == '-')) {
			str_add_char(out, s.data[0]);
			s = span_from(s, 1);
		}
		if (!take_digits(&s, decimal, out))
			return false;
	}
	return s.len == 0;
}

static bool
is_infinite(struct span s)
{
	if (s.len == 4 && (s.data[0] == '+' || s.data[0] == '-'))
		s = span_from(s, 1);
	return span_equals(s, "inf") || span_equals(s, "nan");
}

/* All that belongs to the word; a date and a time may have a blank between. */
static struct span
word_here(const struct toml *t)
{
	struct span s = {t->at, 0};

	while (is_word(toml_peek_at(t, s.len)))
		s.len++;
	if (s.len == 10 && is_moment(s) && toml_peek_at(t, 10) == ' ' &&
		is_digit(toml_peek_at(t, 11))) {
		s.len++;
		while (is_word(toml_peek_at(t, s.len)))
			s.len++;
	}
	return s;
}

struct value *
toml_word(struct toml *t)
{
	struct span s = word_here(t);
	struct str number = STR_INIT;
	struct value *v = NULL;

	if (span_equals(s, "true") || span_equals(s, "false")) {
		v = value_new_bool(t->arena, s.data[0] == 't');
	} else if (is_moment(s) || is_infinite(s)) {
		v = value_new_span(t->arena, s);
	} else if (based_number(s, &number) || plain_number(s, &number)) {
		v = value_new_number(t->arena, str_text(&number));
	} else if (s.len == 0) {
		toml_fail(t, "here a value is missing; text stands in quotes");
	} else {
		toml_fail(t, "'%.*s' is no value: text stands in quotes",
			(int)(s.len < 40 ? s.len : 40), s.data);
	}
	if (v)
		t->at += s.len;
	str_clear(&number);
	return v;
}
