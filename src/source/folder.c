/*
 * A folder of Markdown files: walked in the order of the paths, read one after
 * the other, and joined to dispatches.
 */
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "source/group.h"
#include "source/source.h"

struct reading {
	struct article_reader reader;
	const char *shown; /* of the folder, in messages */
	struct article *articles;
	size_t count;
	struct str bytes;
	size_t octets; /* of all files so far */
};

static struct article *
add_article(struct reading *r)
{
	r->articles = arena_grow(
		r->reader.arena, r->articles, r->count, sizeof *r->articles);
	return &r->articles[r->count++];
}

static bool
refuse_large(const char *file, size_t largest, struct error *err)
{
	struct str most = STR_INIT;

	str_add_octets(&most, largest);
	error_set(err, ERROR_DATA,
		"%s: too large for a dispatch; the most is %s "
		"('limits.dispatch')",
		file, str_text(&most));
	str_clear(&most);
	return false;
}

static bool
read_bytes(struct reading *r, const struct folder_item *item, const char *file,
	struct error *err)
{
	size_t largest = r->reader.list->limits.dispatch;

	str_truncate(&r->bytes, 0);
	if (item->link)
		return error_set(err, ERROR_DATA,
			"%s: is a link, and links are not followed: put the "
			"file itself there",
			file);
	if ((uint64_t)item->size > largest)
		return refuse_large(file, largest, err);
	return folder_read(
		r->reader.folder, item->path, largest, &r->bytes, err);
}

/* One that cannot be read stays as a broken article, so that its translations
 * are known to have lost their original. */
static void
keep_broken(struct reading *r, const struct folder_item *item, const char *file,
	struct article *a, struct error *err)
{
	*a = (struct article){.broken = true};
	naming_read(r->reader.arena, item->path, &a->naming);
	a->variant.file = file;
	a->variant.language = a->naming.language;
	problem_add(r->reader.problems, SEVERITY_ERROR, NULL, 0, 0, "%s",
		err->text);
	error_clear(err);
}

static void
read_item(struct reading *r, const struct folder_item *item)
{
	const char *file =
		arena_printf(r->reader.arena, "%s/%s", r->shown, item->path);
	struct error problem = ERROR_INIT;
	struct article a;

	if (!read_bytes(r, item, file, &problem) ||
		!article_read(&r->reader, item->path, file, str_span(&r->bytes),
			&a, &problem)) {
		keep_broken(r, item, file, &a, &problem);
	} else if (!a.has_frontmatter && naming_is_note(item->path)) {
		return;
	} else if (a.is_empty) {
		error_set(&problem, ERROR_DATA,
			"%s: has neither title nor text", file);
		keep_broken(r, item, file, &a, &problem);
	}
	a.dispatch.settles = item->modified;
	*add_article(r) = a;
}

static bool
refuse_folder(const struct reading *r, struct error *err)
{
	struct str most = STR_INIT;

	str_add_octets(&most, r->reader.list->limits.folder);
	error_set(err, ERROR_DATA,
		"%s: its dispatches have more than %s: move old ones "
		"elsewhere, or raise 'limits.folder'",
		r->shown, str_text(&most));
	str_clear(&most);
	return false;
}

static bool
visit(void *data, const struct folder_item *item, struct error *err)
{
	struct reading *r = data;

	if (naming_hides_markdown(item->path))
		problem_add(r->reader.problems, SEVERITY_WARNING, NULL, 0, 0,
			"%s/%s: is not read: take the '.txt' off its name",
			r->shown, item->path);
	if (!naming_is_markdown(item->path) || naming_is_dropping(item->path) ||
		naming_is_section(item->path))
		return true;
	read_item(r, item);
	r->octets += r->bytes.len;
	return r->octets <= r->reader.list->limits.folder ||
		refuse_folder(r, err);
}

bool
folder_source_read(const struct list *list, const struct source_config *source,
	struct dispatches *out, struct error *err)
{
	struct folder *folder = folder_open(source->path, err);
	struct reading r = {
		.reader = {.arena = out->arena,
			.problems = &out->problems,
			.list = list,
			.source = source,
			.folder = folder},
		.shown = source->path,
	};
	bool ok = folder && folder_walk(folder, visit, &r, err);

	if (ok)
		group_articles(&r.reader, r.articles, r.count, out);
	else
		error_wrap(err, "source '%s'", source->name);
	str_clear(&r.bytes);
	folder_free(folder);
	return ok;
}
