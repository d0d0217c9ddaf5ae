/*
 * Who comes next on a channel: recipients as the intake gives them, unless
 * their domain or the relay has had its fill for now.
 */
#include "base/mem.h"
#include "deliver/pool_state.h"

enum {
	ROWS_MOST = 256,	 /* that may gather before they are committed */
	SIGNATURES_GUESS = 1600, /* octets, for SIZE: two of them */
};

struct form *
pool_form(struct pool *p, int number, struct error *err)
{
	struct str bytes = STR_INIT;

	if ((size_t)number >= p->form_count) {
		size_t count = (size_t)number + 1;

		p->forms = mem_resize(p->forms, count * sizeof *p->forms);
		while (p->form_count < count)
			p->forms[p->form_count++] = NULL;
	}
	if (!p->forms[number] &&
		store_form(p->d->store, p->d->issue->id, number, &bytes, err))
		p->forms[number] = form_load(str_span(&bytes), err);
	str_clear(&bytes);
	return p->forms[number];
}

/* Most letters have no use for a roster's columns. */
const struct slot_values *
pool_values(struct pool *p, const struct form *form, struct recipient *r,
	struct error *err)
{
	if (form_slots(form) & 1u << SLOT_FIELD && !r->fields &&
		!store_recipient_fields(p->d->store, r, err))
		return NULL;
	return filler_values(p->filler, form, r);
}

static struct seat *
take_seat(struct pool *p, struct channel *c, struct job *job)
{
	struct seat *seat = p->free_seats[--p->free_count];

	*seat = (struct seat){.channel = c, .job = job};
	c->held++;
	return seat;
}

/* His letter is signed while his envelope travels. */
static bool
begin_sheet(struct pool *p, struct seat *seat, const struct form *form,
	int64_t now, struct error *err)
{
	const struct slot_values *values;

	if (!p->press)
		return true;
	values = pool_values(p, form, &seat->job->recipient, err);
	if (values)
		seat->sheet = press_begin(
			p->press, form, values, pool_wall_clock(p, now) / 1000);
	return values;
}

static void
write_sender(struct pool *p, const struct recipient *r)
{
	const char *own = p->d->senders ? p->d->senders[r->form] : NULL;

	str_truncate(&p->sender, 0);
	if (own)
		str_add(&p->sender, own);
	else
		filler_sender(p->filler, r->seq, &p->sender);
}

static bool
offer_job(struct pool *p, struct channel *c, struct job *job, int64_t now,
	struct error *err)
{
	struct form *form = pool_form(p, job->recipient.form, err);
	struct envelope e = {.token = 0};
	struct seat *seat;

	if (!form) {
		intake_return(p->intake, job);
		return false;
	}
	seat = take_seat(p, c, job);
	e.token = (uint64_t)(seat - p->seats);
	if (!begin_sheet(p, seat, form, now, err))
		return false;
	str_truncate(&p->address, 0);
	write_sender(p, &job->recipient);
	address_wire(&p->address, span_of(job->recipient.address), &e.utf8);
	e.sender = str_span(&p->sender);
	e.recipient = str_span(&p->address);
	e.size = form_size(form) + (p->press ? SIGNATURES_GUESS : 0);
	c->offered = true;
	c->ops->offer(c, &e, now);
	return true;
}

/* His domain has had its fill: his turn comes, and others go on. */
static void
set_aside(struct pool *p, struct job *job, int64_t at)
{
	struct turn_row row = {
		.shard = job_shard(job),
		.seq = job->recipient.seq,
		.state = RECIPIENT_DUE,
		.next_at = (at + 999) / 1000,
		.code = job->recipient.code,
	};

	if (row.next_at > p->turns_at)
		p->turns_at = row.next_at;
	turn_settle(p, job, &row);
}

static enum allowed
take_allowance(struct pool *p, const struct channel *c, const struct job *job,
	int64_t wall, int64_t *at, struct error *err)
{
	if (!p->allowance)
		return ALLOWED;
	return allowance_take(p->allowance, c->outlet->relay,
		span_of(job->recipient.address), wall, at, err);
}

/* *more: another one may follow. */
static bool
offer_if_allowed(struct pool *p, struct channel *c, struct job *job,
	int64_t now, bool *more, struct error *err)
{
	int64_t wall = pool_wall_clock(p, now), at = 0;

	*more = false;
	switch (take_allowance(p, c, job, wall, &at, err)) {
	case ALLOWED:
		*more = true;
		return offer_job(p, c, job, now, err);
	case ALLOWED_RELAY_LATER:
		c->outlet->quiet_until = now + (at - wall);
		intake_return(p->intake, job);
		return true;
	case ALLOWED_DOMAIN_LATER:
		*more = p->row_count < ROWS_MOST;
		set_aside(p, job, at);
		return true;
	case ALLOWED_FAILED:
		break;
	}
	intake_return(p->intake, job);
	return false;
}

bool
pool_offer(struct pool *p, struct channel *c, int64_t now, struct error *err)
{
	bool more = true;

	while (more && !p->stopping && !p->dry &&
		now >= c->outlet->quiet_until && c->ops->wants(c) &&
		p->free_count && !intake_waits(p->intake)) {
		struct job *job = intake_next(p->intake,
			pool_wall_clock(p, now) / 1000, &p->dry, err);

		if (!job && !p->dry)
			return false;
		if (job && !offer_if_allowed(p, c, job, now, &more, err))
			return false;
	}
	return true;
}
