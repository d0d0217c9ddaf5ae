#include "base/blank.h"
#include "mime/header.h"
#include "mime/message.h"

/* What mutt, Dovecot, Pine, Thunderbird and Evolution note in the mails of an
 * mbox, when somebody has read them there. */
static const char *const notes[] = {
	"Status",
	"X-Status",
	"X-Keywords",
	"X-UID",
	"X-IMAP",
	"X-IMAPbase",
	"X-Mozilla-Status",
	"X-Mozilla-Status2",
	"X-Mozilla-Keys",
	"X-Evolution",
	"Content-Length",
	"Lines",
	NULL,
};

static void
add_line(struct str *out, struct span line)
{
	str_add_span(out, line);
	str_add_char(out, '\n');
}

void
message_as_sent(struct str *out, struct span bytes)
{
	struct span line;
	bool note = false;

	while (span_next_line(&bytes, &line) && line.len) {
		if (!blank_in_line(line.data[0]))
			note = span_is_among(
				span_slice(line, 0, header_name_length(line)),
				notes);
		if (!note)
			add_line(out, line);
	}
	str_add_char(out, '\n');
	while (span_next_line(&bytes, &line))
		add_line(out, line);
	while (out->len && out->data[out->len - 1] == '\n')
		str_truncate(out, out->len - 1);
}
