/*
 * Numbers in headers of pictures; 0 where there is nothing any more. Inside
 * picture/ only.
 */
#ifndef PICTURE_OCTETS_H
#define PICTURE_OCTETS_H

#include "base/str.h"

static inline unsigned
octet_at(struct span s, size_t at)
{
	return at < s.len ? (unsigned char)s.data[at] : 0;
}

/* `n` octets, the highest first. */
static inline unsigned
octets_big(struct span s, size_t at, size_t n)
{
	unsigned value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | octet_at(s, at + i);
	return value;
}

/* The lowest first. */
static inline unsigned
octets_little(struct span s, size_t at, size_t n)
{
	unsigned value = 0;

	while (n-- > 0)
		value = value << 8 | octet_at(s, at + n);
	return value;
}

#endif
