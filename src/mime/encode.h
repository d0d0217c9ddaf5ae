/*
 * Transfer encodings (RFC 2045) for text and attachments.
 */
#ifndef MIME_ENCODE_H
#define MIME_ENCODE_H

#include "base/str.h"

enum encoding { ENCODING_7BIT, ENCODING_QP, ENCODING_BASE64 };

/*
 * The best for this text: 7bit when every line is ASCII, at most 78 octets, has
 * no trailing blank and none starts with "." or "From "; else quoted-printable,
 * or base64 when that is clearly shorter. `slots`: the text holds slot marks,
 * which only quoted-printable can carry.
 */
enum encoding encode_choose(struct span text, bool slots);

/*
 * Appends text (line ends "\n" or CR LF) as quoted-printable with CR LF, lines
 * of at most 76 octets, never splitting a UTF-8 character. A "." at the start
 * of a line is "=2E", the F of "From " there "=46", so that neither dot
 * stuffing nor an mbox changes a byte. `mark` (NULL: none): a slot mark goes
 * out as it is, between two soft line breaks, so that its value starts at
 * column 0 and no other line moves.
 */
void encode_qp(struct str *out, struct span text, const char *mark);

/* Appends a slot's value as it stands in quoted-printable at column 0, soft
 * line breaks included (not after it). */
void encode_qp_value(struct str *out, struct span value);

/* Appends base64 in lines of 76, each ended by CR LF. */
void encode_base64(struct str *out, struct span bytes);

/* Appends whole lines of text as the encoding wants them, with CR LF also
 * within base64. */
void encode_text(struct str *out, struct span text, enum encoding encoding,
	const char *mark);

/* Appends base64 as one piece: for encoded words. */
void encode_base64_plain(struct str *out, struct span bytes);

#endif
