#include "mime/quoted.h"

void
quoted_add(struct str *out, struct span text)
{
	str_add_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			str_add_char(out, '\\');
		str_add_char(out, text.data[i]);
	}
	str_add_char(out, '"');
}
