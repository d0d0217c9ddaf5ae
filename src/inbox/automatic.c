#include "inbox/automatic.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "inbox/notice.h"

/* ----- headers ----- */

/* Those that only lists and machines write, and who wants no answer. */
static const char *const machine_headers[] = {
	"List-Id",
	"List-Post",
	"List-Unsubscribe",
	"List-Help",
	"Feedback-ID",
	"X-Auto-Response-Suppress",
	"X-Loop",
	"X-Failed-Recipients",
	NULL,
};

/* Those of programs that answer. */
static const char *const answer_headers[] = {
	"X-Autoreply",
	"X-Autorespond",
	"X-Autoresponder",
	"X-AutoReply-From",
	"X-Mail-Autoreply",
	"X-Vacation",
	"X-FC-MachineGenerated",
	NULL,
};

static bool
has_any(const struct message *m, const char *const *names)
{
	for (; *names; names++)
		if (message_header(m, *names))
			return true;
	return false;
}

/* "no", with a comment or parameters behind it (RFC 3834, 5). */
static bool
says_no(const char *value)
{
	size_t n = strcspn(value, " ;(\t");

	return n == 2 && strncasecmp(value, "no", 2) == 0;
}

static bool
is_bulk(const char *precedence)
{
	static const char *const words[] = {
		"bulk", "junk", "list", "auto_reply", "auto-reply", NULL};

	return span_is_among(span_of(precedence), words);
}

bool
automatic_is_program(const char *address)
{
	static const char *const whole[] = {"noreply", "no-reply", "no_reply",
		"donotreply", "do-not-reply", "listserv", "majordomo",
		"autoreply", "auto-reply", "autoresponder", "daemon", "root",
		"bounce", "bounces", "noresponse", NULL};
	static const char *const ends[] = {"-request", "-bounces", "-bounce",
		"-owner", "-noreply", "-no-reply", NULL};
	size_t n = address ? strcspn(address, "@") : 0;

	if (n && strncasecmp(address, "owner-", 6) == 0)
		return true;
	if (span_is_among((struct span){address, n}, whole))
		return true;
	for (size_t i = 0; ends[i]; i++) {
		size_t len = strlen(ends[i]);

		if (n > len &&
			strncasecmp(address + n - len, ends[i], len) == 0)
			return true;
	}
	return false;
}

bool
automatic_is_sent(const struct message *m)
{
	return notice_is_daemon(m) || is_bulk(m->precedence) || m->list_id ||
		(m->auto_submitted && !says_no(m->auto_submitted)) ||
		automatic_is_answer(m);
}

bool
automatic_may_answer(const struct message *m)
{
	return m->from_count == 1 && m->from.address &&
		!automatic_is_program(m->from.address) &&
		!automatic_is_program(m->return_path) &&
		!automatic_is_sent(m) && !has_any(m, machine_headers);
}

/* ----- subjects ----- */

/* In front, in lower case: what programs that answer put there. */
static const char *const subjects[] = {
	"auto:",
	"auto reply",
	"auto-reply",
	"autoreply",
	"auto response",
	"auto-response",
	"autoresponse",
	"autorespon",
	"automatic reply",
	"automatic response",
	"automatically generated",
	"out of office",
	"out of the office",
	"out-of-office",
	"away from my mail",
	"vacation",
	"on vacation",
	"read:",
	"not read:",
	"read receipt",
	"gelesen:",
	"lu:",
	"abwesenheit",
	"automatische antwort",
	"réponse automatique",
	"absence du bureau",
	"respuesta automática",
	"fuera de la oficina",
	"resposta automática",
	"risposta automatica",
	"fuori sede",
	"automatisch antwoord",
	"afwezig",
	"autosvar",
	"automatiskt svar",
	"automatisk svar",
	"autoodpowiedź",
	"automatyczna odpowiedź",
	"автоответ",
	"Автоответ",
	"otomatik yanıt",
	"otomatik cevap",
	"ofis dışında",
	"自動応答",
	"自动回复",
	NULL,
};

static bool
is_answering(const char *subject)
{
	if (strncasecmp(subject, "re:", 3) == 0)
		subject += 3 + strspn(subject + 3, " ");
	for (size_t i = 0; subjects[i]; i++)
		if (strncasecmp(subject, subjects[i], strlen(subjects[i])) == 0)
			return true;
	return false;
}

/* A program says of itself that it answers. */
static bool
is_marked(const struct message *m)
{
	static const char replied[] = "auto-replied";

	return has_any(m, answer_headers) ||
		(m->auto_submitted &&
			strncasecmp(m->auto_submitted, replied,
				sizeof replied - 1) == 0);
}

bool
automatic_is_answer(const struct message *m)
{
	return is_answering(m->subject) || is_marked(m);
}

/* Exchange has but the subject and the null sender. */
bool
automatic_is_note(const struct message *m)
{
	return is_marked(m) ||
		(is_answering(m->subject) && m->return_path &&
			!m->return_path[0]);
}
