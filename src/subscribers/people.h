/*
 * People in files of other programs, whatever they are written in: one reader
 * for each format, all giving a `struct person`. What a file is shows in its
 * first lines.
 *
 *     CSV          spreadsheets, Mailchimp, listmonk, Mailman 3 (Postorius),
 *                  our own: see columns.h
 *     lines        "Name <address>" or an address, one in a line: Mailman 2
 *                  (list_members, "who"), Mailman 3 (mailman members)
 *     Sympa        blocks of "email …", "gecos …", "reception …"
 *     JSON lines   our own
 *
 * Text that is not Unicode is in the Windows code page of the language.
 */
#ifndef SUBSCRIBERS_PEOPLE_H
#define SUBSCRIBERS_PEOPLE_H

#include <stdbool.h>

#include "base/error.h"
#include "subscribers/columns.h"

struct people;

/*
 * Reads the first piece and finds the format. `fd` is not closed; `name`, as in
 * messages, is borrowed; `largest` is as of csv_set_limit(). Mailchimp says in
 * the name what is in a file: whoever stands in "unsubscribed_….csv" left, in
 * "cleaned_…_export_….csv" bounced, in "nonsubscribed_…" and "archived_…" is no
 * reader. ERROR_DATA for an archive, which has to be unpacked first, and for a
 * name that nearly says that they left.
 */
struct people *people_open(int fd, const char *name, const char *language,
	size_t largest, struct error *err);
void people_close(struct people *people);

/*
 * The next one, borrowed until the one behind him, and the line where he
 * begins. False at the end, or with `err` set: when the file cannot be read, or
 * a quote is never closed.
 */
bool people_next(struct people *people, struct person *person,
	unsigned long *line, struct error *err);

#endif
