#include "run/pictures.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/url.h"
#include "picture/picture.h"
#include "run/picture_set.h"
#include "source/fetch.h"

enum {
	LETTER_OCTETS = 1500 * 1000, /* of all pictures in one letter */
	CID_OCTETS = 12,
	NAME_WIDTH = 60,
	/* What is smaller, on the web, counts readers and shows nothing. */
	PIXEL = 2,
};

static const char accepted[] = "image/jpeg, image/png, image/webp, image/gif, "
			       "*/*;q=0.1";

struct work {
	struct picture_set set;
	struct inlays *inlays;
};

/* ----- one picture ----- */

/* Behind the last slash of either kind: "%2F" and "%5C" are some, too. */
static struct span
last_part(struct span s)
{
	size_t at = s.len;

	while (at > 0 && s.data[at - 1] != '/' && s.data[at - 1] != '\\')
		at--;
	return span_from(s, at);
}

/* "crane.jpg" of "2026/crane.webp" or "https://example.org/crane?w=9". */
static char *
name_for(const struct shot *shot, const char *extension)
{
	const char *from = shot->path ? shot->path : shot->url;
	struct span s = span_of(from);
	struct str plain = STR_INIT, flat = STR_INIT, out = STR_INIT;

	if (shot->url)
		s = span_slice(s, 0, strcspn(from, "?#"));
	if (!shot->url || !url_unescape(&plain, s)) {
		str_truncate(&plain, 0);
		str_add_span(&plain, s);
	}
	s = last_part(str_span(&plain));
	text_flatten(&flat, span_slice(s, 0, span_find_last(s, '.')));
	str_add_span(&out, text_cut(str_span(&flat), NAME_WIDTH));
	str_printf(&out, "%s.%s", out.len ? "" : "picture", extension);
	str_clear(&plain);
	str_clear(&flat);
	return str_take(&out);
}

/* From what was given, not from what is made of it: the same picture under two
 * names is made once, and has the same id in every issue and on every machine.
 */
static char *
make_cid(const struct list *list, struct span bytes)
{
	unsigned char hash[HASH_SIZE];
	struct str cid = STR_INIT;

	hash_sha256(bytes, hash);
	hash_write_hex(&cid, hash, CID_OCTETS);
	str_printf(&cid, "@%s", list->list_id);
	return str_take(&cid);
}

static void
keep_made(struct work *w, struct shot *shot, const char *cid,
	const struct picture_made *made)
{
	char *name = name_for(shot, made->extension);
	struct inlay inlay = {.cid = cid,
		.type = made->type,
		.file_name = name,
		.width = made->width,
		.height = made->height,
		.bytes = str_span(&made->bytes)};

	shot->inlay = inlays_add(w->inlays, &inlay);
	free(name);
}

static void
make_new(struct work *w, struct shot *shot, const char *cid, struct span bytes)
{
	struct picture_limits usual = {.width = 0};
	struct error err = ERROR_INIT;
	struct picture_made made;

	if (!picture_make(bytes, &usual, &made, &err))
		picture_set_warn(&w->set, shot, err.text);
	else if (!shot->url || (made.width > PIXEL && made.height > PIXEL))
		keep_made(w, shot, cid, &made);
	picture_made_clear(&made);
	error_clear(&err);
}

static void
make_one(struct work *w, struct shot *shot, struct span bytes)
{
	char *cid = make_cid(w->set.list, bytes);

	shot->inlay = inlays_find_cid(w->inlays, cid);
	if (!shot->inlay)
		make_new(w, shot, cid, bytes);
	free(cid);
}

/* ----- from folders ----- */

static void
make_file(struct work *w, struct shot *shot)
{
	struct error err = ERROR_INIT;
	struct str bytes = STR_INIT, what = STR_INIT;

	if (folder_read(
		    shot->folder, shot->path, PICTURE_OCTETS, &bytes, &err)) {
		make_one(w, shot, str_span(&bytes));
	} else {
		str_printf(&what, "cannot be read: %s", err.text);
		picture_set_warn(&w->set, shot, str_text(&what));
	}
	str_clear(&what);
	str_clear(&bytes);
	error_clear(&err);
}

/* ----- from the web ----- */

/* The operator's word about a feed holds for its pictures. */
static bool
allows_private(const struct list *list, const struct dispatch *d)
{
	for (size_t i = 0; i < list->source_count; i++)
		if (text_equals(list->sources[i].name, d->source))
			return list->sources[i].allow_private;
	return false;
}

static void
take_answer(void *data, const struct fetch_answer *answer)
{
	struct work *w = data;
	struct shot *shot = answer->request->data;
	struct str what = STR_INIT;

	if (answer->kind == FETCH_FRESH) {
		make_one(w, shot, answer->body);
		return;
	}
	str_printf(&what, "cannot be fetched: %s", answer->error.text);
	picture_set_warn(&w->set, shot, str_text(&what));
	str_clear(&what);
}

static bool
fetch_pictures(
	struct work *w, const struct pictures_options *o, struct error *err)
{
	size_t most = map_count(w->set.shots), count = 0;
	struct fetch_request *requests = mem_new((most + 1) * sizeof *requests);
	const struct limits *limits = &w->set.list->limits;
	struct fetch_options options = {.limit = limits->picture,
		.timeout_ms = limits->fetch * 1000,
		.now = o->now,
		.timeout_scale = o->timeout_scale,
		.stop = o->stop};
	bool ok;

	for (size_t i = 0; i < most; i++) {
		struct shot *shot = map_value(w->set.shots, i);

		if (!shot->url)
			continue;
		requests[count++] = (struct fetch_request){.url = shot->url,
			.accept = accepted,
			.allow_private = allows_private(w->set.list, shot->d),
			.data = shot};
	}
	ok = count == 0 ||
		fetch_all(requests, count, &options, take_answer, w, err);
	free(requests);
	return ok;
}

/* ----- what a letter may carry ----- */

static bool
is_in(const struct shot *const *shots, size_t count, const struct inlay *inlay)
{
	for (size_t i = 0; i < count; i++)
		if (shots[i]->inlay == inlay)
			return true;
	return false;
}

static void
leave_out(struct work *w, struct showing *s)
{
	s->left_out = true;
	if (!s->shot->told)
		picture_set_warn(&w->set, s->shot,
			"is left out: the letter has 1.5 MB of pictures "
			"before it");
	s->shot->told = true;
}

/* In reading order, the later give way; a smaller one may still find room. What
 * is left out here may have room in the letter of another language. */
static void
bound_entry(struct work *w, const struct variant *v, const struct shot **in,
	size_t *count, size_t *octets)
{
	for (size_t i = 0; i < w->set.showing_count; i++) {
		struct showing *s = &w->set.showings[i];
		struct shot *shot = s->shot;

		if (s->v != v || s->left_out || !shot->inlay ||
			is_in(in, *count, shot->inlay))
			continue;
		if (*octets + shot->inlay->bytes.len > LETTER_OCTETS) {
			leave_out(w, s);
			continue;
		}
		*octets += shot->inlay->bytes.len;
		in[(*count)++] = shot;
	}
}

static void
bound_edition(struct work *w, const struct edition *e)
{
	const struct shot **in =
		mem_new((w->set.showing_count + 1) * sizeof *in);
	size_t count = 0, octets = 0;

	for (size_t i = 0; i < e->entry_count; i++)
		bound_entry(w, e->entries[i].variant, in, &count, &octets);
	free(in);
}

/* ----- all of them ----- */

static void
place_all(const struct work *w)
{
	for (size_t i = 0; i < w->set.showing_count; i++) {
		const struct showing *s = &w->set.showings[i];

		if (s->shot->inlay && !s->left_out)
			inlays_place(w->inlays, s->v, s->name, s->shot->inlay);
	}
}

bool
pictures_make(const struct pictures_options *o, struct inlays *inlays,
	struct problems *problems, struct error *err)
{
	enum images_rule rule = o->issue->list->images;
	struct work w = {.inlays = inlays};
	bool ok;

	if (rule != IMAGES_EMBED && rule != IMAGES_FETCH)
		return true;
	picture_set_init(&w.set, o->issue, problems);
	for (size_t i = 0; i < map_count(w.set.shots); i++) {
		struct shot *shot = map_value(w.set.shots, i);

		if (shot->folder)
			make_file(&w, shot);
	}
	ok = !o->fetch || fetch_pictures(&w, o, err);
	for (size_t i = 0; i < o->issue->edition_count; i++)
		bound_edition(&w, &o->issue->editions[i]);
	place_all(&w);
	picture_set_clear(&w.set);
	return ok;
}
