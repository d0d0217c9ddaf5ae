#include "model/subscriber.h"

#include <stddef.h>
#include <string.h>

static const char *const state_names[SUBSCRIBER_STATES] = {
	[SUBSCRIBER_PENDING] = "pending",
	[SUBSCRIBER_ACTIVE] = "active",
	[SUBSCRIBER_PAUSED] = "paused",
	[SUBSCRIBER_REMOVED] = "removed",
	[SUBSCRIBER_BOUNCED] = "bounced",
	[SUBSCRIBER_GONE] = "gone",
	[SUBSCRIBER_ERASED] = "erased",
};

bool
subscriber_state_is_reader(enum subscriber_state state)
{
	return state == SUBSCRIBER_ACTIVE || state == SUBSCRIBER_PAUSED;
}

bool
subscriber_is_reader(const struct subscriber *s)
{
	return subscriber_state_is_reader(s->state);
}

const char *
subscriber_state_name(enum subscriber_state state)
{
	return state_names[state];
}

bool
subscriber_state_find(const char *name, enum subscriber_state *out)
{
	for (int i = 0; i < SUBSCRIBER_STATES; i++) {
		if (strcmp(state_names[i], name) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

const char *
subscriber_origin_name(enum subscriber_origin origin)
{
	static const char *const names[] = {
		[ORIGIN_FILE] = "file",
		[ORIGIN_EDITOR] = "editor",
		[ORIGIN_WEB] = "web",
		[ORIGIN_MAIL] = "mail",
		[ORIGIN_IMPORT] = "import",
	};

	return names[origin];
}

const char *
actor_name(enum actor actor)
{
	static const char *const names[] = {
		[ACTOR_FILE] = "file",
		[ACTOR_EDITOR] = "editor",
		[ACTOR_SELF] = "self",
		[ACTOR_INBOX] = "inbox",
		[ACTOR_RELAY] = "relay",
	};

	return names[actor];
}

/* ----- who may change what ----- */

enum {
	ACTIVE = 1 << SUBSCRIBER_ACTIVE,
	PAUSED = 1 << SUBSCRIBER_PAUSED,
	REMOVED = 1 << SUBSCRIBER_REMOVED,
	BOUNCED = 1 << SUBSCRIBER_BOUNCED,
	GONE = 1 << SUBSCRIBER_GONE,
	ERASED = 1 << SUBSCRIBER_ERASED,
};

/*
 * From each state, what each actor may make of it, and what to say when he may
 * not. Three things hold throughout:
 *
 * - `gone` and `erased` lead back only by the reader's own confirmation, and
 *   by no detour: nobody else can turn them into a state that a file or an
 *   editor may make active again.
 * - The inbox removes whom a complaint or a dead mailbox on another list of the
 *   site keeps from being written to (store/suppress.h).
 * - Nobody becomes `pending` again: who asks anew stays what he is until he
 *   confirms. Otherwise anybody could bring back who has left, by typing his
 *   address into a form and striking him from the file.
 */
static const struct rule {
	unsigned allowed[ACTORS];
	const char *refusal;
} rules[SUBSCRIBER_STATES] = {
	[SUBSCRIBER_PENDING] =
		{
			.allowed =
				{
					[ACTOR_FILE] = REMOVED,
					[ACTOR_EDITOR] =
						REMOVED | GONE | ERASED,
					[ACTOR_SELF] = ACTIVE | REMOVED | GONE |
						ERASED,
					[ACTOR_INBOX] =
						BOUNCED | REMOVED | GONE,
					[ACTOR_RELAY] = BOUNCED,
				},
			.refusal = "he has not confirmed yet; only his own "
				   "confirmation makes him a reader",
		},
	[SUBSCRIBER_ACTIVE] =
		{
			.allowed =
				{
					[ACTOR_FILE] = REMOVED,
					[ACTOR_EDITOR] =
						REMOVED | GONE | ERASED,
					[ACTOR_SELF] = PAUSED | REMOVED | GONE |
						ERASED,
					[ACTOR_INBOX] =
						BOUNCED | REMOVED | GONE,
					[ACTOR_RELAY] = BOUNCED,
				},
			.refusal =
				"he is a reader already; only he can pause, and "
				"only returned mail makes him bounced",
		},
	[SUBSCRIBER_PAUSED] =
		{
			.allowed =
				{
					[ACTOR_FILE] = REMOVED,
					[ACTOR_EDITOR] =
						REMOVED | GONE | ERASED,
					[ACTOR_SELF] = ACTIVE | REMOVED | GONE |
						ERASED,
					[ACTOR_INBOX] =
						BOUNCED | REMOVED | GONE,
					[ACTOR_RELAY] = BOUNCED,
				},
			.refusal =
				"he pauses by his own wish; he comes back by "
				"himself, or at the date he named",
		},
	[SUBSCRIBER_REMOVED] =
		{
			.allowed =
				{
					[ACTOR_FILE] = ACTIVE,
					[ACTOR_EDITOR] = ACTIVE | GONE | ERASED,
					[ACTOR_SELF] = ACTIVE | GONE | ERASED,
					[ACTOR_INBOX] = GONE,
				},
			.refusal =
				"he was taken off this list; the roster, an "
				"editor or he himself can bring him back as active",
		},
	[SUBSCRIBER_BOUNCED] =
		{
			.allowed =
				{
					[ACTOR_EDITOR] = ACTIVE | REMOVED |
						GONE | ERASED,
					[ACTOR_SELF] = ACTIVE | GONE | ERASED,
					[ACTOR_INBOX] = REMOVED | GONE,
				},
			.refusal =
				"mail does not reach him; he can come back by "
				"subscribing again, or an editor adds him and says "
				"why",
		},
	[SUBSCRIBER_GONE] =
		{
			.allowed =
				{
					[ACTOR_EDITOR] = ERASED,
					[ACTOR_SELF] = ACTIVE | PAUSED | ERASED,
				},
			.refusal =
				"he left by his own will; only he can come back, "
				"by subscribing again",
		},
	[SUBSCRIBER_ERASED] =
		{
			.allowed =
				{
					[ACTOR_SELF] = ACTIVE,
				},
			.refusal =
				"he had his data erased; only he can come back, "
				"by subscribing again",
		},
};

const char *
subscriber_change_refused(
	enum subscriber_state was, enum subscriber_state now, enum actor actor)
{
	const struct rule *rule = &rules[was];

	if (was == now || rule->allowed[actor] & 1u << now)
		return NULL;
	return rule->refusal;
}

/* ----- language ----- */

/* Two or three letters, then parts of up to eight letters and digits. */
bool
language_read(struct str *out, struct span s)
{
	size_t part = 0, parts = 0;

	str_truncate(out, 0);
	for (size_t i = 0; i <= s.len; i++) {
		char b = '-';

		if (i < s.len)
			b = s.data[i];

		if (b >= 'A' && b <= 'Z')
			b = (char)(b | 0x20);
		if (b == '_' || b == '-') {
			if (part == 0 || part > 8 ||
				(!parts && (part < 2 || part > 3)))
				return false;
			parts++;
			part = 0;
			b = '-';
		} else if ((b >= 'a' && b <= 'z') ||
			(parts && b >= '0' && b <= '9')) {
			part++;
		} else {
			return false;
		}
		if (i < s.len)
			str_add_char(out, b);
	}
	return true;
}
