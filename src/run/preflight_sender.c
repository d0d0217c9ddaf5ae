/*
 * Whether receivers can tell that the mail is the sender's own: a signature
 * whose domain is aligned with that of From (RFC 7489, 3.1.1, relaxed). What
 * the DNS says of the keys, `check` tells.
 */
#include "run/preflight_check.h"

static bool
goes_by_smtp(const struct list *list)
{
	for (size_t i = 0; i < list->relay_count; i++)
		if (list->relays[i].kind == TRANSPORT_SMTP)
			return true;
	return false;
}

static bool
is_signed(const struct list *list)
{
	for (size_t i = 0; i < list->dkim_count; i++)
		if (list_signs_with(list, &list->dkim[i]))
			return true;
	return false;
}

void
preflight_sender(const struct checking *k)
{
	const struct list *list = k->list;
	bool none = list->dkim_count == 0;
	struct str domain = STR_INIT;
	const char *text;

	if (!goes_by_smtp(list) || is_signed(list))
		return;
	list_sender_domain(&domain, list);
	text = none
		? arena_printf(k->out->arena,
			  "no key signs for %s (DKIM), and large providers "
			  "refuse lists without: 'postrider dkim %s' makes one",
			  str_text(&domain), list->name)
		: arena_printf(k->out->arena,
			  "the key of %s does not count for mail from %s: a "
			  "key must be of the domain in 'from', or of one "
			  "above it; else the mail goes unsigned",
			  list->dkim[0].domain, str_text(&domain));
	preflight_add(k->out,
		(struct finding){.severity = SEVERITY_WARNING,
			.code = none ? "no-dkim" : "dkim-not-aligned",
			.text = text,
			.where = preflight_list_file(k)});
	str_clear(&domain);
}
