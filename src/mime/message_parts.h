/*
 * The MIME tree of a message. Internal to mime.
 */
#ifndef MIME_MESSAGE_PARTS_H
#define MIME_MESSAGE_PARTS_H

#include "mime/message.h"

/* Reads headers and tree of `bytes` into m->headers, m->root, m->defects. */
void message_read_parts(
	struct arena *arena, struct span bytes, struct message *m);

#endif
