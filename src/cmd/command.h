/*
 * Commands: rows of a table. What a command takes, its options and its help are
 * data; main finds the row, reads the options and calls it. Results go to
 * stdout (`out`), everything else to the log.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/log.h"
#include "base/value.h"

enum role { ROLE_EDITOR, ROLE_OPERATOR, ROLE_DEBUG, ROLE_COUNT };

struct option {
	const char *name;     /* "out": --out */
	const char *argument; /* "DIR"; NULL: a switch */
	const char *help;
};

struct command;

struct invocation {
	const struct command *command;
	const char *site; /* path of the site's folder */
	bool json;
	const char *log_where; /* --log, or NULL */
	struct log log;
	FILE *out; /* stdout; a failed write to it is a failure */
	int64_t now;
	char **arguments; /* what is no option, NULL-terminated */
	int argument_count;
	const char **values; /* of the command's options, in their order: the
				argument, "" for a switch given, or NULL */
};

struct command {
	const char *name;
	enum role role;
	const char *usage;   /* "LIST TITLE" */
	const char *summary; /* one line for the overview */
	const char *text;    /* paragraphs for its own help; may be NULL */
	const struct option *options; /* ends with a NULL name; may be NULL */
	int least, most; /* how many arguments; most -1: any number */
	bool is_logged;	 /* it changes something: the site's log tells of it */
	bool (*run)(struct invocation *in, struct error *err);
};

/* Ends with NULL. */
extern const struct command *const command_table[];

/* Global options; ends with a NULL name. */
extern const struct option global_options[];

/*
 * Reads argv and runs what it asks for. Errors have the kind that becomes the
 * exit status.
 */
bool command_main(
	int argc, char **argv, FILE *out, FILE *diagnostics, struct error *err);

/*
 * Keeps a log there from now on. False (ERROR_USAGE) when it says no place; one
 * that cannot be opened is a warning, for it keeps no mail back.
 */
bool command_log(struct invocation *in, const char *where, struct error *err);

/* The value of an option of this command: NULL when it was not given. The name
 * must be in the command's table. */
const char *invocation_option(const struct invocation *in, const char *name);
bool invocation_has(const struct invocation *in, const char *name);

/* Prints the value as JSON on in->out. */
void invocation_print_json(struct invocation *in, const struct value *v);

/* Says what was done: with --json {key: value}, else in words, a line. */
__attribute__((format(printf, 4, 5))) void invocation_print_done(
	struct invocation *in, const char *key, const char *value,
	const char *format, ...);

/* Likewise {key: count}, or "COUNT words". */
void invocation_print_count(struct invocation *in, const char *key,
	size_t count, const char *words);

void help_overview(FILE *out);
void help_command(FILE *out, const struct command *command);

/* The same tables as JSON on in->out: one command's, or all of them. */
void help_json(struct invocation *in);

/* `--version`. */
void version_print(struct invocation *in);

#endif
