#include "run/move.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/stamp.h"
#include "subscribers/erase_journal.h"

enum { JOURNAL_MOST = 64 << 20 };

/* One that was left there by the same store is the beginning of this one. */
static bool
copy_text(const char *from, const char *to, struct error *err)
{
	struct str ours = STR_INIT, theirs = STR_INIT;
	bool ok = file_read(from, JOURNAL_MOST, &ours, err) &&
		(!file_exists(to) || file_read(to, JOURNAL_MOST, &theirs, err));

	if (ok && !span_starts(str_span(&ours), str_text(&theirs)))
		ok = error_set(err, ERROR_DATA,
			"%s: tells of erasures in another store; move it away",
			to);
	ok = ok && file_write(to, str_span(&ours), 0600, err);
	str_clear(&theirs);
	str_clear(&ours);
	return ok;
}

/* Where nobody else sees it: the folder may be new, too. */
static bool
copy_journal(const struct list *list, const char *url, struct error *err)
{
	struct list there = *list;
	char *folder = store_folder(url, list->site);
	char *from = journal_path(list), *to;
	bool ok = true;

	there.store = url;
	to = journal_path(&there);
	if (!text_equals(from, to) && file_exists(from))
		ok = file_make_folders(folder, 0750, err) &&
			copy_text(from, to, err);
	free(to);
	free(from);
	free(folder);
	return ok;
}

bool
move_store(const struct list *list, const char *to, int64_t now,
	struct move *out, struct error *err)
{
	*out = (struct move){.from = NULL};
	return copy_journal(list, to, err) &&
		store_move(list->store, to, now, out, err) &&
		(stamp_move(list, to, err) ||
			error_wrap(err, "the store is in %s now, but", to));
}
