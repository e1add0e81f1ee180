/* What libnfc's configure would have written: one driver, no log, no configuration files, no environment variables. */
#define DRIVER_PN532_UART_ENABLED 1
#define PACKAGE_NAME "libnfc"
#define PACKAGE_STRING "libnfc 1.8.0"
#define PACKAGE_VERSION "1.8.0"
#define _XOPEN_SOURCE 600
