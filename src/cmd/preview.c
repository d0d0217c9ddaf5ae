#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/preview_post.h"
#include "cmd/site.h"
#include "run/preview_show.h"
#include "run/proof.h"
#include "run/world.h"

static const struct option options[] = {
	{"out", "DIR",
		"write message.eml, message.html, message.txt and "
		"report.json there"},
	{"open", NULL,
		"show the HTML part, or the text where that is all "
		"(xdg-open)"},
	{"as", "ADDRESS",
		"the letter of this subscriber, filled for him; his links lead "
		"nowhere"},
	{"at", "TIME", "as if it were then"},
	{"post", "KIND",
		"a mail to one reader instead, such as 'welcome'; or 'all' of "
		"them"},
	{"language", "TAG", "with --post: of such a mail; else the list's"},
	{"links", NULL, "asks for each link, and tells those that are dead"},
	{"spam", NULL, "asks SpamAssassin what it would say of it"},
	{NULL, NULL, NULL},
};

static void
print_decision(struct invocation *in, const struct decision *d)
{
	struct str shown = STR_INIT;

	text_shorten(&shown, span_of(d->dispatch->variants[0].title), 60);
	fprintf(in->out, "  %s\n      %s%s%s [%s]\n", str_text(&shown),
		reason_text(d->reason), d->detail ? ", " : "",
		d->detail ? d->detail : "", d->dispatch->id);
	str_clear(&shown);
}

static void
print_decisions(struct invocation *in, const struct issue *issue, bool selected)
{
	const struct decision **items = issue_decisions(issue, selected);

	if (items[0])
		fprintf(in->out, "\n%s\n", selected ? "Selected" : "Left out");
	for (size_t i = 0; items[i]; i++)
		print_decision(in, items[i]);
	free(items);
}

static void
print_finding(struct invocation *in, const struct finding *f)
{
	fprintf(in->out, "  %s\n      %s%s", f->text, f->code,
		f->blocks ? ", must be mended" : "");
	if (f->where && f->line)
		fprintf(in->out, " [%s:%d]", f->where, f->line);
	else if (f->where)
		fprintf(in->out, " [%s]", f->where);
	fputc('\n', in->out);
}

static void
print_preflight(struct invocation *in, const struct preflight *p)
{
	if (p->count)
		fprintf(in->out, "\nBefore it goes\n");
	for (size_t i = 0; i < p->count; i++)
		print_finding(in, &p->items[i]);
}

static void
print_preview(struct invocation *in, const struct preview *p)
{
	const struct composed *c = &p->composed;
	struct str subject = STR_INIT;

	fprintf(in->out, "%s, issue %d, for %zu recipient%s\n",
		c->issue->list->title, c->issue->number, c->recipients,
		c->recipients == 1 ? "" : "s");
	if (c->form_count) {
		preview_show_subject(p, preview_form(p), &subject);
		fprintf(in->out, "Subject: %s\n", str_text(&subject));
		str_clear(&subject);
	} else if (c->issue->list->select.min > 1)
		fprintf(in->out,
			"no letter: less is new than the minimum of "
			"%d\n",
			c->issue->list->select.min);
	else
		fprintf(in->out, "no letter: nothing is new\n");
	print_decisions(in, c->issue, true);
	print_decisions(in, c->issue, false);
	for (size_t i = 0; i < c->form_count; i++)
		if (c->forms[i].form)
			fprintf(in->out, "%s%s, %s: %zu bytes\n", i ? "" : "\n",
				c->forms[i].language,
				letter_format_name(c->forms[i].format),
				form_size(c->forms[i].form));
	print_preflight(in, &p->preflight);
}

/* No shell is called. */
static bool
show(const char *path, struct error *err)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		return error_set_errno(err, "xdg-open");
	if (child == 0) {
		execlp("xdg-open", "xdg-open", path, (char *)NULL);
		_exit(127);
	}
	if (waitpid(child, &status, 0) < 0 || status != 0)
		return error_set(err, ERROR_IO,
			"xdg-open could not show it; open %s yourself", path);
	return true;
}

static bool
show_letter(const struct preview *p, const char *folder, struct error *err)
{
	const struct composed_form *f = preview_form(p);
	char *path;
	bool ok;

	if (!f)
		return error_set(err, ERROR_INPUT,
			"there is no letter to show: too little is new");
	path = file_join(
		folder, f->letter->html ? "message.html" : "message.txt");
	ok = show(path, err);
	free(path);
	return ok;
}

static bool
write_and_show(
	struct invocation *in, const struct preview *p, struct error *err)
{
	const char *folder = invocation_option(in, "out");
	char made[] = "/tmp/postrider-preview-XXXXXX";

	if (!folder && !invocation_has(in, "open"))
		return true;
	if (!folder)
		folder = mkdtemp(made);
	if (!folder)
		return error_set_errno(err, "%s", made);
	if (!preview_write(p, folder, err))
		return false;
	if (!in->json)
		fprintf(in->out, "\nwritten to %s\n", folder);
	return !invocation_has(in, "open") || show_letter(p, folder, err);
}

static bool
print_report(struct invocation *in, const struct preview *p, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *report = preview_report(arena, p, err);

	if (report)
		invocation_print_json(in, report);
	arena_free(arena);
	return report != NULL;
}

static bool
check_on_request(struct invocation *in, struct preview *p, struct error *err)
{
	return (!invocation_has(in, "links") ||
		       preview_check_links(p, world_timeout_scale(), err)) &&
		(!invocation_has(in, "spam") || preview_check_spam(p, err));
}

static bool
preview_issue(struct invocation *in, const struct list *list, int64_t now,
	struct error *err)
{
	struct preview p = {.store = NULL};
	const char *as = invocation_option(in, "as");
	bool ok = preview_compose(list, now, &in->log, &p, err);

	if (ok && as)
		ok = preview_as(&p, list, as, err);
	ok = ok && check_on_request(in, &p, err);
	if (ok) {
		log_problems(&in->log, &p.composed.gathered);
		log_problems(&in->log, &p.composed.problems);
		if (in->json) {
			ok = print_report(in, &p, err);
		} else {
			print_preview(in, &p);
		}
		ok = ok && write_and_show(in, &p, err);
	}
	preview_clear(&p);
	return ok;
}

/* What would be passed over in silence. */
static bool
check_usage(const struct invocation *in, struct error *err)
{
	static const char *const of_issues[] = {
		"open", "as", "links", "spam", NULL};

	if (!invocation_has(in, "post"))
		return !invocation_has(in, "language") ||
			error_set(err, ERROR_USAGE,
				"preview: --language goes with --post");
	for (size_t i = 0; of_issues[i]; i++)
		if (invocation_has(in, of_issues[i]))
			return error_set(err, ERROR_USAGE,
				"preview: --%s is of issues, and does not go "
				"with --post",
				of_issues[i]);
	return true;
}

static bool
run_preview(struct invocation *in, struct error *err)
{
	const struct list *list;
	struct site site;
	int64_t now = in->now;
	bool ok;

	if (!check_usage(in, err) || !command_site(in, true, &site, err))
		return false;
	list = site_find(&site, in->arguments[0]);
	ok = list ? command_time(in, list, &now, err)
		  : site_unknown(&site, in->arguments[0], err);
	if (ok && invocation_has(in, "post"))
		ok = preview_post(in, list, now, err);
	else
		ok = ok && preview_issue(in, list, now, err);
	site_clear(&site);
	return ok;
}

const struct command preview_command = {
	.name = "preview",
	.role = ROLE_EDITOR,
	.usage = "LIST",
	.summary = "the next issue, changing nothing: what is in, what is out "
		   "and why",
	.options = options,
	.least = 1,
	.most = 1,
	.run = run_preview,
};

/* ----- proof ----- */

static const struct option proof_options[] = {
	{"fresh", NULL,
		"what would be composed now, also when there is a draft"},
	{"as", "ADDRESS", "as this subscriber will get it"},
	{"language", "TAG", "in this language"},
	{"format", "FORMAT", "html, text, mime-digest or rfc1153"},
	{"transport", "URL", "send there instead: smtp://host:port, spool:DIR"},
	{NULL, NULL, NULL},
};

/* Says where it went: by a spool it reaches no mailbox. */
static void
print_proof(struct invocation *in, const struct relay *relay, int draft)
{
	int count = in->argument_count - 1;

	if (in->json) {
		invocation_print_count(in, "sent", (size_t)count, "");
		return;
	}
	if (draft)
		fprintf(in->out, "draft %d: ", draft);
	if (relay->kind == TRANSPORT_SPOOL)
		fprintf(in->out,
			"%d proof%s written to the spool, and sent "
			"nowhere\n",
			count, count == 1 ? "" : "s");
	else
		fprintf(in->out, "%d proof%s sent by %s\n", count,
			count == 1 ? "" : "s", relay->text);
}

static bool
send_proof(struct invocation *in, const struct list *list,
	const struct relay *relay, int *draft, struct error *err)
{
	const struct proof_order order = {
		.list = list,
		.addresses = (const char *const *)in->arguments + 1,
		.count = (size_t)in->argument_count - 1,
		.as = invocation_option(in, "as"),
		.language = invocation_option(in, "language"),
		.format = invocation_option(in, "format"),
		.fresh = invocation_has(in, "fresh"),
		.relay = relay,
		.now = in->now,
		.log = &in->log,
	};

	return proof_send(&order, draft, err);
}

static bool
run_proof(struct invocation *in, struct error *err)
{
	struct arena *arena = arena_new();
	struct relay relay = {.kind = TRANSPORT_SPOOL};
	bool said;
	int draft;
	const struct list *list;
	struct site site;
	bool ok = command_site(in, true, &site, err);

	if (!ok)
		goto out;
	list = site_find(&site, in->arguments[0]);
	if (!list)
		site_unknown(&site, in->arguments[0], err);
	ok = list && command_relay(in, arena, &relay, &said, err);
	if (ok && !said)
		relay = list->relays[0];
	ok = ok && send_proof(in, list, said ? &relay : NULL, &draft, err);
	if (ok)
		print_proof(in, &relay, draft);
	site_clear(&site);
out:
	arena_free(arena);
	return ok;
}

const struct command proof_command = {
	.name = "proof",
	.role = ROLE_EDITOR,
	.usage = "LIST ADDRESS…",
	.summary =
		"sends the draft, or the next issue, to an editor, marked as "
		"a proof and never counted",
	.text = "When the next slot has a draft, it is that, from the very bytes "
		"that would be sent. The links to leave or change settings are "
		"harmless in it.",
	.options = proof_options,
	.least = 2,
	.most = -1,
	.run = run_proof,
};
