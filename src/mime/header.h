/*
 * Header fields: writing them so that every reader agrees (RFC 5322, RFC 2047,
 * RFC 2231, RFC 6532 for international addresses), and reading what others
 * wrote.
 *
 * Text from outside reaches a header only through header_add() and its kin,
 * which refuse line breaks. Lines are folded at 78 columns; no line is longer
 * than 998 octets.
 */
#ifndef MIME_HEADER_H
#define MIME_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "base/value.h"
#include "model/address.h"

/*
 * Appends "Name: value" CR LF: an unstructured field, encoded as RFC 2047 words
 * where it is not ASCII, folded. ERROR_DATA when the value has a line break or
 * another control, or the name is none.
 */
bool header_add(struct str *out, const char *name, struct span value,
	struct error *err);

/*
 * Appends a field whose value is syntax, not text (List-Id, Message-ID,
 * List-Unsubscribe): ASCII, folded at blanks only.
 */
bool header_add_raw(struct str *out, const char *name, struct span value,
	struct error *err);

/* Appends "List-Id: Title <id>" (RFC 2919). */
bool header_add_list_id(
	struct str *out, struct span title, struct span id, struct error *err);

/*
 * Appends an address field: names quoted or encoded as need be; domains in
 * A-labels; a local part beyond ASCII stays UTF-8 (RFC 6532).
 */
bool header_add_mailboxes(struct str *out, const char *name,
	const struct mailbox *boxes, size_t count, struct error *err);

/* Appends the value alone, as it stands behind "To: ", folded for a name of
 * `column` columns: for a slot. */
bool header_mailbox(struct str *out, const struct mailbox *box, size_t column,
	struct error *err);

/*
 * Appends "; name=value" as RFC 2231 wants it (quoted, or name*=UTF-8''…, in
 * numbered pieces when long), folded.
 */
bool header_parameter(struct str *out, const char *name, struct span value,
	struct error *err);

/* ----- reading: as mail readers do, never refusing; all of it is UTF-8 ----- */

/* The length of the name in front of the colon; 0 when it is no header. */
size_t header_name_length(struct span line);

/* Appends the field's value as UTF-8: unfolded, encoded words decoded
 * (also broken, split and unknown ones, as far as can be). */
void header_decode(struct str *out, struct span value);

/* "attachment; filename*0=…" as {value, parameters: {…}}. */
struct value *header_read_parameters(struct arena *arena, struct span value);

/* A list of {name, email}; a group is {name, group: […]}. */
struct value *header_read_addresses(struct arena *arena, struct span value);

#endif
