#include "model/address.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "base/mem.h"
#include "base/text.h"

enum {
	LOCAL_MAX = 64,    /* RFC 5321, 4.5.3.1.1 */
	LABEL_MAX = 63,    /* RFC 1035, 2.3.4 */
	ADDRESS_MAX = 254, /* RFC 5321, 4.5.3.1.3, without the angle brackets */
	TEXT_MAX = 1024,   /* no need to look at longer ones */
};

/* ----- the local part ----- */

static bool
is_atext(unsigned char c)
{
	/* RFC 5322, 3.2.3; beyond ASCII see is_displayable(). */
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c >= 0x80 ||
		(c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/*
 * RFC 6531 takes any character beyond ASCII. Those that nobody can see or that
 * reorder what is beside them are refused: they are slips of copying, or tricks.
 */
static bool
is_displayable(unsigned code, bool first)
{
	if (code < 0x80)
		return true;
	if (uc_is_general_category(code, UC_CATEGORY_M))
		return !first; /* it would combine with what is before it */
	return uc_is_general_category(code, UC_CATEGORY_L) ||
		uc_is_general_category(code, UC_CATEGORY_N) ||
		uc_is_general_category(code, UC_CATEGORY_P) ||
		uc_is_general_category(code, UC_CATEGORY_S);
}

static bool
check_atoms(struct span local, struct error *err)
{
	for (size_t i = 0; i < local.len; i++) {
		unsigned char c = (unsigned char)local.data[i];

		if (c != '.' && !is_atext(c))
			return error_set(err, ERROR_DATA,
				"'%c' may not stand before the '@'", c);
		if (c == '.' && (i == 0 || i + 1 == local.len))
			return error_set(err, ERROR_DATA,
				"a dot at the %s of the part before the '@'",
				i == 0 ? "start" : "end");
		if (c == '.' && local.data[i + 1] == '.')
			return error_set(err, ERROR_DATA,
				"two dots in a row before the '@'");
	}
	return true;
}

static bool
check_letters(struct span local, struct error *err)
{
	struct span rest = local;

	while (rest.len) {
		unsigned code;
		size_t n = text_decode(rest, &code);

		if (!is_displayable(code, rest.data == local.data))
			return error_set(err, ERROR_DATA,
				"the character U+%04X may not stand before "
				"the '@'",
				code);
		rest = span_from(rest, n);
	}
	return true;
}

static bool
check_local_form(struct span local, struct error *err)
{
	if (local.len == 0)
		return error_set(err, ERROR_DATA, "nothing before the '@'");
	if (local.len > LOCAL_MAX)
		return error_set(err, ERROR_DATA,
			"%zu octets before the '@', %d are allowed", local.len,
			LOCAL_MAX);
	return check_atoms(local, err);
}

/*
 * Servers compare the normalised form, and normalising may bring forth what is
 * not allowed: the Greek question mark (U+037E) becomes a semicolon.
 */
static bool
check_local(struct span local, struct error *err)
{
	uint8_t *normal;
	size_t n;
	bool ok;

	if (local.len && local.data[0] == '"')
		return error_set(err, ERROR_DATA,
			"quotes before the '@' are not supported");
	if (!check_local_form(local, err))
		return false;
	if (text_is_ascii(local))
		return true;
	normal = u8_normalize(UNINORM_NFC, (const uint8_t *)local.data,
		local.len, NULL, &n);
	ok = normal &&
		check_local_form((struct span){(char *)normal, n}, err);
	free(normal);
	return ok && check_letters(local, err);
}

/* ----- the domain ----- */

static const struct {
	int code;
	const char *text;
} idn_reasons[] = {
	{IDN2_DISALLOWED, "has a character that domains may not have"},
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

static bool
refuse_domain(struct error *err, struct span domain, const char *why)
{
	return error_set(err, ERROR_DATA, "the domain '%.*s' %s",
		(int)domain.len, domain.data, why);
}

static void
add_lower(struct str *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		str_add_char(out, c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
}

static bool
is_plain_domain(struct span domain)
{
	return text_is_ascii(domain) &&
		span_find_text(domain, "--") == domain.len;
}

/*
 * Appends the domain in lower-case A-labels. A domain in plain ASCII passes as
 * it is. libidn2's own STD3 check is left off: it drops the characters that it
 * should refuse ("x_y.com" becomes "xy.com"); label_fault() finds them.
 */
static bool
add_ascii_domain(struct str *out, struct span domain, struct error *err)
{
	char *text, *ascii = NULL;
	int code;

	if (is_plain_domain(domain)) {
		add_lower(out, domain);
		return true;
	}
	text = span_dup(domain);
	code = idn2_to_ascii_8z(
		text, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
	free(text);
	if (code != IDN2_OK)
		return refuse_domain(err, domain, idn_reason(code));
	add_lower(out, span_of(ascii));
	idn2_free(ascii);
	return true;
}

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
			return "has a character that domains may not have";
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

static bool
check_labels(struct span ascii, struct span domain, struct error *err)
{
	struct span rest = ascii, label;
	const char *fault;
	size_t count = 0;

	for (;;) {
		label = span_slice(rest, 0, span_find(rest, '.'));
		fault = label_fault(label);
		if (fault)
			return refuse_domain(err, domain, fault);
		count++;
		if (label.len == rest.len)
			break;
		rest = span_from(rest, label.len + 1);
	}
	if (count < 2)
		return refuse_domain(err, domain, "has no dot");
	if (!is_top_label(label))
		return refuse_domain(err, domain, "ends in a digit");
	return true;
}

static bool
check_domain(struct span domain, size_t local_len, struct error *err)
{
	struct str ascii = STR_INIT;
	bool ok;

	if (domain.len == 0)
		return error_set(err, ERROR_DATA, "nothing behind the '@'");
	if (domain.data[0] == '[')
		return refuse_domain(err, domain,
			"is a number in brackets; a name is needed");
	ok = add_ascii_domain(&ascii, domain, err) &&
		check_labels(str_span(&ascii), domain, err);
	if (ok && local_len + 1 + ascii.len > ADDRESS_MAX)
		ok = error_set(err, ERROR_DATA,
			"%zu octets long, %d are allowed",
			local_len + 1 + ascii.len, ADDRESS_MAX);
	str_clear(&ascii);
	return ok;
}

/* ----- the whole ----- */

/* NULL, or what can be said without looking closer. */
static const char *
text_fault(struct span text)
{
	if (text.len == 0)
		return "the address is empty";
	if (text.len > TEXT_MAX)
		return "is far too long";
	if (text_has_controls(text))
		return "has a line break or another control character";
	if (!text_is_utf8(text))
		return "is not UTF-8";
	if (text.data[text.len - 1] == '>')
		return "only the address belongs here, without a name";
	if (span_find(text, ' ') < text.len)
		return "has a blank";
	if (span_find(text, '@') == text.len)
		return "has no '@'";
	return NULL;
}

static size_t
last_at(struct span address)
{
	size_t i = address.len;

	while (i > 0 && address.data[i - 1] != '@')
		i--;
	return i ? i - 1 : address.len;
}

bool
address_check(struct span text, struct error *err)
{
	const char *fault = text_fault(text);
	size_t at = last_at(text);
	struct span local = span_slice(text, 0, at);

	if (fault)
		return error_set(err, ERROR_DATA, "%s", fault);
	if (span_find(local, '@') < local.len)
		return error_set(err, ERROR_DATA, "has more than one '@'");
	return check_local(local, err) &&
		check_domain(span_from(text, at + 1), at, err);
}

struct span
address_domain(struct span address)
{
	return span_from(address, last_at(address) + 1);
}

static void
add_folded(struct str *out, struct span local)
{
	uint8_t *folded;
	size_t n;

	if (text_is_ascii(local)) {
		add_lower(out, local);
		return;
	}
	folded = u8_casefold((const uint8_t *)local.data, local.len, NULL,
		UNINORM_NFC, NULL, &n);
	if (folded)
		str_add_bytes(out, folded, n);
	free(folded);
}

void
address_key(struct str *out, struct span address)
{
	size_t at = last_at(address);

	add_folded(out, span_slice(address, 0, at));
	str_add_char(out, '@');
	add_ascii_domain(out, span_from(address, at + 1), NULL);
}

void
address_wire(struct str *out, struct span address, bool *needs_utf8)
{
	size_t at = last_at(address);
	struct span domain = span_from(address, at + 1);

	*needs_utf8 = !text_is_ascii(span_slice(address, 0, at));
	str_add_span(out, span_slice(address, 0, at));
	str_add_char(out, '@');
	if (text_is_ascii(domain))
		str_add_span(out, domain);
	else
		add_ascii_domain(out, domain, NULL);
}
