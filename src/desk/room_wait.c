#include "desk/room_inside.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "run/world.h"

enum { PATIENCE = 30000 /* ms that a question for changes waits */ };

/* ----- changes ----- */

void
room_tell_version(struct room *r, struct visit *v)
{
	char *text = mem_printf(
		"%llu", (unsigned long long)composer_version(r->composer));

	answer_line(&v->answer, 200, text);
	free(text);
}

/* Gives an answer to those who wait, and have done so until `until`. */
void
room_tell_waiting(struct room *r, int64_t until)
{
	struct visit *told = NULL, **at;

	pthread_mutex_lock(&r->lock);
	for (at = &r->waiting; *at;) {
		struct visit *v = *at;

		if (v->at > until) {
			at = &v->next;
			continue;
		}
		*at = v->next;
		v->next = told;
		told = v;
	}
	pthread_mutex_unlock(&r->lock);
	while (told) {
		struct visit *v = told;

		told = v->next;
		room_tell_version(r, v);
		door_answered(r->door, v);
	}
}

/* Who did something sees what became of it. */
void
room_changed(void *data)
{
	struct room *r = data;
	struct visit *done;

	pthread_mutex_lock(&r->lock);
	done = r->done;
	r->done = NULL;
	pthread_mutex_unlock(&r->lock);
	while (done) {
		struct visit *v = done;

		done = v->next;
		door_answered(r->door, v);
	}
	room_tell_waiting(r, INT64_MAX);
}

void
room_tick(struct room *r)
{
	room_tell_waiting(r, world_ticks() - PATIENCE);
}

bool
room_is_waiting(struct room *r, const struct visit *v)
{
	const char *since = door_argument(v, "since");

	return since &&
		strtoull(since, NULL, 10) == composer_version(r->composer);
}

/* ----- deeds ----- */

/* To be shown once, to who has its number. */
static unsigned
keep_told(struct room *r, struct error *err)
{
	unsigned number;
	char **told;

	pthread_mutex_lock(&r->lock);
	number = ++r->told_number;
	told = &r->told[number % TOLD_MOST];
	free(*told);
	*told = mem_strdup(err->text);
	pthread_mutex_unlock(&r->lock);
	error_clear(err);
	return number;
}

/* Behind the view that it goes back to. */
static void
add_argument(struct visit *v, const char *name, const char *value)
{
	struct str *where = &v->answer.location;

	str_add_all(
		where, str_text(where)[2] ? "&" : "?", name, "=", value, NULL);
}

void
room_do(struct room *r, struct visit *v, const struct composition *now)
{
	struct knock knock = knock_of(v);
	const char *user = guard_user(r->o.guard, &knock);
	struct arena *arena = arena_new();
	struct submission said;
	struct deed deed = {.now = now,
		.said = &said,
		.by = user ? user : r->o.who,
		.at = world_now(),
		.log = r->o.log};
	struct error err = ERROR_INIT;

	submission_read(&said, arena, v->inquiry.content_type, v->inquiry.body);
	room_go_back(v, &said);
	if (!room_find_deed(v->inquiry.path)(&deed, &err))
		add_argument(v, "told",
			arena_printf(arena, "%u", keep_told(r, &err)));
	else if (room_find_done(v->inquiry.path))
		add_argument(v, "done", room_find_done(v->inquiry.path));
	arena_free(arena);
}

struct visit *
room_in_order(struct visit *latest)
{
	struct visit *ordered = NULL;

	while (latest) {
		struct visit *v = latest;

		latest = v->next;
		v->next = ordered;
		ordered = v;
	}
	return ordered;
}

/* In the composer's thread. */
bool
room_do_asked(void *data, const struct composition *now)
{
	struct room *r = data;
	struct visit *asked, *ordered;

	pthread_mutex_lock(&r->lock);
	asked = r->asked;
	r->asked = NULL;
	pthread_mutex_unlock(&r->lock);
	ordered = room_in_order(asked);
	for (struct visit *v = ordered; v; v = v->next)
		room_do(r, v, now);
	pthread_mutex_lock(&r->lock);
	r->done = ordered;
	pthread_mutex_unlock(&r->lock);
	return ordered;
}

/* Who asked when the desk was closed already. */
void
room_refuse_asked(struct room *r)
{
	while (r->asked) {
		struct visit *v = r->asked;

		r->asked = v->next;
		answer_line(&v->answer, 503, "the desk is closing");
		door_answered(r->door, v);
	}
}

/* ----- putting down ----- */

/* It may have changed since answer(). */
void
room_put(void *data, struct visit *v)
{
	struct room *r = data;
	bool posted = v->inquiry.method == METHOD_POST;
	bool urgent = posted && room_is_urgent(v->inquiry.path);
	struct visit **queue = urgent ? &r->pulls
		: posted	      ? &r->asked
				      : &r->waiting;

	pthread_mutex_lock(&r->lock);
	v->at = room_is_waiting(r, v) && !r->closing ? world_ticks() : 0;
	v->next = *queue;
	*queue = v;
	if (urgent)
		pthread_cond_signal(&r->pulled);
	pthread_mutex_unlock(&r->lock);
	if (posted && !urgent)
		composer_refresh(r->composer);
}
