/*
 * Is it a bounce at all? Who sent it, and under which subject.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "inbox/notice.h"
#include "inbox/notice_phrases.h"

/* Lower case, as the local part begins. */
static const char *const daemons[] = {
	"mailer-daemon",
	"mailer_daemon",
	"mailerdaemon",
	"mail-daemon",
	"maildaemon",
	"mdaemon",
	"mdeamon",
	"mail.delivery.system",
	"mail-delivery",
	"postmaster",
	"postmast",
	"microsoftexchange",
	NULL,
};

static const char *const daemon_names[] = {
	"mail delivery s",
	"mail delivery subsystem",
	"mailer-daemon",
	"mail daemon",
	"mail administrator",
	NULL,
};

static bool
starts_with_any(const char *text, const char *const *names)
{
	for (; text && *names; names++)
		if (strncasecmp(text, *names, strlen(*names)) == 0)
			return true;
	return false;
}

bool
notice_is_daemon(const struct message *m)
{
	const char *from = message_header(m, "From");

	if (m->return_path &&
		(!m->return_path[0] ||
			starts_with_any(m->return_path, daemons)))
		return true;
	if (!m->from.address)
		return text_is_empty(from) || strcmp(from, "<>") == 0 ||
			starts_with_any(from, daemons) ||
			starts_with_any(from, daemon_names);
	return starts_with_any(m->from.address, daemons) ||
		starts_with_any(m->from.name, daemon_names);
}

static bool
subject_says(const char *subject, const char *const *phrases)
{
	for (; *phrases; phrases++)
		if (strcasestr(subject, *phrases))
			return true;
	return false;
}

/* A person answers or forwards. */
static bool
is_reply(const struct message *m)
{
	static const char *const prefixes[] = {
		"re:", "fw:", "fwd:", "aw:", "wg:", "tr:", "sv:", "ynt:", NULL};

	return starts_with_any(m->subject, prefixes) || m->list_id ||
		m->list_post;
}

bool
notice_says_failure(const struct prose *p)
{
	return prose_has(p, notice_failures);
}

bool
notice_is_certain(const struct incoming *in, const struct prose *p)
{
	const struct message *m = in->m;
	bool daemon = notice_is_daemon(m);
	bool subject = subject_says(m->subject, notice_subjects);

	if (message_header(m, "X-Failed-Recipients"))
		return true;
	if (daemon && subject)
		return true;
	if (!daemon && (!subject || is_reply(m)))
		return false;
	return notice_says_failure(p);
}

bool
notice_is_delay(const struct incoming *in, const struct prose *p)
{
	return !prose_has(p, notice_finals) &&
		(subject_says(in->m->subject, notice_delays) ||
			prose_has(p, notice_delays));
}
