#include "subscribers/csv_input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "subscribers/charset.h"

void
csv_input_clear(struct csv_input *in)
{
	str_clear(&in->raw);
	str_clear(&in->bytes);
}

static bool
refuse_large(const struct csv_input *in, struct error *err)
{
	struct str most = STR_INIT;

	str_add_octets(&most, in->limit);
	error_set(err, ERROR_DATA,
		"%s: too large for a roster; the most is %s ('limits.roster')",
		in->name, str_text(&most));
	str_clear(&most);
	return false;
}

/* Appends a piece of what comes next to `out`. */
static bool
read_piece(struct csv_input *in, struct str *out, struct error *err)
{
	ssize_t n;

	if (in->fd < 0) {
		struct span piece = span_slice(in->text, 0, CSV_PIECE);

		str_add_span(out, piece);
		in->text = span_from(in->text, piece.len);
		in->end = !in->text.len;
		return true;
	}
	str_reserve(out, CSV_PIECE + 1);
	do
		n = read(in->fd, out->data + out->len, CSV_PIECE);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set_errno(err, "%s", in->name);
	out->len += (size_t)n;
	out->data[out->len] = '\0';
	in->end = n == 0;
	in->taken += (size_t)n;
	return !in->limit || in->taken <= in->limit || refuse_large(in, err);
}

static void
drop_front(struct str *s, size_t n)
{
	memmove(s->data, s->data + n, s->len - n);
	str_truncate(s, s->len - n);
}

bool
csv_input_fill(struct csv_input *in, struct error *err)
{
	size_t used;

	if (in->end)
		return false;
	if (in->at) {
		drop_front(&in->bytes, in->at);
		in->at = 0;
	}
	if (in->unicode == UTF_8)
		return read_piece(in, &in->bytes, err);
	if (!read_piece(in, &in->raw, err))
		return false;
	used = utf16_decode(&in->bytes, str_span(&in->raw),
		in->unicode == UTF_16_BE, in->end);
	if (used)
		drop_front(&in->raw, used);
	return true;
}

/* A letter of ASCII and a NUL give UTF-16 away that has no BOM. */
static enum unicode
find_unicode(struct span head, size_t *bom)
{
	static const struct {
		const char *bom;
		size_t len;
		enum unicode unicode;
	} boms[] = {{"\xef\xbb\xbf", 3, UTF_8}, {"\xff\xfe", 2, UTF_16_LE},
		{"\xfe\xff", 2, UTF_16_BE}};

	for (size_t i = 0; i < sizeof boms / sizeof *boms; i++)
		if (head.len >= boms[i].len &&
			memcmp(head.data, boms[i].bom, boms[i].len) == 0) {
			*bom = boms[i].len;
			return boms[i].unicode;
		}
	*bom = 0;
	if (head.len < 2 || !head.data[0] == !head.data[1])
		return UTF_8;
	return head.data[0] ? UTF_16_LE : UTF_16_BE;
}

bool
csv_input_start(struct csv_input *in, struct error *err)
{
	size_t bom;

	while (!in->end && in->raw.len < CSV_PIECE)
		if (!read_piece(in, &in->raw, err))
			return false;
	in->unicode = find_unicode(str_span(&in->raw), &bom);
	in->bom = bom != 0;
	if (bom)
		drop_front(&in->raw, bom);
	if (in->unicode == UTF_8) {
		str_add_str(&in->bytes, &in->raw);
		str_clear(&in->raw);
	} else {
		bom = utf16_decode(&in->bytes, str_span(&in->raw),
			in->unicode == UTF_16_BE, in->end);
		drop_front(&in->raw, bom);
	}
	return true;
}
