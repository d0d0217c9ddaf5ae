#include "source/slug.h"

#include <string.h>

#include "base/text.h"

enum { LONGEST = 60 };

/* Letters in lower case, as text_fold() leaves them. */
static const struct {
	const char *ascii, *letters;
} rows[] = {
	{"a", "àáâãäåāăąǎǻạảấầẩẫậắằẳẵặαάа"},
	{"ae", "æǽ"},
	{"b", "бβ"},
	{"c", "çćĉċč"},
	{"ch", "ч"},
	{"d", "ďđðдδ"},
	{"e", "èéêëēĕėęěəẹẻẽếềểễệεέеэєё"},
	{"f", "фφ"},
	{"g", "ĝğġģǧгґγ"},
	{"h", "ĥħ"},
	{"i", "ìíîïĩīĭįıǐỉịιίϊηήиі"},
	{"j", "ĵ"},
	{"k", "ķкκ"},
	{"kh", "х"},
	{"l", "ĺļľŀłлλ"},
	{"m", "мμ"},
	{"n", "ñńņňŋнν"},
	{"o", "òóôõöøōŏőơǒọỏốồổỗộớờởỡợοόωώо"},
	{"oe", "œ"},
	{"p", "пπ"},
	{"ps", "ψ"},
	{"r", "ŕŗřрρ"},
	{"s", "śŝşšșсσς"},
	{"sh", "ш"},
	{"shch", "щ"},
	{"ss", "ß"},
	{"t", "ţťŧțтτ"},
	{"th", "þθ"},
	{"ts", "ц"},
	{"u", "ùúûüũūŭůűųưǔụủứừửữựуυύў"},
	{"v", "в"},
	{"w", "ŵ"},
	{"x", "ξ"},
	{"kh", "χ"},
	{"y", "ýÿŷỳỵỷỹыйї"},
	{"ya", "я"},
	{"yu", "ю"},
	{"z", "źżžзζ"},
	{"zh", "ж"},
	{"", "ъь'’"},
};

/* NULL: it stands between words. */
static const char *
transliterate(struct span letter)
{
	char bytes[5] = ""; /* a letter in UTF-8 */

	memcpy(bytes, letter.data, letter.len);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strstr(rows[i].letters, bytes))
			return rows[i].ascii;
	return NULL;
}

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Whole words up to the limit; one endless word is cut. */
static struct span
cut(struct span slug)
{
	size_t n = LONGEST;

	if (slug.len <= LONGEST)
		return slug;
	while (n > 0 && slug.data[n] != '-')
		n--;
	return span_slice(slug, 0, n ? n : LONGEST);
}

void
slug_write(struct str *out, struct span title)
{
	struct str folded = STR_INIT, slug = STR_INIT;
	bool gap = false;
	struct span s;
	size_t n;

	text_fold(&folded, title);
	for (s = str_span(&folded); s.len; s = span_from(s, n)) {
		unsigned code;
		struct span letter;
		const char *ascii;

		n = text_decode(s, &code);
		letter = span_slice(s, 0, n);
		ascii = transliterate(letter);
		if (ascii)
			letter = span_of(ascii);
		else if (!is_plain(*letter.data))
			gap = true;
		if (letter.len == 0 || !is_plain(*letter.data))
			continue;
		if (gap && slug.len)
			str_add_char(&slug, '-');
		gap = false;
		str_add_span(&slug, letter);
	}
	str_add_span(out, cut(str_span(&slug)));
	str_clear(&folded);
	str_clear(&slug);
}
