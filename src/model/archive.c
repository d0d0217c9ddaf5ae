#include "model/archive.h"

#include <string.h>

#include "base/hash.h"

/* 48 bits tell the dispatches of an issue apart; 128 are guessed by nobody. */
enum {
	ANCHOR_OCTETS = 6,
	PROOF_OCTETS = 16,
	PROOF_LETTERS = (PROOF_OCTETS * 8 + 4) / 5,
};

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool
list_has_archive(const struct list *list)
{
	return list->archive != ARCHIVE_NONE &&
		(list->archive_url || list->web);
}

void
archive_write_url(struct str *out, const struct list *list)
{
	if (list->archive_url)
		str_printf(out, "%s/%s/", list->archive_url, list->name);
	else
		str_printf(out, "%s/archive/%s/", list->web, list->name);
}

void
archive_write_page(
	struct str *out, const struct list *list, int number, const char *key)
{
	unsigned char proof[HASH_SIZE];
	struct str text = STR_INIT;
	struct hash_key *made;

	str_printf(out, "%d", number);
	if (list->archive != ARCHIVE_LINK)
		return;
	made = hash_key_new(span_of(key ? key : "preview"));
	str_printf(&text, "archive %s %d", list->name, number);
	hash_hmac(made, str_span(&text), proof);
	str_add_char(out, '-');
	hash_write_base32(out, proof, PROOF_OCTETS);
	hash_key_free(made);
	str_clear(&text);
}

void
archive_write_issue_url(struct str *out, const struct list *list,
	const char *page, int number, const char *language)
{
	archive_write_url(out, list);
	if (page)
		str_add(out, page);
	else
		archive_write_page(out, list, number, NULL);
	str_add_char(out, '/');
	if (!text_equals(language, list->language))
		str_printf(out, "%s/", language);
}

/* A paper may have its own news there: "2026/11/harbour" is no issue, nor is
 * "12-days-at-sea". */
bool
archive_is_issue(const char *archive, struct span page)
{
	struct span rest;
	size_t digits, letters;

	if (!span_starts(page, archive))
		return false;
	rest = span_from(page, strlen(archive));
	if (!span_starts(rest, "/"))
		return false;
	rest = span_from(rest, 1);
	digits = span_run_any(rest, DIGITS);
	rest = span_from(rest, digits);
	if (span_starts(rest, "-") &&
		span_run_any(span_from(rest, 1), LETTERS DIGITS) ==
			PROOF_LETTERS)
		rest = span_from(rest, 1 + PROOF_LETTERS);
	if (!digits || !rest.len)
		return digits;
	letters = span_run_any(span_from(rest, 1), LETTERS CAPITALS);
	return span_starts(rest, "/") && (letters == 2 || letters == 3) &&
		(rest.len == 1 + letters || rest.data[1 + letters] == '-');
}

void
archive_write_anchor(struct str *out, const char *id)
{
	unsigned char hash[HASH_SIZE];

	hash_sha256(span_of(id), hash);
	str_add_char(out, 'd'); /* an id of CSS begins with a letter */
	hash_write_base32(out, hash, ANCHOR_OCTETS);
}
