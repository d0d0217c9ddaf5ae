#include "run/worker.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/lease.h"
#include "store/store.h"

enum { ROUND_MS = 30 * 1000 };

struct worker {
	const struct worker_options *o;
	int signal_fd;
	struct store *bell; /* hears that there is something to do */
	bool stopping;
	size_t count; /* of lists */
	char **told;  /* the last trouble of each, and then the bell's */
};

/* ----- trouble ----- */

/* What goes on for hours is one line of the log. `whose`: the number of a list,
 * or of the bell. */
static void
tell(struct worker *w, size_t whose, const struct error *err)
{
	const struct log *log = w->o->run.log;
	char **told = &w->told[whose];

	if (text_equals(*told, err->text)) {
		log_detail(log, "%s", err->text);
		return;
	}
	free(*told);
	*told = mem_strdup(err->text);
	log_warn(log, "%s", err->text);
}

static void
tell_of_bell(struct worker *w, const struct error *err)
{
	tell(w, w->count, err);
}

/* ----- a round ----- */

static bool
help_list(struct worker *w, const struct list *list, struct error *err)
{
	struct run_options o = w->o->run;
	struct run_result result = {.arena = NULL};
	bool ok;

	o.help = true;
	o.now = world_now();
	ok = run_list(list, &o, &result, err);
	w->stopping |= result.interrupted;
	run_result_clear(&result);
	return ok;
}

/* One list's trouble is not another's. It ends the worker with `once`, when all
 * were helped, and when none can be for its settings. */
static bool
go_round(struct worker *w, struct error *err)
{
	struct error trouble = ERROR_INIT;
	size_t unset = 0;
	bool ok = true;

	for (size_t i = 0; i < w->count && !w->stopping; i++) {
		if (help_list(w, w->o->lists[i], &trouble))
			continue;
		unset += trouble.kind == ERROR_CONFIG;
		if (ok && (w->o->once || unset == w->count)) {
			ok = error_move(err, &trouble);
			continue;
		}
		tell(w, i, &trouble);
		error_clear(&trouble);
	}
	return ok;
}

/* Before any is opened, for that would make one. */
static bool
check_stores(const struct worker *w, struct error *err)
{
	const struct list *const *list = w->o->lists;

	while (*list && !store_file((*list)->store))
		list++;
	return !*list ||
		error_set(err, ERROR_CONFIG,
			"list '%s': only 'run' sends from an SQLite store; "
			"where several hosts are to send, 'store' must be "
			"postgresql://…",
			(*list)->name);
}

/* ----- between rounds ----- */

static bool
is_stopped(struct worker *w)
{
	struct signalfd_siginfo info;

	if (read(w->signal_fd, &info, sizeof info) > 0)
		w->stopping = true;
	return w->stopping;
}

static int
round_ms(const struct worker *w)
{
	int scale = w->o->run.timeout_scale;

	return ROUND_MS / (scale ? scale : 1);
}

/* Without the bell: the database is away. */
static void
sleep_through(struct worker *w)
{
	struct pollfd fd = {.fd = w->signal_fd, .events = POLLIN};

	poll(&fd, 1, round_ms(w));
}

static bool
hang_bell(struct worker *w, struct error *err)
{
	struct store_options options = {.url = w->o->lists[0]->store};

	if (!w->bell)
		w->bell = store_open(&options, err);
	return w->bell != NULL;
}

static void
wait_for_bell(struct worker *w)
{
	struct error trouble = ERROR_INIT;
	bool said;

	if (w->bell &&
		store_wait(w->bell, round_ms(w), w->signal_fd, &said, &trouble))
		return;
	if (trouble.kind != ERROR_NONE)
		tell_of_bell(w, &trouble);
	error_clear(&trouble);
	store_close(w->bell);
	w->bell = NULL;
	sleep_through(w);
}

/* Hung before the first round, so that nothing said meanwhile is missed: the
 * first wait returns at once then. */
static void
listen_before(struct worker *w)
{
	struct error trouble = ERROR_INIT;
	bool said;

	if (!hang_bell(w, &trouble) ||
		!store_wait(w->bell, 0, -1, &said, &trouble))
		tell_of_bell(w, &trouble);
	error_clear(&trouble);
}

static bool
work(struct worker *w, struct error *err)
{
	while (!is_stopped(w)) {
		if (!w->o->once)
			listen_before(w);
		if (!go_round(w, err))
			return false;
		if (w->o->once)
			return true;
		if (!w->stopping)
			wait_for_bell(w);
	}
	return true;
}

bool
worker_run(const struct worker_options *options, struct error *err)
{
	struct worker w = {.o = options};
	sigset_t old;
	bool ok;

	if (!check_stores(&w, err))
		return false;
	while (options->lists[w.count])
		w.count++;
	w.told = mem_new((w.count + 1) * sizeof *w.told);
	w.signal_fd = world_open_signals(&old);
	ok = w.signal_fd >= 0 ? work(&w, err)
			      : error_set_errno(err, "waiting for signals");
	store_close(w.bell);
	for (size_t i = 0; i <= w.count; i++)
		free(w.told[i]);
	free(w.told);
	world_close_signals(w.signal_fd, &old);
	return ok;
}
