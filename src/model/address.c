#include "model/address.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "base/text.h"
#include "model/domain.h"

enum {
	LOCAL_MAX = 64,	   /* RFC 5321, 4.5.3.1.1 */
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
 * reorder what is beside them are refused: they are slips of copying, or
 * tricks.
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
	normal = u8_normalize(
		UNINORM_NFC, (const uint8_t *)local.data, local.len, NULL, &n);
	ok = normal && check_local_form((struct span){(char *)normal, n}, err);
	free(normal);
	return ok && check_letters(local, err);
}

/* ----- the domain ----- */

static bool
check_domain(struct span domain, size_t local_len, struct error *err)
{
	struct str ascii = STR_INIT;
	const char *fault;
	bool ok = true;

	if (domain.len == 0)
		return error_set(err, ERROR_DATA, "nothing behind the '@'");
	if (local_len + 1 + domain.len <= ADDRESS_MAX &&
		domain_is_common(domain))
		return true;
	fault = domain_to_ascii(&ascii, domain);
	if (fault)
		ok = error_set(err, ERROR_DATA, "the domain '%.*s' %s",
			(int)domain.len, domain.data, fault);
	else if (local_len + 1 + ascii.len > ADDRESS_MAX)
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

bool
address_check(struct span text, struct error *err)
{
	const char *fault = text_fault(text);
	size_t at = span_find_last(text, '@');
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
	return span_from(address, span_find_last(address, '@') + 1);
}

struct span
address_local(struct span address)
{
	return span_slice(address, 0, span_find_last(address, '@'));
}

void
address_domain_key(struct str *out, struct span address)
{
	domain_to_ascii(out, address_domain(address));
}

static void
add_folded(struct str *out, struct span local)
{
	uint8_t *folded;
	size_t n;

	if (text_is_ascii(local)) {
		str_add_lower(out, local);
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
	add_folded(out, address_local(address));
	str_add_char(out, '@');
	address_domain_key(out, address);
}

bool
address_has_key(struct span text, const char *key)
{
	struct str own = STR_INIT;
	bool has = address_check(text, NULL);

	if (has)
		address_key(&own, text);
	has = has && strcmp(str_text(&own), key) == 0;
	str_clear(&own);
	return has;
}

void
address_wire(struct str *out, struct span address, bool *needs_utf8)
{
	struct span local = address_local(address);
	struct span domain = address_domain(address);

	*needs_utf8 = !text_is_ascii(local);
	str_add_span(out, local);
	str_add_char(out, '@');
	if (text_is_ascii(domain))
		str_add_span(out, domain);
	else
		domain_to_ascii(out, domain);
}
