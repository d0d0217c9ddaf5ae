#include "mime/fold.h"

#include <string.h>

#include "base/text.h"
#include "mime/encode.h"

enum {
	WORD_MAX = 75,	 /* of an encoded word: RFC 2047, 2 */
	WRAPPER = 12,	 /* octets of "=?utf-8?Q?" and "?=" */
	WORD_WORTH = 32, /* a shorter one is not worth starting on a line */
};

static void
start_line(struct fold *f)
{
	str_add_bytes(f->out, "\r\n ", 3);
	f->column = 1;
	f->gap = false;
}

/* Writes the blank that is due; a new line when less than `need` is left. */
static void
make_room(struct fold *f, size_t need)
{
	if (f->gap && f->column + 1 + need > FOLD_COLUMNS) {
		start_line(f);
	} else if (f->gap) {
		str_add_char(f->out, ' ');
		f->column++;
	}
	f->gap = false;
}

static void
put(struct fold *f, struct span s)
{
	str_add_span(f->out, s);
	f->column += s.len;
}

void
fold_token(struct fold *f, struct span token)
{
	make_room(f, token.len);
	put(f, token);
	f->gap = true;
}

void
fold_words(struct fold *f, struct span text)
{
	while (text.len) {
		size_t n = span_find(text, ' ');

		if (n)
			fold_token(f, span_slice(text, 0, n));
		text = span_from(text, n + 1);
	}
}

/* ----- encoded words ----- */

/* What may stand in a Q word wherever it is (RFC 2047, 5 (3)). */
static bool
is_q_literal(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || (c && strchr("!*+-/", c));
}

static size_t
q_length(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		n += is_q_literal(c) || c == ' ' ? 1 : 3;
	}
	return n;
}

static size_t
b_length(struct span text)
{
	return (text.len + 2) / 3 * 4;
}

static void
q_encode(struct str *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c == ' ')
			str_add_char(out, '_');
		else if (is_q_literal(c))
			str_add_char(out, (char)c);
		else
			str_printf(out, "=%02X", c);
	}
}

struct word_kind {
	const char *opening;
	size_t (*length)(struct span text);
	void (*encode)(struct str *out, struct span text);
};

static const struct word_kind q_words = {"=?utf-8?Q?", q_length, q_encode};
static const struct word_kind b_words = {
	"=?utf-8?B?", b_length, encode_base64_plain};

/* The longest beginning of whole characters that takes at most `room`; one
 * character at least. */
static struct span
take_fitting(const struct word_kind *kind, struct span text, size_t room)
{
	size_t n = 0;

	while (n < text.len) {
		unsigned code;
		size_t more = n + text_decode(span_from(text, n), &code);

		if (n && kind->length(span_slice(text, 0, more)) > room)
			break;
		n = more;
	}
	return span_slice(text, 0, n);
}

static void
put_word(struct fold *f, const struct word_kind *kind, struct span text)
{
	size_t before = f->out->len;

	str_add(f->out, kind->opening);
	kind->encode(f->out, text);
	str_add(f->out, "?=");
	f->column += f->out->len - before;
	f->gap = true;
}

/* B or Q, as is shorter, so that decoding gives exactly this text. Characters
 * are not split. */
static void
fold_encoded(struct fold *f, struct span text)
{
	const struct word_kind *kind =
		b_length(text) < q_length(text) ? &b_words : &q_words;

	while (text.len) {
		struct span piece = span_slice(text, 0, WORD_WORTH);
		size_t need = kind->length(piece) + WRAPPER, room;

		make_room(f, need < WORD_WORTH ? need : WORD_WORTH);
		room = FOLD_COLUMNS - f->column;
		if (room > WORD_MAX)
			room = WORD_MAX;
		piece = take_fitting(kind, text, room - WRAPPER);
		put_word(f, kind, piece);
		text = span_from(text, piece.len);
	}
}

/* ----- text ----- */

static bool
is_plain_word(struct span word, size_t room, bool (*allowed)(char c))
{
	if (word.len == 0 || word.len > room)
		return false;
	for (size_t i = 0; i < word.len; i++)
		if ((unsigned char)word.data[i] >= 0x7f ||
			(allowed && !allowed(word.data[i])) ||
			(word.data[i] == '?' && i && word.data[i - 1] == '='))
			return false;
	return true;
}

/* Blanks are encoded together with their neighbours: where the word before
 * the blank at `at` starts, and where the one behind it ends. */
static size_t
previous_word_start(struct span text, size_t at)
{
	while (at > 0 && text.data[at - 1] == ' ')
		at--;
	while (at > 0 && text.data[at - 1] != ' ')
		at--;
	return at;
}

static size_t
next_word_end(struct span text, size_t at)
{
	while (at < text.len && text.data[at] == ' ')
		at++;
	return at + span_find(span_from(text, at), ' ');
}

bool
fold_find_unplain(const struct fold *f, struct span text,
	bool (*allowed)(char c), struct span *part)
{
	struct span first = SPAN_NONE, last = SPAN_NONE;
	size_t start, end;
	/* The first word cannot go to a line of its own: that line would start
	 * with the blank, and some readers keep it. */
	size_t room = f->gap ? FOLD_TOKEN_MAX : FOLD_COLUMNS - f->column;

	/* An empty word stands between two blanks, or at an end. */
	for (size_t at = 0; text.len && at <= text.len;) {
		struct span rest = span_from(text, at);
		struct span word = span_slice(rest, 0, span_find(rest, ' '));

		if (!is_plain_word(word, room, allowed)) {
			first = first.data ? first : word;
			last = word;
		}
		at += word.len + 1;
		room = FOLD_TOKEN_MAX;
	}
	if (!first.data)
		return false;
	start = (size_t)(first.data - text.data);
	if (first.len == 0)
		start = previous_word_start(text, start);
	end = (size_t)(last.data - text.data) + last.len;
	if (last.len == 0)
		end = next_word_end(text, end);
	*part = span_slice(text, start, end - start);
	return true;
}

void
fold_text(struct fold *f, struct span text, bool (*allowed)(char c))
{
	struct span part;
	size_t start;

	if (!fold_find_unplain(f, text, allowed, &part)) {
		fold_words(f, text);
		return;
	}
	start = (size_t)(part.data - text.data);
	fold_words(f, span_slice(text, 0, start));
	fold_encoded(f, part);
	fold_words(f, span_from(text, start + part.len));
}
