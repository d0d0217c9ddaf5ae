#include "run/gathering.h"

bool
gather_mailboxes(struct gathering *g, struct error *err)
{
	(void)g;
	(void)err;
	return true;
}
