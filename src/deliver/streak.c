#include "deliver/streak.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/* Without words that hold an @ or a digit (addresses, queue ids, times). */
static char *
refusal_words(const struct outcome *o)
{
	struct str out = STR_INIT;
	const char *p = o->text ? o->text : "";

	str_printf(&out, "%d %s", o->code, o->enhanced);
	while (*p) {
		size_t n = strcspn(p, " ");

		if (!memchr(p, '@', n) && strcspn(p, "0123456789") >= n) {
			str_add_char(&out, ' ');
			str_add_bytes(&out, p, n);
		}
		p += n + (p[n] == ' ');
	}
	return str_take(&out);
}

bool
streak_goes_on(const struct streak *s, const struct outcome *o)
{
	char *words;
	bool same;

	if (!s->row)
		return true;
	words = refusal_words(o);
	same = strcmp(words, s->words) == 0;
	free(words);
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
		free(s->words);
		s->words = refusal_words(o);
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
