/*
 * Character references. libxml2 knows the names of HTML 4; HTML 5 added two
 * thousand, of which those are here that are met in feeds and mails.
 */
#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>

#include "base/libxml.h"
#include "html/token.h"

enum { NAME_LIMIT = 32 };

static const struct {
	const char *name;
	unsigned code;
} newer[] = {
	{"apos", '\''},
	{"AMP", '&'},
	{"LT", '<'},
	{"GT", '>'},
	{"QUOT", '"'},
	{"COPY", 0xa9},
	{"REG", 0xae},
	{"Tab", '\t'},
	{"NewLine", '\n'},
	{"excl", '!'},
	{"num", '#'},
	{"dollar", '$'},
	{"percnt", '%'},
	{"lpar", '('},
	{"rpar", ')'},
	{"ast", '*'},
	{"plus", '+'},
	{"comma", ','},
	{"period", '.'},
	{"sol", '/'},
	{"colon", ':'},
	{"semi", ';'},
	{"equals", '='},
	{"quest", '?'},
	{"commat", '@'},
	{"lsqb", '['},
	{"lbrack", '['},
	{"bsol", '\\'},
	{"rsqb", ']'},
	{"rbrack", ']'},
	{"lowbar", '_'},
	{"grave", '`'},
	{"lcub", '{'},
	{"lbrace", '{'},
	{"verbar", '|'},
	{"vert", '|'},
	{"rcub", '}'},
	{"rbrace", '}'},
	{"NonBreakingSpace", 0xa0},
	{"hyphen", 0x2010},
	{"dash", 0x2010},
	{"check", 0x2713},
	{"checkmark", 0x2713},
	{"star", 0x2606},
	{"starf", 0x2605},
	{"phone", 0x260e},
	{"Scaron", 0x160},
	{"scaron", 0x161},
	{"Zcaron", 0x17d},
	{"zcaron", 0x17e},
	{"Ccaron", 0x10c},
	{"ccaron", 0x10d},
	{"cacute", 0x107},
	{"Gbreve", 0x11e},
	{"gbreve", 0x11f},
	{"Scedil", 0x15e},
	{"scedil", 0x15f},
	{"Idot", 0x130},
	{"imath", 0x131},
	{"inodot", 0x131},
	{"hearts", 0x2665},
};

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9');
}

static unsigned
find_name(struct span name)
{
	char text[NAME_LIMIT + 1];
	__typeof__(&htmlEntityLookup) lookup =
		libxml_function("htmlEntityLookup");
	const htmlEntityDesc *known;

	if (name.len == 0 || name.len > NAME_LIMIT)
		return 0;
	memcpy(text, name.data, name.len);
	text[name.len] = '\0';
	known = lookup ? lookup((const xmlChar *)text) : NULL;
	if (known)
		return known->value;
	for (size_t i = 0; i < sizeof newer / sizeof *newer; i++)
		if (strcmp(newer[i].name, text) == 0)
			return newer[i].code;
	return 0;
}

/* Windows-1252, which many a writer of "&#146;" had in mind. */
static unsigned
repair_number(unsigned code)
{
	static const unsigned short windows[32] = {0x20ac, 0x81, 0x201a, 0x192,
		0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039,
		0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d,
		0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153,
		0x9d, 0x17e, 0x178};

	if (code >= 0x80 && code < 0xa0)
		return windows[code - 0x80];
	return code == 0 ? 0xfffd : code;
}

/* "&#123;" and "&#x7b;"; the semicolon may be missing. How long it is; 0 when
 * it is none. */
static size_t
read_number(struct span s, unsigned *code)
{
	size_t at = 2, start;
	unsigned base = 10, n = 0;

	if (s.len > at && (s.data[at] | 0x20) == 'x') {
		base = 16;
		at++;
	}
	for (start = at; at < s.len; at++) {
		char c = s.data[at];
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0')
			: (c | 0x20) >= 'a' && (c | 0x20) <= 'f'
			? (unsigned)((c | 0x20) - 'a' + 10)
			: 16;

		if (digit >= base)
			break;
		if (n <= 0x10ffff)
			n = n * base + digit;
	}
	if (at == start)
		return 0;
	*code = repair_number(n);
	return at + (at < s.len && s.data[at] == ';');
}

/* In an attribute "&copy=1" is a part of a query. */
static size_t
read_name(struct span s, bool in_attribute, unsigned *code)
{
	size_t n = 1;
	bool closed;

	while (n < s.len && n <= NAME_LIMIT && is_name_char(s.data[n]))
		n++;
	closed = n < s.len && s.data[n] == ';';
	if (!closed && in_attribute)
		return 0;
	*code = find_name(span_slice(s, 1, n - 1));
	/* Only the names of Latin 1 do without a semicolon. */
	if (*code == 0 || (!closed && *code > 0xff))
		return 0;
	return n + closed;
}

void
token_decode(struct str *out, struct span text, bool in_attribute)
{
	while (text.len) {
		size_t plain = span_find(text, '&'), n = 0;
		unsigned code;

		str_add_span(out, span_slice(text, 0, plain));
		text = span_from(text, plain);
		if (text.len == 0)
			return;
		if (text.len > 1 && text.data[1] == '#')
			n = read_number(text, &code);
		else
			n = read_name(text, in_attribute, &code);
		if (n) {
			str_add_utf8(out, code);
		} else {
			str_add_char(out, '&');
			n = 1;
		}
		text = span_from(text, n);
	}
}
