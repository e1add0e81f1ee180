# mbedTLS and libnfc from the sources that script/lib/third-party.sh brought: one version for every target.

set(DOCREV_THIRD_PARTY ${CMAKE_SOURCE_DIR}/.cache/third-party/src)
if(NOT EXISTS ${DOCREV_THIRD_PARTY}/mbedtls/library/aes.c OR NOT EXISTS ${DOCREV_THIRD_PARTY}/libnfc/libnfc/nfc.c)
    message(FATAL_ERROR "third-party sources are missing: run script/lib/third-party.sh")
endif()

# Only the modules docrev uses; docrev_mbedtls_config.h says what each does.
set(mbedtls_modules
    aes asn1parse asn1write bignum bignum_core chacha20 chachapoly cipher cipher_wrap cmac constant_time ctr_drbg des ecdh
    ecdsa ecp ecp_curves hkdf hmac_drbg md memory_buffer_alloc oid platform platform_util poly1305 rsa rsa_alt_helpers
    sha1 sha256 sha512)
list(TRANSFORM mbedtls_modules PREPEND ${DOCREV_THIRD_PARTY}/mbedtls/library/)
list(TRANSFORM mbedtls_modules APPEND .c)
add_library(mbedtls STATIC ${mbedtls_modules})
target_include_directories(mbedtls SYSTEM PUBLIC ${DOCREV_THIRD_PARTY}/mbedtls/include)
target_include_directories(mbedtls PUBLIC ${CMAKE_SOURCE_DIR}/third-party/mbedtls)
target_compile_definitions(mbedtls PUBLIC MBEDTLS_CONFIG_FILE="docrev_mbedtls_config.h")
# Not what is debugged, and 6,000 signatures of Wycheproof want it quick.
target_compile_options(mbedtls PRIVATE $<$<CONFIG:Debug>:-O2>)
if(CMAKE_CROSSCOMPILING)
    target_compile_definitions(mbedtls PUBLIC DOCREV_FIXED_POOL)
    # Measured: half the instructions of a sealed block for a few hundred bytes of flash.
    set_source_files_properties(
        ${DOCREV_THIRD_PARTY}/mbedtls/library/chacha20.c ${DOCREV_THIRD_PARTY}/mbedtls/library/poly1305.c
        PROPERTIES COMPILE_OPTIONS -O2)
endif()

# libnfc without its buses: each board or the host's stream port provides uart_*.
set(libnfc_root ${DOCREV_THIRD_PARTY}/libnfc/libnfc)
add_library(nfc_core STATIC EXCLUDE_FROM_ALL
    ${libnfc_root}/nfc.c ${libnfc_root}/nfc-device.c ${libnfc_root}/nfc-internal.c ${libnfc_root}/iso14443-subr.c
    ${libnfc_root}/mirror-subr.c ${libnfc_root}/target-subr.c ${libnfc_root}/chips/pn53x.c
    ${libnfc_root}/drivers/pn532_uart.c)
target_include_directories(nfc_core SYSTEM PUBLIC ${DOCREV_THIRD_PARTY}/libnfc/include ${libnfc_root}
    ${libnfc_root}/drivers ${libnfc_root}/buses)
target_include_directories(nfc_core BEFORE PUBLIC ${CMAKE_SOURCE_DIR}/third-party/libnfc)
target_compile_definitions(nfc_core PUBLIC HAVE_CONFIG_H)
if(CMAKE_CROSSCOMPILING)
    # libnfc keeps five connection strings of 1024 bytes and copies them on the stack; a board's are short.
    target_compile_definitions(nfc_core PUBLIC NFC_BUFSIZE_CONNSTRING=64)
endif()
target_compile_options(nfc_core PRIVATE -std=gnu11 -w)
