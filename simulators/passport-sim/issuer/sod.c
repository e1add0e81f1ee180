/* EF.SOD: the signed LDSSecurityObject in tag 77 (ICAO 9303-10 4.6.2). */
#include "issuer/cms.h"
#include "util/der.h"

#define OID_LDS_SECURITY_OBJECT "2.23.136.1.1.1"

void sod_sign(struct vault *vault, enum dsc_id signer, enum cms_oddity oddity, struct slice security_object,
              struct buffer *file)
{
    struct buffer cms = {0};
    cms_sign(vault, signer, oddity, OID_LDS_SECURITY_OBJECT, security_object, &cms);
    der_wrap(file, 0x77, &cms);
}
