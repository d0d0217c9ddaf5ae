#include "cmd/command.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static const char *const role_titles[ROLE_COUNT] = {
	[ROLE_EDITOR] = "For editors",
	[ROLE_OPERATOR] = "For the operator",
	[ROLE_DEBUG] = "For the curious",
};

static void
print_options(FILE *out, const struct option *options)
{
	for (size_t i = 0; options && options[i].name; i++) {
		const struct option *o = &options[i];
		int width = fprintf(out, "  %s%s%s%s",
			strlen(o->name) == 1 ? "-" : "--", o->name,
			o->argument ? " " : "", o->argument ? o->argument : "");

		fprintf(out, "%*s%s\n", width < 24 ? 24 - width : 1, "",
			o->help);
	}
}

void
help_overview(FILE *out)
{
	fputs("postrider carries dispatches to their subscribers.\n\n"
	      "usage: postrider [-C SITE] [--json] [-q | -v] COMMAND …\n",
		out);
	for (int role = 0; role < ROLE_COUNT; role++) {
		fprintf(out, "\n%s\n", role_titles[role]);
		for (size_t i = 0; command_table[i]; i++) {
			const struct command *c = command_table[i];

			if ((int)c->role == role)
				fprintf(out, "  %-12s  %s\n", c->name,
					c->summary);
		}
	}
	fputs("\nOptions\n", out);
	print_options(out, global_options);
	fputs("\n'postrider COMMAND --help' tells more of each.\n\n"
	      "Exit status: 0 done, 64 usage, 65 bad data, 66 no input, 69 "
	      "refused by the\nrelay, 70 our bug, 74 input or output, 75 some "
	      "recipients must be tried again\nlater, 78 configuration.\n",
		out);
}

void
help_command(FILE *out, const struct command *c)
{
	struct str text = STR_INIT;

	fprintf(out, "usage: postrider %s %s\n\n", c->name, c->usage);
	text_wrap(&text, span_of(c->summary), 78, "");
	if (c->text) {
		str_add(&text, "\n\n");
		text_wrap(&text, span_of(c->text), 78, "");
	}
	fprintf(out, "%s\n", str_text(&text));
	str_clear(&text);
	if (c->options && c->options[0].name) {
		fputs("\nOptions\n", out);
		print_options(out, c->options);
	}
}
