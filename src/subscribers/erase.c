#include "subscribers/erase.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "subscribers/erase_journal.h"
#include "subscribers/sweep_due.h"

/* ----- how much of the journal this store has seen ----- */

/* Each host that has the store has a journal of its own: it goes by its first
 * row. */
static char *
seen_key(const struct list *list, const struct erased *first)
{
	return mem_printf("erased:%s:%.16s:%lld", list->name, first->hash,
		(long long)first->at);
}

static bool
load_seen(struct store *store, const struct list *list, const struct journal *j,
	size_t *seen, struct error *err)
{
	int64_t count = 0;
	char *key;
	bool ok;

	*seen = 0;
	if (!j->count)
		return true;
	key = seen_key(list, j->rows);
	ok = store_meta_number(store, key, &count, err);
	*seen = (size_t)count;
	free(key);
	return ok;
}

static bool
save_seen(struct store *store, const struct list *list,
	const struct erased *first, size_t seen, struct error *err)
{
	char *key = seen_key(list, first);
	bool ok = store_set_meta_number(store, key, (int64_t)seen, err);

	free(key);
	return ok;
}

/* ----- erasing ----- */

struct noting {
	struct store *store;
	const struct erase_wish *wish;
};

/* In the transaction that erases: what is noted is seen, unless something
 * before it was not. */
static bool
note(void *data, const char *hash, struct error *err)
{
	struct noting *n = data;
	const struct list *list = n->wish->list;
	char *secret = store_hash_secret(n->store, err);
	struct erased row = {hash, n->wish->at};
	struct journal j = {.text = NULL};
	size_t seen = 0;
	bool ok = secret && journal_load(&j, list, err) &&
		load_seen(n->store, list, &j, &seen, err) &&
		journal_add(&j, list, secret, &row, err);

	if (ok && !text_equals(j.secret, secret))
		j.count = 0;
	if (ok && seen == j.count)
		ok = save_seen(
			n->store, list, j.count ? j.rows : &row, seen + 1, err);
	ok = ok && sweep_due_add(n->store, list, hash, err);
	journal_clear(&j);
	free(secret);
	return ok;
}

/* ----- the spool ----- */

enum { HEADERS_MOST = 4096 };

struct sweep {
	const char *folder;
	const char *key;
	size_t removed;
};

/* What the spool writes on top: "Delivered-To: ADDRESS". */
static bool
is_to(struct span message, const char *key)
{
	static const char field[] = "\nDelivered-To: ";
	size_t at = span_find_text(message, field);
	struct span rest = span_from(message, at + strlen(field));
	struct span address = span_slice(rest, 0, span_find(rest, '\n'));

	return at < message.len && address_has_key(address, key);
}

/* What follows the headers may be large, and is not looked at. */
static bool
read_head(const char *path, struct str *head, struct error *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char octets[HEADERS_MOST];
	ssize_t n = fd < 0 ? -1 : read(fd, octets, sizeof octets);

	if (n < 0)
		error_set_errno(err, "%s", path);
	else
		str_add_bytes(head, octets, (size_t)n);
	if (fd >= 0)
		close(fd);
	return n >= 0;
}

static bool
visit(void *data, const struct folder_item *item, struct error *err)
{
	struct sweep *s = data;
	struct str head = STR_INIT;
	char *path;
	bool ok;

	if (item->link)
		return true;
	path = file_join(s->folder, item->path);
	ok = read_head(path, &head, err);
	if (ok && is_to(str_span(&head), s->key)) {
		ok = unlink(path) == 0 || error_set_errno(err, "%s", path);
		s->removed += ok;
	}
	free(path);
	str_clear(&head);
	return ok;
}

static bool
sweep_spool(
	const char *path, const char *key, size_t *removed, struct error *err)
{
	struct sweep s = {.folder = path, .key = key};
	struct folder *folder;
	bool ok;

	if (!file_exists(path))
		return true;
	folder = folder_open(path, err);
	ok = folder && folder_walk(folder, visit, &s, err);
	*removed += s.removed;
	folder_free(folder);
	return ok;
}

static bool
sweep_spools(const struct list *list, const char *key, size_t *removed,
	struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < list->relay_count; i++)
		if (list->relays[i].kind == TRANSPORT_SPOOL)
			ok = sweep_spool(
				list->relays[i].path, key, removed, err);
	return ok;
}

/* Who is not there any more, mail from him or about him may still come. */
static bool
note_inbox(
	struct store *store, const struct erase_wish *wish, struct error *err)
{
	struct str hash = STR_INIT;
	bool ok = !sweep_due_is_possible(wish->list) ||
		(store_hash_key(store, span_of(wish->key), &hash, err) &&
			sweep_due_add(store, wish->list, str_text(&hash), err));

	str_clear(&hash);
	return ok;
}

bool
erase_subscriber(struct store *store, const struct erase_wish *wish,
	bool *found, size_t *files, struct error *err)
{
	struct noting noting = {store, wish};
	struct erasure erasure = {.list = wish->list_id,
		.key = wish->key,
		.actor = wish->actor,
		.at = wish->at,
		.note = note,
		.note_data = &noting};

	*files = 0;
	return store_erase(store, &erasure, found, err) &&
		(*found || note_inbox(store, wish, err)) &&
		sweep_spools(wish->list, wish->key, files, err);
}

/* ----- after a restore ----- */

/* A store from before its first hash takes the journal's key. */
static bool
agree_on_secret(struct store *store, const struct list *list,
	const struct journal *j, struct error *err)
{
	char *own = store_hash_secret(store, err), *path;
	bool same = text_equals(own, j->secret), ok = own != NULL;

	if (ok && !same)
		ok = store_take_hash_secret(store, j->secret, &same, err);
	free(own);
	if (!ok || same)
		return ok;
	path = journal_path(list);
	error_set(err, ERROR_DATA,
		"%s: the erasures in it were made with the key of another "
		"store and cannot be repeated in this one; put back the store "
		"that belongs to it, or erase them again and move it away",
		path);
	free(path);
	return false;
}

/* The store's rows are its own transaction; a second replay does no harm. */
static bool
replay(struct store *store, const struct list *list, int64_t list_id,
	const struct journal *j, size_t seen, size_t *count, struct error *err)
{
	return agree_on_secret(store, list, j, err) &&
		store_erase_hashes(store, list_id, j->rows + seen,
			j->count - seen, count, err) &&
		save_seen(store, list, j->rows, j->count, err);
}

bool
erase_replay(struct store *store, const struct list *list, int64_t list_id,
	size_t *count, struct error *err)
{
	struct journal j;
	size_t seen = 0;
	bool ok = journal_load(&j, list, err) &&
		load_seen(store, list, &j, &seen, err);

	*count = 0;
	if (ok && j.count > seen)
		ok = replay(store, list, list_id, &j, seen, count, err);
	journal_clear(&j);
	return ok;
}

/* ----- what is out of reach ----- */

static bool
has_smtp(const struct list *list)
{
	for (size_t i = 0; i < list->relay_count; i++)
		if (list->relays[i].kind == TRANSPORT_SMTP)
			return true;
	return false;
}

static void
tell(void (*each)(void *data, const char *line), void *data, const char *before,
	const char *name, const char *after)
{
	char *line = mem_printf("%s%s%s", before, name, after);

	each(data, line);
	free(line);
}

void
erase_unreachable(const struct list *list,
	void (*each)(void *data, const char *line), void *data)
{
	if (list->roster) {
		tell(each, data, "strike the line from ", list->roster,
			", if it is there");
		tell(each, data, "the history of ", list->roster,
			", if it is kept in git");
	}
	if (list->inbox && !sweep_due_is_possible(list))
		tell(each, data,
			"search for him and delete: mail from him or about him "
			"in ",
			list->inbox->name, "");
	if (has_smtp(list))
		each(data, "queues and logs of the mail servers");
	each(data,
		"backups from before; a store restored from one erases him "
		"again by itself");
}
