/*
 * A Maildir in place of a relay: what it writes, and what is told and left when
 * it cannot.
 */
#include "scratch.h"

#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "deliver/channel.h"

struct spooling {
	char folder[64];
	char *path;
	struct relay relay;
	struct channel *channel;
};

static void
start(struct spooling *s)
{
	*s = (struct spooling){.folder = "/tmp/spool-test-XXXXXX"};
	if (!mkdtemp(s->folder))
		fail_msg("no scratch folder");
	s->path = mem_printf("%s/spool", s->folder);
	s->relay = (struct relay){.kind = TRANSPORT_SPOOL, .path = s->path};
}

static void
open_spool(struct spooling *s)
{
	s->channel =
		spool_new(&(struct channel_options){.relay = &s->relay}, 0);
}

static void
end(struct spooling *s)
{
	s->channel->ops->free(s->channel);
	scratch_remove(s->folder);
	free(s->path);
}

static void
put_file(const struct spooling *s, const char *name)
{
	char *path = mem_printf("%s/%s", s->path, name);
	struct error err = ERROR_INIT;

	if (!file_write(path, span_of("in the way"), 0600, &err))
		fail_msg("%s", err.text);
	free(path);
}

/* How many files there are; the first one's text in *text (may be NULL). */
static size_t
count_files(const struct spooling *s, const char *part, struct str *text)
{
	char *pattern = mem_printf("%s/%s/*", s->path, part);
	struct error err = ERROR_INIT;
	glob_t found;
	size_t count;

	count = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
	if (count && text && !file_read(found.gl_pathv[0], 4096, text, &err))
		fail_msg("%s", err.text);
	globfree(&found);
	free(pattern);
	return count;
}

static void
offer(struct spooling *s)
{
	const struct envelope ada = {.token = 7,
		.sender = span_of("bounces@example.org"),
		.recipient = span_of("ada@example.org")};
	struct channel *c = s->channel;

	want_true("it is open", c->state == CHANNEL_OPEN);
	want_true("it wants one", c->ops->wants(c));
	c->ops->offer(c, &ada, 0);
	want_true("one at a time", !c->ops->wants(c));
}

static struct dialogue_event
give(struct spooling *s)
{
	struct channel *c = s->channel;
	struct dialogue_event e = c->ops->event(c);

	want_int("it waits for the body", e.kind, EVENT_BODY);
	want_int("of whom", e.token, 7);
	rope_lend(c->ops->body(c), span_of("Subject: A\r\n\r\nOne\rtwo\r\n"));
	c->ops->body_end(c, 0);
	e = c->ops->event(c);
	want_int("then it has an outcome", e.kind, EVENT_OUTCOME);
	want_int("of whom", e.token, 7);
	return e;
}

static void
a_file_for_each(void **state)
{
	struct str text = STR_INIT;
	struct dialogue_event e;
	struct spooling s;

	(void)state;
	start(&s);
	open_spool(&s);
	offer(&s);
	e = give(&s);
	want_int("sent", e.outcome.verdict, VERDICT_SENT);
	want_int("files", count_files(&s, "new", &text), 1);
	want_text("file", str_text(&text),
		"Return-Path: <bounces@example.org>\n"
		"Delivered-To: ada@example.org\nSubject: A\n\nOne\rtwo\n");
	want_int("left", count_files(&s, "tmp", NULL), 0);
	want_true("it wants another", s.channel->ops->wants(s.channel));
	str_clear(&text);
	end(&s);
}

static void
no_folder_can_be_made(void **state)
{
	struct spooling s;

	(void)state;
	start(&s);
	mkdir(s.path, 0700);
	put_file(&s, "new");
	open_spool(&s);
	want_int("closed", s.channel->state, CHANNEL_CLOSED);
	want_int("kind", s.channel->error.kind, ERROR_IO);
	want_true(
		"it says where", strstr(s.channel->error.text, "/spool/new:"));
	want_true("wants none", !s.channel->ops->wants(s.channel));
	want_int("no event", s.channel->ops->event(s.channel).kind, EVENT_NONE);
	end(&s);
}

/* At either end of the way from tmp/ to new/. */
static void
not_written(void **state)
{
	static const char *const parts[] = {"tmp", "new"};

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++) {
		struct dialogue_event e;
		struct spooling s;
		char *folder;

		start(&s);
		open_spool(&s);
		offer(&s);
		folder = mem_printf("%s/%s", s.path, parts[i]);
		want_int(parts[i], rmdir(folder), 0);
		put_file(&s, parts[i]);
		e = give(&s);
		want_int(parts[i], e.outcome.verdict, VERDICT_LATER);
		want_int(parts[i], e.outcome.scope, SCOPE_RELAY);
		want_true("the outcome says where",
			strstr(e.outcome.text, folder));
		want_int("closed", s.channel->state, CHANNEL_CLOSED);
		want_int("kind", s.channel->error.kind, ERROR_IO);
		want_true("so does the error",
			strstr(s.channel->error.text, folder));
		want_int("nothing stays", count_files(&s, "tmp", NULL), 0);
		want_int("nothing came", count_files(&s, "new", NULL), 0);
		free(folder);
		end(&s);
	}
}

/* Stopped before his body was given: nothing of him is known to anybody. */
static void
stopped(void **state)
{
	(void)state;
	for (int ready = 0; ready < 2; ready++) {
		struct dialogue_event e;
		struct spooling s;

		start(&s);
		open_spool(&s);
		offer(&s);
		if (ready)
			s.channel->ops->event(s.channel);
		s.channel->ops->finish(s.channel, 0);
		e = s.channel->ops->event(s.channel);
		want_int("outcome", e.kind, EVENT_OUTCOME);
		want_int("untouched", e.outcome.verdict, VERDICT_UNTOUCHED);
		want_int("closed", s.channel->state, CHANNEL_CLOSED);
		want_int("nothing came", count_files(&s, "new", NULL), 0);
		end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_for_each),
		cmocka_unit_test(no_folder_can_be_made),
		cmocka_unit_test(not_written),
		cmocka_unit_test(stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
