/*
 *     add ──► memory ──► sorted ──► run on the tape     (when memory is full)
 *                        └── in a thread, while the next one fills ──┘
 *     next ◄── heap of the runs, each at its first record that was not given
 *
 * All of a run came before all of the next one: equal keys go by runs.
 */
#include "base/sorter.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tape.h"
#include "base/workers.h"

enum {
	READ_AT_ONCE = 64 * 1024, /* of each run */
	READ_LEAST = 4 * 1024,
};

/* A record in memory. `front` is the key's first octets as a number, which
 * settles most comparisons without looking at the key. */
struct entry {
	uint64_t front;
	size_t at; /* in `bytes`; those that came later stand behind */
	uint32_t key, value;
};

struct run {
	struct tape_reader *reader;
	struct span key, value; /* its first one */
	size_t number;
};

/* What becomes a run. */
struct batch {
	struct str bytes;
	struct entry *entries;
	size_t count, capacity;
	struct tape *tape; /* nobody else touches it meanwhile */
	struct error err;
};

struct sorter {
	size_t memory;
	struct batch batches[2], *filling; /* one fills, one is being sorted */
	struct workers *workers;
	bool sorting;

	struct tape *tape;
	int64_t *ends; /* of the runs */
	size_t run_count;

	struct run *heap; /* the least first; heap[i] <= heap[2i + 1], [2i + 2]
			   */
	size_t heap_count;
	bool started; /* heap[0] has been given away */
};

static void write_batch(void *job);

struct sorter *
sorter_new(size_t memory)
{
	struct sorter *sorter = mem_new(sizeof *sorter);

	sorter->memory = memory;
	sorter->tape = tape_new();
	for (int i = 0; i < 2; i++)
		sorter->batches[i].tape = sorter->tape;
	sorter->filling = &sorter->batches[0];
	sorter->workers = workers_new(write_batch);
	return sorter;
}

static void
batch_clear(struct batch *b)
{
	str_clear(&b->bytes);
	free(b->entries);
	error_clear(&b->err);
	*b = (struct batch){.tape = b->tape};
}

void
sorter_free(struct sorter *sorter)
{
	if (!sorter)
		return;
	workers_free(sorter->workers);
	for (int i = 0; i < 2; i++)
		batch_clear(&sorter->batches[i]);
	for (size_t i = 0; i < sorter->heap_count; i++)
		tape_reader_free(sorter->heap[i].reader);
	free(sorter->heap);
	free(sorter->ends);
	tape_free(sorter->tape);
	free(sorter);
}

/* ----- a run ----- */

static uint64_t
front_of(struct span key)
{
	uint64_t front = 0;

	for (size_t i = 0; i < sizeof front; i++)
		front = front << 8 |
			(i < key.len ? (unsigned char)key.data[i] : 0);
	return front;
}

static int
compare_keys(struct span a, struct span b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.data, b.data, common) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int
compare_entries(const void *left, const void *right, void *bytes)
{
	const struct entry *a = left, *b = right;
	const char *data = bytes;
	int order;

	if (a->front != b->front)
		return a->front < b->front ? -1 : 1;
	order = compare_keys((struct span){data + a->at, a->key},
		(struct span){data + b->at, b->key});
	return order ? order : (a->at > b->at) - (a->at < b->at);
}

static void
write_batch(void *job)
{
	struct batch *b = job;

	qsort_r(b->entries, b->count, sizeof *b->entries, compare_entries,
		b->bytes.data);
	for (size_t i = 0; i < b->count; i++) {
		const struct entry *e = &b->entries[i];
		const char *key = b->bytes.data + e->at;

		if (!tape_add(b->tape, (struct span){key, e->key},
			    (struct span){key + e->key, e->value}, &b->err))
			return;
	}
	b->count = 0;
	str_truncate(&b->bytes, 0);
}

/* Notes where the run ends that was written. */
static bool
end_run(struct sorter *s, struct batch *b, struct error *err)
{
	if (b->err.kind)
		return error_move(err, &b->err);
	s->ends = mem_resize(s->ends, (s->run_count + 1) * sizeof *s->ends);
	s->ends[s->run_count++] = tape_end(s->tape);
	return true;
}

/* Waits for the one that is being sorted. */
static bool
await_batch(struct sorter *s, struct error *err)
{
	if (!s->sorting)
		return true;
	s->sorting = false;
	return end_run(s, workers_take(s->workers, true), err);
}

static bool
start_run(struct sorter *s, struct error *err)
{
	if (!await_batch(s, err))
		return false;
	workers_put(s->workers, s->filling);
	s->sorting = true;
	s->filling = &s->batches[s->filling == s->batches];
	return true;
}

/* The last one, for which nobody need wait. */
static bool
write_last(struct sorter *s, struct error *err)
{
	struct batch *last = s->filling;

	if (!await_batch(s, err))
		return false;
	if (!last->count)
		return true;
	write_batch(last);
	return end_run(s, last, err);
}

bool
sorter_add(
	struct sorter *s, struct span key, struct span value, struct error *err)
{
	struct batch *b = s->filling;
	size_t used = b->bytes.len + b->count * sizeof *b->entries;

	if (b->count && used + key.len + value.len > s->memory) {
		if (!start_run(s, err))
			return false;
		b = s->filling;
	}
	if (b->count == b->capacity) {
		b->capacity = b->capacity ? b->capacity * 2 : 1024;
		b->entries = mem_resize(
			b->entries, b->capacity * sizeof *b->entries);
	}
	b->entries[b->count++] = (struct entry){.front = front_of(key),
		.at = b->bytes.len,
		.key = (uint32_t)key.len,
		.value = (uint32_t)value.len};
	str_add_span(&b->bytes, key);
	str_add_span(&b->bytes, value);
	return true;
}

/* ----- merging them ----- */

static bool
comes_before(const struct run *a, const struct run *b)
{
	int order = compare_keys(a->key, b->key);

	return order < 0 || (order == 0 && a->number < b->number);
}

/* Takes heap[i] down to where it belongs. */
static void
sink(struct sorter *s, size_t i)
{
	struct run moving = s->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < s->heap_count &&
			comes_before(&s->heap[child + 1], &s->heap[child]))
			child++;
		if (child >= s->heap_count ||
			!comes_before(&s->heap[child], &moving))
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = moving;
}

static bool
advance(struct run *run, bool *more, struct error *err)
{
	struct error failure = ERROR_INIT;

	*more = tape_next(run->reader, &run->key, &run->value, &failure);
	return failure.kind ? error_move(err, &failure) : true;
}

/* What the runs read at once takes no more than was there to sort them. */
static size_t
buffer_size(const struct sorter *s)
{
	size_t share = s->memory / s->run_count;

	if (share > READ_AT_ONCE)
		return READ_AT_ONCE;
	return share < READ_LEAST ? READ_LEAST : share;
}

bool
sorter_sort(struct sorter *s, struct error *err)
{
	int64_t from = 0;
	bool more;

	if (!write_last(s, err))
		return false;
	for (int i = 0; i < 2; i++)
		batch_clear(&s->batches[i]);
	s->heap = mem_new(s->run_count * sizeof *s->heap);
	for (size_t i = 0; i < s->run_count; i++) {
		struct run *run = &s->heap[s->heap_count++];

		run->number = i;
		run->reader =
			tape_read(s->tape, from, s->ends[i], buffer_size(s));
		from = s->ends[i];
		if (!advance(run, &more, err))
			return false;
	}
	for (size_t i = s->heap_count / 2; i-- > 0;)
		sink(s, i);
	return true;
}

/* The run in front goes on to its next record, or ends. */
static bool
step(struct sorter *s, struct error *err)
{
	bool more;

	if (!advance(&s->heap[0], &more, err))
		return false;
	if (!more) {
		tape_reader_free(s->heap[0].reader);
		s->heap[0] = s->heap[--s->heap_count];
	}
	if (s->heap_count)
		sink(s, 0);
	return true;
}

bool
sorter_next(struct sorter *s, struct span *key, struct span *value,
	struct error *err)
{
	if (s->started && s->heap_count && !step(s, err))
		return false;
	s->started = true;
	if (!s->heap_count)
		return false;
	*key = s->heap[0].key;
	*value = s->heap[0].value;
	return true;
}
