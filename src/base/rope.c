#include "base/rope.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
rope_empty(struct rope *rope)
{
	str_truncate(&rope->own, 0);
	rope->loan_count = rope->loans_taken = 0;
	rope->own_taken = rope->lent = 0;
}

void
rope_clear(struct rope *rope)
{
	bool whole = rope->whole;

	str_clear(&rope->own);
	free(rope->loans);
	*rope = ROPE_INIT;
	rope->whole = whole;
}

void
rope_lend(struct rope *rope, struct span run)
{
	if (!run.len)
		return;
	if (rope->whole) {
		str_add_span(&rope->own, run);
		return;
	}
	if (rope->loan_count == rope->loan_max) {
		rope->loan_max = rope->loan_max ? 2 * rope->loan_max : 8;
		rope->loans = mem_resize(
			rope->loans, rope->loan_max * sizeof *rope->loans);
	}
	rope->loans[rope->loan_count++] =
		(struct loan){.at = rope->own.len, .run = run};
	rope->lent += run.len;
}

bool
rope_ends(const struct rope *rope, const char *text)
{
	struct span end = str_span(&rope->own);
	struct span want = span_of(text);

	if (rope->loan_count) {
		const struct loan *last = &rope->loans[rope->loan_count - 1];

		if (last->at == rope->own.len)
			end = last->run;
	}
	return end.len >= want.len &&
		memcmp(end.data + end.len - want.len, want.data, want.len) == 0;
}

/* Where the own octets end that come before loan i. */
static size_t
own_until(const struct rope *rope, size_t i)
{
	return i < rope->loan_count ? rope->loans[i].at : rope->own.len;
}

size_t
rope_look(const struct rope *rope, struct span *runs, size_t max)
{
	size_t count = 0, own = rope->own_taken, i = rope->loans_taken;

	while (count < max) {
		size_t until = own_until(rope, i);

		if (own < until)
			runs[count++] = (struct span){
				rope->own.data + own, until - own};
		else if (i < rope->loan_count)
			runs[count++] = rope->loans[i++].run;
		else
			break;
		own = until;
	}
	return count;
}

void
rope_take(struct rope *rope, size_t n)
{
	assert(n <= rope_left(rope));
	while (n) {
		size_t own =
			own_until(rope, rope->loans_taken) - rope->own_taken;
		struct loan *loan = &rope->loans[rope->loans_taken];
		size_t part = own ? own : loan->run.len;

		if (part > n)
			part = n;
		n -= part;
		if (own) {
			rope->own_taken += part;
			continue;
		}
		loan->run = span_from(loan->run, part);
		rope->lent -= part;
		rope->loans_taken += !loan->run.len;
	}
}
