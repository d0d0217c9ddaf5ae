/*
 * Which mails belong together. A thread goes by a hash of its first mail's
 * Message-ID: it is a key, and no name that anybody should read.
 */
#include "source/mail_thread.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"

struct mail_threads {
	struct map *ids;      /* Message-ID -> story */
	struct map *subjects; /* folded title -> story */
};

struct mail_threads *
mail_threads_new(void)
{
	struct mail_threads *t = mem_new(sizeof *t);

	t->ids = map_new();
	t->subjects = map_new();
	return t;
}

void
mail_threads_free(struct mail_threads *t)
{
	if (!t)
		return;
	map_free(t->ids);
	map_free(t->subjects);
	free(t);
}

bool
mail_threads_has(const struct mail_threads *t, const char *id)
{
	return map_has(t->ids, id);
}

const char *
mail_hash(struct arena *arena, const char *prefix, struct span bytes)
{
	unsigned char hash[HASH_SIZE];
	struct str out = STR_INIT;
	const char *text;

	hash_sha256(bytes, hash);
	str_add(&out, prefix);
	hash_write_hex(&out, hash, 12);
	text = arena_span(arena, str_span(&out));
	str_clear(&out);
	return text;
}

static const char *
story_of_id(struct arena *arena, const char *id)
{
	return mail_hash(arena, "thread-", span_of(id));
}

/* The thread of any mail it answers, the oldest first. */
static const char *
find_known(const struct mail_threads *t, const struct message *m)
{
	const char *story;

	for (size_t i = 0; i < m->reference_count; i++) {
		story = map_find(t->ids, m->references[i]);
		if (story)
			return story;
	}
	return m->in_reply_to ? map_find(t->ids, m->in_reply_to) : NULL;
}

static const char *
find_story(const struct mail_threads *t, struct arena *arena,
	const struct message *m, const char *id, const char *subject,
	bool is_reply)
{
	const char *story = find_known(t, m);

	if (!story && m->reference_count)
		story = story_of_id(arena, m->references[0]);
	if (!story && m->in_reply_to)
		story = story_of_id(arena, m->in_reply_to);
	if (!story && is_reply && *subject)
		story = map_find(t->subjects, subject);
	return story ? story : story_of_id(arena, id);
}

void
mail_threads_know(struct mail_threads *t, const struct dispatch *known)
{
	const struct variant *v = &known->variants[0];
	struct str folded = STR_INIT;
	struct span title = span_of(v->title);

	map_set(t->ids, known->id, (void *)v->story);
	if (span_starts(title, MAIL_REPLY))
		title = span_from(title, strlen(MAIL_REPLY));
	text_fold(&folded, title);
	if (folded.len)
		map_set(t->subjects, str_text(&folded), (void *)v->story);
	str_clear(&folded);
}

const char *
mail_threads_add(struct mail_threads *t, struct arena *arena,
	const struct message *m, const char *id)
{
	struct str folded = STR_INIT;
	bool is_reply;
	const char *story;

	text_fold(&folded, mail_title(m, &is_reply));
	story = find_story(t, arena, m, id, str_text(&folded), is_reply);
	map_set(t->ids, id, (void *)story);
	/* Who answers without References answers the latest. */
	if (folded.len)
		map_set(t->subjects, str_text(&folded), (void *)story);
	str_clear(&folded);
	return story;
}
