#include "inbox/assent.h"

#include <string.h>

#include "base/text.h"

/* Of a line that says yes, and of one that is only an introduction. */
enum { YES_WORDS = 6, LEAD_LINES = 3 };

/* Folded (text_fold()). "I confirm" begins with a word that many begin with. */
static const char *const yes[] = {"yes", "yep", "yeah", "ok", "okay", "sure",
	"confirm", "confirmed", "i confirm", "i do", "agreed", "please do",
	"ja", "jawohl", "bestätigt", "bestätige", "ich bestätige", "oui",
	"je confirme", "confirmé", "d'accord", "sí", "si", "sim", "confirmo",
	"confermo", "confirmado", "confermato", "evet", "tamam", "onay",
	"onaylıyorum", "да", "подтверждаю", "согласен", "согласна", "так",
	"tak", "potwierdzam", "ναι", "επιβεβαιώνω", "نعم", "أؤكد", "是", "是的",
	"确认", "確認", "はい", "네", NULL};

/* Programs and machines that put their name below each mail. */
static const char *const machines[] = {"iphone", "ipad", "android", "samsung",
	"galaxy", "huawei", "xiaomi", "redmi", "blackberry", "outlook",
	"proton mail", "protonmail", "yahoo mail", "smartphone", NULL};

/* What stands in a line that introduces a quote. */
static const char *const wrote[] = {"wrote", "writes", "schrieb", "écrit",
	"escribió", "escreveu", "scritto", "schreef", "skrev", "napisał",
	"yazdı", "napsal", "írta", "kirjoitti", "написал", "писал", "έγραψε",
	"كتب", "写道", "寫道", "のメール", NULL};

/* ----- what is its own ----- */

static bool
has_one(const char *text, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

static bool
is_quoted(struct span line)
{
	return span_starts(line, ">") || span_starts(line, "|");
}

/* "-----Original Message-----", "________________", "From: Ada <ada@…>": what
 * follows is quoted to the end. */
static bool
starts_quote(struct span line)
{
	size_t colon = span_find(line, ':');

	return span_starts(line, "----") || span_starts(line, "____") ||
		(span_find_any(line, " <") > colon && span_ends(line, ">") &&
			span_find(line, '@') < line.len);
}

/* Removes the paragraph at the end if it introduces what follows: "On Friday, …
 * wrote:", which may be broken into lines. */
static void
remove_lead(struct str *own)
{
	struct span s = span_trim(str_span(own));
	size_t at = s.len, lines = 0;
	struct str lead = STR_INIT;

	if (!span_ends(s, ":"))
		return;
	for (; at > 0 && lines < LEAD_LINES; lines++) {
		size_t start = span_find_last(span_slice(s, 0, at), '\n');

		start = start < at ? start : 0;
		if (lines && !span_trim(span_slice(s, start, at - start)).len)
			break;
		at = start;
	}
	str_add_span(&lead, span_from(s, at));
	if (has_one(str_text(&lead), wrote))
		str_truncate(own, (size_t)(s.data - own->data) + at);
	str_clear(&lead);
}

static void
add_own(struct str *own, struct span text)
{
	struct span line;
	bool quoted = false;

	while (span_next_line(&text, &line)) {
		if (span_equals(line, "-- ") || span_equals(line, "--") ||
			starts_quote(span_trim(line)))
			return;
		if (is_quoted(line)) {
			if (!quoted)
				remove_lead(own);
			quoted = true;
			continue;
		}
		str_add_span(own, line);
		str_add_char(own, '\n');
	}
}

/* ----- what it says ----- */

static size_t
count_blanks(const char *folded)
{
	size_t n = 0;

	for (; *folded; folded++)
		n += *folded == ' ';
	return n;
}

static bool
says_yes(const char *folded)
{
	if (count_blanks(folded) >= YES_WORDS)
		return false;
	for (size_t i = 0; yes[i]; i++) {
		size_t n = strlen(yes[i]);

		if (strncmp(folded, yes[i], n) == 0 &&
			(strchr(" .,;!", folded[n]) ||
				strncmp(folded + n, "。", 3) == 0))
			return true;
	}
	return false;
}

bool
assent_given(struct span text)
{
	struct str own = STR_INIT;
	struct span rest, line;
	bool given = true;

	add_own(&own, text);
	rest = str_span(&own);
	while (span_next_line(&rest, &line)) {
		struct str folded = STR_INIT;
		bool counts;

		text_fold(&folded, span_trim(line));
		counts = folded.len && !has_one(str_text(&folded), machines);
		given = !counts || says_yes(str_text(&folded));
		str_clear(&folded);
		if (counts)
			break;
	}
	str_clear(&own);
	return given;
}
