/*
 * How a server ends: by SIGTERM or SIGINT.
 */
#ifndef WEB_ENDING_H
#define WEB_ENDING_H

/* Before there are threads: none of them is to take the signals. They stay
 * blocked, for who says it twice means no more by it. */
void ending_block(void);

/* Calls `tick` each second until one of them comes. */
void ending_wait(void (*tick)(void *data), void *data);

#endif
