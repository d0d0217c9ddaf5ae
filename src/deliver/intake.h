/*
 * Where recipients come from: claims shard after shard of an issue, reads their
 * due recipients a page at a time, and gives the shards back when all that came
 * from them is settled. No statement stays open between two calls.
 */
#ifndef DELIVER_INTAKE_H
#define DELIVER_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "store/store.h"

struct intake;
struct held_shard;

/* A recipient in our hands. */
struct job {
	struct recipient recipient;
	struct held_shard *held;
	int returns;	  /* how often intake_return() had him */
	struct job *next; /* the intake's */
};

struct intake *intake_new(struct store *store, const struct claim *claim);

/* Gives back what is still held, when the store lets it. */
void intake_free(struct intake *intake);

/*
 * The next recipient, NULL with *done when there is none for now. NULL without
 * *done is a failure of the store. The job is the intake's; intake_settle()
 * ends it.
 */
struct job *intake_next(
	struct intake *intake, int64_t now, bool *done, struct error *err);

/* His outcome is in the store (or he was left as he is). Shards that are
 * through are given back. */
bool intake_settle(struct intake *intake, struct job *job, struct error *err);

/* Nothing happened to him: he comes again from intake_next(). */
void intake_return(struct intake *intake, struct job *job);

const struct shard *job_shard(const struct job *job);

#endif
