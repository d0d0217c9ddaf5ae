#include "base/tar.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { BLOCK = 512, PIECE = 64 * 1024 };

#define SIZE_END (UINT64_C(1) << 33) /* eleven octal digits */

struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], at[12], sum[8];
	char kind, link[100], magic[6], version[2], user[32], group[32];
	char device[16], prefix[155], rest[12];
};

_Static_assert(sizeof(struct header) == BLOCK, "a header is a block");

static size_t
padding(uint64_t size)
{
	return (size_t)((BLOCK - size % BLOCK) % BLOCK);
}

/* ----- bytes ----- */

static bool
put(const struct tar *tar, const void *data, size_t len, struct error *err)
{
	return file_write_all(tar->fd, (struct span){data, len}) ||
		error_set_errno(err, "%s", tar->path);
}

/* Fewer only at the end of the file. */
static bool
get(const struct tar *tar, char *data, size_t len, size_t *got,
	struct error *err)
{
	*got = 0;
	while (*got < len) {
		ssize_t n = read(tar->fd, data + *got, len - *got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set_errno(err, "%s", tar->path);
		if (n == 0)
			break;
		*got += (size_t)n;
	}
	return true;
}

static bool
get_all(const struct tar *tar, char *data, size_t len, struct error *err)
{
	size_t got;

	if (!get(tar, data, len, &got, err))
		return false;
	return got == len ||
		error_set(err, ERROR_DATA, "%s: ends too early", tar->path);
}

/* ----- headers ----- */

/* Counted as if the field of the sum were blank. */
static unsigned
sum_of(const struct header *h)
{
	const unsigned char *octets = (const unsigned char *)h;
	size_t from = offsetof(struct header, sum);
	unsigned sum = 0;

	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= from && i < from + sizeof h->sum ? ' ' : octets[i];
	return sum;
}

static void
write_octal(char *field, size_t size, uint64_t number)
{
	field[--size] = '\0';
	while (size) {
		field[--size] = (char)('0' + number % 8);
		number /= 8;
	}
}

/* Digits between blanks, or up to a NUL. */
static bool
read_octal(const char *field, size_t size, uint64_t *number)
{
	size_t i = 0;

	*number = 0;
	while (i < size && field[i] == ' ')
		i++;
	for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
		*number = *number * 8 + (uint64_t)(field[i] - '0');
	return i == size || field[i] == '\0' || field[i] == ' ';
}

static bool
add_header(const struct tar *tar, const char *name, uint64_t size, int64_t at,
	struct error *err)
{
	struct header h = {.kind = '0', .magic = "ustar", .version = "00"};

	if (strlen(name) > sizeof h.name || size >= SIZE_END)
		return error_set(err, ERROR_DATA,
			"%s: '%s' is too large for a tar", tar->path, name);
	memcpy(h.name, name, strlen(name));
	write_octal(h.mode, sizeof h.mode, 0600);
	write_octal(h.uid, sizeof h.uid, 0);
	write_octal(h.gid, sizeof h.gid, 0);
	write_octal(h.size, sizeof h.size, size);
	write_octal(h.at, sizeof h.at, at > 0 ? (uint64_t)at : 0);
	write_octal(h.sum, sizeof h.sum - 1, sum_of(&h));
	h.sum[sizeof h.sum - 1] = ' ';
	return put(tar, &h, sizeof h, err);
}

static bool
read_header(const struct header *h, struct tar_member *member)
{
	uint64_t sum, at;

	if (memcmp(h->magic, "ustar", 5) != 0 || h->prefix[0] ||
		(h->kind != '0' && h->kind != '\0') ||
		!read_octal(h->sum, sizeof h->sum, &sum) || sum != sum_of(h) ||
		!read_octal(h->size, sizeof h->size, &member->size) ||
		!read_octal(h->at, sizeof h->at, &at))
		return false;
	memcpy(member->name, h->name, sizeof h->name);
	member->name[sizeof h->name] = '\0';
	member->at = (int64_t)at;
	return member->size < SIZE_END;
}

static bool
is_end(const struct header *h)
{
	static const struct header zeros;

	return memcmp(h, &zeros, sizeof zeros) == 0;
}

/* ----- writing ----- */

static bool
pad(const struct tar *tar, uint64_t size, struct error *err)
{
	static const char zeros[BLOCK];

	return put(tar, zeros, padding(size), err);
}

bool
tar_add(const struct tar *tar, const char *name, struct span bytes, int64_t at,
	struct error *err)
{
	return add_header(tar, name, bytes.len, at, err) &&
		put(tar, bytes.data, bytes.len, err) &&
		pad(tar, bytes.len, err);
}

/* Just as much as the header said, whatever becomes of the file meanwhile. */
static bool
copy(const struct tar *tar, const struct tar *from, uint64_t size,
	struct error *err)
{
	char piece[PIECE];

	while (size) {
		size_t len = size < PIECE ? (size_t)size : PIECE;

		if (!get_all(from, piece, len, err) ||
			!put(tar, piece, len, err))
			return false;
		size -= len;
	}
	return true;
}

bool
tar_add_file(const struct tar *tar, const char *name, const char *path,
	int64_t at, struct error *err)
{
	struct tar from = {open(path, O_RDONLY | O_CLOEXEC), path};
	struct stat st;
	bool ok;

	if (from.fd < 0)
		return error_set_errno(err, "%s", path);
	ok = fstat(from.fd, &st) == 0 || error_set_errno(err, "%s", path);
	ok = ok && add_header(tar, name, (uint64_t)st.st_size, at, err) &&
		copy(tar, &from, (uint64_t)st.st_size, err) &&
		pad(tar, (uint64_t)st.st_size, err);
	close(from.fd);
	return ok;
}

bool
tar_finish(const struct tar *tar, struct error *err)
{
	static const char zeros[2 * BLOCK];

	return put(tar, zeros, sizeof zeros, err);
}

/* ----- reading ----- */

bool
tar_next(const struct tar *tar, struct tar_member *member, bool *found,
	struct error *err)
{
	struct header h;

	*found = false;
	if (!get_all(tar, (char *)&h, sizeof h, err))
		return false;
	if (is_end(&h))
		return true;
	*found = read_header(&h, member);
	return *found ||
		error_set(err, ERROR_DATA, "%s: is no backup, or is damaged",
			tar->path);
}

bool
tar_read(const struct tar *tar, const struct tar_member *member,
	bool (*take)(void *data, struct span piece, struct error *err),
	void *data, struct error *err)
{
	char piece[PIECE];
	uint64_t left = member->size;

	while (left) {
		size_t len = left < PIECE ? (size_t)left : PIECE;

		if (!get_all(tar, piece, len, err) ||
			!take(data, (struct span){piece, len}, err))
			return false;
		left -= len;
	}
	return get_all(tar, piece, padding(member->size), err);
}
