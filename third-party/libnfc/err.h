/* libnfc includes <err.h> but calls nothing of it in the files we compile; bare metal has none. */
