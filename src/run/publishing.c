/*
 * The archive within a run: before the first letter of an issue leaves, and
 * when all is done.
 */
#include "run/archive.h"
#include "run/state.h"

void
run_publish(struct run *r, int64_t issue)
{
	struct archive_order order = {.list = r->list,
		.store = r->store,
		.list_id = r->list_id,
		.issue = issue};
	struct archive_report report;
	struct error trouble = ERROR_INIT;

	if (r->o->dry_run || archive_write(&order, &report, &trouble))
		return;
	if (trouble.kind == ERROR_LATER) {
		log_detail(r->o->log, "%s", trouble.text);
	} else {
		log_warn(r->o->log, "%s", trouble.text);
		problem_add(&r->notices, SEVERITY_WARNING, NULL, 0, 0, "%s",
			trouble.text);
	}
	error_clear(&trouble);
}
