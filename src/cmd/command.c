#include "cmd/command.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/json.h"
#include "base/log_sink.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/world.h"

const struct option global_options[] = {
	{"C", "SITE", "work on the site in this folder (default: here)"},
	{"json", NULL, "print one JSON object on stdout"},
	{"log", "WHERE",
		"keep a log: file:PATH, journald or syslog (default: the "
		"setting 'log')"},
	{"q", NULL, "no warnings"},
	{"v", NULL, "tell what is done and why"},
	{"help", NULL, "help, also behind a command"},
	{"version", NULL, "print the version; with -v, also what it runs with"},
	{NULL, NULL, NULL},
};

extern const struct command archive_command, backup_command, check_command,
	cancel_command, desk_command, dkim_command, approve_command,
	draft_command, edit_command, feed_command, hold_command, inbox_command,
	init_command, inspect_command, issue_command, issues_command,
	new_command, preview_command, proof_command, release_command,
	rename_command, restore_command, retract_command, retry_command,
	run_command, seen_command, serve_command, settle_command,
	status_command, store_command, subscribers_command, worker_command;

const struct command *const command_table[] = {
	&new_command,
	&preview_command,
	&desk_command,
	&edit_command,
	&proof_command,
	&draft_command,
	&approve_command,
	&hold_command,
	&release_command,
	&retract_command,
	&init_command,
	&check_command,
	&run_command,
	&serve_command,
	&worker_command,
	&status_command,
	&issues_command,
	&issue_command,
	&retry_command,
	&cancel_command,
	&archive_command,
	&seen_command,
	&rename_command,
	&backup_command,
	&restore_command,
	&settle_command,
	&store_command,
	&subscribers_command,
	&inbox_command,
	&feed_command,
	&dkim_command,
	&inspect_command,
	NULL,
};

/* ----- reading argv ----- */

struct reading {
	int argc;
	char **argv;
	int at;
	struct invocation *in;
	bool help, version;
};

static size_t
count_options(const struct option *options)
{
	size_t n = 0;

	while (options && options[n].name)
		n++;
	return n;
}

static int
find_option(const struct option *options, struct span name)
{
	for (int i = 0; options && options[i].name; i++)
		if (span_equals(name, options[i].name))
			return i;
	return -1;
}

/* Also as others call them. */
static int
find_global(struct span name)
{
	static const char *const aliases[][2] = {
		{"h", "help"}, {"verbose", "v"}, {"quiet", "q"}};

	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (span_equals(name, aliases[i][0]))
			name = span_of(aliases[i][1]);
	return find_option(global_options, name);
}

static void
apply_global(struct reading *r, int which, const char *value)
{
	const char *name = global_options[which].name;

	if (strcmp(name, "C") == 0)
		r->in->site = value;
	else if (strcmp(name, "json") == 0)
		r->in->json = true;
	else if (strcmp(name, "log") == 0)
		r->in->log_where = value;
	else if (strcmp(name, "q") == 0)
		r->in->log.level = LOG_QUIET;
	else if (strcmp(name, "v") == 0)
		r->in->log.level = LOG_VERBOSE;
	else if (strcmp(name, "help") == 0)
		r->help = true;
	else
		r->version = true;
}

static bool
unknown_option(const struct reading *r, const char *word, struct error *err)
{
	const struct command *c = r->in->command;
	const struct option *mine = c ? c->options : NULL;
	size_t n = count_options(mine), g = count_options(global_options);
	const char **names = mem_new((n + g + 1) * sizeof *names);
	char *plain = mem_dup(word + strspn(word, "-"),
		strcspn(word + strspn(word, "-"), "="));
	const char *near;

	for (size_t i = 0; mine && i < n; i++)
		names[i] = mine[i].name;
	for (size_t i = 0; i < g; i++)
		names[n + i] = global_options[i].name;
	near = text_nearest(plain, names);
	error_set(err, ERROR_USAGE, "%s%sunknown option '%s'%s%s%s",
		c ? c->name : "", c ? ": " : "", word,
		near ? ", did you mean '--" : "", near ? near : "",
		near ? "'?" : "");
	free(names);
	free(plain);
	return false;
}

/* "--out=DIR", "--out DIR", "-v", "-C DIR". */
static bool
read_option(struct reading *r, struct error *err)
{
	const char *word = r->argv[r->at++];
	struct span name = span_of(word + (word[1] == '-' ? 2 : 1));
	size_t equals = word[1] == '-' ? span_find(name, '=') : name.len;
	const char *value = equals < name.len ? name.data + equals + 1 : NULL;
	const struct command *c = r->in->command;
	const struct option *option;
	int mine, global;

	name.len = equals;
	mine = c ? find_option(c->options, name) : -1;
	global = mine < 0 ? find_global(name) : -1;
	if (mine < 0 && global < 0)
		return unknown_option(r, word, err);
	option = mine >= 0 ? &c->options[mine] : &global_options[global];
	if (!option->argument && value)
		return error_set(err, ERROR_USAGE,
			"option '--%s' takes no value", option->name);
	if (option->argument && !value) {
		if (r->at >= r->argc)
			return error_set(err, ERROR_USAGE,
				"option '%s' needs %s", word, option->argument);
		value = r->argv[r->at++];
	}
	if (mine >= 0)
		r->in->values[mine] = value ? value : "";
	else
		apply_global(r, global, value);
	return true;
}

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; command_table[i]; i++)
		if (strcmp(command_table[i]->name, name) == 0)
			return command_table[i];
	return NULL;
}

static bool
unknown_command(const char *word, struct error *err)
{
	enum { COUNT = sizeof command_table / sizeof *command_table };
	const char *names[COUNT] = {NULL};
	const char *near;

	for (size_t i = 0; command_table[i]; i++)
		names[i] = command_table[i]->name;
	near = text_nearest(word, names);
	if (near)
		return error_set(err, ERROR_USAGE,
			"unknown command '%s', did you mean '%s'?", word, near);
	return error_set(err, ERROR_USAGE,
		"unknown command '%s'; see 'postrider --help'", word);
}

static bool
take_word(struct reading *r, struct error *err)
{
	char *word = r->argv[r->at++];

	if (r->in->command) {
		r->in->arguments[r->in->argument_count++] = word;
		return true;
	}
	if (strcmp(word, "help") == 0) {
		r->help = true;
		return true;
	}
	r->in->command = command_find(word);
	if (!r->in->command)
		return unknown_command(word, err);
	r->in->values = mem_new((count_options(r->in->command->options) + 1) *
		sizeof *r->in->values);
	return true;
}

static bool
read_words(struct reading *r, struct error *err)
{
	bool words_only = false;

	while (r->at < r->argc) {
		const char *word = r->argv[r->at];
		bool option = !words_only && word[0] == '-' && word[1];

		if (option && strcmp(word, "--") == 0) {
			words_only = true;
			r->at++;
		} else if (!(option ? read_option(r, err)
				    : take_word(r, err))) {
			return false;
		}
	}
	return true;
}

static bool
check_count(const struct invocation *in, struct error *err)
{
	const struct command *c = in->command;

	if (in->argument_count < c->least)
		return error_set(err, ERROR_USAGE,
			"usage: postrider %s %s; see 'postrider %s --help'",
			c->name, c->usage, c->name);
	if (c->most >= 0 && in->argument_count > c->most)
		return error_set(err, ERROR_USAGE,
			"%s: one argument too many, '%s'; usage: postrider %s "
			"%s",
			c->name, in->arguments[c->most], c->name, c->usage);
	return true;
}

static bool
call_command(struct invocation *in, struct error *err)
{
	return check_count(in, err) &&
		(!in->log_where || command_log(in, in->log_where, err)) &&
		in->command->run(in, err);
}

static bool
finish_output(FILE *out, struct error *err)
{
	if (fflush(out) != 0 || ferror(out))
		return error_set(
			err, ERROR_IO, "could not write all of the output");
	return true;
}

bool
command_main(
	int argc, char **argv, FILE *out, FILE *diagnostics, struct error *err)
{
	struct invocation in = {.site = ".",
		.out = out,
		.log = {.out = diagnostics, .level = LOG_NORMAL},
		.now = world_now()};
	struct reading r = {.argc = argc, .argv = argv, .at = 1, .in = &in};
	bool ok;

	in.arguments = mem_new(((size_t)argc + 1) * sizeof *in.arguments);
	ok = read_words(&r, err);
	if (ok && r.version)
		version_print(&in);
	else if (ok && r.help && in.json)
		help_json(&in);
	else if (ok && r.help && in.command)
		help_command(out, in.command);
	else if (ok && r.help)
		help_overview(out);
	else if (ok && !in.command)
		ok = error_set(
			err, ERROR_USAGE, "no command; see 'postrider --help'");
	else if (ok)
		ok = call_command(&in, err);
	ok = finish_output(out, ok ? err : NULL) && ok;
	if (err->kind != ERROR_NONE)
		log_keep(&in.log, err->text);
	log_sink_close(in.log.sink);
	free(in.arguments);
	free(in.values);
	return ok;
}

/* ----- for the commands ----- */

const char *
invocation_option(const struct invocation *in, const char *name)
{
	int which = find_option(in->command->options, span_of(name));

	assert(which >= 0);
	return in->values[which];
}

bool
invocation_has(const struct invocation *in, const char *name)
{
	return invocation_option(in, name) != NULL;
}

void
invocation_print_json(struct invocation *in, const struct value *v)
{
	struct str text = STR_INIT;

	json_write(&text, v, true);
	fwrite(str_text(&text), 1, text.len, in->out);
	putc('\n', in->out);
	str_clear(&text);
}

void
invocation_print_done(struct invocation *in, const char *key, const char *value,
	const char *format, ...)
{
	struct arena *arena = arena_new();
	struct value *v = value_new_map(arena);
	va_list args;

	value_set_text(arena, v, key, value);
	va_start(args, format);
	if (in->json) {
		invocation_print_json(in, v);
	} else {
		vfprintf(in->out, format, args);
		putc('\n', in->out);
	}
	va_end(args);
	arena_free(arena);
}

void
invocation_print_count(
	struct invocation *in, const char *key, size_t count, const char *words)
{
	if (in->json) {
		struct arena *a = arena_new();
		struct value *v = value_new_map(a);

		value_set_int(a, v, key, (int64_t)count);
		invocation_print_json(in, v);
		arena_free(a);
	} else {
		fprintf(in->out, "%zu %s\n", count, words);
	}
}
