#include <stdlib.h>
#include <string.h>

#include "model/address.h"

/* Appends what stands between quotes, without the backslashes. Returns how
 * much of `s` it took, the closing quote included; 0 when that is missing. */
static size_t
read_quoted(struct str *out, struct span s)
{
	for (size_t i = 1; i < s.len; i++) {
		if (s.data[i] == '"')
			return i + 1;
		if (s.data[i] == '\\' && i + 1 < s.len)
			i++;
		str_add_char(out, s.data[i]);
	}
	return 0;
}

/* A name is one quoted text, or plain words. */
static bool
read_name(struct span text, struct str *name, struct error *err)
{
	size_t n;

	if (text.len == 0 || text.data[0] != '"') {
		str_add_span(name, text);
		return true;
	}
	n = read_quoted(name, text);
	if (n == 0)
		return error_set(err, ERROR_DATA,
			"the quote before the name is never closed");
	if (n != text.len)
		return error_set(err, ERROR_DATA,
			"a name is either quoted as a whole or not at all");
	return true;
}

bool
mailbox_parse(struct span text, char **name, char **address, struct error *err)
{
	struct span all = span_trim(text), box = all;
	struct str words = STR_INIT;
	size_t angle = all.len;

	*name = *address = NULL;
	if (text_has_controls(all))
		return error_set(err, ERROR_DATA,
			"has a line break or another control character");
	/* The last one, as names may have some. */
	if (all.len && all.data[all.len - 1] == '>')
		angle = span_find_last(all, '<');
	if (angle < all.len) {
		box = span_slice(all, angle + 1, all.len - angle - 2);
		if (!read_name(
			    span_trim(span_slice(all, 0, angle)), &words, err))
			goto fail;
	}
	if (!address_check(box, err)) {
		error_wrap(err, "'%.*s'", (int)box.len, box.data);
		goto fail;
	}
	*address = span_dup(box);
	*name = text_is_empty(words.data) ? NULL : str_take(&words);
	str_clear(&words);
	return true;
fail:
	str_clear(&words);
	return false;
}
