/*
 * What servers say when they refuse, and what they mean. Internal to inbox.
 */
#ifndef INBOX_FAILURE_WORDS_H
#define INBOX_FAILURE_WORDS_H

struct failure_word {
	const char *words; /* lower case; NULL ends the table */
	const char *reason;
};

/* The first that occurs counts. */
extern const struct failure_word failure_words[];

/* The same, of other languages; asked where those say nothing. */
extern const struct failure_word failure_foreign_words[];

/* The only ones of those to prove that there is no such mailbox where the status
 * says that a rule was broken. */
extern const struct failure_word failure_recipient_words[];

/* Who sends: what is said in one breath with these is not about a mailbox of his
 * readers. */
extern const char *const failure_sender_words[];

/* The same, of words that say less than an enhanced status does. */
extern const struct failure_word failure_vague_words[];

#endif
