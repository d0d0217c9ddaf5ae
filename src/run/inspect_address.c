#include "run/inspect.h"

#include "model/address.h"

/* A refused address is a result here, not an error: that is the question. */
struct value *
inspect_address(const struct inspection *in, struct error *err)
{
	struct value *out = value_new_map(in->arena);
	struct str text = STR_INIT;
	struct error why = ERROR_INIT;
	bool valid = address_check(in->bytes, &why), needs_utf8;

	(void)err;
	value_set(in->arena, out, "address",
		value_new_span(in->arena, in->bytes));
	value_set_bool(in->arena, out, "valid", valid);
	value_set_text(in->arena, out, "reason", why.text);
	if (valid) {
		address_key(&text, in->bytes);
		value_set_text(in->arena, out, "key", str_text(&text));
		str_truncate(&text, 0);
		address_wire(&text, in->bytes, &needs_utf8);
		value_set_text(in->arena, out, "wire", str_text(&text));
		value_set_bool(in->arena, out, "needs_utf8", needs_utf8);
	}
	str_clear(&text);
	error_clear(&why);
	return out;
}
