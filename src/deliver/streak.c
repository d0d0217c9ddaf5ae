#include "deliver/streak.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "model/address.h"

/* "<alice>:" says alice. */
static bool
says_name(struct span word, const char *name)
{
	while (word.len && !isalnum((unsigned char)word.data[0]))
		word = span_from(word, 1);
	while (word.len && !isalnum((unsigned char)word.data[word.len - 1]))
		word.len--;
	return word.len && span_equals_nocase(word, name);
}

/* Without words that hold an @ or a digit (addresses, queue ids, times), or are
 * this name, if there is one. */
static char *
refusal_words(const struct outcome *o, const char *name)
{
	struct str out = STR_INIT;
	const char *p = o->text ? o->text : "";

	str_printf(&out, "%d %s", o->code, o->enhanced);
	while (*p) {
		size_t n = strcspn(p, " ");

		if (!memchr(p, '@', n) && strcspn(p, "0123456789") >= n &&
			!(name && says_name((struct span){p, n}, name))) {
			str_add_char(&out, ' ');
			str_add_bytes(&out, p, n);
		}
		p += n + (p[n] == ' ');
	}
	return str_take(&out);
}

/* Yours to free(). */
static char *
local_part(const struct job *job)
{
	return span_dup(address_local(span_of(job->recipient.address)));
}

static bool
has_words(const struct streak *s, const struct outcome *o, const char *name)
{
	char *words = refusal_words(o, name);
	bool same = strcmp(words, s->words) == 0;

	free(words);
	return same;
}

/* The second look is for who is called "user", and unknown. */
bool
streak_goes_on(
	const struct streak *s, const struct job *job, const struct outcome *o)
{
	char *name;
	bool same;

	if (!s->row)
		return true;
	name = local_part(job);
	same = has_words(s, o, name) || has_words(s, o, NULL);
	free(name);
	return same;
}

bool
streak_is_bounce(const struct outcome *o)
{
	return o->code != 552 &&
		strcmp(o->enhanced ? o->enhanced : "", "5.2.2") != 0;
}

bool
streak_add(struct streak *s, struct job *job, const struct outcome *o)
{
	if (!s->row) {
		char *name = local_part(job);

		free(s->words);
		s->words = refusal_words(o, name);
		free(name);
	}
	s->held[s->count++] = (struct refused){
		.job = job,
		.code = o->code,
		.text = mem_strdup(o->text ? o->text : ""),
		.bounced = streak_is_bounce(o),
	};
	return ++s->row < STREAK_MOST;
}

void
streak_restart(struct streak *s)
{
	s->row = 0;
}

bool
streak_take(struct streak *s, struct refused *out)
{
	if (!s->count)
		return false;
	*out = s->held[--s->count];
	return true;
}

void
streak_clear(struct streak *s)
{
	while (s->count)
		free(s->held[--s->count].text);
	free(s->words);
	s->words = NULL;
	s->row = 0;
}
