#include "desk/composer.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "config/config.h"
#include "desk/follow.h"
#include "desk/watch.h"
#include "run/world.h"

enum {
	QUIET = 15,   /* ms without a change: editors write several files */
	UNREST = 150, /* ms after which it is composed nevertheless */
	LOOK = 1000,  /* ms until the store is looked at again */
};

/* A list as configured, and what became of it. */
struct made {
	struct site site;
	const struct list *list;
	struct preview preview;
	struct pending pending;
	struct problems notices;
	int64_t at;
	unsigned checked;
};

struct composer {
	struct composer_options o;
	struct watch *watch;
	struct follow follow;
	int bell; /* eventfd: refresh, or end */
	pthread_t thread;
	bool running;
	pthread_mutex_t lock; /* of what follows */
	struct made *newest;  /* NULL: there was no good one yet */
	struct problems wrong;
	uint64_t version, letter; /* of what is shown, and of it the letter */
	struct running sending;
	unsigned wanted, checking; /* CHECK_… */
	bool ending;
};

static void
made_free(struct made *m)
{
	if (!m)
		return;
	pending_clear(&m->pending);
	preview_clear(&m->preview);
	problems_clear(&m->notices);
	site_clear(&m->site);
	free(m);
}

/* ----- what is told ----- */

static void
copy_problems(struct problems *to, const struct problems *from, bool errors)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct problem *p = &from->items[i];

		if (p->severity == SEVERITY_ERROR ||
			(!errors && p->severity == SEVERITY_WARNING))
			problem_add(to, p->severity, NULL, 0, 0, "%s", p->text);
	}
}

/* What is logged of the roster, a problem each line. */
static void
take_log(struct problems *to, struct span text)
{
	static const char *const fronts[] = {"postrider: ", "warning: "};
	struct span line;

	while (span_next_line(&text, &line)) {
		for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
			if (span_starts(line, fronts[i]))
				line = span_from(line, strlen(fronts[i]));
		problem_add(to, SEVERITY_WARNING, NULL, 0, 0, "%.*s",
			(int)line.len, line.data);
	}
}

/* ----- the store ----- */

/* What became of the issue that is being sent is shown, and no reason to
 * compose. True when there is one. */
static bool
look_at_store(struct composer *c, const struct list *list, bool *shown)
{
	struct running now;
	bool moved = follow_look(&c->follow, list, world_now(), &now);

	pthread_mutex_lock(&c->lock);
	*shown = !running_is_same(&c->sending, &now);
	running_clear(&c->sending);
	c->sending = now;
	c->version += *shown;
	pthread_mutex_unlock(&c->lock);
	return moved;
}

/* Nobody but this thread changes what is the newest, and what is sending. */
static bool
has_store_moved(struct composer *c)
{
	bool written = watch_store_changed(c->watch);
	bool shown = false, moved = written;

	if (c->newest && (written || follow_is_restless(&c->sending)))
		moved = look_at_store(c, c->newest->list, &shown);
	if (shown)
		c->o.changed(c->o.data);
	return moved;
}

/* ----- composing ----- */

/* Also what is new since: watched before it is read, no change is lost. */
static void
watch_list(struct composer *c, const struct list *list)
{
	char *templates = file_join(c->o.site, "templates");
	char *lists = file_join(c->o.site, "lists");
	char *own = file_join(lists, c->o.list);

	watch_add(c->watch, c->o.site, false);
	watch_add(c->watch, lists, false);
	watch_add(c->watch, templates, true);
	watch_add(c->watch, own, true);
	for (size_t i = 0; list && i < list->source_count; i++)
		if (list->sources[i].kind == SOURCE_FOLDER) {
			char *path =
				file_join(c->o.site, list->sources[i].path);

			watch_add(c->watch, path, true);
			free(path);
		}
	free(own);
	free(lists);
	free(templates);
}

static bool
compose_list(struct made *m, struct error *err)
{
	struct preview_options o = {.list = m->list,
		.now = m->at,
		.gather = GATHER_SHOW,
		.all_formats = true};
	char *text = NULL;
	size_t len = 0;
	struct log log = {open_memstream(&text, &len), LOG_NORMAL};
	bool ok;

	if (!log.out)
		return error_set_errno(err, "no memory for messages");
	o.log = &log;
	ok = preview_compose_as(&o, &m->preview, err);
	fclose(log.out);
	take_log(&m->notices, (struct span){text, len});
	free(text);
	return ok;
}

static bool
make(struct composer *c, struct made *m, struct problems *wrong,
	struct error *err)
{
	bool shown;

	m->at = world_now();
	watch_list(c, NULL);
	if (!site_load(&m->site, c->o.site, err))
		return false;
	m->list = site_find(&m->site, c->o.list);
	if (!m->list) {
		copy_problems(wrong, &m->site.problems, true);
		return site_unknown(&m->site, c->o.list, err);
	}
	watch_list(c, m->list);
	watch_name_store(c->watch, m->list->store);
	look_at_store(c, m->list, &shown);
	copy_problems(&m->notices, &m->site.problems, false);
	return compose_list(m, err) &&
		pending_read(&m->pending, m->list, m->preview.store,
			m->preview.list_id, m->at, err);
}

static void
show(struct composer *c, struct made *good, struct problems wrong)
{
	struct made *old = NULL;

	pthread_mutex_lock(&c->lock);
	if (good) {
		old = c->newest;
		c->newest = good;
		c->letter++;
	}
	problems_clear(&c->wrong);
	c->wrong = wrong;
	c->checking = 0;
	c->version++;
	pthread_mutex_unlock(&c->lock);
	made_free(old);
}

/* ----- checking ----- */

/* What is wanted is being done from now on, and the page says so. */
static unsigned
begin_checks(struct composer *c)
{
	unsigned checks;

	pthread_mutex_lock(&c->lock);
	checks = c->checking = c->wanted;
	c->wanted = 0;
	if (checks)
		c->version++;
	pthread_mutex_unlock(&c->lock);
	if (checks)
		c->o.changed(c->o.data);
	return checks;
}

/* One that cannot be done is told beside the letter. */
static void
run_checks(struct made *m, unsigned checks)
{
	struct error err = ERROR_INIT;

	if ((checks & CHECK_LINKS &&
		    !preview_check_links(
			    &m->preview, world_timeout_scale(), &err)) ||
		(checks & CHECK_SPAM && !preview_check_spam(&m->preview, &err)))
		problem_add(&m->notices, SEVERITY_WARNING, NULL, 0, 0, "%s",
			err.text);
	else
		m->checked = checks;
	error_clear(&err);
}

/* False, and `err` set, when there is nothing to show; it is told nevertheless. */
static bool
compose_newest(struct composer *c, unsigned checks, struct error *err)
{
	struct made *m = mem_new(sizeof *m);
	struct problems wrong = PROBLEMS_INIT;
	struct error problem = ERROR_INIT;

	if (make(c, m, &wrong, &problem)) {
		run_checks(m, checks);
		show(c, m, wrong);
		return true;
	}
	problem_add(&wrong, SEVERITY_ERROR, NULL, 0, 0, "%s", problem.text);
	made_free(m);
	show(c, NULL, wrong);
	return error_move(err, &problem);
}

/* ----- the thread ----- */

static struct composition
composition_of(struct composer *c)
{
	struct composition out = {.version = c->version,
		.letter = c->letter,
		.sending = &c->sending,
		.wrong = &c->wrong,
		.checking = c->checking | c->wanted};

	if (c->newest) {
		out.list = c->newest->list;
		out.preview = &c->newest->preview;
		out.pending = &c->newest->pending;
		out.notices = &c->newest->notices;
		out.at = c->newest->at;
		out.checked = c->newest->checked;
	}
	return out;
}

/* Nobody but this thread takes away what is the newest, and others change no
 * more of it than whom it is filled for: the pages need not wait. */
static void
prepare(struct composer *c)
{
	struct composition now;

	pthread_mutex_lock(&c->lock);
	now = composition_of(c);
	pthread_mutex_unlock(&c->lock);
	c->o.before(c->o.data, &now);
}

static bool
is_ending(struct composer *c)
{
	bool ending;

	pthread_mutex_lock(&c->lock);
	ending = c->ending;
	pthread_mutex_unlock(&c->lock);
	return ending;
}

static void
wait_for_change(struct composer *c)
{
	struct pollfd fds[] = {{.fd = watch_fd(c->watch), .events = POLLIN},
		{.fd = c->bell, .events = POLLIN}};
	int64_t until = 0;
	uint64_t rung;

	for (;;) {
		int ready = poll(fds, 2, until ? QUIET : LOOK);

		if (ready <= 0) {
			if (until || has_store_moved(c))
				return;
			continue;
		}
		if (fds[1].revents) {
			if (read(c->bell, &rung, sizeof rung) < 0)
				rung = 0;
			return;
		}
		watch_drain(c->watch);
		if (!until)
			until = world_ticks() + UNREST;
		if (world_ticks() >= until)
			return;
	}
}

static void *
work(void *data)
{
	struct composer *c = data;

	for (;;) {
		wait_for_change(c);
		if (is_ending(c))
			return NULL;
		prepare(c);
		compose_newest(c, begin_checks(c), NULL);
		c->o.changed(c->o.data);
	}
}

/* ----- from outside ----- */

static void
ring(struct composer *c)
{
	const uint64_t once = 1;

	if (write(c->bell, &once, sizeof once) < 0)
		return; /* it rings already */
}

struct composer *
composer_start(const struct composer_options *options, struct error *err)
{
	struct composer *c = mem_new(sizeof *c);
	struct error problem = ERROR_INIT;

	c->o = *options;
	pthread_mutex_init(&c->lock, NULL);
	c->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->watch = watch_new(err);
	if (c->bell < 0 || !c->watch)
		goto fail;
	if (!compose_newest(c, 0, &problem) && problem.kind == ERROR_USAGE) {
		error_move(err, &problem);
		goto fail;
	}
	error_clear(&problem);
	c->running = pthread_create(&c->thread, NULL, work, c) == 0;
	if (c->running)
		return c;
	error_set(err, ERROR_IO, "no thread can be started");
fail:
	composer_stop(c);
	return NULL;
}

void
composer_stop(struct composer *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->ending = true;
	pthread_mutex_unlock(&c->lock);
	if (c->running) {
		ring(c);
		pthread_join(c->thread, NULL);
	}
	made_free(c->newest);
	problems_clear(&c->wrong);
	running_clear(&c->sending);
	follow_clear(&c->follow);
	watch_free(c->watch);
	if (c->bell >= 0)
		close(c->bell);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

void
composer_refresh(struct composer *c)
{
	ring(c);
}

void
composer_check(struct composer *c, unsigned checks)
{
	pthread_mutex_lock(&c->lock);
	c->wanted |= checks;
	pthread_mutex_unlock(&c->lock);
	ring(c);
}

uint64_t
composer_version(struct composer *c)
{
	uint64_t version;

	pthread_mutex_lock(&c->lock);
	version = c->version;
	pthread_mutex_unlock(&c->lock);
	return version;
}

struct composition
composer_hold(struct composer *c)
{
	pthread_mutex_lock(&c->lock);
	return composition_of(c);
}

void
composer_release(struct composer *c)
{
	pthread_mutex_unlock(&c->lock);
}
