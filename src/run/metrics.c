#include "run/metrics.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/figures.h"

/* What a list has of a metric: a line for each of its labels. */
struct metric {
	const char *name, *type, *help;
	void (*print)(
		struct str *out, const char *name, const struct figures *f);
};

/* ----- lines ----- */

/* Lists are named by letters that need no escaping. */
static void
print_number(struct str *out, const char *name, const struct figures *f,
	int64_t number)
{
	str_printf(out, "%s{list=\"%s\"} %" PRId64 "\n", name, f->list->name,
		number);
}

static void
print_state(struct str *out, const char *name, const struct figures *f,
	const char *state, size_t count)
{
	str_printf(out, "%s{list=\"%s\",state=\"%s\"} %zu\n", name,
		f->list->name, state, count);
}

/* What never happened has no time: 0 would be an alarm. */
static void
print_instant(struct str *out, const char *name, const struct figures *f,
	int64_t instant)
{
	if (instant != INSTANT_NONE)
		print_number(out, name, f, instant);
}

#define NUMBER(metric, value)                                               \
	static void print_##metric(                                         \
		struct str *out, const char *name, const struct figures *f) \
	{                                                                   \
		print_number(out, name, f, (int64_t)(value));               \
	}

#define INSTANT(metric, value)                                              \
	static void print_##metric(                                         \
		struct str *out, const char *name, const struct figures *f) \
	{                                                                   \
		print_instant(out, name, f, (value));                       \
	}

NUMBER(opened, f->totals.opened)
NUMBER(skipped, f->totals.issues[ISSUE_SKIPPED])
NUMBER(paused, f->paused)
NUMBER(held, f->held != NULL)
NUMBER(drafts, f->unapproved)
NUMBER(open_for, f->open_for)
NUMBER(failing, f->failing)
NUMBER(failures, f->failures)
INSTANT(last_opened, f->totals.last_opened)
INSTANT(next, f->next[0])
INSTANT(run, f->last_run.at)
INSTANT(good, f->last_run.good_at)

static void
print_recipients(struct str *out, const char *name, const struct figures *f)
{
	for (int i = 0; i < RECIPIENT_STATES; i++)
		print_state(out, name, f,
			recipient_state_name((enum recipient_state)i),
			f->recipients[i]);
}

static void
print_subscribers(struct str *out, const char *name, const struct figures *f)
{
	for (int i = 0; i < SUBSCRIBER_STATES; i++)
		print_state(out, name, f,
			subscriber_state_name((enum subscriber_state)i),
			f->subscribers[i]);
}

static void
print_duration(struct str *out, const char *name, const struct figures *f)
{
	if (f->last_run.at != INSTANT_NONE)
		str_printf(out, "%s{list=\"%s\"} %" PRId64 ".%03" PRId64 "\n",
			name, f->list->name, f->last_run.ms / 1000,
			f->last_run.ms % 1000);
}

/* ----- all of them ----- */

static const struct metric metrics[] = {
	{"postrider_issues_opened_total", "counter",
		"Issues that were opened, ever.", print_opened},
	{"postrider_slots_skipped_total", "counter",
		"Slots that had no issue, ever.", print_skipped},
	{"postrider_recipients", "gauge",
		"Recipients of all issues, by what became of them.",
		print_recipients},
	{"postrider_subscribers", "gauge", "Subscribers, by their state.",
		print_subscribers},
	{"postrider_oldest_open_recipient_age_seconds", "gauge",
		"How long the oldest recipient who is due has waited since "
		"his issue was opened; 0 when nobody is.",
		print_open_for},
	{"postrider_issues_paused", "gauge", "Open issues that are paused.",
		print_paused},
	{"postrider_list_held", "gauge", "1 while the list is held.",
		print_held},
	{"postrider_drafts_waiting", "gauge", "Drafts that wait for approval.",
		print_drafts},
	{"postrider_sources_failing", "gauge",
		"Feeds and mailboxes that could not be read the last time.",
		print_failing},
	{"postrider_source_failures_in_a_row", "gauge",
		"How often the worst of them failed in a row.", print_failures},
	{"postrider_last_issue_opened_timestamp_seconds", "gauge",
		"When the last issue was opened.", print_last_opened},
	{"postrider_next_slot_timestamp_seconds", "gauge",
		"When the next issue is due.", print_next},
	{"postrider_last_run_timestamp_seconds", "gauge",
		"When the last run of the list began.", print_run},
	{"postrider_last_run_success_timestamp_seconds", "gauge",
		"When the last run that did not fail began.", print_good},
	{"postrider_last_run_duration_seconds", "gauge",
		"How long the last run of the list took.", print_duration},
};

static void
print_kind(
	struct str *out, const char *name, const char *type, const char *help)
{
	str_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
print_metrics(struct str *out, const struct figures *figures, size_t count)
{
	for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
		const struct metric *m = &metrics[i];

		print_kind(out, m->name, m->type, m->help);
		for (size_t k = 0; k < count; k++)
			m->print(out, m->name, &figures[k]);
	}
}

/* ----- of whom there is nothing else ----- */

static void
print_unusable(struct str *out, const struct list *list, bool unusable)
{
	str_printf(out, "postrider_list_unusable{list=\"%s\"} %d\n", list->name,
		unusable);
}

/* ----- the file ----- */

struct metrics {
	struct figures *figures; /* of the lists that could be read */
	size_t count;
	struct str unusable; /* a line for each list */
};

static bool
read_list(const struct list *list, int64_t now, struct figures *out,
	struct error *err)
{
	struct store_options options = {.url = list->store, .read_only = true};
	struct store *store = store_open(&options, err);
	int64_t id;
	bool ok = store && store_list(store, list->name, &id, err) &&
		figures_read(list, store, id, now, out, err);

	store_close(store);
	return ok || error_wrap(err, "list '%s'", list->name);
}

static size_t
count_lists(const struct list *const *lists)
{
	size_t n = 0;

	while (lists[n])
		n++;
	return n;
}

static void
read_lists(struct metrics *m, const struct list *const *lists, int64_t now,
	struct error *err)
{
	for (; *lists; lists++) {
		struct figures *figures = &m->figures[m->count];
		struct error last = ERROR_INIT;
		bool ok = read_list(*lists, now, figures, &last);

		print_unusable(&m->unusable, *lists, !ok);
		if (ok)
			m->count++;
		else
			figures_clear(figures);
		if (!ok && err->kind == ERROR_NONE)
			error_move(err, &last);
		error_clear(&last);
	}
}

/* Who watches is seldom who sends: everybody may read it. */
bool
metrics_write(const char *path, const struct metrics_lists *lists, int64_t now,
	struct error *err)
{
	struct metrics m = {.count = 0,
		.figures = mem_new(
			(count_lists(lists->lists) + 1) * sizeof *m.figures)};
	struct error trouble = ERROR_INIT;
	struct str text = STR_INIT;
	bool ok;

	read_lists(&m, lists->lists, now, &trouble);
	for (const struct list *const *l = lists->unsound; *l; l++)
		print_unusable(&m.unusable, *l, true);
	print_metrics(&text, m.figures, m.count);
	print_kind(&text, "postrider_list_unusable", "gauge",
		"1 while nothing else can be measured of the list: its "
		"settings have mistakes, or its store cannot be read.");
	str_add_span(&text, str_span(&m.unusable));
	ok = file_write(path, str_span(&text), 0644, err);
	if (ok && trouble.kind != ERROR_NONE)
		ok = error_move(err, &trouble);
	error_clear(&trouble);
	str_clear(&text);
	str_clear(&m.unusable);
	for (size_t i = 0; i < m.count; i++)
		figures_clear(&m.figures[i]);
	free(m.figures);
	return ok;
}
