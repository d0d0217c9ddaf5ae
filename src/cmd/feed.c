#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/site.h"
#include "run/feed_add.h"

enum { TITLES = 3, WIDTH = 70 };

static const struct option options[] = {
	{"section", "TEXT", "add: the section of its dispatches"},
	{"allow-private", NULL, "add: it is on your own network"},
	{"dry-run", NULL, "say what would be written, write nothing"},
	{NULL, NULL, NULL},
};

/* What every verb begins with. */
struct feed_context {
	struct site site;
	const struct list *list;
	char *file; /* the list's settings */
};

/* ----- one feed ----- */

static size_t
title_count(const struct found_feed *f)
{
	return f->in.count < TITLES ? f->in.count : TITLES;
}

static const char *
title_of(const struct found_feed *f, size_t i)
{
	return f->newest[i]->variants[0].title;
}

static int64_t
newest_date(const struct found_feed *f)
{
	return f->in.count ? f->newest[0]->date : INSTANT_NONE;
}

static void
print_line(FILE *out, const char *margin, const char *text)
{
	struct str line = STR_INIT, flat = STR_INIT;

	text_flatten(&flat, span_of(text));
	text_shorten(&line, str_span(&flat), WIDTH);
	fprintf(out, "%s%s\n", margin, str_text(&line));
	str_clear(&flat);
	str_clear(&line);
}

static void
print_feed(FILE *out, const struct list *list, const struct found_feed *f)
{
	char *newest = local_time(list, newest_date(f));

	print_line(out, "", *f->title ? f->title : "(no title)");
	fprintf(out, "    %s%s%s\n", f->shown,
		f->of_comments ? " (comments)" : "",
		f->known ? " (on the list already)" : "");
	fprintf(out, "    %zu item%s", f->in.count,
		f->in.count == 1 ? "" : "s");
	if (newest_date(f) != INSTANT_NONE)
		fprintf(out, ", the newest of %s", newest);
	putc('\n', out);
	for (size_t i = 0; i < title_count(f); i++)
		print_line(out, "      ", title_of(f, i));
	free(newest);
}

static struct value *
feed_value(struct arena *a, const struct found_feed *f)
{
	struct value *v = value_new_map(a), *titles;
	struct str newest = STR_INIT;

	value_set_text(a, v, "url", f->shown);
	value_set_text(a, v, "title", f->title);
	value_set_int(a, v, "items", (int64_t)f->in.count);
	value_set(a, v, "newest", value_new_null(a));
	if (newest_date(f) != INSTANT_NONE) {
		date_write_iso(&newest, newest_date(f));
		value_set_text(a, v, "newest", str_text(&newest));
	}
	titles = value_set(a, v, "titles", value_new_list(a));
	for (size_t i = 0; i < title_count(f); i++)
		value_push(a, titles, value_new_text(a, title_of(f, i)));
	str_clear(&newest);
	return v;
}

/* ----- add ----- */

static void
print_json(struct invocation *in, const struct feed_context *c,
	const struct feed_addition *found)
{
	struct arena *a = arena_new();
	struct value *v = value_new_map(a);
	struct value *feeds = value_set(a, v, "feeds", value_new_list(a));

	for (size_t i = 0; i < found->search.count; i++)
		value_push(a, feeds, feed_value(a, &found->search.feeds[i]));
	value_set_text_or_null(a, v, "added", found->added);
	value_set_text_or_null(a, v, "already", found->already);
	value_set_text(a, v, "file", c->file);
	invocation_print_json(in, v);
	arena_free(a);
}

static void
print_words(struct invocation *in, const struct feed_context *c,
	const struct feed_addition *found)
{
	const struct feed_search *search = &found->search;
	bool dry_run = invocation_has(in, "dry-run");

	for (size_t i = 0; i < search->count; i++)
		print_feed(in->out, c->list, &search->feeds[i]);
	if (search->untried)
		fprintf(in->out, "and %zu more addresses, not looked at\n",
			search->untried);
	if (found->already)
		fprintf(in->out, "'%s' has %s already\n", c->list->name,
			found->already);
	if (found->added)
		fprintf(in->out,
			dry_run ? "would add %s to %s\n" : "added %s to %s\n",
			found->added, c->file);
}

static bool
do_add(struct invocation *in, struct feed_context *c, struct error *err)
{
	struct feed_add_options o = {.list = c->list,
		.url = in->arguments[2],
		.section = invocation_option(in, "section"),
		.allow_private = invocation_has(in, "allow-private"),
		.dry_run = invocation_has(in, "dry-run"),
		.now = in->now};
	struct feed_addition found;
	bool ok = feed_add(&o, &found, err);

	if (ok || found.search.count > 0)
		(in->json ? print_json : print_words)(in, c, &found);
	feed_addition_clear(&found);
	return ok;
}

/* ----- import ----- */

static void
print_import(struct invocation *in, const struct feed_context *c,
	const struct feed_import *done)
{
	struct arena *a = arena_new();
	struct value *v = value_new_map(a);

	value_set_int(a, v, "added", (int64_t)done->added);
	value_set_int(a, v, "already", (int64_t)done->already);
	value_set_int(a, v, "left_out", (int64_t)done->left_out);
	value_set_text(a, v, "file", c->file);
	if (in->json)
		invocation_print_json(in, v);
	else
		fprintf(in->out,
			"%zu feed%s %s to %s, %zu there already, %zu left out "
			"(no address of the web)\n",
			done->added, done->added == 1 ? "" : "s",
			invocation_has(in, "dry-run") ? "would be added"
						      : "added",
			c->file, done->already, done->left_out);
	arena_free(a);
}

static bool
do_import(struct invocation *in, struct feed_context *c, struct error *err)
{
	struct feed_import done;

	if (invocation_has(in, "section") ||
		invocation_has(in, "allow-private"))
		return error_set(err, ERROR_USAGE,
			"feed import: --section and --allow-private go with "
			"'feed add'");
	if (!feed_import(c->list, in->arguments[2],
		    invocation_has(in, "dry-run"), &done, err))
		return false;
	print_import(in, c, &done);
	return true;
}

/* ----- the verbs ----- */

static const struct verb {
	const char *name;
	bool (*run)(struct invocation *in, struct feed_context *c,
		struct error *err);
} verbs[] = {
	{"add", do_add},
	{"import", do_import},
	{NULL, NULL},
};

static bool
run_verb(struct invocation *in, const struct verb *verb, struct error *err)
{
	struct feed_context c;
	bool ok;

	if (!command_site(in, true, &c.site, err))
		return false;
	c.list = site_find(&c.site, in->arguments[1]);
	if (c.list) {
		c.file = mem_printf("%s/list.yaml", c.list->folder);
		ok = verb->run(in, &c, err);
		free(c.file);
	} else {
		ok = site_unknown(&c.site, in->arguments[1], err);
	}
	site_clear(&c.site);
	return ok;
}

static bool
run_feed(struct invocation *in, struct error *err)
{
	for (const struct verb *v = verbs; v->name; v++)
		if (strcmp(in->arguments[0], v->name) == 0)
			return run_verb(in, v, err);
	return error_set(err, ERROR_USAGE,
		"feed: unknown verb '%s': say 'feed add' or 'feed import'",
		in->arguments[0]);
}

const struct command feed_command = {
	.name = "feed",
	.role = ROLE_OPERATOR,
	.usage = "add LIST URL | import LIST FILE.opml",
	.summary = "finds the feed of a web site, shows what is in it, and "
		   "writes it into the list's settings",
	.text = "add takes the address of a feed or of any page of a site. "
		"When a site has feeds that differ, they are shown, and "
		"nothing is written until one is named. import takes what a "
		"feed reader exports (OPML), without fetching anything; the "
		"groups become sections. Comments and layout of list.yaml "
		"stay as they are.",
	.options = options,
	.least = 3,
	.most = 3,
	.run = run_feed,
};
