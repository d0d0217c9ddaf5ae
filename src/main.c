/*
 * argv in, exit status out; the only exit() of the program.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cmd/command.h"

int
main(int argc, char **argv)
{
	struct error err = ERROR_INIT;
	int status;

	setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE,
		SIG_IGN); /* a relay that hangs up is no reason to die */
	umask(077);
	command_main(argc, argv, stdout, stderr, &err);
	if (err.kind != ERROR_NONE)
		fprintf(stderr, "postrider: %s\n", err.text);
	status = (int)err.kind;
	error_clear(&err);
	exit(status);
}
