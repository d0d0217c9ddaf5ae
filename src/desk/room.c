#include "desk/room.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "desk/deed.h"
#include "desk/frame.h"
#include "desk/page.h"
#include "run/preview_show.h"
#include "run/world.h"
#include "web/submission.h"

enum {
	PATIENCE = 30000, /* ms that a question for changes waits */
	BACK_MOST = 500,  /* octets of what stands behind the "?" */
};

static const char page_policy[] =
	"default-src 'none'; script-src 'self'; style-src 'self'; "
	"img-src 'self'; connect-src 'self'; frame-src 'self'; "
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

struct room {
	struct room_options o;
	struct pages *pages; /* of the door's thread alone */
	struct composer *composer;
	struct door *door;
	pthread_mutex_t lock;  /* of what follows */
	struct visit *waiting; /* for changes */
	struct visit *asked;   /* for a deed; the latest first */
	struct visit *done;    /* and what became of it is to be seen soon */
	char *told;	       /* why the last one failed */
	unsigned told_number;
	bool closing;
};

/* ----- what comes in ----- */

static struct knock
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

static const char *
argument(const void *data, const char *name)
{
	return door_argument(data, name);
}

/* There are words of the letters, too, in languages that the desk lacks. */
static bool
speaks(void *data, const char *language)
{
	struct arena *arena = arena_new();
	const char *own = page_word(arena, data, language, "spoken_in", NULL);
	size_t len = strlen(own);
	bool is = len && strncmp(language, own, len) == 0 &&
		strchr("-", language[len]);

	arena_free(arena);
	return is;
}

/* The editor's language; yours to free(). */
static char *
language_of(struct room *r, const struct visit *v)
{
	char *tag =
		language_accepted(v->inquiry.accept_language, speaks, r->pages);

	return tag ? tag : mem_strdup("en");
}

/* ----- pages ----- */

static void
fail(struct room *r, struct answer *a, struct error *err)
{
	log_error(r->o.log, "desk: %s", err->text);
	answer_line(a, 500, err->text);
	error_clear(err);
}

/* Why what he did failed; yours. */
static char *
find_told(struct room *r, const struct visit *v)
{
	const char *number = door_argument(v, "told");
	char *text = NULL;

	pthread_mutex_lock(&r->lock);
	if (number && r->told && strtoul(number, NULL, 10) == r->told_number)
		text = mem_strdup(r->told);
	pthread_mutex_unlock(&r->lock);
	return text;
}

static void
show_page(struct room *r, struct visit *v)
{
	struct composition now = composer_hold(r->composer);
	struct knock knock = knock_of(v);
	char *language = language_of(r, v), *told = find_told(r, v);
	struct page_input in = {.pages = r->pages,
		.language = language,
		.now = &now,
		.wish = wish_read(argument, v),
		.form = r->o.guard->form,
		.told = told,
		.user = guard_user(r->o.guard, &knock)};
	struct error err = ERROR_INIT;

	v->answer.type = "text/html; charset=utf-8";
	v->answer.policy = page_policy;
	if (!page_write(&in, &v->answer.body, &err))
		fail(r, &v->answer, &err);
	composer_release(r->composer);
	free(told);
	free(language);
}

static void
show_letter(struct room *r, struct visit *v)
{
	struct composition now = composer_hold(r->composer);
	struct wish wish = wish_read(argument, v);
	struct frame_options o = {
		.dark = wish.dark, .pictures = !wish.no_pictures};
	bool unknown;
	const struct composed_form *f = page_choose(&now, &wish, &unknown);
	struct str html = STR_INIT;

	v->answer.type = "text/html; charset=utf-8";
	v->answer.policy = frame_policy(&o);
	v->answer.framed = true;
	if (f && f->letter->html) {
		preview_show_html(now.preview, f, &html);
		frame_write(&v->answer.body, str_span(&html), &o);
		str_clear(&html);
	} else
		answer_line(&v->answer, 404, "there is no letter");
	composer_release(r->composer);
}

static void
show_file(struct room *r, struct visit *v, const char *name, const char *type)
{
	struct error err = ERROR_INIT;

	v->answer.type = type;
	if (!pages_file(r->pages, name, &v->answer.body, &err)) {
		if (err.kind == ERROR_NONE)
			error_set(&err, ERROR_BUG, "there is no %s", name);
		fail(r, &v->answer, &err);
	}
}

static void
show_style(struct room *r, struct visit *v)
{
	show_file(r, v, "style.css", "text/css; charset=utf-8");
}

static void
show_script(struct room *r, struct visit *v)
{
	show_file(r, v, "desk.js", "text/javascript; charset=utf-8");
}

static void
show_icon(struct room *r, struct visit *v)
{
	show_file(r, v, "icon.svg", "image/svg+xml");
}

/* ----- changes ----- */

static void
tell_version(struct room *r, struct visit *v)
{
	char *text = mem_printf(
		"%llu", (unsigned long long)composer_version(r->composer));

	answer_line(&v->answer, 200, text);
	free(text);
}

/* Gives an answer to those who wait, and have done so until `until`. */
static void
tell_waiting(struct room *r, int64_t until)
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
		tell_version(r, v);
		door_answered(r->door, v);
	}
}

/* Who did something sees what became of it. */
static void
changed(void *data)
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
	tell_waiting(r, INT64_MAX);
}

void
room_tick(struct room *r)
{
	tell_waiting(r, world_ticks() - PATIENCE);
}

static bool
is_waiting(struct room *r, const struct visit *v)
{
	const char *since = door_argument(v, "since");

	return since &&
		strtoull(since, NULL, 10) == composer_version(r->composer);
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
static void
go_back(struct visit *v, const struct submission *said)
{
	const char *view = submission_line(said, "back", BACK_MOST);

	go_to(v, "./");
	if (!text_is_empty(view))
		str_add_all(&v->answer.location, "?", view, NULL);
}

static void
compose_anew(struct room *r, struct visit *v, const struct submission *said)
{
	composer_refresh(r->composer);
	go_back(v, said);
}

static void
check_links(struct room *r, struct visit *v, const struct submission *said)
{
	composer_check(r->composer, CHECK_LINKS);
	go_back(v, said);
}

static void
check_spam(struct room *r, struct visit *v, const struct submission *said)
{
	composer_check(r->composer, CHECK_SPAM);
	go_back(v, said);
}

/* ----- routes ----- */

static const struct way {
	const char *path;
	void (*show)(struct room *room, struct visit *visit); /* by GET */
	void (*act)(struct room *room, struct visit *visit,
		const struct submission *said); /* or by POST */
	bool (*deed)(const struct deed *deed, struct error *err); /* likewise */
} ways[] = {
	{"/", .show = show_page},
	{"/style.css", .show = show_style},
	{"/desk.js", .show = show_script},
	{"/icon.svg", .show = show_icon},
	{"/letter", .show = show_letter},
	{"/changes", .show = tell_version},
	{"/anew", .act = compose_anew},
	{"/links", .act = check_links},
	{"/spam", .act = check_spam},
	{"/decide", .deed = deed_decide},
	{"/words", .deed = deed_write},
	{"/draft", .deed = deed_draft},
	{"/approve", .deed = deed_approve},
};

static const struct way *
find_way(const char *path)
{
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (text_equals(path, ways[i].path))
			return &ways[i];
	return NULL;
}

/* ----- deeds, in the composer's thread ----- */

/* To be shown once, to who has its number. */
static unsigned
keep_told(struct room *r, struct error *err)
{
	unsigned number;

	pthread_mutex_lock(&r->lock);
	free(r->told);
	r->told = mem_strdup(err->text);
	number = ++r->told_number;
	pthread_mutex_unlock(&r->lock);
	error_clear(err);
	return number;
}

static void
do_deed(struct room *r, struct visit *v, const struct composition *now)
{
	struct knock knock = knock_of(v);
	const char *user = guard_user(r->o.guard, &knock);
	struct arena *arena = arena_new();
	struct submission said;
	struct deed deed = {.now = now,
		.said = &said,
		.by = user ? user : r->o.who,
		.at = world_now()};
	struct error err = ERROR_INIT;

	submission_read(&said, arena, v->inquiry.content_type, v->inquiry.body);
	go_back(v, &said);
	if (!find_way(v->inquiry.path)->deed(&deed, &err))
		str_printf(&v->answer.location, "%stold=%u",
			str_text(&v->answer.location)[2] ? "&" : "?",
			keep_told(r, &err));
	arena_free(arena);
}

static void
do_asked(void *data, const struct composition *now)
{
	struct room *r = data;
	struct visit *asked, *ordered = NULL;

	pthread_mutex_lock(&r->lock);
	asked = r->asked;
	r->asked = NULL;
	pthread_mutex_unlock(&r->lock);
	while (asked) {
		struct visit *v = asked;

		asked = v->next;
		v->next = ordered;
		ordered = v;
	}
	for (struct visit *v = ordered; v; v = v->next)
		do_deed(r, v, now);
	pthread_mutex_lock(&r->lock);
	r->done = ordered;
	pthread_mutex_unlock(&r->lock);
}

/* Who asked when the desk was closed already. */
static void
refuse_asked(struct room *r)
{
	while (r->asked) {
		struct visit *v = r->asked;

		r->asked = v->next;
		answer_line(&v->answer, 503, "the desk is closing");
		door_answered(r->door, v);
	}
}

/* ----- answering ----- */

static bool
is_ours(struct room *r, const struct visit *v)
{
	struct arena *arena = arena_new();
	struct submission said;
	struct span token;
	bool is = submission_read(&said, arena, v->inquiry.content_type,
			  v->inquiry.body) &&
		submission_find(&said, "form", &token) &&
		guard_knows_form(r->o.guard, token);

	arena_free(arena);
	return is;
}

static void
act(struct room *r, struct visit *v, const struct way *way)
{
	struct arena *arena = arena_new();
	struct submission said;

	submission_read(&said, arena, v->inquiry.content_type, v->inquiry.body);
	way->act(r, v, &said);
	arena_free(arena);
}

/* False: it is to be put down until something has changed, or was done. */
static bool
enter(struct room *r, struct visit *v)
{
	const struct way *way = find_way(v->inquiry.path);

	if (!way)
		answer_line(&v->answer, 404, "there is no such page");
	else if (way->show == tell_version && is_waiting(r, v))
		return false;
	else if (way->show)
		way->show(r, v);
	else if (!is_ours(r, v))
		answer_line(&v->answer, 403, "this form is not ours");
	else if (way->deed)
		return false;
	else
		act(r, v, way);
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
admit(void *data, struct visit *v, int *cost)
{
	const struct way *way = find_way(v->inquiry.path);

	(void)data;
	*cost = 0; /* who comes from this machine, or by our proxy */
	return v->inquiry.method == METHOD_POST ? way && !way->show
						: !way || way->show;
}

/* It may have changed since answer(). */
static void
put(void *data, struct visit *v)
{
	struct room *r = data;

	bool asked = v->inquiry.method == METHOD_POST;
	struct visit **queue = asked ? &r->asked : &r->waiting;

	pthread_mutex_lock(&r->lock);
	v->at = is_waiting(r, v) && !r->closing ? world_ticks() : 0;
	v->next = *queue;
	*queue = v;
	pthread_mutex_unlock(&r->lock);
	if (asked)
		composer_refresh(r->composer);
}

static void
hurry(void *data)
{
	struct room *r = data;

	pthread_mutex_lock(&r->lock);
	r->closing = true;
	pthread_mutex_unlock(&r->lock);
	tell_waiting(r, INT64_MAX);
}

static bool
begin(void *data, struct door *door, struct error *err)
{
	struct room *r = data;
	struct composer_options options = {.site = r->o.site,
		.list = r->o.list,
		.before = do_asked,
		.changed = changed,
		.data = r};

	r->door = door;
	r->composer = composer_start(&options, err);
	return r->composer != NULL;
}

static void
end(void *data)
{
	struct room *r = data;

	if (r->composer)
		tell_waiting(r, INT64_MAX);
	composer_stop(r->composer);
	refuse_asked(r);
	r->composer = NULL;
}

struct doorkeeper
room_keeper(struct room *room)
{
	return (struct doorkeeper){.data = room,
		.admit = admit,
		.answer = answer,
		.put = put,
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
	free(r->told);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
