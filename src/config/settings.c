#include "config/settings.h"

#include <assert.h>

#include "base/yaml.h"
#include "config/server.h"

/* ----- the tables ----- */

static const char *const holiday_names[] = {"skip", "next day", NULL};
static const char *const update_names[] = {"marked", "any", "none", NULL};
static const char *const overflow_names[] = {"titles", "roll", NULL};
static const char *const format_names[] = {
	"html", "text", "mime-digest", "rfc1153", NULL};
static const char *const text_names[] = {"flowed", "fixed", NULL};
static const char *const image_names[] = {
	"embed", "fetch", "link", "none", NULL};
static const char *const archive_names[] = {"public", "link", "none", NULL};
static const char *const doubt_names[] = {"resend", "hold", NULL};
static const char *const suppress_names[] = {
	"none", "complaints", "hard", NULL};
static const char *const numbering_names[] = {
	"running", "volume", "week", NULL};
static const char *const unapproved_names[] = {"roll", "skip", NULL};

#define FIELD(type, field) .offset = offsetof(struct type, field)
#define TEXT(how) .read = read_text, .text = (how)
#define TEXTS(how) .read = read_texts, .text = (how)
#define CHOICE(names) .read = read_choice, .choices = (names)
#define INT(from, to) .read = read_int, .least = (from), .most = (to)
#define MAP(rows) .read = read_map, .table = (rows)
#define DURATION .read = read_duration

static const struct setting after_settings[] = {
	{"dispatches", INT(0, 1000), FIELD(schedule_after, dispatches),
		.initial = "0"},
	{"days", INT(0, 366), FIELD(schedule_after, days), .initial = "0"},
	{.name = NULL},
};

static const struct setting schedule_settings[] = {
	{"every", .read = read_every, FIELD(schedule, every),
		.initial = "never"},
	{"starting", .read = read_start, FIELD(schedule, start)},
	{"on", .read = read_days, FIELD(schedule, days)},
	{"at", .read = read_times, FIELD(schedule, times)},
	{"timezone", TEXT(text_line), FIELD(schedule, timezone),
		.initial = "UTC"},
	{"after", MAP(after_settings), FIELD(schedule, after)},
	{"holidays", .read = read_holidays, FIELD(schedule, holidays),
		.initial = "[]"},
	{"on_holiday", CHOICE(holiday_names), FIELD(schedule, on_holiday),
		.initial = "skip"},
	{"quiet", .read = read_quiet, FIELD(schedule, quiet)},
	{.name = NULL},
};

static const struct setting select_settings[] = {
	{"first_issue", DURATION, FIELD(select_rules, first_issue),
		.initial = "7 days"},
	{"updates", CHOICE(update_names), FIELD(select_rules, updates),
		.initial = "marked"},
	{"min", INT(1, 1000), FIELD(select_rules, min), .initial = "1"},
	{"max", INT(1, 1000), FIELD(select_rules, max), .initial = "40"},
	{"overflow", CHOICE(overflow_names), FIELD(select_rules, overflow),
		.initial = "titles"},
	{"organisations", TEXTS(text_line), FIELD(select_rules, organisations),
		.initial = "[]"},
	{"sections", TEXTS(text_line), FIELD(select_rules, sections),
		.initial = "[]"},
	{"tags", TEXTS(text_line), FIELD(select_rules, tags), .initial = "[]"},
	{"languages", TEXTS(text_language), FIELD(select_rules, languages),
		.initial = "[]"},
	{.name = NULL},
};

#define KB 1024LL
#define MB (1024 * KB)

#define OCTETS(from, to) .read = read_octets, .least = (from), .most = (to)

static const struct setting limit_settings[] = {
	{"dispatch", OCTETS(KB, 16 * MB), FIELD(limits, dispatch),
		.initial = "1 MB"},
	{"feed", OCTETS(KB, 100 * MB), FIELD(limits, feed), .initial = "10 MB"},
	{"mail", OCTETS(KB, 100 * MB), FIELD(limits, mail), .initial = "16 MB"},
	{"picture", OCTETS(KB, 20 * MB), FIELD(limits, picture),
		.initial = "10 MB"},
	{"folder", OCTETS(MB, 2000 * MB), FIELD(limits, folder),
		.initial = "500 MB"},
	{"roster", OCTETS(KB, 100000 * MB), FIELD(limits, roster),
		.initial = "1000 MB"},
	{"pool", .read = read_size, .least = 10000, .most = 1000000,
		FIELD(limits, pool), .initial = "50000"},
	{"fetch", .read = read_wait, .least = 1, .most = 600,
		FIELD(limits, fetch), .initial = "30 seconds"},
	{.name = NULL},
};

static const struct setting approval_settings[] = {
	{"draft", .read = read_before, FIELD(list, approval_before),
		.initial = "18 hours before"},
	{"unapproved", CHOICE(unapproved_names), FIELD(list, unapproved),
		.initial = "roll"},
	{"four_eyes", .read = read_yes, FIELD(list, four_eyes),
		.initial = "false"},
	{.name = NULL},
};

static const struct setting guard_settings[] = {
	{"recipients", .read = read_factor, FIELD(list, guard_recipients),
		.initial = "1.5"},
	{"dispatches", .read = read_factor, FIELD(list, guard_dispatches),
		.initial = "5"},
	{"bounces", .read = read_share, FIELD(list, guard_bounces),
		.initial = "0.2"},
	{.name = NULL},
};

static const struct setting joining_settings[] = {
	{"open", .read = read_yes, FIELD(joining, open), .initial = "false"},
	{"confirm_within", DURATION, FIELD(joining, confirm_within),
		.initial = "7 days"},
	{"welcome", .read = read_yes, FIELD(joining, welcome),
		.initial = "true"},
	{"latest", .read = read_yes, FIELD(joining, latest), .initial = "true"},
	{"goodbye", .read = read_yes, FIELD(joining, goodbye),
		.initial = "true"},
	{.name = NULL},
};

static const struct setting bounce_settings[] = {
	{"hard", INT(1, 100), FIELD(bounce_policy, hard), .initial = "1"},
	{"soft", INT(1, 100), FIELD(bounce_policy, soft), .initial = "5"},
	{"within", DURATION, FIELD(bounce_policy, within),
		.initial = "60 days"},
	{"probe_after", DURATION, FIELD(bounce_policy, probe_after),
		.initial = "180 days"},
	{"probe_wait", DURATION, FIELD(bounce_policy, probe_wait),
		.initial = "7 days"},
	{"suppress", CHOICE(suppress_names), FIELD(bounce_policy, suppress),
		.initial = "complaints"},
	{.name = NULL},
};

static const struct setting serving_settings[] = {
	{"listen", TEXT(text_endpoint), FIELD(serving, listen),
		.initial = "127.0.0.1:8025"},
	{"trusted_proxies", TEXTS(text_network),
		FIELD(serving, trusted_proxies), .initial = "[]"},
	{"mails_an_hour", INT(1, 100000), FIELD(serving, mails_an_hour),
		.initial = "200"},
	{"confine", .read = read_yes, FIELD(serving, confine),
		.initial = "true"},
	{.name = NULL},
};

static const struct setting hook_settings[] = {
	{"before_send", TEXT(text_hook), FIELD(hooks, paths[HOOK_BEFORE_SEND])},
	{"after_issue", TEXT(text_hook), FIELD(hooks, paths[HOOK_AFTER_ISSUE])},
	{"on_failure", TEXT(text_hook), FIELD(hooks, paths[HOOK_ON_FAILURE])},
	{.name = NULL},
};

#define MAILBOX(field) FIELD(source_config, mailbox.field)

const struct setting source_settings[] = {
	{"folder", .read = read_source_kind},
	{"feed", .read = read_source_kind},
	/* Mail lies where the system puts it. */
	{"mailbox", .read = read_source_kind, .outside = true},
	{"section", TEXT(text_line), FIELD(source_config, section)},
	{"language", TEXT(text_language), FIELD(source_config, language)},
	{"allow_private", .read = read_yes, FIELD(source_config, allow_private),
		.initial = "false"},
	{"alert_after", INT(1, 1000), FIELD(source_config, alert_after),
		.initial = "3"},
	{"allow", TEXTS(text_sender), MAILBOX(allow), .initial = "[]"},
	{"authserv_id", TEXT(text_word), MAILBOX(authserv_id)},
	{"password_file", .read = read_password_file,
		MAILBOX(place.password_file)},
	{"tls", CHOICE(tls_names), MAILBOX(place.server.tls)},
	{"trim_signatures", .read = read_yes, MAILBOX(trim_signatures),
		.initial = "false"},
	{"trim_quotes", .read = read_yes, MAILBOX(trim_quotes),
		.initial = "false"},
	{"obscure_addresses", .read = read_yes, MAILBOX(obscure_addresses),
		.initial = "false"},
	{.name = NULL},
};

const struct setting settings[] = {
	/* the list */
	{"title", TEXT(text_line), FIELD(list, title), .where = IN_LIST},
	{"description", TEXT(text_line), FIELD(list, description)},
	{"about", TEXT(text_block), FIELD(list, about)},
	{"list_id", TEXT(text_list_id), FIELD(list, list_id), .where = IN_LIST},
	{"from", .read = read_mailbox, FIELD(list, from)},
	{"reply_to", TEXT(text_address), FIELD(list, reply_to)},
	{"language", TEXT(text_language), FIELD(list, language),
		.initial = "en"},
	{"fallback", TEXTS(text_language), FIELD(list, fallback),
		.initial = "[]"},
	{"schedule", MAP(schedule_settings), FIELD(list, schedule)},
	{"numbering", CHOICE(numbering_names), FIELD(list, numbering),
		.initial = "running"},
	{"first_number", INT(1, 999999), FIELD(list, first_number),
		.initial = "1"},
	{"first_volume", INT(0, 9999), FIELD(list, first_volume),
		.initial = "0"},
	{"roster", .read = read_roster, FIELD(list, roster)},
	{"siblings", TEXTS(text_word), FIELD(list, siblings), .initial = "[]"},
	{"joining", MAP(joining_settings), FIELD(list, joining)},
	{"contact", TEXT(text_address), FIELD(list, contact)},

	/* what an issue carries */
	{"sources", .read = read_sources, FIELD(list, sources),
		.initial = "[{folder: dispatches}]"},
	{"select", MAP(select_settings), FIELD(list, select)},
	{"once_across", TEXTS(text_word), FIELD(list, once_across),
		.initial = "[]"},
	{"title_marks", TEXTS(text_line), FIELD(list, title_marks),
		.initial = "[(Updated), (To be updated)]"},
	{"settle", DURATION, FIELD(list, settle), .initial = "2 minutes"},
	{"limits", MAP(limit_settings), FIELD(list, limits)},
	{"approval", .read = read_approval, FIELD(list, approval),
		.table = approval_settings},

	/* how it looks */
	{"subject", TEXT(text_line), FIELD(list, subject),
		.initial = "'{{list.title}} {{issue.label}}: "
			   "{{lead.title}}{{#more}} {{more}}{{/more}}'"},
	{"template", TEXT(text_word), FIELD(list, template_name),
		.initial = "digest"},
	{"fields", .read = read_fields, FIELD(list, fields),
		.table = field_settings, .initial = "none"},
	{"format", CHOICE(format_names), FIELD(list, format),
		.initial = "html"},
	{"text", CHOICE(text_names), FIELD(list, text), .initial = "flowed"},
	{"images", CHOICE(image_names), FIELD(list, images),
		.initial = "embed"},
	{"html_budget", .read = read_size, FIELD(list, html_budget),
		.least = 5000, .most = 10000000, .initial = "90000"},
	{"archive", CHOICE(archive_names), FIELD(list, archive),
		.initial = "none"},
	{"archive_url", TEXT(text_base_url), FIELD(list, archive_url)},
	{"archive_folder", TEXT(text_site_path), FIELD(list, archive_folder),
		.where = IN_DEFAULTS},
	{"postal_address", TEXT(text_postal_address),
		FIELD(list, postal_address)},
	{"privacy_url", TEXT(text_privacy_url), FIELD(list, privacy_url)},

	/* how it is sent */
	{"transport", .read = read_relays, FIELD(list, relays),
		.initial = "spool"},
	{"connections", INT(1, 256), FIELD(list, connections), .initial = "8"},
	{"rates", .read = read_rates, FIELD(list, rates), .initial = "none"},
	{"web", TEXT(text_base_url), FIELD(list, web)},
	{"serve", MAP(serving_settings), FIELD(list, serving),
		.where = IN_DEFAULTS},
	{"unsubscribe", TEXT(text_address), FIELD(list, unsubscribe)},
	{"bounces", TEXT(text_address), FIELD(list, bounces)},
	{"inbox", .read = read_inbox, FIELD(list, inbox)},
	{"bounce_policy", MAP(bounce_settings), FIELD(list, bounce_policy)},
	{"dkim", .read = read_dkim, FIELD(list, dkim), .initial = "none"},
	{"editors", TEXTS(text_address), FIELD(list, editors), .initial = "[]"},
	{"guard", .read = read_guard, FIELD(list, guard_recipients),
		.table = guard_settings},
	{"in_doubt", CHOICE(doubt_names), FIELD(list, in_doubt),
		.initial = "resend"},
	{"give_up_after", DURATION, FIELD(list, give_up_after),
		.initial = "5 days"},
	{"catch_up", DURATION, FIELD(list, catch_up), .initial = "24 hours"},
	{"stuck_after", DURATION, FIELD(list, stuck_after),
		.initial = "2 hours"},

	/* what is kept */
	{"store", .read = read_store, FIELD(list, store),
		.initial = "sqlite:state/postrider.db"},
	{"keep_ledgers", .read = read_keep, FIELD(list, keep_ledgers),
		.initial = "0"},
	{"log", TEXT(text_log), FIELD(list, log), .where = IN_DEFAULTS},
	{"metrics", TEXT(text_site_path), FIELD(list, metrics),
		.where = IN_DEFAULTS},
	{"hooks", MAP(hook_settings), FIELD(list, hooks), .where = IN_DEFAULTS},
	{.name = NULL},
};

/* ----- the defaults ----- */

static void
add_initial(struct str *out, const struct setting *table)
{
	bool first = true;

	str_add_char(out, '{');
	for (const struct setting *s = table; s->name; s++) {
		if (!s->initial && !s->table)
			continue;
		str_printf(out, "%s%s: ", first ? "" : ",\n", s->name);
		first = false;
		if (s->initial)
			str_add(out, s->initial);
		else
			add_initial(out, s->table); /* two levels, ours */
	}
	str_add(out, "}");
}

struct value *
settings_initial(struct arena *arena)
{
	struct error err = ERROR_INIT;
	struct str text = STR_INIT;
	struct value *v;

	add_initial(&text, settings);
	v = yaml_parse(arena, "settings", 1, str_span(&text), &err);
	assert(v);
	str_clear(&text);
	return v;
}
