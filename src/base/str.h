/*
 * Bytes: a `struct span` borrows them, a `struct str` owns and grows them.
 *
 * A str always has a NUL behind its last byte (also when it is empty and has
 * never been touched, through str_text()), but it may hold NULs: its length is
 * `len`.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *data;
	size_t len;
};

struct str {
	char *data;
	size_t len, capacity;
};

#define STR_INIT ((struct str){.data = NULL})
#define SPAN_NONE ((struct span){.data = NULL})

/* ----- str ----- */

void str_clear(struct str *s);		    /* frees; usable again */
void str_truncate(struct str *s, size_t n); /* keeps the memory */
void str_reserve(struct str *s, size_t more);

void str_add(struct str *s, const char *text);
/* Several, up to a NULL: what is done for each recipient has no format. */
__attribute__((sentinel)) void str_add_all(struct str *s, ...);
void str_add_number(struct str *s, uint64_t n); /* decimal */
void str_add_bytes(struct str *s, const void *data, size_t n);
void str_add_span(struct str *s, struct span span);
void str_add_str(struct str *s, const struct str *other);
/* In lower case, as far as it is ASCII, whatever the locale. */
void str_add_lower(struct str *s, struct span span);
__attribute__((format(printf, 2, 3))) void str_printf(
	struct str *s, const char *format, ...);

/* Appends the code point as UTF-8; a surrogate or one beyond U+10FFFF becomes
 * U+FFFD. */
void str_add_utf8(struct str *s, unsigned code);

/* "10 MB", "500 KB", "7 octets" */
void str_add_octets(struct str *s, size_t n);

/* The text, now yours to free(); the str is empty again. Never NULL. */
char *str_take(struct str *s);

/* ----- span ----- */

struct span span_trim(struct span s); /* blanks, tabs, line ends */
char *span_dup(struct span s);	      /* yours to free() */

bool span_equals_nocase(struct span a, const char *text); /* ASCII */
bool span_same_nocase(struct span a, struct span b);	  /* ASCII */
/* Is it, in whatever case (ASCII), one of these texts, up to a NULL? */
bool span_is_among(struct span s, const char *const *texts);
bool span_ends(struct span s, const char *suffix);

/* Where `text` stands first, `c` last; `s.len` when it does not. */
size_t span_find_text(struct span s, const char *text);
size_t span_find_last(struct span s, char c);

/* Where any byte of `set` stands first. */
size_t span_find_any(struct span s, const char *set);

/* How many bytes at the front are printable ASCII. */
size_t span_printable(struct span s);

/* How many `c`, or bytes of `set`, stand at the front. */
size_t span_run(struct span s, char c);
size_t span_run_any(struct span s, const char *set);

/*
 * Takes the next line off `rest`, without its line end (LF, CR LF or a lone
 * CR). False when nothing was left.
 */
bool span_next_line(struct span *rest, struct span *line);

/* ----- plain C strings ----- */

bool text_is_empty(const char *s);		/* NULL, "" or only blanks */
bool text_equals(const char *a, const char *b); /* NULLs are equal */
bool text_equals_nocase(const char *a, const char *b); /* ASCII */
bool text_has_controls(struct span s);		       /* C0 (tab too), DEL */

/* ----- what is asked of every byte ----- */

static inline void
str_add_char(struct str *s, char c)
{
	if (s->len + 1 >= s->capacity)
		str_reserve(s, 1);
	s->data[s->len++] = c;
	s->data[s->len] = '\0';
}

/* Borrowed; "" when nothing was ever added. */
static inline const char *
str_text(const struct str *s)
{
	return s->data ? s->data : "";
}

static inline struct span
str_span(const struct str *s)
{
	return (struct span){str_text(s), s->len};
}

/* NULL gives an empty span. */
static inline struct span
span_of(const char *text)
{
	return (struct span){text ? text : "", text ? strlen(text) : 0};
}

static inline struct span
span_from(struct span s, size_t start)
{
	if (start > s.len)
		start = s.len;
	return (struct span){s.data + start, s.len - start};
}

static inline struct span
span_slice(struct span s, size_t start, size_t len)
{
	struct span rest = span_from(s, start);

	if (len < rest.len)
		rest.len = len;
	return rest;
}

static inline bool
span_same(struct span a, struct span b)
{
	return a.len == b.len &&
		(a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool
span_equals(struct span a, const char *text)
{
	return span_same(a, span_of(text));
}

static inline bool
span_starts(struct span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.len >= n && (n == 0 || memcmp(s.data, prefix, n) == 0);
}

/* Where `c` stands first; `s.len` when it does not. */
static inline size_t
span_find(struct span s, char c)
{
	const char *p = s.len ? memchr(s.data, (unsigned char)c, s.len) : NULL;

	return p ? (size_t)(p - s.data) : s.len;
}

#endif
