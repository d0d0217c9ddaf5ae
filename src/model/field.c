#include "model/field.h"

#include "base/text.h"
#include "model/list.h"

const char field_own_name[] = "name";

/* ----- defaults ----- */

static const struct list_field *
find_declared(const struct list *list, struct span name)
{
	for (size_t i = 0; i < list->field_count; i++)
		if (span_equals(name, list->fields[i].name))
			return &list->fields[i];
	return NULL;
}

/* NULL: none of the language, nor of any. */
static const char *
default_in(const struct list_field *f, struct span language)
{
	for (size_t i = 0; i < f->default_count; i++) {
		const struct field_default *d = &f->defaults[i];

		if (!d->language || span_equals_nocase(language, d->language))
			return d->text;
	}
	return NULL;
}

/* "pt" also for "pt-br" */
static const char *
default_near(const struct list_field *f, const char *language)
{
	struct span tag = span_of(language);
	const char *text = NULL;

	while (!text && tag.len) {
		size_t hyphen = span_find_last(tag, '-');

		text = default_in(f, tag);
		tag = span_slice(tag, 0, hyphen < tag.len ? hyphen : 0);
	}
	return text;
}

const char *
field_default(const struct list *list, struct span name, const char *language)
{
	const struct list_field *f = find_declared(list, name);
	const char *text = f ? default_near(f, language) : NULL;

	if (f && !text)
		text = default_near(f, list->language);
	return text ? text : "";
}

/* ----- names ----- */

bool
field_is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool
field_is_name(struct span name)
{
	if (name.len == 0 || name.len > FIELD_NAME_MAX || name.data[0] == '_' ||
		name.data[name.len - 1] == '_' ||
		span_find_text(name, "__") < name.len)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!field_is_name_char(name.data[i]))
			return false;
	return true;
}

void
field_name(struct str *out, struct span column)
{
	struct str folded = STR_INIT, plain = STR_INIT;
	size_t start = out->len;
	bool gap = false;

	text_fold(&folded, column);
	text_without_accents(&plain, str_span(&folded));
	for (size_t i = 0; i < plain.len; i++) {
		char c = plain.data[i];
		size_t n = out->len - start;

		if (c == '_' || !field_is_name_char(c)) {
			gap = n > 0;
			continue;
		}
		if (n + gap + 1 > FIELD_NAME_MAX)
			break;
		if (gap)
			str_add_char(out, '_');
		str_add_char(out, c);
		gap = false;
	}
	str_clear(&folded);
	str_clear(&plain);
}

/* Most columns are written as templates know them; folding the others is dear,
 * for each recipient. */
static bool
is_column(const char *column, struct span name, struct str *key)
{
	if (field_is_name(span_of(column)))
		return span_equals(name, column);
	str_truncate(key, 0);
	field_name(key, span_of(column));
	return span_equals(name, str_text(key));
}

struct span
field_find(const struct value *columns, struct span name)
{
	struct span found = span_of("");
	struct str key = STR_INIT;

	for (size_t i = 0; columns && i < columns->count && !found.len; i++) {
		const struct value *v = columns->items[i];

		if (value_is_scalar(v) &&
			is_column(columns->keys[i], name, &key))
			found = (struct span){v->text, v->len};
	}
	str_clear(&key);
	return found;
}

/* ----- values ----- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct span
without_port(struct span s)
{
	size_t n = s.len;

	while (n > 0 && is_digit(s.data[n - 1]))
		n--;
	return n > 0 && n < s.len && s.data[n - 1] == ':'
		? span_slice(s, 0, n - 1)
		: s;
}

/* Its last label begins with a letter: "org", "xn--p1ai". */
static bool
ends_in_domain(struct span s)
{
	size_t n = s.len;

	while (n > 0 &&
		(is_letter(s.data[n - 1]) || is_digit(s.data[n - 1]) ||
			s.data[n - 1] == '-'))
		n--;
	return s.len - n >= 2 && is_letter(s.data[n]) && n >= 2 &&
		s.data[n - 1] == '.' && s.data[n - 2] != ' ';
}

/* "example.org/x", "example.org:8080/x": what mail readers make a link of
 * though nobody said so. */
static bool
has_domain_with_path(struct span s)
{
	for (size_t slash = span_find(s, '/'); slash < s.len;
		slash += 1 + span_find(span_from(s, slash + 1), '/'))
		if (ends_in_domain(without_port(span_slice(s, 0, slash))))
			return true;
	return false;
}

/* Of the folded text: neither case, nor a wide colon, nor what nobody sees
 * hides a link. */
static bool
looks_like_link(struct span value)
{
	static const char *const signs[] = {"://", "www.", "mailto:", NULL};
	struct str folded = STR_INIT;
	bool found;

	text_fold(&folded, value);
	found = has_domain_with_path(str_span(&folded));
	for (const char *const *s = signs; *s; s++)
		found |= span_find_text(str_span(&folded), *s) < folded.len;
	str_clear(&folded);
	return found;
}

/* A letter may bear any number of marks, which have no width; and marks may
 * stand alone: too many of those are no value. */
static struct span
cut(struct span line)
{
	size_t width = FIELD_WIDTH;

	line = text_cut(line, width);
	while (line.len > FIELD_OCTETS && width)
		line = text_cut(line, --width);
	return line.len > FIELD_OCTETS ? SPAN_NONE : span_trim(line);
}

void
field_clean(struct str *out, struct span value)
{
	struct str line = STR_INIT;

	text_flatten(&line, value);
	if (line.len && !looks_like_link(str_span(&line)))
		str_add_span(out, cut(str_span(&line)));
	str_clear(&line);
}
