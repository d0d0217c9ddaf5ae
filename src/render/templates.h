/*
 * The templates of a list, compiled. Inside render/ only.
 */
#ifndef RENDER_TEMPLATES_H
#define RENDER_TEMPLATES_H

#include "html/css.h"
#include "render/mustache.h"
#include "render/render.h"
#include "render/strings.h"

struct templates {
	struct arena *arena;
	struct template_files files;
	struct mustache *subject, *preheader, *html, *text;
	/* Of digest forms; `item` renders the entry that stands at "item". */
	struct mustache *head, *item, *foot;
	struct strings *strings;
	struct css *css; /* of the HTML part; or NULL */
};

#endif
