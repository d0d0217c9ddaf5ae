/*
 * Is it a bounce at all? Who sent it, and under which subject.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "inbox/automatic.h"
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
	"post_master",
	"postoffice",
	"microsoftexchange",
	"mmdf",
	"pmdf",
	NULL,
};

static const char *const daemon_names[] = {
	"mail delivery s",
	"mail delivery subsystem",
	"mailer-daemon",
	"mail daemon",
	"mail administrator",
	"mail system",
	"mail router",
	"mail gateway",
	"mail server",
	"internet mail delivery",
	"pmdf e-mail",
	"system administrator",
	"post office",
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

static bool
is_null_sender(const struct message *m)
{
	return m->return_path &&
		(!m->return_path[0] ||
			starts_with_any(m->return_path, daemons));
}

/* By its address, or by not having one. */
static bool
is_from_daemon(const struct message *m)
{
	const char *from = message_header(m, "From");

	if (m->from.address)
		return starts_with_any(m->from.address, daemons);
	return text_is_empty(from) || strcmp(from, "<>") == 0 ||
		starts_with_any(from, daemons) ||
		starts_with_any(from, daemon_names);
}

bool
notice_is_daemon(const struct message *m)
{
	return is_null_sender(m) || is_from_daemon(m) ||
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

/* In a language that nobody here knows, a mail system still quotes the server
 * that refused, or sends back what it could not deliver. */
static bool
is_evident(const struct incoming *in, const struct wording *p)
{
	if (!is_from_daemon(in->m) || is_reply(in->m) ||
		wording_has(p, notice_successes))
		return false;
	return notice_names_refused(in, p) ||
		(in->original && is_null_sender(in->m) &&
			!subject_says(in->m->subject, notice_successes));
}

/*
 * A name is easily borrowed, and people who have left write with a null sender
 * that a mail was not delivered: such a one must say it in the subject.
 */
bool
notice_is_certain(const struct incoming *in, const struct wording *p)
{
	const struct message *m = in->m;
	bool subject = subject_says(m->subject, notice_subjects);

	if (message_header(m, "X-Failed-Recipients"))
		return true;
	if (subject && notice_is_daemon(m))
		return true;
	if (subject ? is_reply(m)
		    : !is_from_daemon(m) &&
				!(is_null_sender(m) &&
					automatic_is_program(m->from.address)))
		return false;
	return wording_has(p, notice_failures) || is_evident(in, p);
}

bool
notice_is_delay(const struct incoming *in, const struct wording *p)
{
	return !wording_has(p, notice_finals) &&
		(subject_says(in->m->subject, notice_delays) ||
			wording_has(p, notice_delays));
}
