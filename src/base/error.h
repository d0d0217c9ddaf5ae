/*
 * What went wrong, in one line that gains context on its way up:
 *
 *     list 'weekly': lists/weekly/list.yaml:12:5: unknown source kind 'rsss'
 *
 * The kind decides the exit status (sysexits.h). Texts are lower case, have no
 * full stop, and say what, where and what to do.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

enum error_kind {
	ERROR_NONE = 0,
	ERROR_USAGE = 64,
	ERROR_DATA = 65,    /* what we were given is wrong */
	ERROR_INPUT = 66,   /* what we were told to read is not there */
	ERROR_REFUSED = 69, /* the relay will not take our mail */
	ERROR_BUG = 70,
	ERROR_IO = 74,
	ERROR_LATER = 75, /* try again later */
	ERROR_CONFIG = 78,
};

struct error {
	enum error_kind kind;
	char *text;
};

/* An initialiser for `struct error`. */
#define ERROR_INIT ((struct error){.kind = ERROR_NONE})

/* Both return false. `err` may be NULL: then nothing is kept. */
__attribute__((format(printf, 3, 4))) bool error_set(
	struct error *err, enum error_kind kind, const char *format, ...);

/* Puts "context: " in front. Does nothing when no error is set. */
__attribute__((format(printf, 2, 3))) bool error_wrap(
	struct error *err, const char *format, ...);

/*
 * Appends lines for the user to copy: the only line ends in an error, and
 * nothing that came from outside may stand in them as it was. Returns false.
 */
bool error_add_lines(struct error *err, const char *lines);

/* Like error_set() with ": " and strerror(errno) behind; the kind is
 * ERROR_INPUT for ENOENT, otherwise ERROR_IO. */
__attribute__((format(printf, 2, 3))) bool error_set_errno(
	struct error *err, const char *format, ...);

/* Moves `from` into `to`, which may be NULL. Returns false. */
bool error_move(struct error *to, struct error *from);

/* The struct may be used again afterwards. */
void error_clear(struct error *err);

#endif
