#include "inbox/request.h"

#include <string.h>
#include <strings.h>

/* A line that asks is short; a longer one tells a story. */
enum { LINE_LIMIT = 120, WORDS_MOST = 4, PREFIXES = 6 };

/* In lower case. */
static const struct {
	const char *word;
	enum request_verb verb;
} verbs[] = {
	{"unsubscribe", VERB_UNSUBSCRIBE},
	{"unsub", VERB_UNSUBSCRIBE},
	{"signoff", VERB_UNSUBSCRIBE},
	{"leave", VERB_UNSUBSCRIBE},
	{"remove", VERB_UNSUBSCRIBE},
	{"abmelden", VERB_UNSUBSCRIBE},
	{"abbestellen", VERB_UNSUBSCRIBE},
	{"austragen", VERB_UNSUBSCRIBE},
	{"désabonner", VERB_UNSUBSCRIBE},
	{"desabonner", VERB_UNSUBSCRIBE},
	{"désinscription", VERB_UNSUBSCRIBE},
	{"desinscription", VERB_UNSUBSCRIBE},
	{"désinscrire", VERB_UNSUBSCRIBE},
	{"baja", VERB_UNSUBSCRIBE},
	{"desuscribir", VERB_UNSUBSCRIBE},
	{"cancelar", VERB_UNSUBSCRIBE},
	{"cancellami", VERB_UNSUBSCRIBE},
	{"disiscrizione", VERB_UNSUBSCRIBE},
	{"afmelden", VERB_UNSUBSCRIBE},
	{"uitschrijven", VERB_UNSUBSCRIBE},
	{"отписаться", VERB_UNSUBSCRIBE},
	{"ayrıl", VERB_UNSUBSCRIBE},
	{"çık", VERB_UNSUBSCRIBE},
	{"subscribe", VERB_SUBSCRIBE},
	{"join", VERB_SUBSCRIBE},
	{"anmelden", VERB_SUBSCRIBE},
	{"abonnieren", VERB_SUBSCRIBE},
	{"abonner", VERB_SUBSCRIBE},
	{"inscription", VERB_SUBSCRIBE},
	{"suscribir", VERB_SUBSCRIBE},
	{"alta", VERB_SUBSCRIBE},
	{"inscrever", VERB_SUBSCRIBE},
	{"iscrizione", VERB_SUBSCRIBE},
	{"aanmelden", VERB_SUBSCRIBE},
	{"inschrijven", VERB_SUBSCRIBE},
	{"подписаться", VERB_SUBSCRIBE},
	{"abone", VERB_SUBSCRIBE},
	{"katıl", VERB_SUBSCRIBE},
	{"confirm", VERB_CONFIRM},
};

/* What mail programs put before the subject of an answer, in their languages;
 * and what people put before a wish. */
static const char *const prefixes[] = {
	"re:",
	"aw:",
	"sv:",
	"vs:",
	"ynt:",
	"yan:",
	"rif:",
	"r:",
	"res:",
	"rv:",
	"antw:",
	"odp:",
	"vá:",
	"ref:",
	"please ",
	"pls ",
	"bitte ",
	"lütfen ",
	NULL,
};

static struct span
strip_prefixes(struct span s)
{
	for (int i = 0; i < PREFIXES; i++) {
		size_t n = 0;

		s = span_trim(s);
		for (size_t k = 0; !n && prefixes[k]; k++) {
			size_t len = strlen(prefixes[k]);

			if (s.len > len &&
				strncasecmp(s.data, prefixes[k], len) == 0)
				n = len;
		}
		if (!n)
			break;
		s = span_from(s, n);
	}
	return s;
}

static size_t
count_words(struct span s)
{
	size_t count = 0;

	while ((s = span_trim(s)).len) {
		count++;
		s = span_from(s, span_find_any(s, " \t"));
	}
	return count;
}

/* "unsubscribe", "Re: confirm k3…", "unsubscribe me, please"; not "Leave the
 * date of the congress open, I pray you". */
static enum request_verb
verb_of(struct span line)
{
	struct span s = strip_prefixes(line), word;

	if (s.len == 0 || s.len > LINE_LIMIT || count_words(s) > WORDS_MOST)
		return VERB_NONE;
	word = span_slice(s, 0, span_find_any(s, " \t.,;:!-"));
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (span_equals_nocase(word, verbs[i].word))
			return verbs[i].verb;
	return VERB_NONE;
}

static struct span
first_line(struct span text)
{
	struct span line;

	while (span_next_line(&text, &line)) {
		line = span_trim(line);
		if (line.len)
			return line;
	}
	return SPAN_NONE;
}

enum request_verb
request_read(const struct incoming *in, struct span *said)
{
	struct span subject = span_of(in->m->subject);
	struct span line = first_line(in->text);
	enum request_verb verb = verb_of(subject);

	*said = subject;
	if (verb != VERB_NONE)
		return verb;
	verb = verb_of(line);
	*said = verb == VERB_NONE ? SPAN_NONE : line;
	return verb;
}
