/*
 * Where issues stand on the web for all to read: addresses alone.
 *
 *     BASE/LIST/            all issues, when the archive is public
 *     BASE/LIST/PAGE/       an issue in the list's language
 *     BASE/LIST/PAGE/tr/    in another
 *     …#dabcdefghij         a dispatch in it
 *
 * BASE is `archive_url`, else WEB/archive. PAGE is the issue's number; with
 * `archive: link` a proof stands behind it that nobody guesses. Addresses have
 * gone out in letters: they never change.
 */
#ifndef MODEL_ARCHIVE_H
#define MODEL_ARCHIVE_H

#include "model/list.h"

/* Have its issues addresses? They need `archive`, and a base. */
bool list_has_archive(const struct list *list);

/* Appends "https://archive.example.org/weekly/". The list has an archive. */
void archive_write_url(struct str *out, const struct list *list);

/* Appends the name of an issue's page: "12", or for `archive: link` "12-" and
 * what the key (NULL: none, for previews) makes of list and number. */
void archive_write_page(
	struct str *out, const struct list *list, int number, const char *key);

/* Appends the address of the page, "" or "tr/" behind it. NULL: the number
 * stands for the page. */
void archive_write_issue_url(struct str *out, const struct list *list,
	const char *page, int number, const char *language);

/* Is that an issue's page? `archive` and `page` are what url_key() makes of the
 * list's address and of the page's. */
bool archive_is_issue(const char *archive, struct span page);

/* Appends the anchor of a dispatch, by its id: the same in each letter, page
 * and language that carries it. */
void archive_write_anchor(struct str *out, const char *id);

#endif
