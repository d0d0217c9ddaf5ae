#include "model/outcome.h"

const char *
recipient_state_name(enum recipient_state state)
{
	static const char *const names[RECIPIENT_STATES] = {
		[RECIPIENT_DUE] = "due",
		[RECIPIENT_WIRE] = "wire",
		[RECIPIENT_HELD] = "held",
		[RECIPIENT_SENT] = "sent",
		[RECIPIENT_REFUSED] = "refused",
		[RECIPIENT_DROPPED] = "dropped",
		[RECIPIENT_EXPIRED] = "expired",
	};

	return names[state];
}

const char *
reply_scope_name(enum reply_scope scope)
{
	static const char *const names[] = {
		[SCOPE_RECIPIENT] = "recipient",
		[SCOPE_MESSAGE] = "message",
		[SCOPE_SENDER] = "sender",
		[SCOPE_RELAY] = "relay",
	};

	return names[scope];
}
