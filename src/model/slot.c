#include "model/slot.h"

#include <string.h>

#include "model/field.h"

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

static const char field_prefix[] = "field_";

const char *
slot_text(enum slot_name name)
{
	return names[name];
}

void
slot_write(struct str *out, struct slot slot)
{
	if (slot.name == SLOT_FIELD) {
		str_add(out, field_prefix);
		str_add_span(out, slot.field);
	} else {
		str_add(out, names[slot.name]);
	}
}

bool
slot_find(struct span name, struct slot *out)
{
	struct span field = span_from(name, strlen(field_prefix));

	for (int i = 0; i < SLOT_COUNT; i++)
		if (span_equals(name, names[i])) {
			*out = (struct slot){.name = (enum slot_name)i};
			return true;
		}
	*out = (struct slot){.name = SLOT_FIELD, .field = field};
	return span_starts(name, field_prefix) && field_is_name(field);
}

bool
slot_is_personal(enum slot_name name)
{
	return name == SLOT_NAME || name == SLOT_ADDRESS ||
		name == SLOT_SINCE || name == SLOT_FIELD;
}

void
slot_mark(struct str *out, const char *mark, struct slot slot)
{
	str_add(out, mark);
	slot_write(out, slot);
	str_add_char(out, '.');
}

/* The name at the front of `s`. */
static struct span
read_name(struct span s)
{
	size_t n = 0;

	while (n < s.len && field_is_name_char(s.data[n]))
		n++;
	return span_slice(s, 0, n);
}

bool
slot_next(struct span s, const char *mark, size_t *at, size_t *len,
	struct slot *slot)
{
	size_t n = strlen(mark), start = 0;

	while (n) {
		struct span word;

		start += span_find_text(span_from(s, start), mark);
		if (start == s.len)
			break;
		word = read_name(span_from(s, start + n));
		if (span_starts(span_from(s, start + n + word.len), ".") &&
			slot_find(word, slot)) {
			*at = start;
			*len = n + word.len + 1;
			return true;
		}
		start += n;
	}
	return false;
}
