#include "mime/header.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "mime/fold.h"
#include "mime/quoted.h"

enum {
	NAME_MAX_LEN = 40,
	COLUMN_MAX = NAME_MAX_LEN + sizeof ": " - 1,
	TOKEN_MAX = 997, /* and the blank before it: RFC 5322, 2.1.1 */
};

/* ----- refusing ----- */

static bool
check_name(const char *name, struct error *err)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == ':')
			n = 0;
	if (n == 0 || n > NAME_MAX_LEN)
		return error_set(err, ERROR_DATA,
			"'%s' is no name of a header field", name);
	return true;
}

static bool
check_text(struct span text, struct error *err)
{
	if (text_has_controls(text))
		return error_set(err, ERROR_DATA,
			"a line break or another control character in '%.*s'",
			(int)text.len, text.data);
	if (!text_is_utf8(text))
		return error_set(err, ERROR_DATA, "'%.*s' is not UTF-8",
			(int)text.len, text.data);
	return true;
}

static bool
check_syntax(struct span value, struct error *err)
{
	struct span rest = value;

	if (!check_text(value, err))
		return false;
	if (!text_is_ascii(value))
		return error_set(err, ERROR_DATA, "'%.*s' is not ASCII",
			(int)value.len, value.data);
	while (rest.len) {
		size_t n = span_find(rest, ' ');

		if (n > TOKEN_MAX)
			return error_set(err, ERROR_DATA,
				"a word of %zu octets, a header line takes %d",
				n, TOKEN_MAX);
		rest = span_from(rest, n + 1);
	}
	return true;
}

/* ----- fields ----- */

static struct fold
start_field(struct str *out, const char *name)
{
	str_add(out, name);
	str_add_char(out, ':');
	/* The blank behind the colon is no place to fold. */
	str_add_char(out, ' ');
	return (struct fold){out, strlen(name) + 2, false};
}

static bool
end_field(struct str *out)
{
	if (out->data[out->len - 1] == ' ')
		str_truncate(out, out->len - 1);
	str_add_bytes(out, "\r\n", 2);
	return true;
}

bool
header_add(
	struct str *out, const char *name, struct span value, struct error *err)
{
	struct fold f;

	if (!check_name(name, err) || !check_text(value, err))
		return error_wrap(err, "header '%s'", name);
	f = start_field(out, name);
	fold_text(&f, value, NULL);
	return end_field(out);
}

bool
header_add_raw(
	struct str *out, const char *name, struct span value, struct error *err)
{
	struct fold f;

	if (!check_name(name, err) || !check_syntax(value, err))
		return error_wrap(err, "header '%s'", name);
	f = start_field(out, name);
	fold_words(&f, value);
	return end_field(out);
}

/* ----- mailboxes ----- */

/* RFC 5322, 3.2.3 */
static bool
is_atext(char c)
{
	static const bool atext[256] = {['a' ... 'z'] = true,
		['A' ... 'Z'] = true,
		['0' ... '9'] = true,
		['!'] = true,
		['#' ... '\''] = true,
		['*'] = true,
		['+'] = true,
		['-'] = true,
		['/'] = true,
		['='] = true,
		['?'] = true,
		['^' ... '`'] = true,
		['{' ... '~'] = true};

	return atext[(unsigned char)c];
}

/* On one line; false: it cannot be. */
static bool
fold_quoted(struct fold *f, struct span text)
{
	size_t room = f->gap ? FOLD_TOKEN_MAX : FOLD_COLUMNS - f->column;
	struct str quoted = STR_INIT;
	struct span part;
	bool fits;

	quoted_add(&quoted, text);
	fits = quoted.len <= room && !fold_find_unplain(f, text, NULL, &part);
	if (fits)
		fold_token(f, str_span(&quoted));
	str_clear(&quoted);
	return fits;
}

/* A display name: atoms, one quoted string on one line, or encoded words. */
static void
fold_phrase(struct fold *f, struct span text)
{
	struct span part;

	if (!fold_find_unplain(f, text, is_atext, &part))
		fold_words(f, text);
	else if (!fold_quoted(f, text))
		fold_text(f, text, is_atext);
}

/* Nothing in it means anything to a header but the @: most addresses, and
 * every one that was checked when it joined. */
static bool
is_plain_address(struct span address)
{
	for (size_t i = 0; i < address.len; i++) {
		char c = address.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
			c != '.' && c != '-' && c != '_' && c != '+' &&
			c != '@')
			return false;
	}
	return address.len <= 254 && span_find(address, '@') < address.len;
}

static bool
fold_mailbox(struct fold *f, const struct mailbox *box, const char *behind,
	struct error *err)
{
	struct span name = span_of(box->name), address = span_of(box->address);
	struct str token = STR_INIT;
	bool named = span_trim(name).len > 0, needs_utf8;

	if (!is_plain_address(address) && !address_check(address, err))
		return error_wrap(err, "'%s'", box->address);
	if (!check_text(name, err))
		return false;
	if (named)
		fold_phrase(f, name);
	str_add(&token, named ? "<" : "");
	address_wire(&token, address, &needs_utf8);
	str_add(&token, named ? ">" : "");
	str_add(&token, behind);
	fold_token(f, str_span(&token));
	str_clear(&token);
	return true;
}

bool
header_add_mailboxes(struct str *out, const char *name,
	const struct mailbox *boxes, size_t count, struct error *err)
{
	size_t before = out->len;
	struct fold f;

	if (!check_name(name, err))
		return false;
	f = start_field(out, name);
	for (size_t i = 0; i < count; i++) {
		if (fold_mailbox(&f, &boxes[i], i + 1 < count ? "," : "", err))
			continue;
		str_truncate(out, before);
		return error_wrap(err, "header '%s'", name);
	}
	return end_field(out);
}

bool
header_mailbox(struct str *out, const struct mailbox *box, size_t column,
	struct error *err)
{
	struct fold f = {out, column, false};
	size_t before = out->len;

	assert(column <= COLUMN_MAX);
	if (fold_mailbox(&f, box, "", err))
		return true;
	str_truncate(out, before);
	return false;
}

bool
header_add_list_id(
	struct str *out, struct span title, struct span id, struct error *err)
{
	struct str token = STR_INIT;
	struct fold f;

	if (!check_text(title, err) || !check_syntax(id, err))
		return error_wrap(err, "header 'List-Id'");
	f = start_field(out, "List-Id");
	if (span_trim(title).len)
		fold_phrase(&f, title);
	str_add_char(&token, '<');
	str_add_span(&token, id);
	str_add_char(&token, '>');
	fold_token(&f, str_span(&token));
	str_clear(&token);
	return end_field(out);
}
