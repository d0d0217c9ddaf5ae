/*
 * `--help --json`: the tables themselves, from which the manual page and the
 * completions of shells are made.
 */
#include "cmd/command.h"

static const char *const role_names[ROLE_COUNT] = {
	[ROLE_EDITOR] = "editor",
	[ROLE_OPERATOR] = "operator",
	[ROLE_DEBUG] = "debug",
};

static struct value *
describe_options(struct arena *a, const struct option *options)
{
	struct value *list = value_new_list(a);

	for (size_t i = 0; options && options[i].name; i++) {
		struct value *v = value_push(a, list, value_new_map(a));

		value_set_text(a, v, "name", options[i].name);
		value_set_text_or_null(a, v, "argument", options[i].argument);
		value_set_text(a, v, "help", options[i].help);
	}
	return list;
}

static struct value *
describe_command(struct arena *a, const struct command *c)
{
	struct value *v = value_new_map(a);

	value_set_text(a, v, "name", c->name);
	value_set_text(a, v, "role", role_names[c->role]);
	value_set_text(a, v, "usage", c->usage);
	value_set_text(a, v, "summary", c->summary);
	value_set_text_or_null(a, v, "text", c->text);
	value_set(a, v, "options", describe_options(a, c->options));
	return v;
}

static struct value *
describe_program(struct arena *a)
{
	struct value *v = value_new_map(a), *commands;

	value_set_text(a, v, "version", POSTRIDER_VERSION);
	value_set(a, v, "options", describe_options(a, global_options));
	commands = value_set(a, v, "commands", value_new_list(a));
	for (size_t i = 0; command_table[i]; i++)
		value_push(a, commands, describe_command(a, command_table[i]));
	return v;
}

void
help_json(struct invocation *in)
{
	struct arena *a = arena_new();

	invocation_print_json(in,
		in->command ? describe_command(a, in->command)
			    : describe_program(a));
	arena_free(a);
}
