#include "run/picture_set.h"

#include <stdio.h>
#include <string.h>

#include "base/url.h"
#include "render/render.h"
#include "source/beside.h"

/* Each is a request to somebody's server; and one dispatch that is full of them
 * leaves room for the others. */
enum { WEB_MOST = 100, WEB_EACH = 20 };

/* Each is decoded, though a letter has room for a few dozen. */
enum { FILES_MOST = 500 };

struct looking {
	struct picture_set *set;
	const struct dispatch *d;
	const struct variant *v;
	size_t on_web, here; /* fetched for the issue, for this variant */
	size_t links;	     /* of this variant, that could not be */
	size_t files, left;  /* read for the issue; of this variant, not */
};

static void
tell(struct picture_set *set, enum severity severity, const struct shot *shot,
	const char *what)
{
	bool file = shot->d->folder != NULL;

	problem_add(set->problems, severity, shot->v->file, 0, 0,
		"%s%s%sthe picture '%s' %s", file ? "" : "'",
		file ? "" : shot->v->title, file ? "" : "': ", shot->name,
		what);
}

void
picture_set_warn(
	struct picture_set *set, const struct shot *shot, const char *what)
{
	tell(set, SEVERITY_WARNING, shot, what);
}

/* ----- where one comes from ----- */

/* NULL when there is none, or it cannot be opened: then reading the dispatches
 * has said so. */
static struct folder *
folder_of(struct picture_set *set, const struct dispatch *d)
{
	struct folder *folder;

	if (!d->folder)
		return NULL;
	if (map_has(set->folders, d->folder))
		return map_find(set->folders, d->folder);
	folder = folder_open(d->folder, NULL);
	map_set(set->folders, d->folder, folder);
	return folder;
}

/* The shot of this key, new or not. */
static struct shot *
shot_of(struct looking *l, const char *key, const char *name)
{
	struct shot *shot = map_find(l->set->shots, key);

	if (shot)
		return shot;
	shot = arena_alloc(l->set->arena, sizeof *shot);
	shot->d = l->d;
	shot->v = l->v;
	shot->name = arena_strdup(l->set->arena, name);
	map_set(l->set->shots, key, shot);
	return shot;
}

static void
add_showing(struct looking *l, const char *name, struct shot *shot)
{
	struct picture_set *set = l->set;

	set->showings = arena_grow(set->arena, set->showings,
		set->showing_count, sizeof *set->showings);
	set->showings[set->showing_count++] = (struct showing){.v = l->v,
		.name = arena_strdup(set->arena, name),
		.shot = shot};
}

static void
add_file(struct looking *l, const char *name, const char *path)
{
	const char *key =
		arena_printf(l->set->arena, "%s/%s", l->d->folder, path);
	bool is_another = !map_has(l->set->shots, key);
	struct shot *shot;

	if (is_another && l->files >= FILES_MOST) {
		l->left++;
		return;
	}
	l->files += is_another;
	shot = shot_of(l, key, name);
	shot->folder = folder_of(l->set, l->d);
	shot->path = arena_strdup(l->set->arena, path);
	add_showing(l, name, shot);
}

static void
add_from_web(struct looking *l, const char *name, const char *url)
{
	bool is_another = !map_has(l->set->shots, url);
	struct shot *shot;

	if (l->set->list->images != IMAGES_FETCH)
		return;
	if (is_another && (l->on_web >= WEB_MOST || l->here >= WEB_EACH)) {
		l->links++;
		return;
	}
	l->on_web += is_another;
	l->here += is_another;
	shot = shot_of(l, url, name);
	shot->url = arena_strdup(l->set->arena, url);
	add_showing(l, name, shot);
}

/* ----- pictures in bodies ----- */

/* "images/a%20b.jpg?x" names "images/a b.jpg"; NULL: it names no file. */
static char *
file_meant(struct arena *arena, const char *name)
{
	struct span s = span_slice(span_of(name), 0, strcspn(name, "?#"));
	struct str out = STR_INIT;
	char *file = NULL;

	if (s.len && url_scheme(s).len == 0 && !span_starts(s, "//") &&
		url_unescape(&out, s) && strlen(str_text(&out)) == out.len)
		file = arena_strdup(arena, str_text(&out));
	str_clear(&out);
	return file;
}

/* Beside the dispatch's file, else from the source's folder. */
static const char *
find_file(struct looking *l, const char *file)
{
	struct folder *folder = folder_of(l->set, l->d);
	struct arena *a = l->set->arena;
	const char *path;

	if (!folder || !l->v->beside)
		return NULL;
	path = beside_resolve(a, *file == '/' ? "" : l->v->beside, file);
	if (path && folder_has(folder, path))
		return path;
	path = beside_resolve(a, "", file);
	return path && folder_has(folder, path) ? path : NULL;
}

/* What is missing here but means something on the web is a link there. */
static void
add_from_body(void *data, const char *name, const char *url)
{
	struct looking *l = data;
	const char *file = file_meant(l->set->arena, name);
	const char *path = file ? find_file(l, file) : NULL;

	if (path)
		add_file(l, name, path);
	else if (url && url_is_web(span_of(url)))
		add_from_web(l, name, url);
	else if (file && l->d->folder)
		picture_set_warn(l->set,
			&(struct shot){.d = l->d, .v = l->v, .name = name},
			"is not there; put the file beside the dispatch's");
}

/* ----- all of them ----- */

static bool
is_new(struct picture_set *set, const struct variant *v)
{
	char key[24];

	snprintf(key, sizeof key, "%p", (const void *)v);
	return !map_set(set->looked, key, set);
}

/* Who cannot see it learns nothing. Nobody is kept from sending it. */
static void
note_speechless(struct looking *l, const struct picture *p)
{
	struct shot shot = {.d = l->d, .v = l->v, .name = p->file};

	if (!p->decorative && text_is_empty(p->alt) &&
		text_is_empty(p->caption))
		tell(l->set, SEVERITY_NOTE, &shot,
			"has no 'alt': write what it shows, or alt: \"\" when "
			"that is nothing");
}

static void
look_at(struct looking *l)
{
	const struct picture *p = &l->v->picture;

	if (!is_new(l->set, l->v))
		return;
	l->here = l->links = l->left = 0;
	if (p->file)
		note_speechless(l, p);
	if (p->file && folder_of(l->set, l->d))
		add_file(l, p->file, p->file);
	else if (p->url)
		add_from_web(l, p->url, p->url);
	body_pictures(l->v, add_from_body, l);
	if (l->links)
		problem_add(l->set->problems, SEVERITY_NOTE, l->v->file, 0, 0,
			"'%s': %zu of its pictures stay links: at most %d of "
			"a dispatch are fetched, and %d of an issue",
			l->v->title, l->links, WEB_EACH, WEB_MOST);
	if (l->left)
		problem_add(l->set->problems, SEVERITY_WARNING, l->v->file, 0,
			0,
			"%zu of its pictures are left out: at most %d files "
			"of an issue are read",
			l->left, FILES_MOST);
}

void
picture_set_init(struct picture_set *set, const struct issue *issue,
	struct problems *problems)
{
	struct looking l = {.set = set};

	*set = (struct picture_set){.list = issue->list,
		.arena = arena_new(),
		.problems = problems,
		.folders = map_new(),
		.shots = map_new(),
		.looked = map_new()};
	for (size_t i = 0; i < issue->edition_count; i++) {
		const struct edition *e = &issue->editions[i];

		for (size_t k = 0; k < e->entry_count; k++) {
			l.d = e->entries[k].dispatch;
			l.v = e->entries[k].variant;
			look_at(&l);
		}
	}
}

void
picture_set_clear(struct picture_set *set)
{
	for (size_t i = 0; i < map_count(set->folders); i++)
		folder_free(map_value(set->folders, i));
	map_free(set->folders);
	map_free(set->shots);
	map_free(set->looked);
	arena_free(set->arena);
}
