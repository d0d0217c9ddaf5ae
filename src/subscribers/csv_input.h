/*
 * The bytes of a CSV, a piece at a time, UTF-16 already decoded.
 */
#ifndef SUBSCRIBERS_CSV_INPUT_H
#define SUBSCRIBERS_CSV_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

enum { CSV_PIECE = 64 * 1024 }; /* read at once */

enum unicode { UTF_8, UTF_16_LE, UTF_16_BE };

struct csv_input {
	const char *name; /* in messages */
	int fd;		  /* -1: from memory */
	struct span text; /* of memory: what was not taken yet */
	struct str raw;	  /* read, not yet decoded */
	struct str bytes; /* UTF-8, or of a code page */
	size_t at;	  /* in `bytes`: what was not parsed yet */
	size_t taken;	  /* of the file */
	size_t limit;	  /* of octets that are taken; 0: there is none */
	bool end;	  /* nothing comes behind `bytes` */
	enum unicode unicode;
	bool bom;
};

/* The first piece, and what encoding it is in. */
bool csv_input_start(struct csv_input *in, struct error *err);

/* Another piece; what stands before `at` goes. False also at the end. */
bool csv_input_fill(struct csv_input *in, struct error *err);

void csv_input_clear(struct csv_input *in);

#endif
