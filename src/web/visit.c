#include "web/visit.h"

void
answer_clear(struct answer *answer)
{
	str_clear(&answer->body);
	str_clear(&answer->location);
	str_clear(&answer->cookie);
}

void
answer_line(struct answer *answer, int status, const char *line)
{
	answer->status = status;
	answer->type = "text/plain; charset=utf-8";
	str_truncate(&answer->body, 0);
	str_add_all(&answer->body, line, "\n", NULL);
}
