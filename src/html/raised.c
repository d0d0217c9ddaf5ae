#include "html/raised.h"

#include "base/text.h"

static const char *
raise(unsigned code)
{
	static const char *const digits[] = {"\u2070", "\u00b9", "\u00b2",
		"\u00b3", "\u2074", "\u2075", "\u2076", "\u2077", "\u2078",
		"\u2079"};

	if (code >= '0' && code <= '9')
		return digits[code - '0'];
	switch (code) {
	case '+':
		return "\u207a";
	case '-':
	case 0x2212:
		return "\u207b";
	case 'n':
		return "\u207f";
	default:
		return NULL;
	}
}

void
raised_end(struct str *words, size_t start)
{
	struct span rest = span_from(str_span(words), start);
	struct str out = STR_INIT;
	const char *sign = "";

	while (rest.len && sign) {
		unsigned code;
		size_t n = text_decode(rest, &code);

		sign = raise(code);
		str_add(&out, sign ? sign : "");
		rest = span_from(rest, n);
	}
	if (sign) {
		str_truncate(words, start);
		str_add_str(words, &out);
	}
	str_clear(&out);
}
