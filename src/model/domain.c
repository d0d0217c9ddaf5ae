#include "model/domain.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "base/error.h"
#include "base/text.h"

enum {
	LABEL_MAX = 63, /* RFC 1035, 2.3.4 */
	TEXT_MAX = 1024,
};

static const char bad_character[] = "has a character that domains may not have";

static const struct {
	int code;
	const char *text;
} idn_reasons[] = {
	{IDN2_DISALLOWED, bad_character},
	{IDN2_UNASSIGNED, "has a character that does not exist"},
	{IDN2_CONTEXTJ, "has an invisible joiner where none may stand"},
	{IDN2_CONTEXTO, "has a character that may not stand there"},
	{IDN2_BIDI, "mixes writing directions"},
	{IDN2_LEADING_COMBINING, "has a label that starts with an accent"},
	{IDN2_2HYPHEN, "has a label with '--' as third and fourth character"},
	{IDN2_HYPHEN_STARTEND, "has a hyphen at an end of a label"},
	{IDN2_TOO_BIG_LABEL, "has a label longer than 63 octets"},
	{IDN2_TOO_BIG_DOMAIN, "is too long"},
	{IDN2_PUNYCODE_BAD_INPUT, "has an 'xn--' label that means nothing"},
	{IDN2_ALABEL_ROUNDTRIP_FAILED,
		"has an 'xn--' label that means nothing"},
};

static const char *
idn_reason(int code)
{
	for (size_t i = 0; i < sizeof idn_reasons / sizeof *idn_reasons; i++)
		if (idn_reasons[i].code == code)
			return idn_reasons[i].text;
	return idn2_strerror(code);
}

/* ----- symbols in labels ----- */

/* RFC 3492, 6.1 */
static unsigned
adapt(unsigned delta, unsigned points, bool first)
{
	unsigned k = 0;

	delta = first ? delta / 700 : delta / 2;
	delta += delta / points;
	for (; delta > 35 * 26 / 2; k += 36)
		delta /= 35;
	return k + 36 * delta / (delta + 38);
}

static void
add_variable_length(struct str *out, unsigned q, unsigned bias)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (unsigned k = 36;; k += 36) {
		unsigned t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;

		if (q < t)
			break;
		str_add_char(out, digits[t + (q - t) % (36 - t)]);
		q = (q - t) / (36 - t);
	}
	str_add_char(out, digits[q]);
}

static unsigned
next_point(const unsigned *points, size_t count, unsigned from)
{
	unsigned next = 0x110000;

	for (size_t i = 0; i < count; i++)
		if (points[i] >= from && points[i] < next)
			next = points[i];
	return next;
}

/* RFC 3492, 6.3. A label of at most TEXT_MAX octets cannot overflow. */
static void
add_punycode(struct str *out, const unsigned *points, size_t count)
{
	unsigned n = 0x80, delta = 0, bias = 72;
	size_t basic = 0, done;

	for (size_t i = 0; i < count; i++)
		if (points[i] < 0x80) {
			str_add_char(out, (char)points[i]);
			basic++;
		}
	if (basic)
		str_add_char(out, '-');
	for (done = basic; done < count; delta++, n++) {
		unsigned next = next_point(points, count, n);

		delta += (next - n) * (unsigned)(done + 1);
		n = next;
		for (size_t i = 0; i < count; i++) {
			delta += points[i] < n;
			if (points[i] != n)
				continue;
			add_variable_length(out, delta, bias);
			bias = adapt(delta, (unsigned)done + 1, done == basic);
			delta = 0;
			done++;
		}
	}
}

/* U+FFFD is what is left of a letter that was lost. */
static bool
is_symbol_or_letter(unsigned code)
{
	if (code == 0xfffc || code == 0xfffd)
		return false;
	return uc_is_general_category(code, UC_CATEGORY_L) ||
		uc_is_general_category(code, UC_CATEGORY_M) ||
		uc_is_general_category(code, UC_CATEGORY_Nd) ||
		uc_is_general_category(code, UC_CATEGORY_So) ||
		uc_is_general_category(code, UC_CATEGORY_Sk) || code == '-';
}

/*
 * IDNA 2008 has no symbols, but some registries sell names with emoji, UTS 46
 * lets them pass, and mail to them arrives. libidn2 cannot write them.
 */
static bool
add_symbol_label(struct str *out, struct span label)
{
	enum { VARIATION_SELECTOR_16 = 0xfe0f };
	unsigned points[TEXT_MAX];
	size_t n, count = 0;
	uint8_t *folded = u8_casefold((const uint8_t *)label.data, label.len,
		NULL, UNINORM_NFC, NULL, &n);
	struct span rest = {(const char *)folded, folded ? n : 0};
	bool ok = rest.len > 0;

	while (ok && rest.len && count < TEXT_MAX) {
		unsigned code;

		rest = span_from(rest, text_decode(rest, &code));
		if (code == VARIATION_SELECTOR_16)
			continue;
		ok = is_symbol_or_letter(code);
		points[count++] = code;
	}
	free(folded);
	if (!ok || rest.len || count == 0)
		return false;
	str_add(out, "xn--");
	add_punycode(out, points, count);
	return true;
}

/* ----- libidn2 ----- */

/* Appends the label, or the whole domain, as libidn2 writes it. Its own STD3
 * check is left off: it drops the characters that it should refuse ("x_y.com"
 * becomes "xy.com"); label_fault() finds them. */
static int
add_idn(struct str *out, struct span text)
{
	char *copy = span_dup(text), *ascii = NULL;
	int code = idn2_to_ascii_8z(
		copy, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);

	free(copy);
	if (code != IDN2_OK)
		return code;
	str_add_lower(out, span_of(ascii));
	idn2_free(ascii);
	return code;
}

static bool
is_unusual(int code)
{
	return code == IDN2_DISALLOWED || code == IDN2_UNASSIGNED;
}

/* What stands at the end of `out`, from `start` on, is to be read as well. */
static bool
is_taken_again(const struct str *out, size_t start)
{
	struct str again = STR_INIT;
	int code = add_idn(&again, span_from(str_span(out), start));

	str_clear(&again);
	return code == IDN2_OK || is_unusual(code);
}

/* A label that libidn2 disallows. One that is ASCII stands for symbols, or for
 * letters newer than the library: it is what the DNS takes, so it passes. */
static bool
add_unusual_label(struct str *out, struct span label)
{
	size_t start = out->len;

	if (text_is_ascii(label)) {
		str_add_lower(out, label);
		return true;
	}
	return add_symbol_label(out, label) && is_taken_again(out, start);
}

static const char *
add_label_by_label(struct str *out, struct span domain)
{
	for (;;) {
		size_t n = span_find(domain, '.');
		struct span label = span_slice(domain, 0, n);
		int code = add_idn(out, label);

		if (code != IDN2_OK &&
			!(is_unusual(code) && add_unusual_label(out, label)))
			return idn_reason(code);
		if (n == domain.len)
			return NULL;
		str_add_char(out, '.');
		domain = span_from(domain, n + 1);
	}
}

static bool
is_plain(struct span domain)
{
	return text_is_ascii(domain) &&
		span_find_text(domain, "--") == domain.len;
}

static const char *
add_ascii(struct str *out, struct span domain)
{
	int code;

	if (is_plain(domain)) {
		str_add_lower(out, domain);
		return NULL;
	}
	code = add_idn(out, domain);
	if (code == IDN2_OK)
		return NULL;
	return is_unusual(code) ? add_label_by_label(out, domain)
				: idn_reason(code);
}

/* ----- the result ----- */

/* NULL, or what is wrong with the label (RFC 5890, 2.3.1). */
static const char *
label_fault(struct span label)
{
	if (label.len == 0)
		return "has an empty label: a dot too many";
	if (label.len > LABEL_MAX)
		return "has a label longer than 63 octets";
	if (label.data[0] == '-' || label.data[label.len - 1] == '-')
		return "has a hyphen at an end of a label";
	for (size_t i = 0; i < label.len; i++) {
		char c = label.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    c == '-'))
			return bad_character;
	}
	if (label.len >= 4 && memcmp(label.data + 2, "--", 2) == 0 &&
		!span_starts(label, "xn--"))
		return "has a label with '--' as third and fourth character";
	return NULL;
}

/* Top-level domains end in a letter, or are A-labels (RFC 3696, 2): so
 * "192.0.2.1" and a slip like "example.org2" are none. */
static bool
is_top_label(struct span label)
{
	char last = label.data[label.len - 1];

	return span_starts(label, "xn--") || last < '0' || last > '9';
}

static const char *
labels_fault(struct span ascii)
{
	for (size_t count = 1;; count++) {
		size_t n = span_find(ascii, '.');
		struct span label = span_slice(ascii, 0, n);
		const char *fault = label_fault(label);

		if (fault)
			return fault;
		if (n < ascii.len) {
			ascii = span_from(ascii, n + 1);
			continue;
		}
		if (count < 2)
			return "has no dot";
		return is_top_label(label) ? NULL : "ends in a digit";
	}
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Two hyphens in a row may mean an A-label, a digit at the end an address of
 * four numbers: those have a closer look. */
bool
domain_is_common(struct span domain)
{
	size_t label = 0, dots = 0;
	char last = '.';

	for (size_t i = 0; i < domain.len; i++) {
		char c = domain.data[i];
		bool parts = c == '.' || c == '-';

		if (parts ? last == '.' || last == '-'
			  : !is_letter(c) && !(c >= '0' && c <= '9'))
			return false;
		label = c == '.' ? 0 : label + 1;
		dots += c == '.';
		if (label > LABEL_MAX)
			return false;
		last = c;
	}
	return dots && is_letter(last) && domain.len <= TEXT_MAX;
}

const char *
domain_to_ascii(struct str *out, struct span domain)
{
	struct str ascii = STR_INIT;
	const char *fault;

	if (domain_is_common(domain)) {
		str_add_lower(out, domain);
		return NULL;
	}
	if (domain.len > TEXT_MAX)
		return "is too long";
	if (span_starts(domain, "["))
		return "is a number in brackets; a name is needed";
	fault = add_ascii(&ascii, domain);
	if (!fault)
		fault = labels_fault(str_span(&ascii));
	if (!fault)
		str_add_str(out, &ascii);
	str_clear(&ascii);
	return fault;
}
