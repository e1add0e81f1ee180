/* A Unix stream socket that listens at a path. */
#ifndef PASSPORT_SIM_LISTENER_H
#define PASSPORT_SIM_LISTENER_H

/* Replaces a socket left over at the path; any other file there, and every failure, ends the program. Non-blocking. */
int listener_open(const char *path);

#endif
