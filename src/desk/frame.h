/*
 * A letter as it is put into a frame of the desk. The frame has no scripts and
 * no origin (frame_policy): what a dispatch brings along can reach neither the
 * page around it, nor its cookie, nor the network. Pure.
 *
 * A letter follows the reader's system: light or dark. Here the editor chooses,
 * so `prefers-color-scheme` in its styles is answered for him, and the scheme
 * of its root is set; browsers differ in whether the frame around it would do.
 */
#ifndef DESK_FRAME_H
#define DESK_FRAME_H

#include <stdbool.h>

#include "base/str.h"

struct frame_options {
	bool dark;
	bool pictures;
};

/* The Content-Security-Policy to send with it. */
const char *frame_policy(const struct frame_options *options);

/* Appends the page `html`, whose pictures are "data:". */
void frame_write(
	struct str *out, struct span html, const struct frame_options *options);

#endif
