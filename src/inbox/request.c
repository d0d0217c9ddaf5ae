#include "inbox/request.h"

#include <string.h>
#include <strings.h>

#include "inbox/automatic.h"

/* A line that asks is short; a longer one tells a story. */
enum { LINE_LIMIT = 120, PREFIXES = 6 };

/* In lower case; in a line of at most so many words, fewer where the word is one
 * of everyday. */
static const struct {
	const char *word;
	enum request_verb verb;
	size_t words;
} verbs[] = {
	{"unsubscribe", VERB_UNSUBSCRIBE, 4},
	{"unsub", VERB_UNSUBSCRIBE, 4},
	{"signoff", VERB_UNSUBSCRIBE, 4},
	{"leave", VERB_UNSUBSCRIBE, 1},
	{"remove", VERB_UNSUBSCRIBE, 2},
	{"abmelden", VERB_UNSUBSCRIBE, 4},
	{"abmeldung", VERB_UNSUBSCRIBE, 4},
	{"abbestellen", VERB_UNSUBSCRIBE, 4},
	{"austragen", VERB_UNSUBSCRIBE, 4},
	{"désabonner", VERB_UNSUBSCRIBE, 4},
	{"desabonner", VERB_UNSUBSCRIBE, 4},
	{"désinscription", VERB_UNSUBSCRIBE, 4},
	{"desinscription", VERB_UNSUBSCRIBE, 4},
	{"désinscrire", VERB_UNSUBSCRIBE, 4},
	{"baja", VERB_UNSUBSCRIBE, 1},
	{"desuscribir", VERB_UNSUBSCRIBE, 4},
	{"cancelar", VERB_UNSUBSCRIBE, 2},
	{"cancellami", VERB_UNSUBSCRIBE, 4},
	{"disiscrizione", VERB_UNSUBSCRIBE, 4},
	{"afmelden", VERB_UNSUBSCRIBE, 4},
	{"uitschrijven", VERB_UNSUBSCRIBE, 4},
	{"отписаться", VERB_UNSUBSCRIBE, 4},
	{"отписка", VERB_UNSUBSCRIBE, 4},
	{"abonelikten", VERB_UNSUBSCRIBE, 4},
	{"listeden", VERB_UNSUBSCRIBE, 4},
	{"ayrıl", VERB_UNSUBSCRIBE, 2},
	{"çık", VERB_UNSUBSCRIBE, 1},
	{"subscribe", VERB_SUBSCRIBE, 4},
	{"join", VERB_SUBSCRIBE, 1},
	{"anmelden", VERB_SUBSCRIBE, 4},
	{"abonnieren", VERB_SUBSCRIBE, 4},
	{"abonner", VERB_SUBSCRIBE, 4},
	{"inscription", VERB_SUBSCRIBE, 2},
	{"suscribir", VERB_SUBSCRIBE, 4},
	{"alta", VERB_SUBSCRIBE, 1},
	{"inscrever", VERB_SUBSCRIBE, 4},
	{"iscrizione", VERB_SUBSCRIBE, 2},
	{"aanmelden", VERB_SUBSCRIBE, 4},
	{"inschrijven", VERB_SUBSCRIBE, 4},
	{"подписаться", VERB_SUBSCRIBE, 4},
	{"подписка", VERB_SUBSCRIBE, 2},
	{"abone", VERB_SUBSCRIBE, 3},
	{"katıl", VERB_SUBSCRIBE, 1},
	{"confirm", VERB_CONFIRM, 4},
	{"settings", VERB_SETTINGS, 3},
	{"preferences", VERB_SETTINGS, 3},
	{"einstellungen", VERB_SETTINGS, 3},
	{"préférences", VERB_SETTINGS, 3},
	{"preferencias", VERB_SETTINGS, 3},
	{"ajustes", VERB_SETTINGS, 2},
	{"preferenze", VERB_SETTINGS, 3},
	{"instellingen", VERB_SETTINGS, 3},
	{"ayarlar", VERB_SETTINGS, 2},
	{"настройки", VERB_SETTINGS, 2},
	{"ρυθμίσεις", VERB_SETTINGS, 2},
	{"إعدادات", VERB_SETTINGS, 2},
	{"设置", VERB_SETTINGS, 2},
};

/* What mail programs put before the subject of an answer, in their languages. */
static const char *const answers[] = {
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
	NULL,
};

/* What people put before a wish. */
static const char *const courtesies[] = {
	"please ",
	"pls ",
	"bitte ",
	"lütfen ",
	NULL,
};

/* Its length; 0: there is none. */
static size_t
prefix_length(struct span s, const char *const *prefixes)
{
	for (; *prefixes; prefixes++) {
		size_t len = strlen(*prefixes);

		if (s.len > len && strncasecmp(s.data, *prefixes, len) == 0)
			return len;
	}
	return 0;
}

static struct span
strip_prefixes(struct span s)
{
	for (int i = 0; i < PREFIXES; i++) {
		size_t n;

		s = span_trim(s);
		n = prefix_length(s, answers);
		if (!n)
			n = prefix_length(s, courtesies);
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

enum request_verb
request_line_verb(struct span line)
{
	struct span s = strip_prefixes(line), word;

	if (s.len == 0 || s.len > LINE_LIMIT)
		return VERB_NONE;
	word = span_slice(s, 0, span_find_any(s, " \t.,;:!-"));
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (span_equals_nocase(word, verbs[i].word))
			return count_words(s) <= verbs[i].words ? verbs[i].verb
								: VERB_NONE;
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

static bool
may_ask(const struct message *m, enum request_verb verb)
{
	return verb == VERB_UNSUBSCRIBE ? !automatic_is_answer(m)
					: !automatic_is_sent(m);
}

/* The subject of an answer is what we asked, "Please confirm: …": what stands
 * below it counts before that. */
static enum request_verb
read_verb(const struct incoming *in, struct span *said)
{
	struct span line = first_line(in->text);
	enum request_verb verb, below = request_line_verb(line);

	*said = span_of(in->m->subject);
	verb = request_line_verb(*said);
	if (verb != VERB_NONE && (verb != VERB_CONFIRM || below == VERB_NONE))
		return verb;
	*said = line;
	return below;
}

enum request_verb
request_read(const struct incoming *in, struct span *said)
{
	enum request_verb verb = read_verb(in, said);

	if (verb != VERB_NONE && may_ask(in->m, verb))
		return verb;
	*said = SPAN_NONE;
	return VERB_NONE;
}

enum request_echo
request_echo(const struct incoming *in)
{
	struct span subject = span_trim(span_of(in->m->subject));
	struct span line = first_line(in->text);
	bool repeats = prefix_length(subject, answers) > 0;

	if (!repeats && !message_header(in->m, "In-Reply-To") &&
		!message_header(in->m, "References"))
		return ECHO_NONE;
	if (count_words(strip_prefixes(subject)) == 1 ||
		request_line_verb(line) == VERB_UNSUBSCRIBE)
		return ECHO_NONE;
	return repeats && line.len && line.data[0] != '>' ? ECHO_SPOKEN
							  : ECHO_SILENT;
}
