#include "inbox/wish.h"

#include "inbox/request.h"

/* More than there is to be asked for is a program's. */
enum { LINE_LIMIT = 400, WISHES_MOST = 16 };

/* Only a name may end with a full stop. */
enum needs { NOTHING, A_WORD, A_MAILBOX, A_PHRASE, A_NAME };

static const struct {
	const char *word;
	enum needs needs;
} shapes[WISH_KINDS] = {
	[WISH_PAUSE] = {"pause", A_PHRASE},
	[WISH_RESUME] = {"resume", NOTHING},
	[WISH_FORMAT] = {"format", A_WORD},
	[WISH_LANGUAGE] = {"language", A_WORD},
	[WISH_NAME] = {"name", A_NAME},
	[WISH_ADDRESS] = {"address", A_MAILBOX},
	[WISH_MOVE] = {"move", A_WORD},
	[WISH_COPY] = {"copy", NOTHING},
	[WISH_ERASE] = {"erase", NOTHING},
	[WISH_LEAVE] = {"leave", NOTHING},
};

const char *
wish_kind_name(enum wish_kind kind)
{
	return shapes[kind].word;
}

/* ----- one line ----- */

/* "new@example.org", "<new@example.org>", and what becomes of it in pages:
 * "new@example.org<mailto:new@example.org>". */
static struct span
bare_address(struct span s)
{
	if (span_starts(s, "<"))
		s = span_from(s, 1);
	return span_slice(s, 0, span_find_any(s, "<> \t"));
}

static bool
fits(enum needs needs, struct span *value)
{
	if (needs != A_NAME && span_ends(*value, "."))
		value->len--;
	switch (needs) {
	case NOTHING:
		return !value->len;
	case A_WORD:
		return value->len && span_find_any(*value, " \t") == value->len;
	case A_MAILBOX:
		*value = bare_address(*value);
		return span_find(*value, '@') < value->len;
	case A_PHRASE:
	case A_NAME:
		break;
	}
	return value->len;
}

static bool
read_wish(struct span line, enum wish_kind *kind, struct span *value)
{
	size_t word = span_find_any(line, " \t:.");
	struct span rest = span_from(line, word);

	*value = SPAN_NONE;
	*kind = WISH_LEAVE;
	if (request_line_verb(line) == VERB_UNSUBSCRIBE)
		return true;
	if (span_starts(rest, ":"))
		rest = span_from(rest, 1);
	*value = span_trim(rest);
	for (size_t i = 0; i < WISH_KINDS; i++)
		if (span_equals_nocase(
			    span_slice(line, 0, word), shapes[i].word)) {
			*kind = (enum wish_kind)i;
			return fits(shapes[i].needs, value);
		}
	return false;
}

/* ----- all of them ----- */

static void
add_wish(struct inbox_mail *mail, struct arena *arena, enum wish_kind kind,
	struct span value)
{
	mail->wishes = arena_grow(
		arena, mail->wishes, mail->wish_count, sizeof *mail->wishes);
	mail->wishes[mail->wish_count++] =
		(struct wish){kind, arena_span(arena, value)};
}

/* Up to the first line that is none. */
static void
read_lines(struct inbox_mail *mail, struct arena *arena, struct span text)
{
	enum wish_kind kind;
	struct span line, value;

	while (mail->wish_count < WISHES_MOST && span_next_line(&text, &line)) {
		line = span_trim(line);
		if (!line.len)
			continue;
		if (line.len > LINE_LIMIT || !read_wish(line, &kind, &value))
			return;
		add_wish(mail, arena, kind, value);
	}
}

/* Empty when nothing is quoted. */
static struct span
behind_quoted(struct span text)
{
	struct span behind = SPAN_NONE, line;

	while (span_next_line(&text, &line))
		if (span_starts(line, ">"))
			behind = text;
	return behind;
}

void
wishes_read(struct inbox_mail *mail, const struct incoming *in)
{
	read_lines(mail, in->arena, in->text);
	if (!mail->wish_count)
		read_lines(mail, in->arena, behind_quoted(in->text));
}
