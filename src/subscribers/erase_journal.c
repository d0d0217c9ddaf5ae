#include "subscribers/erase_journal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

enum { LIMIT = 64 << 20 };

static const char key_word[] = "key ";

char *
journal_path(const struct list *list)
{
	char *folder = store_folder(list->store, list->site);
	char *path = mem_printf("%s/erased", folder);

	free(folder);
	return path;
}

/* ----- reading ----- */

/* "HASH SECONDS LIST"; a line that a crash cut short is none. Writes NULs into
 * the text. */
static bool
read_row(char *line, const char *list, struct erased *out)
{
	char *seconds = strchr(line, ' '), *end;

	if (!seconds)
		return false;
	*seconds++ = '\0';
	*out = (struct erased){line, strtoll(seconds, &end, 10)};
	return *end == ' ' && strcmp(end + 1, list) == 0;
}

static void
add_row(struct journal *j, const struct erased *row)
{
	j->rows = mem_resize(j->rows, (j->count + 1) * sizeof *j->rows);
	j->rows[j->count++] = *row;
}

/* Under another key begins what another store erased. */
static void
read_line(struct journal *j, char *line, const char *list)
{
	struct erased row;

	if (strncmp(line, key_word, strlen(key_word)) == 0) {
		j->secret = line + strlen(key_word);
		j->count = 0;
	} else if (read_row(line, list, &row)) {
		add_row(j, &row);
	}
}

/* Room that a crash left unwritten is full of NULs: they end no line. */
bool
journal_load(struct journal *j, const struct list *list, struct error *err)
{
	char *path = journal_path(list), *line, *next, *end;
	struct str text = STR_INIT;
	bool ok = !file_exists(path) || file_read(path, LIMIT, &text, err);
	size_t len = text.len;

	*j = (struct journal){.torn = len && !span_ends(str_span(&text), "\n")};
	line = j->text = str_take(&text);
	end = line + len;
	while (ok && (next = memchr(line, '\n', (size_t)(end - line)))) {
		*next++ = '\0';
		read_line(j, line, list->name);
		line = next;
	}
	free(path);
	return ok;
}

void
journal_clear(struct journal *j)
{
	free(j->text);
	free(j->rows);
	*j = (struct journal){.text = NULL};
}

/* ----- writing ----- */

static bool
append(const char *path, struct span bytes, struct error *err)
{
	char *folder = mem_dup(path, (size_t)(file_name(path) - path));
	bool made = file_make_folders(folder, 0750, err);
	int fd = made
		? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)
		: -1;
	bool ok = fd >= 0 && file_write_all(fd, bytes) && fsync(fd) == 0;

	free(folder);
	if (made && !ok)
		error_set_errno(err, "%s", path);
	if (fd >= 0)
		close(fd);
	if (ok)
		file_sync_folder(path);
	return ok;
}

bool
journal_add(const struct journal *j, const struct list *list,
	const char *secret, const struct erased *row, struct error *err)
{
	char *path = journal_path(list);
	struct str out = STR_INIT;
	bool ok;

	if (j->torn)
		str_add_char(&out, '\n');
	if (!text_equals(j->secret, secret))
		str_add_all(&out, key_word, secret, "\n", NULL);
	str_printf(&out, "%s %lld %s\n", row->hash, (long long)row->at,
		list->name);
	ok = append(path, str_span(&out), err);
	str_clear(&out);
	free(path);
	return ok;
}

/* ----- another name ----- */

static bool
is_of(struct span line, const char *list)
{
	size_t blank = span_find_last(line, ' ');

	return span_equals(span_from(line, blank + 1), list) &&
		!span_starts(line, key_word);
}

/* False: there is nothing to write. */
static bool
write_renamed(struct str *out, struct span text, const char *was,
	const char *now, bool anew)
{
	bool any = false, there = false;
	struct span line;

	while (span_next_line(&text, &line)) {
		bool of_now = is_of(line, now);

		there = there || of_now;
		if (of_now)
			continue;
		str_add_span(out, line);
		str_add_char(out, '\n');
		if (!is_of(line, was))
			continue;
		any = true;
		str_add_bytes(out, line.data, line.len - strlen(was));
		str_add_all(out, now, "\n", NULL);
	}
	return anew ? any || there : any && !there;
}

bool
journal_rename(const struct list *list, const char *was, const char *now,
	bool anew, struct error *err)
{
	char *path = journal_path(list);
	struct str text = STR_INIT, out = STR_INIT;
	bool ok = !file_exists(path) || file_read(path, LIMIT, &text, err);

	if (ok && write_renamed(&out, str_span(&text), was, now, anew))
		ok = file_write(path, str_span(&out), 0600, err);
	str_clear(&out);
	str_clear(&text);
	free(path);
	return ok;
}
