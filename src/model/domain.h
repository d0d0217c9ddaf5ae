/*
 * Domain names as people write them, to what the DNS and SMTP take: A-labels
 * (IDNA 2008, RFC 5890; mapped first as UTS 46 says, non-transitionally).
 * Of addresses; and of settings that name a domain alone.
 */
#ifndef MODEL_DOMAIN_H
#define MODEL_DOMAIN_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Appends the domain in lower-case A-labels. NULL, or what is wrong with it, to
 * stand behind "the domain 'x'"; then nothing is appended. Besides what IDNA
 * refuses: no dot, and an end that is no top-level domain.
 */
const char *domain_to_ascii(struct str *out, struct span domain);

/* Nearly all are letters, digits, dots and single hyphens, as the DNS takes
 * them: good at one look, and as long in A-labels. False says nothing. */
bool domain_is_common(struct span domain);

#endif
