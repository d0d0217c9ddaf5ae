#include "mime/encode.h"

#include <stdint.h>
#include <string.h>

#include "base/blank.h"
#include "base/text.h"
#include "model/slot.h"

enum {
	LINE_MAX_TEXT = 78,   /* RFC 5322, 2.1.1 */
	LINE_MAX_ENCODED = 76 /* RFC 2045, 6.7 (5) and 6.8 */
};

static const char hex[] = "0123456789ABCDEF";

/* ----- choosing ----- */

/* May the line go out as it is, through dot stuffing and mboxes? */
static bool
is_safe_line(struct span line)
{
	if (line.len == 0)
		return true;
	if (line.len > LINE_MAX_TEXT || span_starts(line, ".") ||
		span_starts(line, "From "))
		return false;
	return line.data[line.len - 1] != ' ' &&
		span_printable(line) == line.len;
}

/* Is it beyond doubt that "=XX" makes the text longer than base64 does? */
static bool
is_mostly_beyond_ascii(struct span text)
{
	size_t beyond = 0;

	for (size_t i = 0; i < text.len; i++)
		beyond += (unsigned char)text.data[i] >= 0x80;
	/* Quoted-printable adds two octets to each, base64 a third to all;
	 * between them the readable one wins. */
	return beyond * 2 > text.len;
}

enum encoding
encode_choose(struct span text, bool slots)
{
	struct span rest = text, line;

	if (slots)
		return ENCODING_QP;
	while (span_next_line(&rest, &line))
		if (!is_safe_line(line))
			return is_mostly_beyond_ascii(text) ? ENCODING_BASE64
							    : ENCODING_QP;
	return ENCODING_7BIT;
}

/* ----- quoted-printable ----- */

struct qp {
	struct str *out;
	size_t column;
};

static void
qp_break(struct qp *qp)
{
	str_add_bytes(qp->out, "=\r\n", 3);
	qp->column = 0;
}

/* A line starts here: would what follows be changed on the way? */
static bool
is_unsafe_start(struct span rest)
{
	return rest.data[0] == '.' || span_starts(rest, "From ");
}

static bool
is_literal(char c)
{
	return (c >= '!' && c <= '~' && c != '=') || blank_in_line(c);
}

/* Is this blank the last of its line? It would be lost there. */
static bool
is_trailing_blank(struct span rest)
{
	if (!blank_in_line(rest.data[0]))
		return false;
	return rest.len == 1 || rest.data[1] == '\n' || rest.data[1] == '\r';
}

static void
qp_octet(struct qp *qp, unsigned char c)
{
	char code[3] = {'=', hex[c >> 4], hex[c & 15]};

	str_add_bytes(qp->out, code, sizeof code);
	qp->column += sizeof code;
}

/* The next character, as a whole on one line. Returns its octets. */
static size_t
qp_character(struct qp *qp, struct span rest)
{
	unsigned char c = (unsigned char)rest.data[0];
	bool literal = is_literal(rest.data[0]) && !is_trailing_blank(rest);
	unsigned code;
	size_t n = c < 0x80 ? 1 : text_decode(rest, &code);

	/* One column stays free for the "=" of a soft break. */
	if (qp->column + (literal ? 1 : 3 * n) >= LINE_MAX_ENCODED)
		qp_break(qp);
	if (qp->column == 0 && is_unsafe_start(rest))
		literal = false;
	if (literal) {
		str_add_char(qp->out, (char)c);
		qp->column++;
	} else {
		for (size_t i = 0; i < n; i++)
			qp_octet(qp, (unsigned char)rest.data[i]);
	}
	return n;
}

/* Visible ASCII but the '='. */
static const bool plain[256] = {['!' ... '<'] = true, ['>' ... '~'] = true};

/* How many characters at the front go out as they are, on this line. */
static size_t
plain_run(const struct qp *qp, struct span rest)
{
	size_t room = LINE_MAX_ENCODED - 1 - qp->column, n = 0;

	if (qp->column == 0 && is_unsafe_start(rest))
		return 0;
	if (room > rest.len)
		room = rest.len;
	for (;;) {
		while (n < room && plain[(unsigned char)rest.data[n]])
			n++;
		/* A blank, but for the last of its line. */
		if (n == room || rest.data[n] != ' ' || n + 1 == rest.len ||
			rest.data[n + 1] <= ' ')
			return n;
		n++;
	}
}

/* The octets of the line end that `rest` starts with; 0 when with none. A lone
 * CR is none: it is encoded. */
static size_t
line_end(struct span rest)
{
	if (rest.data[0] == '\n')
		return 1;
	return span_starts(rest, "\r\n") ? 2 : 0;
}

static void
qp_text(struct qp *qp, struct span text)
{
	while (text.len) {
		size_t end = line_end(text), n = end;

		if (end) {
			str_add_bytes(qp->out, "\r\n", 2);
			qp->column = 0;
		} else if ((n = plain_run(qp, text)) > 0) {
			str_add_span(qp->out, span_slice(text, 0, n));
			qp->column += n;
		} else {
			n = qp_character(qp, text);
		}
		text = span_from(text, n);
	}
}

void
encode_qp(struct str *out, struct span text, const char *mark)
{
	struct qp qp = {out, 0};
	struct slot slot;
	size_t at, len;

	str_reserve(out, text.len + text.len / 8);
	while (mark && slot_next(text, mark, &at, &len, &slot)) {
		qp_text(&qp, span_slice(text, 0, at));
		if (qp.column)
			qp_break(&qp);
		str_add_span(out, span_slice(text, at, len));
		qp_break(&qp);
		text = span_from(text, at + len);
	}
	qp_text(&qp, text);
}

void
encode_qp_value(struct str *out, struct span value)
{
	struct qp qp = {out, 0};

	qp_text(&qp, value);
}

/* ----- base64 ----- */

enum { PADDING = 64 }; /* of the alphabet */

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

void
encode_base64_plain(struct str *out, struct span bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.data;

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t n = bytes.len - i;
		uint32_t bits = (uint32_t)p[i] << 16 |
			(n > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
			(n > 2 ? p[i + 2] : 0u);
		char four[4] = {alphabet[bits >> 18], alphabet[bits >> 12 & 63],
			alphabet[n > 1 ? bits >> 6 & 63 : PADDING],
			alphabet[n > 2 ? bits & 63 : PADDING]};

		str_add_bytes(out, four, sizeof four);
	}
}

void
encode_base64(struct str *out, struct span bytes)
{
	enum { OCTETS = LINE_MAX_ENCODED / 4 * 3 };

	str_reserve(out, bytes.len * 78 / OCTETS + 80);
	for (size_t i = 0; i < bytes.len; i += OCTETS) {
		encode_base64_plain(out, span_slice(bytes, i, OCTETS));
		str_add_bytes(out, "\r\n", 2);
	}
}

/* ----- any of them ----- */

static void
encode_7bit(struct str *out, struct span text)
{
	struct span line;

	while (span_next_line(&text, &line)) {
		str_add_span(out, line);
		str_add_bytes(out, "\r\n", 2);
	}
}

void
encode_text(struct str *out, struct span text, enum encoding encoding,
	const char *mark)
{
	struct str lines = STR_INIT;

	if (encoding == ENCODING_QP) {
		encode_qp(out, text, mark);
		return;
	}
	encode_7bit(&lines, text);
	if (encoding == ENCODING_7BIT)
		str_add_str(out, &lines);
	else
		encode_base64(out, str_span(&lines));
	str_clear(&lines);
}
