/*
 * A server that says anything, in pieces: the dialogue ends or waits, asks for
 * nothing that changes the mailbox, and hands out what the server sent.
 */
#include "fuzz.h"

#include "mailbox/imap.h"

static void
check_command(struct span line)
{
	static const char *const known[] = {
		"EXAMINE \"", "UID SEARCH ", "UID FETCH ", "LOGOUT", NULL};
	size_t blank = span_find(line, ' ');
	struct span command = span_from(line, blank + 1);

	want("imap", span_starts(line, "P"));
	for (size_t i = 0; i < line.len; i++)
		want("imap", line.data[i] >= ' ' && line.data[i] <= '~');
	for (size_t i = 0; known[i]; i++)
		if (span_starts(command, known[i]))
			return;
	want("a command that somebody knows", false);
}

static void
check_output(struct imap *imap)
{
	struct span out = imap_output(imap), rest = out;

	while (rest.len) {
		size_t n = span_find_text(rest, "\r\n");

		want("imap", n < rest.len);
		check_command(span_slice(rest, 0, n));
		rest = span_from(rest, n + 2);
	}
	imap_sent(imap, out.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct imap_options options = {
		.folder = "News/\u0130\"\\&",
		.position = size & 1 ? "7:12" : NULL,
		.since = 1779616800,
		.largest = 1000,
		.most = 30,
	};
	struct imap *imap = imap_new(&options);
	struct imap_event event = {.kind = IMAP_NONE};
	size_t piece = size ? 1 + data[0] % 64 : 1, taken = 0;
	char *position;

	for (size_t i = 0; i < size && event.kind == IMAP_NONE; i += piece) {
		check_output(imap);
		imap_input(imap, (const char *)data + i,
			i + piece < size ? piece : size - i);
		while ((event = imap_next(imap)).kind == IMAP_MAIL) {
			taken += event.bytes.len;
			want("imap", event.uid != 0);
		}
	}
	want("imap", taken <= size);
	if (event.kind == IMAP_FAILED)
		want("imap", imap_trouble(imap) != NULL);
	position = imap_position(imap);
	free(position);
	imap_free(imap);
	return 0;
}
