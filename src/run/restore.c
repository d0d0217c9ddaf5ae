/*
 * Putting a backup back. All of it lies in the state folder under other names,
 * read through and opened once, before anything there moves; then names change
 * hands, the store's last and in one step. A database on a server is filled in
 * one transaction.
 */
#include "run/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/world.h"
#include "store/copy.h"
#include "store/put_back.h"

enum { JOURNAL_MOST = 64 << 20 };

/* What came out of the backup, each in a file of its own. */
struct unpacked {
	const char *folder;
	char *store, *journal; /* paths; NULL: it was not there */
	int fd;		       /* of the one that is being written */
};

/* ----- unpacking ----- */

static bool
begin(void *data, const char *name, struct error *err)
{
	struct unpacked *u = data;
	char *path = mem_printf("%s/%s.XXXXXX", u->folder, name);

	*(text_equals(name, BACKUP_STORE) ? &u->store : &u->journal) = path;
	u->fd = mkostemp(path, O_CLOEXEC);
	return u->fd >= 0 || error_set_errno(err, "%s", path);
}

static bool
piece(void *data, struct span bytes, struct error *err)
{
	struct unpacked *u = data;

	return file_write_all(u->fd, bytes) ||
		error_set_errno(err, "%s", u->folder);
}

static bool
end(void *data, struct error *err)
{
	struct unpacked *u = data;
	bool ok = fsync(u->fd) == 0 || error_set_errno(err, "%s", u->folder);

	if (close(u->fd) < 0 && ok)
		ok = error_set_errno(err, "%s", u->folder);
	u->fd = -1;
	return ok;
}

static void
unpacked_clear(struct unpacked *u)
{
	if (u->fd >= 0)
		close(u->fd);
	if (u->store)
		unlink(u->store);
	if (u->journal)
		unlink(u->journal);
	free(u->store);
	free(u->journal);
}

/* An older one is brought up to date here, where it is nobody's yet. It is
 * marked already, unless somebody made the file who knew better. */
static bool
try_store(const struct unpacked *u, int64_t now, struct error *err)
{
	char *url = mem_printf("sqlite:%s", u->store);
	struct store *store =
		store_open(&(struct store_options){.url = url}, err);
	bool ok = store && store_is_sound(store, err) &&
		store_put_back(store, now, now, err);

	store_close(store);
	ok = ok && store_retire(url, err);
	free(url);
	return ok;
}

static bool
unpack(const struct restoring *r, struct unpacked *u, struct arena *arena,
	struct value **manifest, struct error *err)
{
	struct backup_sink sink = {begin, piece, end, u};

	if (!backup_read(r->path, &sink, arena, manifest, err))
		return false;
	return u->store ? try_store(u, r->now, err)
			: error_set(err, ERROR_DATA,
				  "%s: is no backup: it has no store", r->path);
}

/* ----- the journal ----- */

static bool
read_journal(const char *path, struct str *out, struct error *err)
{
	return !path || !file_exists(path) ||
		file_read(path, JOURNAL_MOST, out, err);
}

/* Both are one journal, of which one has seen more; else they are of two
 * stores, and the erasures of neither may be lost. */
static bool
choose_journal(const char *path, const struct unpacked *u, bool *theirs,
	struct error *err)
{
	struct str ours = STR_INIT, other = STR_INIT;
	bool ok = read_journal(path, &ours, err) &&
		read_journal(u->journal, &other, err);

	*theirs = other.len > ours.len;
	if (ok &&
		!span_starts(str_span(*theirs ? &other : &ours),
			str_text(*theirs ? &ours : &other)))
		ok = error_set(err, ERROR_DATA,
			"%s: tells of erasures that this backup's store cannot "
			"repeat; move it away, restore, and erase them again",
			path);
	str_clear(&ours);
	str_clear(&other);
	return ok;
}

/* ----- what is there already ----- */

/* A log alone would be played into the store that comes. */
static bool
has_old(const char *path)
{
	char *log = mem_printf("%s-wal", path);
	bool has = file_exists(path) || file_exists(log);

	free(log);
	return has;
}

static bool
make_aside(const struct restoring *r, char **aside, struct error *err)
{
	struct civil c = civil_from_instant(r->now, 0);

	*aside = mem_printf("%s/replaced-%04d%02d%02dT%02d%02d%02dZ-XXXXXX",
		r->folder, c.year, c.month, c.day, c.hour, c.minute, c.second);
	return mkdtemp(*aside) || error_set_errno(err, "%s", *aside);
}

static bool
move_log(const char *path, const char *aside, const char *ending,
	struct error *err)
{
	char *from = mem_printf("%s%s", path, ending);
	char *to = mem_printf("%s/%s%s", aside, file_name(path), ending);
	bool ok = rename(from, to) == 0 || errno == ENOENT ||
		error_set_errno(err, "%s", to);

	free(to);
	free(from);
	return ok;
}

/* What cannot be retired for being damaged goes with its log. */
static bool
retire(const char *path, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *url = mem_printf("sqlite:%s", path);
	bool ok = !file_exists(path) || store_retire(url, &problem) ||
		problem.kind != ERROR_LATER || error_move(err, &problem);

	error_clear(&problem);
	free(url);
	return ok;
}

/* It gets a second name and keeps its first until the new one takes it: at no
 * moment is there none, which a run would take for a new site. */
static bool
move_store(const char *path, const char *aside, struct error *err)
{
	char *to = mem_printf("%s/%s", aside, file_name(path));
	bool ok = link(path, to) == 0 || rename(path, to) == 0 ||
		errno == ENOENT || error_set_errno(err, "%s", to);

	free(to);
	return ok;
}

static bool
move_aside(const struct restoring *r, const char *path, char **aside,
	struct error *err)
{
	return retire(path, err) && make_aside(r, aside, err) &&
		move_log(path, *aside, "-wal", err) &&
		move_log(path, *aside, "-shm", err) &&
		move_store(path, *aside, err);
}

/* ----- putting it there ----- */

static bool
take_name(char **from, const char *to, struct error *err)
{
	if (rename(*from, to) < 0)
		return error_set_errno(err, "%s", to);
	free(*from);
	*from = NULL;
	return true;
}

static bool
put_file(const struct restoring *r, struct unpacked *u, const char *journal,
	char **aside, struct error *err)
{
	const char *path = store_file(r->url);
	bool theirs;
	bool ok = choose_journal(journal, u, &theirs, err) &&
		(!has_old(path) || move_aside(r, path, aside, err)) &&
		(!theirs || take_name(&u->journal, journal, err)) &&
		take_name(&u->store, path, err);

	if (ok)
		file_sync_folder(path);
	return ok;
}

/* A name that needs no quotes in SQL, and is nobody's yet, also within a
 * second. */
static char *
name_schema(int64_t now)
{
	struct civil c = civil_from_instant(now, 0);
	char *chance = world_random(4);
	char *name = mem_printf("replaced_%04d%02d%02d_%02d%02d%02d_%s", c.year,
		c.month, c.day, c.hour, c.minute, c.second, chance);

	free(chance);
	return name;
}

static bool
put_in_database(const struct restoring *r, struct unpacked *u,
	const char *journal, char **aside, struct error *err)
{
	bool found = false, theirs;
	bool ok = choose_journal(journal, u, &theirs, err) &&
		store_find(r->url, &found, NULL, err);

	if (found)
		*aside = name_schema(r->now);
	return ok && store_put_in(u->store, r->url, *aside, err) &&
		(!theirs || take_name(&u->journal, journal, err));
}

static bool
put(const struct restoring *r, struct unpacked *u, char **aside,
	struct error *err)
{
	char *journal = mem_printf("%s/" BACKUP_JOURNAL, r->folder);
	bool ok = store_file(r->url)
		? put_file(r, u, journal, aside, err)
		: put_in_database(r, u, journal, aside, err);

	free(journal);
	return ok;
}

/* ----- all of it ----- */

/* Also one that is damaged is there. */
static bool
look(const struct restoring *r, bool *found, char **title, struct error *err)
{
	const char *path = store_file(r->url);

	if (!path)
		return store_find(r->url, found, title, err);
	*found = has_old(path);
	*title = mem_strdup(path);
	return true;
}

static bool
is_free(const struct restoring *r, struct arena *arena, struct restored *out,
	struct error *err)
{
	char *title = NULL;
	bool found = false;
	bool ok = look(r, &found, &title, err);

	if (ok && found && !r->replace)
		ok = error_set(err, ERROR_USAGE,
			"%s: there is a store already; --replace moves it "
			"aside",
			title);
	out->where =
		arena_strdup(arena, store_file(r->url) ? r->folder : title);
	free(title);
	return ok;
}

bool
backup_restore(const struct restoring *r, struct arena *arena,
	struct restored *out, struct error *err)
{
	struct unpacked u = {.folder = r->folder, .fd = -1};
	char *aside = NULL;
	bool ok;

	*out = (struct restored){.manifest = NULL};
	ok = is_free(r, arena, out, err) &&
		file_make_folders(r->folder, 0750, err) &&
		unpack(r, &u, arena, &out->manifest, err) &&
		put(r, &u, &aside, err);
	out->aside = arena_strdup(arena, aside);
	unpacked_clear(&u);
	free(aside);
	return ok;
}
