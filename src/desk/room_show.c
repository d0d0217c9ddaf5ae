#include "desk/room_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "desk/frame.h"
#include "desk/page.h"
#include "run/preview_show.h"

static const char page_policy[] =
	"default-src 'none'; script-src 'self'; style-src 'self'; "
	"img-src 'self'; connect-src 'self'; frame-src 'self'; "
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/* ----- whose ----- */

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
	unsigned long n = number ? strtoul(number, NULL, 10) : 0;
	char *text = NULL;

	pthread_mutex_lock(&r->lock);
	if (n && n <= r->told_number && r->told_number - n < TOLD_MOST)
		text = mem_strdup(r->told[n % TOLD_MOST]);
	pthread_mutex_unlock(&r->lock);
	return text;
}

/* What is held of the composer comes last: room_put() asks it for its version
 * while it has the room. */
void
room_show_page(struct room *r, struct visit *v)
{
	struct knock knock = knock_of(v);
	char *language = language_of(r, v), *told = find_told(r, v);
	struct composition now = composer_hold(r->composer);
	struct page_input in = {.pages = r->pages,
		.language = language,
		.now = &now,
		.wish = wish_read(argument, v),
		.form = r->o.guard->form,
		.told = told,
		.done = door_argument(v, "done"),
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

void
room_show_letter(struct room *r, struct visit *v)
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

void
room_show_style(struct room *r, struct visit *v)
{
	show_file(r, v, "style.css", "text/css; charset=utf-8");
}

void
room_show_script(struct room *r, struct visit *v)
{
	show_file(r, v, "desk.js", "text/javascript; charset=utf-8");
}

void
room_show_icon(struct room *r, struct visit *v)
{
	show_file(r, v, "icon.svg", "image/svg+xml");
}
