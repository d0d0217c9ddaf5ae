#include "model/slot.h"

#include <string.h>

static const char *const names[SLOT_COUNT] = {
	[SLOT_TO] = "to",
	[SLOT_MESSAGE_ID] = "message_id",
	[SLOT_LIST_UNSUBSCRIBE] = "list_unsubscribe",
	[SLOT_UNSUBSCRIBE_URL] = "unsubscribe_url",
	[SLOT_PREFERENCES_URL] = "preferences_url",
	[SLOT_NAME] = "name",
	[SLOT_ADDRESS] = "address",
	[SLOT_SINCE] = "since",
};

const char *
slot_text(enum slot_name name)
{
	return names[name];
}

bool
slot_find(struct span name, enum slot_name *out)
{
	for (int i = 0; i < SLOT_COUNT; i++)
		if (span_equals(name, names[i])) {
			*out = (enum slot_name)i;
			return true;
		}
	return false;
}

void
slot_mark(struct str *out, const char *mark, enum slot_name name)
{
	str_add(out, mark);
	str_add(out, names[name]);
	str_add_char(out, '.');
}

/* The name at the front of `s`. */
static struct span
read_name(struct span s)
{
	size_t n = 0;

	while (n < s.len &&
		((s.data[n] >= 'a' && s.data[n] <= 'z') || s.data[n] == '_'))
		n++;
	return span_slice(s, 0, n);
}

bool
slot_next(struct span s, const char *mark, size_t *at, size_t *len,
	enum slot_name *name)
{
	size_t n = strlen(mark), start = 0;

	while (n) {
		struct span word;

		start += span_find_text(span_from(s, start), mark);
		if (start == s.len)
			break;
		word = read_name(span_from(s, start + n));
		if (span_starts(span_from(s, start + n + word.len), ".") &&
			slot_find(word, name)) {
			*at = start;
			*len = n + word.len + 1;
			return true;
		}
		start += n;
	}
	return false;
}
