#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"
#include "render/template_files.h"
#include "run/upkeep.h"

/*
 * A site that already runs. "@DATE@" becomes the day it is made.
 */
static const struct starter {
	const char *path, *text;
} starters[] = {
	{"lists/defaults.yaml",
		"# What every list of this site inherits; any of it may stand "
		"in a list.yaml too.\n"
		"# docs/configuration.md explains each setting; 'postrider "
		"check' finds mistakes.\n"
		"\n"
		"store: sqlite:state/postrider.db\n"
		"\n"
		"# Letters go to a folder until you name a relay:\n"
		"# transport: smtp://user@relay.example.org:587\n"
		"transport: spool\n"
		"connections: 8\n"
		"\n"
		"# Real sending wants these three:\n"
		"# web: https://lists.example.org\n"
		"# postal_address: Your name, your street, your town\n"
		"# privacy_url: https://example.org/privacy\n"
		"\n"
		"# Where letters that come back are sent to, and where they "
		"lie:\n"
		"# bounces: bounces@example.org\n"
		"# inbox: maildir:/var/lib/postrider/Maildir\n"},
	{"lists/news/list.yaml",
		"title: News\n"
		"list_id: news.example.org\n"
		"from: News <news@example.org>\n"
		"language: en\n"
		"\n"
		"schedule: {every: week, on: monday, at: \"07:00\", timezone: "
		"UTC}\n"
		"\n"
		"sources:\n"
		"  - folder: dispatches\n"
		"\n"
		"# Anybody may ask to join, by the page of 'postrider "
		"serve':\n"
		"# joining: {open: true}\n"
		"\n"
		"select: {first_issue: 7 days, updates: marked, min: 1, max: "
		"40}\n"
		"\n"
		"subject: \"{{list.title}} {{issue.label}}: "
		"{{lead.title}}{{#more}} {{more}}{{/more}}\"\n"},
	{"lists/news/subscribers.csv",
		"email,name\n"
		"reader@example.org,First Reader\n"},
	{"lists/news/dispatches/welcome.md",
		"---\n"
		"title: The first dispatch\n"
		"date: @DATE@\n"
		"---\n"
		"A dispatch is a Markdown file like this one. Change it, or "
		"write another with\n"
		"`postrider new news \"Your title\"`, and look at the issue "
		"with\n"
		"`postrider preview news`.\n"},
	{NULL, NULL},
};

static bool
is_empty_folder(const char *path)
{
	DIR *dir = opendir(path);
	bool empty;

	if (!dir)
		return errno == ENOENT;
	empty = !folder_next(dir) && errno == 0;
	closedir(dir);
	return empty;
}

static bool
write_file(const char *folder, const char *name, struct span text,
	struct error *err)
{
	char *path = file_join(folder, name);
	char *parent = mem_dup(path, (size_t)(file_name(path) - path - 1));
	bool ok = file_make_folders(parent, 0755, err) &&
		file_write(path, text, 0644, err);

	free(parent);
	free(path);
	return ok;
}

static bool
write_starter(const char *folder, const struct starter *s, int64_t now,
	struct error *err)
{
	static const char mark[] = "@DATE@";
	struct span text = span_of(s->text);
	size_t at = span_find_text(text, mark);
	struct str out = STR_INIT;
	bool ok;

	str_add_span(&out, span_slice(text, 0, at));
	if (at < text.len) {
		struct civil c = civil_from_instant(now, 0);

		str_printf(&out, "%04d-%02d-%02d", c.year, c.month, c.day);
		str_add_span(&out, span_from(text, at + sizeof mark - 1));
	}
	ok = write_file(folder, s->path, str_span(&out), err);
	str_clear(&out);
	return ok;
}

static bool
write_template(const char *folder, const char *name, struct error *err)
{
	char *path = mem_printf("templates/%s", name);
	struct span text;
	bool ok = !embedded_find(name, &text) ||
		write_file(folder, path, text, err);

	free(path);
	return ok;
}

bool
site_init(const char *folder, int64_t now, struct error *err)
{
	bool ok = true;

	if (!is_empty_folder(folder))
		return error_set(err, ERROR_DATA,
			"%s is not empty; name a new folder", folder);
	if (!file_make_folders(folder, 0755, err))
		return false;
	for (size_t i = 0; ok && starters[i].path; i++)
		ok = write_starter(folder, &starters[i], now, err);
	for (size_t i = 0; ok && embedded_name(i); i++)
		if (span_starts(span_of(embedded_name(i)), "digest/"))
			ok = write_template(folder, embedded_name(i), err);
	return ok;
}
