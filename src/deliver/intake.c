#include "deliver/intake.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/watchdog.h"

enum {
	PAGE = 128, /* that is read of what is not put on the wire with it */
};

struct held_shard {
	struct shard shard;
	int64_t after;	/* the last seq read */
	bool exhausted; /* no more is due in it for now */
	bool asked;	/* its next page is on its way */
	bool lost;	/* what became of that nobody knows */
	int64_t page;	/* the first seq of it */
	size_t active;	/* jobs that came from it */
	int64_t *back; /* seqs of those on the wire who got nothing after all */
	size_t back_count, back_max;
	struct held_shard *next;
};

struct intake {
	struct store *store;
	struct claim claim;
	size_t ahead;
	struct held_shard *shards; /* the one being read comes first */
	struct held_shard *gone; /* given back; turns on their way name them */
	struct job *page[AHEAD_MOST];
	size_t page_at, page_count;
	bool forgotten; /* the rest of a page, which comes before `returned` */
	struct job *first;	      /* who come before those of the page */
	struct job *returned, **last; /* behind them; where the next one goes */
	bool dry;		      /* there is no shard left to claim */
	int64_t lease_until;	      /* of what is held; watchdog_clock() */
};

/* ----- leases ----- */

static const char lease_over[] =
	"postrider: the lease on this sending is over, for the database could "
	"not be reached in time, or this process was stopped; another one goes "
	"on with it\n";

/* What was held before ends sooner. Counted from before the database heard of
 * it: there it ends later. */
static bool
begin_lease(struct intake *in, int64_t asked_at, struct error *err)
{
	if (!in->claim.lease_ms || in->shards)
		return true;
	in->lease_until = asked_at + in->claim.lease_ms;
	return watchdog_set(in->lease_until, lease_over, err);
}

static void
end_lease(struct intake *in)
{
	if (in->claim.lease_ms && !in->shards)
		watchdog_stop();
}

static size_t
count_shards(const struct intake *in)
{
	size_t count = 0;

	for (const struct held_shard *h = in->shards; h; h = h->next)
		count++;
	return count;
}

bool
intake_keep(struct intake *in, struct error *err)
{
	int64_t now = watchdog_clock();
	size_t kept;

	if (!in->claim.lease_ms || !in->shards ||
		now < in->lease_until - in->claim.lease_ms * 3 / 4)
		return true;
	if (!store_shards_keep(in->store, &in->claim, &kept, err))
		return false;
	if (kept < count_shards(in))
		return error_set(err, ERROR_LATER,
			"another process took over the sending of this issue");
	in->lease_until = now + in->claim.lease_ms;
	return watchdog_set(in->lease_until, lease_over, err);
}

int64_t
intake_lease_left(const struct intake *in)
{
	if (!in->claim.lease_ms || !in->shards)
		return INT64_MAX;
	return in->lease_until - watchdog_clock() - in->claim.lease_ms / 4;
}

/* ----- beginning, and what ends with a shard ----- */

struct intake *
intake_new(struct store *store, const struct claim *claim, size_t ahead)
{
	struct intake *in = mem_new(sizeof *in);

	in->store = store;
	in->claim = *claim;
	assert(ahead <= AHEAD_MOST);
	in->ahead = ahead;
	in->last = &in->returned;
	return in;
}

/* Who is on the wire for nothing is given back with his shard. */
static void
job_free(struct job *job)
{
	struct held_shard *held = job->held;

	if (job->wired) {
		if (held->back_count == held->back_max) {
			held->back_max = held->back_max * 2 + 16;
			held->back = mem_resize(held->back,
				held->back_max * sizeof *held->back);
		}
		held->back[held->back_count++] = job->recipient.seq;
	}
	recipient_clear(&job->recipient);
	free(job);
}

static bool
give_back(struct intake *in, struct held_shard *held, struct error *err)
{
	struct turn_row *rows = mem_new((held->back_count + 1) * sizeof *rows);
	bool ok;

	for (size_t i = 0; i < held->back_count; i++)
		rows[i] = (struct turn_row){.shard = &held->shard,
			.seq = held->back[i],
			.state = RECIPIENT_DUE};
	ok = !held->back_count ||
		store_turn(
			in->store, in->claim.now, rows, held->back_count, err);
	held->back_count = 0;
	free(rows);
	return ok;
}

/* Of a page that was asked for and never came nobody was sent anything. Who is
 * on the wire there is in doubt when the shard was ours before: then he may be of
 * that time. */
static bool
give_back_lost(struct intake *in, struct held_shard *held, struct error *err)
{
	struct wire_page page = {&held->shard, held->page, held->after};

	for (const struct held_shard *h = in->gone; h && held->lost;
		h = h->next)
		held->lost = h->shard.first != held->shard.first;
	return !held->lost ||
		store_wire_give_back(in->store, in->claim.now, &page, err);
}

/* Behind `ahead` there is a server, and nobody waits for it. */
static bool
release(struct intake *in, struct held_shard *held, struct error *err)
{
	bool ok = give_back_lost(in, held, err) && give_back(in, held, err) &&
		(in->ahead ? store_shard_release_later : store_shard_release)(
			in->store, &held->shard, err);

	free(held->back);
	held->back = NULL;
	if (in->ahead) {
		held->next = in->gone;
		in->gone = held;
	} else {
		free(held);
	}
	return ok;
}

/* ----- shards ----- */

static bool
claim_shard(struct intake *in, int64_t now, struct error *err)
{
	int64_t asked_at = watchdog_clock();
	struct held_shard *held;
	struct shard shard;
	bool found;

	in->claim.now = now;
	if (!store_shard_claim(in->store, &in->claim, &shard, &found, err))
		return false;
	if (found && !begin_lease(in, asked_at, err))
		return false;
	if (!found) {
		in->dry = true;
		return true;
	}
	held = mem_new(sizeof *held);
	held->shard = shard;
	held->after = shard.first - 1;
	held->next = in->shards;
	in->shards = held;
	return true;
}

static bool
release_if_through(
	struct intake *in, struct held_shard *held, struct error *err)
{
	struct held_shard **at = &in->shards;
	bool ok;

	if (!held->exhausted || held->active)
		return true;
	while (*at != held)
		at = &(*at)->next;
	*at = held->next;
	ok = release(in, held, err);
	end_lease(in);
	return ok;
}

/* A page as it was read. */
struct page {
	struct recipient recipients[AHEAD_MOST];
	size_t count;
	bool more; /* may follow */
};

static void
take_page(struct intake *in, const struct page *page)
{
	struct held_shard *held = in->shards;

	in->page_at = 0;
	in->page_count = page->count;
	in->forgotten = false;
	for (size_t i = 0; i < page->count; i++) {
		struct job *job = mem_new(sizeof *job);

		job->recipient = page->recipients[i];
		job->held = held;
		job->wired = in->ahead && job->recipient.doubts == 0;
		in->page[i] = job;
		held->active++;
	}
	held->exhausted = !page->more;
}

bool
intake_wish(const struct intake *in, struct wire_page *page)
{
	const struct held_shard *held = in->shards;

	if (!in->ahead || !held || held->exhausted || held->asked)
		return false;
	page->shard = &held->shard;
	page->first = held->after + 1;
	page->last = held->after + (int64_t)in->ahead;
	if (page->last > held->shard.last)
		page->last = held->shard.last;
	return true;
}

void
intake_asked(struct intake *in, const struct wire_page *page)
{
	in->shards->asked = true;
	in->shards->page = page->first;
	in->shards->after = page->last;
}

static bool
take_asked(struct intake *in, struct page *page, struct error *err)
{
	struct held_shard *held = in->shards;

	held->asked = false;
	page->more = held->after < held->shard.last;
	held->lost = !store_wire_take(
		in->store, page->recipients, &page->count, err);
	return !held->lost;
}

static bool
read_ahead(struct intake *in, int64_t now, struct error *err)
{
	struct wire_page next;
	struct page page;

	if (intake_wish(in, &next)) {
		if (!store_turn_later(in->store, now, NULL, 0, &next, err))
			return false;
		intake_asked(in, &next);
	}
	if (!take_asked(in, &page, err))
		return false;
	take_page(in, &page);
	return true;
}

static bool
read_now(struct intake *in, int64_t now, struct error *err)
{
	struct held_shard *held = in->shards;
	struct page page;

	if (!store_recipients(in->store, &held->shard, held->after, now,
		    page.recipients, PAGE, &page.count, err))
		return false;
	page.more = page.count == PAGE;
	if (page.count)
		held->after = page.recipients[page.count - 1].seq;
	take_page(in, &page);
	return true;
}

static bool
read_page(struct intake *in, int64_t now, struct error *err)
{
	return (in->ahead ? read_ahead(in, now, err)
			  : read_now(in, now, err)) &&
		release_if_through(in, in->shards, err);
}

struct job *
intake_take_returned(struct intake *in)
{
	struct job *job = in->first ? in->first : in->returned;

	if (!job)
		return NULL;
	if (in->first)
		in->first = job->next;
	else
		in->returned = job->next;
	if (!in->returned)
		in->last = &in->returned;
	return job;
}

struct job *
intake_next(struct intake *in, int64_t now, bool *done, struct error *err)
{
	*done = false;
	if (in->first)
		return intake_take_returned(in);
	while (in->page_at == in->page_count) {
		bool reading = in->shards && !in->shards->exhausted;

		if (in->returned && !(in->forgotten && reading))
			return intake_take_returned(in);
		if (!reading && in->dry) {
			*done = true;
			return NULL;
		}
		if (!(reading ? read_page(in, now, err)
			      : claim_shard(in, now, err)))
			return NULL;
	}
	return in->page[in->page_at++];
}

bool
intake_waits(const struct intake *in)
{
	return in->page_at == in->page_count && !in->first && !in->returned &&
		in->shards && in->shards->asked && store_wire_waits(in->store);
}

/* Those on the wire come first now, one by one. */
static void
line_up_page(struct intake *in)
{
	while (in->page_count > in->page_at) {
		struct job *job = in->page[--in->page_count];

		job->next = in->first;
		in->first = job;
	}
}

/* Of the page that is sent, and of the next one. */
static bool
line_up_pages(struct intake *in, struct error *err)
{
	struct page page;

	line_up_page(in);
	if (!in->shards || !in->shards->asked)
		return true;
	if (!take_asked(in, &page, err))
		return false;
	take_page(in, &page);
	line_up_page(in);
	return release_if_through(in, in->shards, err);
}

void
intake_line_up(struct intake *in)
{
	if (in->ahead)
		line_up_pages(in, NULL);
}

/* The rest of the page is forgotten: it is read again when it is needed. */
static void
forget_page(struct intake *in)
{
	struct held_shard *held;

	if (in->page_at == in->page_count)
		return;
	held = in->page[in->page_at]->held;
	held->after = in->page[in->page_at]->recipient.seq - 1;
	held->exhausted = false;
	in->forgotten = true;
	held->active -= in->page_count - in->page_at;
	while (in->page_at < in->page_count)
		job_free(in->page[in->page_at++]);
}

/* Takes those out of a list who are readers no more. *at is its end then. */
static bool
look_through(
	struct intake *in, struct job ***at, int64_t now, struct error *err)
{
	struct job *job;
	bool ok = true, reader;

	while (ok && (job = **at)) {
		ok = store_recipient_again(in->store, job_shard(job),
			&job->recipient, now, &reader, err);
		if (ok && !reader) {
			**at = job->next;
			job->wired = false; /* he is dropped */
			ok = intake_settle(in, job, err);
		} else {
			*at = &job->next;
		}
	}
	return ok;
}

bool
intake_look_again(struct intake *in, int64_t now, struct error *err)
{
	struct job **first = &in->first, **returned = &in->returned;

	if (in->ahead && !line_up_pages(in, err))
		return false;
	forget_page(in);
	if (!look_through(in, &first, now, err) ||
		!look_through(in, &returned, now, err))
		return false;
	in->last = returned;
	return true;
}

void
intake_again(struct intake *in)
{
	in->dry = false;
}

bool
intake_settle(struct intake *in, struct job *job, struct error *err)
{
	struct held_shard *held = job->held;

	job_free(job);
	held->active--;
	return release_if_through(in, held, err);
}

void
intake_return(struct intake *in, struct job *job)
{
	if (!job->returns) {
		job->next = in->first;
		in->first = job;
		return;
	}
	job->next = NULL;
	*in->last = job;
	in->last = &job->next;
}

/* ----- the end ----- */

void
intake_free(struct intake *in)
{
	struct held_shard *held, *next;
	struct job *job;

	if (!in)
		return;
	line_up_pages(in, NULL);
	while ((job = intake_take_returned(in)))
		job_free(job);
	for (held = in->shards; held; held = next) {
		next = held->next;
		release(in, held, NULL);
	}
	in->shards = NULL;
	end_lease(in);
	for (held = in->gone; held; held = next) {
		next = held->next;
		free(held);
	}
	free(in);
}

const struct shard *
job_shard(const struct job *job)
{
	return &job->held->shard;
}
