/*
 * Who sent a mail, as far as a server that we trust has proven it (RFC 8601,
 * Authentication-Results; RFC 7489, 3.1 for what "aligned" means).
 */
#include <ctype.h>
#include <string.h>

#include "source/mailbox.h"

/* ----- domains ----- */

static bool
is_below(struct span domain, struct span above)
{
	size_t start;

	if (domain.len <= above.len + 1 || span_find(above, '.') == above.len)
		return false;
	start = domain.len - above.len;
	return domain.data[start - 1] == '.' &&
		span_same_nocase(span_from(domain, start), above);
}

/* The same or one below the other, as DMARC's relaxed mode takes it. A name
 * without a dot is above nobody. */
static bool
is_aligned(struct span a, struct span b)
{
	return a.len && b.len &&
		(span_same_nocase(a, b) || is_below(a, b) || is_below(b, a));
}

/* ----- Authentication-Results ----- */

/* Copies with a blank for each comment, which ends a word (RFC 5322, 3.2.2),
 * and with ";" within quotes made harmless. */
static void
strip_comments(struct str *out, struct span s)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (c == '\\' && (quoted || depth)) {
			i++;
		} else if (c == '"' && depth == 0) {
			quoted = !quoted;
		} else if (quoted) {
			str_add_char(out,
				c == ';' || isspace((unsigned char)c) ? '_'
								      : c);
		} else if (c == '(') {
			if (depth++ == 0)
				str_add_char(out, ' ');
		} else if (c == ')' && depth) {
			depth--;
		} else if (depth == 0) {
			str_add_char(out, c);
		}
	}
}

static struct span
next_word(struct span *rest)
{
	size_t n = 0;
	struct span word;

	*rest = span_trim(*rest);
	while (n < rest->len && !isspace((unsigned char)rest->data[n]))
		n++;
	word = span_slice(*rest, 0, n);
	*rest = span_from(*rest, n);
	return word;
}

static const struct {
	const char *verdict;  /* "method=result" */
	const char *property; /* whose domain it proves */
} proofs[] = {
	{"dmarc=pass", "header.from="},
	{"dkim=pass", "header.d="},
	{"dkim=pass", "header.i="},
	{"spf=pass", "smtp.mailfrom="},
};

/* "dkim=pass header.d=example.org": does it prove the domain? */
static bool
result_proves(struct span result, struct span domain)
{
	struct span verdict = next_word(&result), word;

	while (result.len && (word = next_word(&result)).len)
		for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
			size_t n = strlen(proofs[i].property), at;
			struct span value;

			if (!span_equals_nocase(verdict, proofs[i].verdict) ||
				!span_equals_nocase(span_slice(word, 0, n),
					proofs[i].property))
				continue;
			value = span_from(word, n);
			at = span_find(value, '@');
			if (at < value.len)
				value = span_from(value, at + 1);
			if (is_aligned(value, domain))
				return true;
		}
	return false;
}

/*
 * *ours: is it by that server? `header` is as it was written: encoded words
 * mean nothing here, and a server that takes away what others wrote in its
 * name does not look for its name in them.
 */
static bool
header_proves(struct span header, const char *authserv_id, struct span domain,
	bool *ours)
{
	struct str plain = STR_INIT;
	struct span rest, first;
	bool proven = false;
	size_t n;

	strip_comments(&plain, header);
	rest = str_span(&plain);
	n = span_find(rest, ';');
	first = span_slice(rest, 0, n);
	*ours = span_equals_nocase(next_word(&first), authserv_id);
	while (*ours && !proven && n < rest.len) {
		rest = span_from(rest, n + 1);
		n = span_find(rest, ';');
		proven = result_proves(span_slice(rest, 0, n), domain);
	}
	str_clear(&plain);
	return proven;
}

/* Of the only From with the only address; two are a trick. */
static struct span
sender_domain(const struct message *m)
{
	size_t count = 0;

	for (size_t i = 0; i < m->header_count; i++)
		if (text_equals_nocase(m->headers[i].name, "From"))
			count++;
	if (count != 1 || !m->from.address || m->from_count != 1)
		return SPAN_NONE;
	return address_domain(span_of(m->from.address));
}

bool
mail_sender_is_proven(const struct message *m, const char *authserv_id)
{
	struct span domain = sender_domain(m);
	bool ours = false;

	if (text_is_empty(authserv_id) || domain.len == 0)
		return false;
	for (size_t i = 0; i < m->header_count; i++) {
		bool was_ours = ours;

		ours = text_equals_nocase(
			m->headers[i].name, "Authentication-Results");
		if (ours &&
			header_proves(
				m->headers[i].raw, authserv_id, domain, &ours))
			return true;
		if (was_ours && !ours)
			return false;
	}
	return false;
}

bool
mail_sender_is_allowed(const struct message *m, const char *const *allow)
{
	struct span domain = sender_domain(m);

	for (size_t i = 0; domain.len && allow && allow[i]; i++) {
		struct span entry = span_of(allow[i]);

		if (entry.len && entry.data[0] == '@')
			entry = span_from(entry, 1);
		if (span_find(entry, '@') < entry.len
				? text_equals_nocase(allow[i], m->from.address)
				: span_same_nocase(entry, domain))
			return true;
	}
	return false;
}
