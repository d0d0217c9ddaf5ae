/*
 * Putting one reader on a list, and taking him off.
 */
#include "cmd/subscribers.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

/* ----- add ----- */

static bool
check_format(const char *format, struct error *err)
{
	enum letter_format known;

	if (!format || letter_format_find(format, &known))
		return true;
	return error_set(err, ERROR_USAGE,
		"no format '%s'; html, text, mime-digest or rfc1153", format);
}

/* Into *language, which is cleared by who calls. */
static bool
read_language(const struct invocation *in, struct str *language,
	struct subscriber *s, struct error *err)
{
	const char *said = invocation_option(in, "language");

	if (!said)
		return true;
	if (!language_read(language, span_of(said)))
		return error_set(err, ERROR_USAGE,
			"'%s' is no language; write it as en or pt-BR", said);
	s->language = str_text(language);
	return true;
}

/* Whom mail did not reach is taken back for a reason, which is kept. */
static bool
check_bounced(struct invocation *in, struct list_context *c,
	const struct addressee *a, struct error *err)
{
	struct error problem = ERROR_INIT;
	struct subscriber *s = store_subscriber(
		c->store, c->list_id, str_text(&a->key), &problem);
	bool ok = problem.kind == ERROR_NONE || error_move(err, &problem);

	if (ok && s && s->state == SUBSCRIBER_BOUNCED &&
		text_is_empty(invocation_option(in, "reason")))
		ok = error_set(err, ERROR_USAGE,
			"mail did not reach %s; say with --reason why it would "
			"now",
			a->address);
	subscriber_free(s);
	return ok;
}

static char *
proof_of(const struct invocation *in, const char *what)
{
	const char *reason = invocation_option(in, "reason");

	return mem_printf(
		"%s%s%s", what, reason ? ": " : "", reason ? reason : "");
}

static bool
add(struct invocation *in, struct list_context *c, struct subscriber *s,
	struct error *err)
{
	struct str name = STR_INIT, language = STR_INIT;
	char *proof = proof_of(in, "added by 'subscribers add'");
	struct change change = {.subscriber = s,
		.state = SUBSCRIBER_ACTIVE,
		.actor = ACTOR_EDITOR,
		.proof = proof,
		.at = in->now};
	bool ok = check_format(s->format, err) &&
		read_language(in, &language, s, err);

	if (ok && invocation_option(in, "name")) {
		text_flatten(&name, span_of(invocation_option(in, "name")));
		s->name = str_text(&name);
	}
	ok = ok && store_subscriber_change(c->store, c->list_id, &change, err);
	str_clear(&language);
	str_clear(&name);
	free(proof);
	return ok;
}

bool
subscribers_add(
	struct invocation *in, struct list_context *c, struct error *err)
{
	struct subscriber s = {.origin = ORIGIN_EDITOR,
		.format = invocation_option(in, "format"),
		.since = in->now};
	struct addressee a;
	bool ok = addressee_read(&a, in, err) && check_bounced(in, c, &a, err);

	s.address = a.address;
	s.key = str_text(&a.key);
	ok = ok && add(in, c, &s, err);
	if (ok)
		invocation_print_done(in, "added", s.address, "%s is on '%s'",
			s.address, c->list->name);
	addressee_clear(&a);
	return ok;
}

/* ----- remove ----- */

bool
subscribers_remove(
	struct invocation *in, struct list_context *c, struct error *err)
{
	struct change change = {.state = SUBSCRIBER_REMOVED,
		.actor = ACTOR_EDITOR,
		.proof = "removed by 'subscribers remove'",
		.at = in->now};
	struct subscriber *s = NULL;
	struct addressee a;
	bool ok = addressee_read(&a, in, err);

	if (ok)
		s = addressee_find(&a, c, err);
	change.subscriber = s;
	ok = s && store_subscriber_change(c->store, c->list_id, &change, err);
	if (ok)
		invocation_print_done(in, "removed", s->address,
			"%s is off '%s'%s", s->address, c->list->name,
			s->origin == ORIGIN_FILE && c->list->roster
				? "; strike the line from the CSV too, or it "
				  "comes back"
				: "");
	subscriber_free(s);
	addressee_clear(&a);
	return ok;
}
