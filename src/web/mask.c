#include "web/mask.h"

#include "base/text.h"
#include "model/address.h"

static const char dots[] = "•••";

static void
mask(struct str *out, struct span s)
{
	size_t width;

	if (s.len)
		str_add_span(out, span_slice(s, 0, text_cluster(s, &width)));
	str_add(out, dots);
}

void
address_mask(struct str *out, struct span address)
{
	struct span domain = address_domain(address);
	size_t dot = span_find_last(domain, '.');

	mask(out, address_local(address));
	str_add_char(out, '@');
	mask(out, domain);
	str_add_span(out, span_from(domain, dot));
}
