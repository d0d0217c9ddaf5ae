#include "run/backup.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/tar.h"
#include "store/copy.h"
#include "store/put_back.h"
#include "subscribers/erase_journal.h"

enum { JOURNAL_MOST = 64 << 20, PIECE = 64 * 1024 };

/* ----- the copy of the store ----- */

static bool
copy_store(const struct list *list, const char *to, struct error *err)
{
	struct store *store = store_open(
		&(struct store_options){.url = list->store, .read_only = true},
		err);
	bool ok = store && store_copy(store, to, err);

	store_close(store);
	return ok;
}

static bool
finish_copy(const char *path, int64_t now, struct store_facts *facts,
	struct error *err)
{
	char *url = mem_printf("sqlite:%s", path);
	struct store *store =
		store_open(&(struct store_options){.url = url}, err);
	bool ok = store && store_put_back(store, now, now, err) &&
		store_is_sound(store, err) &&
		store_count_facts(store, facts, err);

	store_close(store);
	ok = ok && store_retire(url, err);
	free(url);
	return ok;
}

static bool
has_store(const struct list *list, struct error *err)
{
	char *title = NULL;
	bool found;
	bool ok = store_find(list->store, &found, &title, err) &&
		(found ||
			error_set(err, ERROR_INPUT,
				"%s: there is no store yet, and nothing to "
				"keep",
				title));

	free(title);
	return ok;
}

/* ----- what is in its place ----- */

static bool
is_database(const char *path)
{
	static const char begins[] = "SQLite format 3"; /* with its NUL */
	FILE *file = fopen(path, "rbe");
	char head[sizeof begins];
	bool is = file && fread(head, 1, sizeof head, file) == sizeof head &&
		memcmp(head, begins, sizeof head) == 0;

	if (file)
		fclose(file);
	return is;
}

/* A device, say, or a store: of one who took FILE for what is to be kept. */
static bool
may_be_replaced(const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return true;
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERROR_USAGE,
			"%s is no file that a backup could replace: name "
			"another, or a folder",
			path);
	return !is_database(path) ||
		error_set(err, ERROR_USAGE,
			"%s is a database, perhaps the store itself: name the "
			"file that the backup goes to",
			path);
}

/* ----- the manifest ----- */

struct making {
	struct arena *arena;
	char *copy;	    /* of the store, as a file */
	struct str journal; /* empty: there is none */
	struct store_facts facts;
	int64_t now;
	struct value *manifest, *files;
};

static void
add_file(struct making *m, const char *name, uint64_t size, struct hash *hash)
{
	struct value *v =
		value_push(m->arena, m->files, value_new_map(m->arena));
	unsigned char sum[HASH_SIZE];
	struct str hex = STR_INIT;

	hash_end(hash, sum);
	hash_write_hex(&hex, sum, sizeof sum);
	value_set_text(m->arena, v, "name", name);
	value_set_int(m->arena, v, "size", (int64_t)size);
	value_set_text(m->arena, v, "sha256", str_text(&hex));
	str_clear(&hex);
}

static bool
add_store(struct making *m, struct error *err)
{
	FILE *file = fopen(m->copy, "rbe");
	char piece[PIECE];
	struct hash hash;
	uint64_t size = 0;
	size_t n;
	bool ok;

	if (!file)
		return error_set_errno(err, "%s", m->copy);
	hash_init(&hash);
	while ((n = fread(piece, 1, sizeof piece, file))) {
		hash_add(&hash, (struct span){piece, n});
		size += n;
	}
	ok = !ferror(file) || error_set_errno(err, "%s", m->copy);
	fclose(file);
	add_file(m, BACKUP_STORE, size, &hash);
	return ok;
}

static void
add_journal(struct making *m)
{
	struct hash hash;

	if (!m->journal.len)
		return;
	hash_init(&hash);
	hash_add(&hash, str_span(&m->journal));
	add_file(m, BACKUP_JOURNAL, m->journal.len, &hash);
}

static bool
make_manifest(struct making *m, struct error *err)
{
	struct arena *a = m->arena;
	struct value *v = m->manifest = value_new_map(a);

	value_set_text(a, v, "postrider", POSTRIDER_VERSION);
	value_set_instant(a, v, "made", m->now);
	value_set_int(a, v, "schema", m->facts.schema);
	value_set_int(a, v, "lists", m->facts.lists);
	value_set_int(a, v, "subscribers", m->facts.subscribers);
	value_set_int(a, v, "issues", m->facts.issues);
	m->files = value_set(a, v, "files", value_new_list(a));
	if (!add_store(m, err))
		return false;
	add_journal(m);
	return true;
}

/* ----- the file ----- */

static bool
write_members(const struct making *m, const struct tar *tar, struct error *err)
{
	struct str text = STR_INIT;
	bool ok;

	json_write(&text, m->manifest, true);
	str_add_char(&text, '\n');
	ok = tar_add(tar, BACKUP_MANIFEST, str_span(&text), m->now, err) &&
		tar_add_file(tar, BACKUP_STORE, m->copy, m->now, err) &&
		(!m->journal.len ||
			tar_add(tar, BACKUP_JOURNAL, str_span(&m->journal),
				m->now, err)) &&
		tar_finish(tar, err);
	str_clear(&text);
	return ok;
}

/* What the disk has, not what we think we wrote. */
static bool
verify(const struct making *m, const struct tar *tar, struct error *err)
{
	struct value *manifest;

	if (fsync(tar->fd) != 0)
		return error_set_errno(err, "%s", tar->path);
	return backup_read(tar->path, NULL, m->arena, &manifest, err);
}

static bool
write_file(const struct making *m, const char *path, struct error *err)
{
	char *temporary = mem_printf("%s.XXXXXX", path);
	struct tar tar = {mkostemp(temporary, O_CLOEXEC), temporary};
	bool ok = tar.fd >= 0 || error_set_errno(err, "%s", path);

	if (ok) {
		ok = write_members(m, &tar, err) && verify(m, &tar, err);
		if (close(tar.fd) < 0 && ok)
			ok = error_set_errno(err, "%s", path);
		if (ok && rename(temporary, path) < 0)
			ok = error_set_errno(err, "%s", path);
		if (ok)
			file_sync_folder(path);
		else
			unlink(temporary);
	}
	free(temporary);
	return ok;
}

/* With what SQLite has beside it when it ends early. */
static void
remove_copy(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		char *name = mem_printf("%s%s", path, ends[i]);

		unlink(name);
		free(name);
	}
}

/* Who is erased while the store is copied stands in the journal, which is read
 * after it. */
static bool
make(struct making *m, const struct list *list, const char *path,
	struct error *err)
{
	char *journal = journal_path(list);
	bool ok = copy_store(list, m->copy, err) &&
		finish_copy(m->copy, m->now, &m->facts, err) &&
		(!file_exists(journal) ||
			file_read(journal, JOURNAL_MOST, &m->journal, err)) &&
		make_manifest(m, err) && write_file(m, path, err);

	free(journal);
	return ok;
}

static bool
write_backup(const struct list *list, const char *path, int64_t now,
	struct arena *arena, struct value **manifest, struct error *err)
{
	struct making m = {.arena = arena, .now = now};
	int fd;
	bool ok;

	m.copy = mem_printf("%s.XXXXXX", path);
	fd = mkostemp(m.copy, O_CLOEXEC);
	ok = fd >= 0 || error_set_errno(err, "%s", path);
	if (ok) {
		close(fd);
		ok = make(&m, list, path, err) ||
			error_wrap(err, "no backup was made");
		remove_copy(m.copy);
	}
	*manifest = m.manifest;
	str_clear(&m.journal);
	free(m.copy);
	return ok;
}

bool
backup_write(const struct list *list, const char *path, int64_t now,
	struct arena *arena, struct value **manifest, struct error *err)
{
	char *real = realpath(path, NULL); /* a link goes on leading there */
	const char *to = real ? real : path;
	bool ok = has_store(list, err) && may_be_replaced(to, err) &&
		write_backup(list, to, now, arena, manifest, err);

	free(real);
	return ok;
}
