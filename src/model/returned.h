/*
 * What a mail that came back says of an address: how much a failure weighs.
 */
#ifndef MODEL_RETURNED_H
#define MODEL_RETURNED_H

/* The numbers are stored. */
enum return_class {
	RETURN_HARD,	  /* no such mailbox, no such domain: for good */
	RETURN_SOFT,	  /* full, too large, taken for spam, refused by policy:
			     this mail did not arrive, the next may */
	RETURN_TEMPORARY, /* delayed, still being tried */
	RETURN_COMPLAINT, /* the reader said "spam" (RFC 5965) */
	RETURN_CLASSES
};

/* "hard", "soft", "temporary", "complaint" */
const char *return_class_name(enum return_class weight);

#endif
