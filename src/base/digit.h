/*
 * What one digit is worth, in the alphabets of what arrives encoded.
 */
#ifndef BASE_DIGIT_H
#define BASE_DIGIT_H

/* 0 to 15, in either case; -1 for what is none. */
static inline int
digit_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* 0 to 63 (RFC 4648, 4); -1 for what is none, the padding too. */
static inline int
digit_base64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

#endif
