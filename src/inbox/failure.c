#include "inbox/failure.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "inbox/failure_words.h"

enum { DIAGNOSTIC_LIMIT = 1000, WORDS_LIMIT = 4000 };

/* ----- numbers ----- */

static size_t
digits(struct span s, size_t from)
{
	size_t n = 0;

	while (from + n < s.len && isdigit((unsigned char)s.data[from + n]))
		n++;
	return n;
}

/* "5.1.1", "4.4.316": its length, 0 when there is none at the front. */
static size_t
status_length(struct span s)
{
	size_t subject, detail;

	if (s.len < 5 || !strchr("245", s.data[0]) || s.data[1] != '.')
		return 0;
	subject = digits(s, 2);
	if (subject < 1 || subject > 3 || 2 + subject >= s.len ||
		s.data[2 + subject] != '.')
		return 0;
	detail = digits(s, 3 + subject);
	if (detail < 1 || detail > 3)
		return 0;
	/* 5.1.1.1 is a number of something else. */
	if (3 + subject + detail + 1 < s.len &&
		s.data[3 + subject + detail] == '.' &&
		isdigit((unsigned char)s.data[4 + subject + detail]))
		return 0;
	return 3 + subject + detail;
}

static bool
is_word_start(struct span s, size_t i)
{
	unsigned char before = i ? (unsigned char)s.data[i - 1] : ' ';

	return !isalnum(before) && before != '.' && before != '-' &&
		before != '/' && before != ':' && before != '@';
}

static struct span
find_status(struct span s)
{
	for (size_t i = 0; i + 5 <= s.len; i++) {
		size_t n;

		if (!isdigit((unsigned char)s.data[i]) ||
			(i &&
				(isalnum((unsigned char)s.data[i - 1]) ||
					s.data[i - 1] == '.')))
			continue;
		n = status_length(span_from(s, i));
		if (n)
			return span_slice(s, i, n);
	}
	return SPAN_NONE;
}

/* A code stands before a status, a hyphen or words: "550 5.1.1", "550-No". */
static int
find_code(struct span s)
{
	for (size_t i = 0; i + 3 <= s.len; i++) {
		const char *p = s.data + i;

		if ((p[0] != '4' && p[0] != '5') || p[1] < '0' || p[1] > '7' ||
			!isdigit((unsigned char)p[2]) || !is_word_start(s, i))
			continue;
		if (i + 3 == s.len || strchr(" -:,;)]#\t", p[3]))
			return (p[0] - '0') * 100 + (p[1] - '0') * 10 +
				(p[2] - '0');
	}
	return 0;
}

/* ----- words ----- */

/* On one line, in lower case, without what an address or an URL says: there is
 * an address called mailbox-full@. */
static void
plain_words(struct str *out, struct span text)
{
	while (text.len) {
		struct span word =
			span_slice(text, 0, span_find_any(text, " \t\r\n"));
		bool is_name = span_find(word, '@') < word.len ||
			span_find_text(word, "://") < word.len;

		if (!is_name)
			str_add_lower(out, word);
		if (out->len && out->data[out->len - 1] != ' ')
			str_add_char(out, ' ');
		text = span_from(text, word.len + 1);
	}
}

/* What takes a mailbox for lost. */
static bool
is_hard(const char *reason)
{
	static const char *const hard[] = {"user-unknown", "host-unknown",
		"disabled", "moved", "no-mail-accepted", NULL};

	return reason && span_is_among(span_of(reason), hard);
}

/* Does a clause end with the i-th? In "example.org" none does. */
static bool
is_end(struct span s, size_t i)
{
	return strchr(".,;:!?", s.data[i]) &&
		(i + 1 == s.len || s.data[i + 1] == ' ');
}

/* The clause that the words at `at` begin in, and all that they are in. */
static struct span
clause_of(struct span s, size_t at, size_t length)
{
	size_t from = at, to = at + length;

	while (from && !is_end(s, from - 1))
		from--;
	while (to < s.len && !is_end(s, to))
		to++;
	return span_slice(s, from, to - from);
}

/* "Sending account has been suspended": ours. But "the recipient that the sender
 * wrote to" is his. */
static bool
is_about_sender(struct span s, size_t at, size_t length)
{
	struct span clause = clause_of(s, at, length);
	const char *const *word = failure_sender_words;

	if (span_find_text(clause, "recipient") < clause.len)
		return false;
	for (; *word; word++)
		if (span_find_text(clause, *word) < clause.len)
			return true;
	return false;
}

static bool
says(const struct failure_word *w, struct span words)
{
	size_t at = span_find_text(words, w->words);

	return at < words.len &&
		!(is_hard(w->reason) &&
			is_about_sender(words, at, strlen(w->words)));
}

/* `soft`: by those alone that lose no mailbox. */
static const char *
reason_of_words(const struct failure_word *w, struct span words, bool soft)
{
	for (; w->words; w++)
		if (!(soft && is_hard(w->reason)) && says(w, words))
			return w->reason;
	return NULL;
}

/* ----- statuses ----- */

/* Without the class; a status that ends with a dot stands for all that begin
 * so. */
static const struct {
	const char *status, *reason;
} statuses[] = {
	{"1.0", NULL},
	{"1.1", "user-unknown"},
	{"1.2", "host-unknown"},
	{"1.3", "user-unknown"},
	{"1.6", "moved"},
	{"1.9", "network"},
	{"1.10", "no-mail-accepted"},
	{"1.351", "user-unknown"}, /* of Microsoft's */
	{"2.1", "disabled"},
	{"2.2", "mailbox-full"},
	{"2.3", "too-large"},
	{"2.", NULL},
	{"3.4", "too-large"},
	{"3.", "system"},
	{"4.4", "host-unknown"},
	{"4.310", "host-unknown"}, /* of Microsoft's */
	{"4.6", "loop"},
	{"4.7", "expired"},
	{"4.", "network"},
	{"5.", NULL},
	{"6.", "content"},
	{"7.13", "disabled"},
	{"7.17", "moved"},
	{"7.8", "authentication"},
	{"7.", "policy"},
};

static const char *
reason_of_status(struct span status)
{
	struct span rest = span_from(status, 2);

	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		const char *s = statuses[i].status;

		if (s[strlen(s) - 1] == '.' ? span_starts(rest, s)
					    : span_equals(rest, s))
			return statuses[i].reason;
	}
	return NULL;
}

/* It is our own address that they do not like, whatever the words. */
static bool
is_of_sender(struct span status)
{
	struct span rest = span_from(status, 2);

	return span_equals(rest, "1.7") || span_equals(rest, "1.8");
}

/* A rule was broken (x.7.y), by whom words tell badly: "account suspended" may
 * be ours. The status itself tells of a mailbox, or the words name it. */
static bool
is_of_rule(struct span status)
{
	return span_starts(span_from(status, 2), "7.");
}

/* ----- judging ----- */

static const char *
flat(struct arena *arena, struct span text)
{
	struct str out = STR_INIT;

	text_flatten(&out, span_slice(text, 0, DIAGNOSTIC_LIMIT));
	return arena_take_some(arena, &out);
}

/* "5.1.1", of the field unless the words know better than 5.0.0. */
static struct span
choose_status(const struct failure_said *said)
{
	struct span field = find_status(said->status);
	struct span text = find_status(said->text);

	if (!field.len ||
		(text.len && span_ends(field, ".0.0") &&
			text.data[0] == field.data[0]))
		return text;
	return field;
}

static const char *
find_reason(struct span status, struct span words)
{
	bool rule = status.len && is_of_rule(status);
	const char *reason = NULL;

	if (status.len && is_of_sender(status))
		return "policy";
	if (rule)
		reason = reason_of_words(failure_recipient_words, words, false);
	if (!reason)
		reason = reason_of_words(failure_words, words, rule);
	if (!reason)
		reason = reason_of_words(failure_foreign_words, words, rule);
	if (!reason && status.len)
		reason = reason_of_status(status);
	if (!reason)
		reason = reason_of_words(failure_vague_words, words, rule);
	return reason;
}

void
failure_judge(struct arena *arena, const struct failure_said *said,
	struct returned *to)
{
	struct span status = choose_status(said);
	struct str words = STR_INIT;

	to->status = status.len ? arena_span(arena, status) : NULL;
	to->code = find_code(said->text);
	to->diagnostic = flat(arena, said->text);
	plain_words(&words, span_slice(said->text, 0, WORDS_LIMIT));
	plain_words(&words, said->status);
	to->reason = find_reason(status, str_span(&words));
	str_clear(&words);
	if (said->delayed)
		to->class = RETURN_TEMPORARY;
	else if ((status.len && status.data[0] == '4') || to->code / 100 == 4)
		to->class = RETURN_SOFT; /* it gave up, not the mailbox */
	else
		to->class = is_hard(to->reason) ? RETURN_HARD : RETURN_SOFT;
}
