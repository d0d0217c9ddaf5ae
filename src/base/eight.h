/*
 * Looking at text eight bytes at a time, where megabytes are looked at and
 * nearly all of it is plain.
 */
#ifndef BASE_EIGHT_H
#define BASE_EIGHT_H

#include <stdint.h>
#include <string.h>

#include "base/str.h"

static const uint64_t eight_ones = UINT64_MAX / 0xff;
static const uint64_t eight_tops = UINT64_MAX / 0xff << 7;

static inline uint64_t
eight_load(const char *data)
{
	uint64_t eight;

	memcpy(&eight, data, sizeof eight);
	return eight;
}

/* Not 0 when one of the eight is less than `c`, which is at most 128; or is
 * `c`. (In the byte itself its top bit is set then.) */
static inline uint64_t
eight_less(uint64_t eight, unsigned char c)
{
	return (eight - eight_ones * c) & ~eight & eight_tops;
}

static inline uint64_t
eight_equal(uint64_t eight, unsigned char c)
{
	return eight_less(eight ^ eight_ones * c, 1);
}

/* How many bytes at the front stand in eights that `stops` says 0 of: those
 * behind them are for the caller to look at, one by one. */
__attribute__((always_inline)) static inline size_t
eight_run(struct span s, uint64_t (*stops)(uint64_t eight))
{
	size_t n = 0;

	while (s.len - n >= sizeof(uint64_t) && !stops(eight_load(s.data + n)))
		n += sizeof(uint64_t);
	return n;
}

#endif
