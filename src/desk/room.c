#include "desk/room_inside.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "render/page.h"

enum {
	BACK_MOST = 500, /* octets of what stands behind the "?" */
	/* Browsers count what a note may have in units of UTF-16, of three
	   octets at most, so that they never send more; what is too long in
	   octets is told on the page. */
	WORDS_MOST = 3 * EDITS_NOTE_MOST + SUBMISSION_LIMIT,
};

/* ----- what comes in ----- */

struct knock
knock_of(const struct visit *v)
{
	return (struct knock){.post = v->inquiry.method == METHOD_POST,
		.path = v->inquiry.path,
		.host = v->inquiry.host,
		.origin = v->inquiry.origin,
		.fetch_site = v->inquiry.fetch_site,
		.fetch_mode = door_header(v, "Sec-Fetch-Mode"),
		.fetch_dest = door_header(v, "Sec-Fetch-Dest"),
		.cookie = door_header(v, "Cookie"),
		.remote_user = door_header(v, "Remote-User"),
		.x_remote_user = door_header(v, "X-Remote-User")};
}

/* ----- what is done ----- */

/* From the page that was asked for: a proxy may have put the desk below a path
 * of its own. */
static void
go_to(struct visit *v, const char *where)
{
	answer_line(&v->answer, 303, "see there");
	str_add(&v->answer.location, where);
}

/* Back to what was looked at: it begins with "?", and is one line. */
void
room_go_back(struct visit *v, const struct submission *said)
{
	const char *view = submission_line(said, "back", BACK_MOST);

	go_to(v, "./");
	if (!text_is_empty(view))
		str_add_all(&v->answer.location, "?", view, NULL);
}

static void
compose_anew(struct room *r, struct visit *v, const struct submission *said)
{
	composer_ask(r->composer);
	room_go_back(v, said);
}

static void
check_links(struct room *r, struct visit *v, const struct submission *said)
{
	composer_check(r->composer, CHECK_LINKS);
	room_go_back(v, said);
}

static void
check_spam(struct room *r, struct visit *v, const struct submission *said)
{
	composer_check(r->composer, CHECK_SPAM);
	room_go_back(v, said);
}

/* ----- routes ----- */

static const struct way {
	const char *path;
	void (*show)(struct room *room, struct visit *visit); /* by GET */
	void (*act)(struct room *room, struct visit *visit,
		const struct submission *said); /* or by POST */
	room_deed *deed;			/* likewise */
	size_t limit;	  /* octets of its body; 0: the usual */
	const char *done; /* it cannot be seen: the page says so by this */
	bool urgent;	  /* of a deed: see room_is_urgent() */
} ways[] = {
	{"/", .show = room_show_page},
	{"/style.css", .show = room_show_style},
	{"/desk.js", .show = room_show_script},
	{"/icon.svg", .show = room_show_icon},
	{"/letter", .show = room_show_letter},
	{"/changes", .show = room_tell_version},
	{"/anew", .act = compose_anew},
	{"/links", .act = check_links},
	{"/spam", .act = check_spam},
	{"/decide", .deed = deed_decide},
	{"/words", .deed = deed_write, .limit = WORDS_MOST},
	{"/draft", .deed = deed_draft},
	{"/approve", .deed = deed_approve},
	{"/beside", .deed = deed_beside},
	{"/cancel", .deed = deed_cancel},
	{"/retract", .deed = deed_retract},
	{"/restore", .deed = deed_restore},
	{"/proof", .deed = deed_proof, .done = "proof"},
	{"/hold", .deed = deed_hold, .urgent = true},
	{"/release", .deed = deed_release, .urgent = true},
};

static const struct way *
find_way(const char *path)
{
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (text_equals(path, ways[i].path))
			return &ways[i];
	return NULL;
}

room_deed *
room_find_deed(const char *path)
{
	const struct way *way = find_way(path);

	return way ? way->deed : NULL;
}

bool
room_is_urgent(const char *path)
{
	const struct way *way = find_way(path);

	return way && way->urgent;
}

const char *
room_find_done(const char *path)
{
	const struct way *way = find_way(path);

	return way ? way->done : NULL;
}

/* ----- answering ----- */

static bool
is_ours(const struct room *r, const struct submission *said)
{
	struct span token;

	return submission_find(said, "form", &token) &&
		guard_knows_form(r->o.guard, token);
}

/* A form that was sent. False: as enter(). */
static bool
take(struct room *r, struct visit *v, const struct way *way)
{
	struct arena *arena = arena_new();
	struct submission said;
	bool ours = submission_read(&said, arena, v->inquiry.content_type,
			    v->inquiry.body) &&
		is_ours(r, &said);

	if (!ours)
		answer_line(&v->answer, 403, "this form is not ours");
	else if (way->act)
		way->act(r, v, &said);
	arena_free(arena);
	return !ours || way->act;
}

/* False: it is to be put down until something has changed, or was done. */
static bool
enter(struct room *r, struct visit *v)
{
	const struct way *way = find_way(v->inquiry.path);

	if (!way)
		answer_line(&v->answer, 404, "there is no such page");
	else if (way->show == room_tell_version && room_is_waiting(r, v))
		return false;
	else if (way->show)
		way->show(r, v);
	else
		return take(r, v, way);
	return true;
}

/* A browser leaves the cookie out when a page of another site has led here: the
 * link is then from us, and brings it. */
static void
answer_stranger(struct visit *v)
{
	v->answer.status = 403;
	v->answer.type = "text/html; charset=utf-8";
	str_add(&v->answer.body,
		"<!DOCTYPE html>\n<html lang=\"en\"><head><meta "
		"charset=\"utf-8\"><title>Desk</title></head><body><h1>The "
		"desk is closed to you</h1><p>Open the address that "
		"<code>postrider desk</code> printed. It works once: then "
		"<a href=\"/\">go on here</a>, or start the desk "
		"anew.</p></body></html>\n");
}

static bool
answer(void *data, struct visit *v)
{
	struct room *r = data;
	struct knock knock = knock_of(v);

	v->answer.status = 200;
	switch (guard_judge(r->o.guard, &knock)) {
	case VERDICT_ENTER:
		return enter(r, v);
	case VERDICT_START:
		guard_write_cookie(r->o.guard, &v->answer.cookie);
		go_to(v, "../");
		break;
	case VERDICT_MISDIRECTED:
		answer_line(&v->answer, 421, "this is not the host you want");
		break;
	case VERDICT_FOREIGN:
		answer_line(&v->answer, 403,
			"the desk does nothing for pages of other sites");
		break;
	case VERDICT_STRANGER:
		answer_stranger(v);
	}
	return true;
}

/* ----- for the door ----- */

static bool
is_editor(const struct room *r, const struct visit *v)
{
	struct knock knock = knock_of(v);

	return guard_judge(r->o.guard, &knock) == VERDICT_ENTER;
}

/* A stranger's body is not read for long. */
static bool
admit(void *data, struct visit *v, int *cost)
{
	const struct way *way = find_way(v->inquiry.path);

	*cost = 0; /* who comes from this machine, or by our proxy */
	if (way && way->limit && is_editor(data, v))
		v->limit = way->limit;
	return v->inquiry.method == METHOD_POST ? way && !way->show
						: !way || way->show;
}

static void
hurry(void *data)
{
	struct room *r = data;

	pthread_mutex_lock(&r->lock);
	r->closing = true;
	pthread_mutex_unlock(&r->lock);
	composer_hurry(r->composer);
	room_tell_waiting(r, INT64_MAX);
}

static bool
begin(void *data, struct door *door, struct error *err)
{
	struct room *r = data;
	struct composer_options options = {.site = r->o.site,
		.list = r->o.list,
		.porter = r->o.porter,
		.before = room_do_asked,
		.changed = room_changed,
		.data = r};

	r->door = door;
	r->composer = composer_start(&options, err);
	return r->composer && room_start_brake(r, err);
}

static void
end(void *data)
{
	struct room *r = data;

	if (r->composer)
		room_tell_waiting(r, INT64_MAX);
	room_stop_brake(r);
	composer_stop(r->composer);
	room_refuse_asked(r);
	r->composer = NULL;
}

struct doorkeeper
room_keeper(struct room *room)
{
	return (struct doorkeeper){.data = room,
		.admit = admit,
		.answer = answer,
		.put = room_put,
		.begin = begin,
		.hurry = hurry,
		.end = end};
}

struct room *
room_open(const struct room_options *options, struct error *err)
{
	struct room *r = mem_new(sizeof *r);

	r->o = *options;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->pulled, NULL);
	r->pages = pages_load(options->site, "desk", true, err);
	if (r->pages)
		return r;
	room_close(r);
	return NULL;
}

void
room_close(struct room *r)
{
	if (!r)
		return;
	pages_free(r->pages);
	for (size_t i = 0; i < TOLD_MOST; i++)
		free(r->told[i]);
	site_clear(&r->known);
	pthread_cond_destroy(&r->pulled);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
