/* The firmware's version, as GET status and the console show it. */
#ifndef DOCREV_APP_VERSION_H
#define DOCREV_APP_VERSION_H

#ifndef DOCREV_VERSION
#define DOCREV_VERSION "0.1.0"
#endif

#endif
