/*
 * The picture that leads an entry.
 */
#include "render/body.h"
#include "render/view_making.h"

/* What it shows and whose it is; NULL when there is nothing to say. */
static const char *
picture_line(struct making *m, const char *words)
{
	const struct picture *p = &m->v->picture;
	const char *photo = making_text(m, "photo");
	const char *parts[] = {words,
		text_is_empty(p->credit)
			? NULL
			: arena_printf(m->arena, "%s: %s", photo, p->credit)};
	const char *line = making_join(m, parts, 2, " \xc2\xb7 ");

	return line && !parts[1] ? arena_printf(m->arena, "%s: %s", photo, line)
				 : line;
}

/* Who sees the picture needs no words in its place, but for its caption. */
static const char *
shown_line(struct making *m)
{
	const struct picture *p = &m->v->picture;

	return text_is_empty(p->credit) ? p->caption
					: picture_line(m, p->caption);
}

static void
set_inlay(struct making *m, struct value *map, const struct inlay *inlay)
{
	view_set(m->arena, map, "src",
		inlay ? arena_printf(m->arena, "cid:%s", inlay->cid) : NULL);
	view_set(m->arena, map, "width", NULL);
	view_set(m->arena, map, "height", NULL);
	if (!inlay)
		return;
	value_set_int(m->arena, map, "width", inlay_shown_width(inlay));
	value_set_int(m->arena, map, "height", inlay_shown_height(inlay));
}

/* A letter without HTML carries none, whatever those beside it do. */
static const struct inlay *
find_inlay(const struct making *m)
{
	const struct picture *p = &m->v->picture;

	return m->in->html ? inlays_find(bodies_inlays(m->in->bodies), m->v,
				     p->file ? p->file : p->url)
			   : NULL;
}

void
making_set_picture(struct making *m)
{
	const struct picture *p = &m->v->picture;
	const struct inlay *inlay = find_inlay(m);
	const char *line = picture_line(
		m, text_is_empty(p->caption) ? p->alt : p->caption);
	struct value *map;

	if ((!inlay && (!line || !(p->file || p->url))) ||
		m->in->issue->list->images == IMAGES_NONE) {
		view_set(m->arena, m->map, "picture", NULL);
		return;
	}
	map = value_set(m->arena, m->map, "picture", value_new_map(m->arena));
	set_inlay(m, map, inlay);
	view_set(m->arena, map, "alt", p->alt);
	view_set(m->arena, map, "caption", p->caption);
	view_set(m->arena, map, "credit", p->credit);
	view_set(m->arena, map, "line", inlay ? shown_line(m) : line);
	view_set_wrapped(m->arena, map, "line", line);
	view_set_wrapped(m->arena, map, "link", inlay ? NULL : p->url);
	view_set(m->arena, map, "link", inlay ? NULL : p->url);
}
