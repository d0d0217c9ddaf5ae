/*
 * What must be there before letters go to people. A spool needs none of it:
 * who calls knows where they go, for --transport may say otherwise.
 */

#include "config/config.h"

static void
check_relay(const struct list *list, const struct relay *relay,
	struct problems *problems)
{
	const struct server *server = &relay->server;

	if (server->user && !server->password)
		problem_add(problems, SEVERITY_ERROR, NULL, 0, 0,
			"list '%s': no password for %s: name a password_file "
			"beside it, or set POSTRIDER_SMTP_PASSWORD",
			list->name, relay->text);
	if (server->password && server->tls != TLS_REQUIRED)
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': the password for %s may cross the network "
			"in clear: say 'tls: required'",
			list->name, relay->text);
}

static const struct need {
	size_t field, waiver; /* of struct list, texts */
	const char *name, *why;
} needs[] = {
	{offsetof(struct list, postal_address),
		offsetof(struct list, no_postal_address), "postal_address",
		"the law of many countries asks for it in each letter"},
	{offsetof(struct list, privacy_url),
		offsetof(struct list, no_privacy_url), "privacy_url",
		"readers must be able to see what is kept about them"},
};

static const char *
text_at(const struct list *list, size_t field)
{
	return *(const char *const *)(const void *)((const char *)list + field);
}

static void
check_needs(const struct list *list, struct problems *problems)
{
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
		const struct need *need = &needs[i];

		if (!text_at(list, need->field) && !text_at(list, need->waiver))
			problem_add(problems, SEVERITY_ERROR, NULL, 0, 0,
				"list '%s': '%s' is missing: %s; or say why "
				"there is none: \"none: …\"",
				list->name, need->name, need->why);
	}
	if (!list->web && !list->unsubscribe)
		problem_add(problems, SEVERITY_ERROR, NULL, 0, 0,
			"list '%s': no way to leave it: set 'web' or "
			"'unsubscribe'",
			list->name);
}

/* Nothing that a receiver must refuse, but that many distrust. */
static void
check_looks(const struct list *list, struct problems *problems)
{
	if (!list->bounces)
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': without 'bounces' all returned mail goes "
			"to %s, and who it was for is lost",
			list->name, list->from.address);
	if (list->web && !span_starts(span_of(list->web), "https://"))
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': leaving with one click needs an https "
			"address in 'web' (RFC 8058)",
			list->name);
}

void
list_check_sending(const struct list *list, struct problems *problems)
{
	for (size_t i = 0; i < list->relay_count; i++)
		if (list->relays[i].kind == TRANSPORT_SMTP)
			check_relay(list, &list->relays[i], problems);
	check_needs(list, problems);
	check_looks(list, problems);
}
