/* What a command takes when it is not told. */
#ifndef DOCREV_DOCREV_DEFAULTS_H
#define DOCREV_DOCREV_DEFAULTS_H

#define DEFAULT_LIST_ID "national"
#define DEFAULT_TRUST_ID "csca"
#define DEFAULT_LIST_DAYS 7U
#define DEFAULT_TRUST_DAYS 90U /* a CRL is due every 90 days too: ICAO 9303-12 7.1.4 */
#define DEFAULT_POLICY_DAYS 365U
#define SECONDS_PER_DAY 86400

#endif
