#include "deliver/allowance.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "model/address.h"

enum {
	ACCOUNTS_MOST = 4096,
	MS = 1000,    /* µs */
	US = 1000000, /* µs in a second */
	DRAWS = 10,   /* from the store in a second, at most */
};

/* What one relay, or one domain, may still have. */
struct account {
	struct rate rate;
	int drawn;	/* from the store, to be used */
	int64_t again;	/* ms: there is nothing to be drawn before */
	int64_t behind; /* ms: the turn that was given out last */
};

struct allowance {
	struct store *store;
	const struct list *list;
	struct map *relays, *domains;
};

struct allowance *
allowance_new(struct store *store, const struct list *list)
{
	struct allowance *a = mem_new(sizeof *a);

	a->store = store;
	a->list = list;
	a->relays = map_new();
	a->domains = map_new();
	return a;
}

static void
forget(struct map **accounts)
{
	for (size_t i = 0; i < map_count(*accounts); i++)
		free(map_value(*accounts, i));
	map_free(*accounts);
	*accounts = NULL;
}

void
allowance_free(struct allowance *a)
{
	if (!a)
		return;
	forget(&a->relays);
	forget(&a->domains);
	free(a);
}

/* Of so many domains as a large roster has most are seldom met: the store
 * remembers what matters. */
static struct account *
add_account(struct map **accounts, const char *name, struct rate rate)
{
	struct account *account;

	if (map_count(*accounts) >= ACCOUNTS_MOST) {
		forget(accounts);
		*accounts = map_new();
	}
	account = mem_new(sizeof *account);
	account->rate = rate;
	map_set(*accounts, name, account);
	return account;
}

static int64_t
interval_us(const struct rate *rate)
{
	return rate->seconds * US / rate->count;
}

/* Is there one to be used, or can one be drawn? */
static bool
fill_account(struct allowance *a, struct account *account, const char *relay,
	const char *domain, int64_t now, struct error *err)
{
	struct draw draw = {
		.relay = relay,
		.domain = domain,
		.interval = interval_us(&account->rate),
		.ahead = US,
		.least = (int)(US / DRAWS / interval_us(&account->rate)),
		.now = now * MS,
	};

	if (account->drawn || now < account->again)
		return true;
	/* Turns are whole seconds, and of 100 a minute two fall into one. */
	if (*domain && draw.interval < US)
		draw.ahead += draw.interval;
	/* An eighth of one ahead: coming late once must not add up. */
	if (draw.ahead < draw.interval + draw.interval / 8)
		draw.ahead = draw.interval + draw.interval / 8;
	if (!store_draw(a->store, &draw, err))
		return false;
	account->drawn = draw.drawn;
	account->again = draw.again / MS + 1; /* the next ms, at least */
	return true;
}

static struct rate
domain_rate(const struct list *list, const char *domain)
{
	struct rate any = {.count = 0};

	for (size_t i = 0; i < list->rate_count; i++) {
		const struct domain_rate *r = &list->rates[i];

		if (strcmp(r->domain, domain) == 0)
			return r->rate;
		if (strcmp(r->domain, "*") == 0)
			any = r->rate;
	}
	return any;
}

/* Also of a domain without a rate, which then need not be looked for again. */
static struct account *
domain_account(struct allowance *a, const char *domain)
{
	struct account *account = map_find(a->domains, domain);

	return account ? account
		       : add_account(&a->domains, domain,
				 domain_rate(a->list, domain));
}

/* Each of those who must wait gets a turn of his own, so that they do not all
 * come back for the first. */
static int64_t
give_turn(struct account *account, int64_t now)
{
	int64_t interval = interval_us(&account->rate) / MS;

	if (account->behind < now)
		account->behind = now;
	if (account->behind < account->again)
		account->behind = account->again;
	else
		account->behind += interval;
	return account->behind;
}

static enum allowed
take_domain(struct allowance *a, struct span address, int64_t now, int64_t *at,
	struct account **taken, struct error *err)
{
	struct str domain = STR_INIT;
	struct account *his;
	enum allowed allowed = ALLOWED;

	address_domain_key(&domain, address);
	his = domain_account(a, str_text(&domain));
	if (his->rate.count) {
		*taken = his;
		if (!fill_account(a, his, "", str_text(&domain), now, err))
			allowed = ALLOWED_FAILED;
		else if (!his->drawn)
			allowed = ALLOWED_DOMAIN_LATER;
	}
	if (allowed == ALLOWED_DOMAIN_LATER)
		*at = give_turn(his, now);
	str_clear(&domain);
	return allowed;
}

enum allowed
allowance_take(struct allowance *a, const struct relay *relay,
	struct span address, int64_t now, int64_t *at, struct error *err)
{
	struct account *ours = NULL, *his = NULL;
	enum allowed allowed = ALLOWED;

	if (relay->rate.count) {
		ours = map_find(a->relays, relay->text);
		if (!ours)
			ours = add_account(
				&a->relays, relay->text, relay->rate);
		if (!fill_account(a, ours, relay->text, "", now, err))
			return ALLOWED_FAILED;
		if (!ours->drawn) {
			*at = ours->again;
			return ALLOWED_RELAY_LATER;
		}
	}
	if (a->list->rate_count)
		allowed = take_domain(a, address, now, at, &his, err);
	if (allowed != ALLOWED)
		return allowed;
	if (ours)
		ours->drawn--;
	if (his)
		his->drawn--;
	return ALLOWED;
}
