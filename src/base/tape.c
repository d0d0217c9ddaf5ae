/*
 *     | length | length | first | NUL | second | NUL |  next record …
 */
#include "base/tape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { IN_MEMORY = 256 * 1024 };

struct tape {
	struct str fresh; /* not yet in the file */
	int64_t written;  /* octets in the file */
	int fd;		  /* -1: none yet */
};

struct lengths {
	uint32_t first, second;
};

struct tape *
tape_new(void)
{
	struct tape *tape = mem_new(sizeof *tape);

	tape->fd = -1;
	return tape;
}

void
tape_free(struct tape *tape)
{
	if (!tape)
		return;
	if (tape->fd >= 0)
		close(tape->fd);
	str_clear(&tape->fresh);
	free(tape);
}

int64_t
tape_end(const struct tape *tape)
{
	return tape->written + (int64_t)tape->fresh.len;
}

/* ----- writing ----- */

/* Not every file system has files without a name. */
static int
open_nameless(const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *path;

	if (fd >= 0)
		return fd;
	path = mem_printf("%s/postrider-XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	free(path);
	return fd;
}

/* Not /tmp first: it may be memory. */
static bool
open_file(struct tape *tape, struct error *err)
{
	const char *folders[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};

	for (size_t i = 0; tape->fd < 0 && i < 3; i++)
		if (folders[i] && *folders[i])
			tape->fd = open_nameless(folders[i]);
	if (tape->fd < 0)
		return error_set_errno(err,
			"no file for intermediate data can be made in "
			"$TMPDIR, /var/tmp or /tmp");
	return true;
}

static bool
write_out(struct tape *tape, struct error *err)
{
	size_t done = 0;

	if (tape->fd < 0 && !open_file(tape, err))
		return false;
	while (done < tape->fresh.len) {
		ssize_t n = pwrite(tape->fd, tape->fresh.data + done,
			tape->fresh.len - done, tape->written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set_errno(
				err, "writing intermediate data");
		done += (size_t)n;
		tape->written += n;
	}
	str_truncate(&tape->fresh, 0);
	return true;
}

bool
tape_add(struct tape *tape, struct span first, struct span second,
	struct error *err)
{
	struct lengths lengths = {(uint32_t)first.len, (uint32_t)second.len};

	str_add_bytes(&tape->fresh, &lengths, sizeof lengths);
	str_add_span(&tape->fresh, first);
	str_add_char(&tape->fresh, '\0');
	str_add_span(&tape->fresh, second);
	str_add_char(&tape->fresh, '\0');
	return tape->fresh.len < IN_MEMORY || write_out(tape, err);
}

/* ----- reading ----- */

struct tape_reader {
	struct tape *tape;
	int64_t at, to; /* what of the tape is not in the buffer yet */
	char *buffer;
	size_t size, start, end; /* of the buffer, and what is left in it */
};

struct tape_reader *
tape_read(struct tape *tape, int64_t from, int64_t to, size_t buffer)
{
	struct tape_reader *reader = mem_new(sizeof *reader);

	reader->tape = tape;
	reader->at = from;
	reader->to = to;
	reader->size = buffer;
	reader->buffer = mem_new(buffer);
	return reader;
}

void
tape_reader_free(struct tape_reader *reader)
{
	if (!reader)
		return;
	free(reader->buffer);
	free(reader);
}

/* From the file, or from what is behind it in memory. */
static ssize_t
read_some(struct tape_reader *r, size_t room)
{
	const struct tape *tape = r->tape;
	int64_t left = r->to - r->at;
	size_t n = (int64_t)room < left ? room : (size_t)left;

	if (r->at >= tape->written) {
		memcpy(r->buffer + r->end,
			tape->fresh.data + (r->at - tape->written), n);
		return (ssize_t)n;
	}
	if ((int64_t)n > tape->written - r->at)
		n = (size_t)(tape->written - r->at);
	return pread(tape->fd, r->buffer + r->end, n, r->at);
}

/* So that `need` octets are in the buffer. */
static bool
fill(struct tape_reader *r, size_t need, struct error *err)
{
	memmove(r->buffer, r->buffer + r->start, r->end - r->start);
	r->end -= r->start;
	r->start = 0;
	if (need > r->size) {
		r->size = need;
		r->buffer = mem_resize(r->buffer, need);
	}
	while (r->end < need) {
		ssize_t n = read_some(r, r->size - r->end);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set_errno(
				err, "reading intermediate data");
		r->end += (size_t)n;
		r->at += n;
	}
	return true;
}

bool
tape_next(struct tape_reader *r, struct span *first, struct span *second,
	struct error *err)
{
	struct lengths lengths;
	size_t need;

	if (r->start == r->end && r->at == r->to)
		return false;
	if (r->end - r->start < sizeof lengths && !fill(r, sizeof lengths, err))
		return false;
	memcpy(&lengths, r->buffer + r->start, sizeof lengths);
	need = sizeof lengths + (size_t)lengths.first + lengths.second + 2;
	if (r->end - r->start < need && !fill(r, need, err))
		return false;
	*first = (struct span){
		r->buffer + r->start + sizeof lengths, lengths.first};
	*second = (struct span){first->data + first->len + 1, lengths.second};
	r->start += need;
	return true;
}
