/*
 * The words of bounces, in lower case as far as they are ASCII. Tables end with
 * NULL. Internal to inbox.
 */
#ifndef INBOX_NOTICE_PHRASES_H
#define INBOX_NOTICE_PHRASES_H

/* In subjects: a mail was not delivered, or late. */
extern const char *const notice_subjects[];

/* In texts, the same: what people do not write of other things. */
extern const char *const notice_failures[];

/* It is still being tried. */
extern const char *const notice_delays[];

/* It was delivered, or may be yet: nobody failed. */
extern const char *const notice_successes[];

/* It is not, whatever else is said. */
extern const char *const notice_finals[];

/*
 * What leads to addresses that were not reached: they stand at the front of the
 * lines below, or one behind it on its line. Those that can mean nothing else
 * come first; the first that leads to any counts.
 */
extern const char *const notice_lists[];

/* The same of one address, within a sentence or at once below. */
extern const char *const notice_sentences[];

#endif
