/*
 * Reading a backup: what comes back after years, from other disks and other
 * hands, is held against its manifest octet by octet.
 */
#include "run/backup.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/tar.h"

enum { MANIFEST_MOST = 64 * 1024 };

struct reading {
	struct tar tar;
	const struct backup_sink *sink;
	struct hash hash;
	struct value *files; /* of the manifest */
	size_t count;	     /* of them that were read */
};

static bool
is_damaged(const struct reading *r, const char *what, struct error *err)
{
	return error_set(
		err, ERROR_DATA, "%s: is no backup: %s", r->tar.path, what);
}

/* ----- the manifest ----- */

static bool
gather(void *data, struct span piece, struct error *err)
{
	(void)err;
	str_add_span(data, piece);
	return true;
}

static bool
read_manifest(struct reading *r, struct arena *arena, struct value **manifest,
	struct error *err)
{
	struct str text = STR_INIT;
	struct tar_member m;
	bool found;
	bool ok = tar_next(&r->tar, &m, &found, err);

	if (ok && (!found || !text_equals(m.name, BACKUP_MANIFEST)))
		ok = is_damaged(r, "it does not begin with a manifest", err);
	if (ok && m.size > MANIFEST_MOST)
		ok = is_damaged(r, "its manifest is too large", err);
	ok = ok && tar_read(&r->tar, &m, gather, &text, err);
	if (ok) {
		*manifest = json_parse(
			arena, BACKUP_MANIFEST, str_span(&text), err);
		r->files = value_find(*manifest, "files");
		if (!*manifest)
			ok = error_wrap(err, "%s", r->tar.path);
		else if (!r->files || r->files->kind != VALUE_LIST)
			ok = is_damaged(r, "its manifest names no files", err);
	}
	str_clear(&text);
	return ok;
}

/* ----- the files ----- */

static bool
is_known(const char *name)
{
	return text_equals(name, BACKUP_STORE) ||
		text_equals(name, BACKUP_JOURNAL);
}

static bool
take(void *data, struct span piece, struct error *err)
{
	struct reading *r = data;

	hash_add(&r->hash, piece);
	return !r->sink || r->sink->piece(r->sink->data, piece, err);
}

static bool
check_sum(struct reading *r, const struct value *said, struct error *err)
{
	unsigned char sum[HASH_SIZE];
	struct str hex = STR_INIT;
	bool ok;

	hash_end(&r->hash, sum);
	hash_write_hex(&hex, sum, sizeof sum);
	ok = text_equals(str_text(&hex), value_find_text(said, "sha256")) ||
		error_set(err, ERROR_DATA,
			"%s: is damaged: '%s' is not what was written",
			r->tar.path, value_find_text(said, "name"));
	str_clear(&hex);
	return ok;
}

static bool
read_content(struct reading *r, const struct tar_member *m,
	const struct value *said, struct error *err)
{
	bool ok = !r->sink || r->sink->begin(r->sink->data, m->name, err);

	if (!ok)
		return false;
	hash_init(&r->hash);
	ok = tar_read(&r->tar, m, take, r, err);
	/* Also after a failure: that frees what it holds. */
	return check_sum(r, said, ok ? err : NULL) && ok &&
		(!r->sink || r->sink->end(r->sink->data, err));
}

/* In the order of the manifest, so that each comes once. */
static bool
read_file(struct reading *r, const struct tar_member *m, struct error *err)
{
	const struct value *said =
		r->count < r->files->count ? r->files->items[r->count] : NULL;

	if (!said || !text_equals(m->name, value_find_text(said, "name")) ||
		!is_known(m->name))
		return is_damaged(
			r, "its files are not those of its manifest", err);
	r->count++;
	return read_content(r, m, said, err);
}

static bool
read_files(struct reading *r, struct error *err)
{
	struct tar_member m;
	bool found = true, ok = true;

	while (ok && found) {
		ok = tar_next(&r->tar, &m, &found, err);
		if (ok && found)
			ok = read_file(r, &m, err);
	}
	return ok &&
		(r->count == r->files->count ||
			is_damaged(r, "it lacks a file of its manifest", err));
}

bool
backup_read(const char *path, const struct backup_sink *sink,
	struct arena *arena, struct value **manifest, struct error *err)
{
	struct reading r = {
		.tar = {open(path, O_RDONLY | O_CLOEXEC), path}, .sink = sink};
	bool ok;

	if (r.tar.fd < 0)
		return error_set_errno(err, "%s", path);
	ok = read_manifest(&r, arena, manifest, err) && read_files(&r, err);
	close(r.tar.fd);
	return ok;
}
