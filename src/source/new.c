/*
 * A new dispatch, ready to be written on.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "source/slug.h"
#include "source/source.h"

/* What an editor may want to say, as comments that he uncovers. */
static const char hints[] =
	"# summary: One or two sentences for the list of contents.\n"
	"# link: https://example.org/the-full-story\n"
	"# section: News\n"
	"# organisation: {name: Harbour Workers' Union, acronym: HWU}\n"
	"# author: Jane Doe\n"
	"# place: Port Example\n"
	"# image: {file: photo.jpg, alt: What it shows, credit: Jane Doe}\n"
	"# signatories: [First Union, Second Union]\n"
	"# series: Interviews\n"
	"# part: 1\n"
	"# updated: true\n"
	"# update_note: What is new.\n"
	"# embargo: 2027-01-31 06:00\n"
	"# draft: true\n";

/* A text in double quotes as JSON writes it is YAML, whatever is in it. */
static void
write_text(const struct list *list, struct span title, struct civil now,
	struct str *out)
{
	str_add(out, "---\ntitle: ");
	json_write_text(out, title);
	str_printf(out, "\ndate: %04d-%02d-%02d %02d:%02d\n", now.year,
		now.month, now.day, now.hour, now.minute);
	if (list->language)
		str_printf(out, "language: %s\n", list->language);
	str_add(out, hints);
	str_add(out, "---\n\n");
}

static const struct source_config *
first_folder(const struct list *list)
{
	for (size_t i = 0; i < list->source_count; i++)
		if (list->sources[i].kind == SOURCE_FOLDER)
			return &list->sources[i];
	return NULL;
}

/* Takes a name that is free: "…-2.md" when there is such a file already. */
static int
create(const char *folder, const char *stem, char **path)
{
	int fd = -1;

	for (int n = 1; n < 1000; n++) {
		char *name = n == 1 ? mem_printf("%s.md", stem)
				    : mem_printf("%s-%d.md", stem, n);

		free(*path);
		*path = file_join(folder, name);
		free(name);
		fd = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd;
}

static bool
write_file(int fd, struct span text)
{
	FILE *f = fdopen(fd, "w");
	bool ok;

	if (!f) {
		close(fd);
		return false;
	}
	ok = fwrite(text.data, 1, text.len, f) == text.len;
	return fclose(f) == 0 && ok;
}

static bool
write_new(const char *folder, const char *stem, struct span text, char **path,
	struct error *err)
{
	int fd;

	if (!file_make_folders(folder, 0755, err))
		return false;
	fd = create(folder, stem, path);
	if (fd >= 0 && write_file(fd, text))
		return true;
	error_set_errno(err, "%s", *path);
	if (fd >= 0)
		unlink(*path);
	return false;
}

bool
dispatch_write_new(const struct list *list, const char *title, int64_t now,
	char **path, struct error *err)
{
	const struct source_config *source = first_folder(list);
	struct civil day = zone_civil(list->schedule.zone, now);
	struct str line = STR_INIT, stem = STR_INIT, text = STR_INIT;
	bool ok;

	*path = NULL;
	text_flatten(&line, span_of(title));
	if (!source || line.len == 0) {
		str_clear(&line);
		return source ? error_set(err, ERROR_USAGE,
					"a dispatch needs a title")
			      : error_set(err, ERROR_CONFIG,
					"list '%s' has no folder among its "
					"sources",
					list->name);
	}
	str_printf(&stem, "%04d-%02d-%02d-", day.year, day.month, day.day);
	slug_write(&stem, str_span(&line));
	if (span_ends(str_span(&stem), "-"))
		str_add(&stem, "dispatch");
	write_text(list, str_span(&line), day, &text);
	ok = write_new(
		source->path, str_text(&stem), str_span(&text), path, err);
	if (!ok) {
		free(*path);
		*path = NULL;
	}
	str_clear(&line);
	str_clear(&stem);
	str_clear(&text);
	return ok;
}
