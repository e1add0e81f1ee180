/* PACE, Chip Authentication and Active Authentication of the chip: the worked examples of ICAO 9303-11 octet for octet,
 * then every profile against a terminal made of OpenPACE and OpenSSL. */
#define OPENSSL_SUPPRESS_DEPRECATED /* RAND_set_rand_method: the only way to hand OpenSSL the examples' keys */
#include "issuer/personalise.h"
#include "reader.h"

#include <eac/eac.h>
#include <eac/objects.h>
#include <eac/pace.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <sys/random.h>

/* -- Random numbers as the examples drew them -- */

static struct {
    uint8_t octets[128];
    size_t len;
    bool armed;
} drawn;

/* The next request that the armed number fits gets it; all others are random. */
static int draw(unsigned char *out, int len)
{
    if (getrandom(out, (size_t)len, 0) != len) {
        return 0;
    }
    if (drawn.armed && (size_t)len >= drawn.len && (size_t)len <= drawn.len + 1) {
        memset(out, 0, (size_t)len);
        memcpy(out + (size_t)len - drawn.len, drawn.octets, drawn.len);
        drawn.armed = false;
    }
    return 1;
}

static int ready(void)
{
    return 1;
}

static const RAND_METHOD drawing = {.bytes = draw, .pseudorand = draw, .status = ready};

static struct buffer hex(const char *text)
{
    struct buffer out = {0};
    for (; *text != '\0'; text += 2) {
        char pair[3] = {text[0], text[1], '\0'};
        buffer_append_byte(&out, (uint8_t)strtoul(pair, NULL, 16));
    }
    return out;
}

/* `less` is subtracted: OpenSSL adds one to what it draws for a DH key. */
static void arm(const char *text, unsigned less)
{
    struct buffer octets = hex(text);
    octets.data[octets.len - 1] = (uint8_t)(octets.data[octets.len - 1] - less);
    memcpy(drawn.octets, octets.data, octets.len);
    drawn.len = octets.len;
    drawn.armed = true;
    buffer_free(&octets);
}

/* -- A chip with nothing but its mechanisms -- */

struct fixture {
    struct document document;
    struct icc icc;
    struct reader reader;
    struct buffer plain;
};

static void start_chip(struct fixture *f, const char *information, const struct mechanisms *mechanisms,
                       struct chip_traits traits)
{
    memset(f, 0, sizeof(*f));
    snprintf(f->document.access, sizeof(f->document.access), "%s", information);
    f->document.mechanisms = *mechanisms;
    f->reader.icc = &f->icc;
    icc_init(&f->icc, &f->document, &traits);
}

static void stop_chip(struct fixture *f)
{
    icc_free(&f->icc);
    document_free(&f->document);
    buffer_free(&f->reader.response);
    buffer_free(&f->plain);
}

/* Sends the command in hex, and expects the answer in hex, or with NULL only 9000. */
static void expect(struct fixture *f, const char *command, const char *answer)
{
    struct buffer octets = hex(command);
    struct buffer wanted = hex(answer != NULL ? answer : "");
    assert_int_equal(reader_send(&f->reader, octets.data, octets.len), SW_OK);
    if (answer != NULL) {
        assert_int_equal(f->reader.response.len, wanted.len);
        assert_memory_equal(f->reader.response.data, wanted.data, wanted.len);
    }
    buffer_free(&octets);
    buffer_free(&wanted);
}

static void expect_keys(const struct fixture *f, const char *enc, const char *mac)
{
    struct buffer octets = hex(enc);
    assert_true(f->icc.sm.active);
    assert_memory_equal(f->icc.sm.enc, octets.data, octets.len);
    buffer_free(&octets);
    octets = hex(mac);
    assert_memory_equal(f->icc.sm.mac, octets.data, octets.len);
    buffer_free(&octets);
}

/* ICAO 9303-11 Appendix G.1. */
static void generic_mapping_with_ecdh(void **state)
{
    (void)state;
    struct fixture f;
    start_chip(&f, "T22000129364081251010318",
               &(struct mechanisms){.access = ACCESS_PACE, .pace = {{PACE_ECDH_GM, SUITE_AES128, 13}}},
               (struct chip_traits){0});
    expect(&f, "0022C1A40F800A04007F00070202040202830101", "9000");
    arm("3F00C4D39D153F2B2A214A078D899B22", 0);
    expect(&f, "10860000027C0000", "7C12801095A3A016522EE98D01E76CB6B98B42C39000");
    arm("498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560", 0);
    expect(&f,
           "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB672521879"
           "9115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
           "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58F4"
           "D52EB87A0A0C709A49DC63719363CCD13C549000");
    arm("107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A", 0);
    expect(&f,
           "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10B8"
           "57B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
           "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2EDDC3C265A9F018F"
           "9CB852E111B768B326904B59A0193776F0949000");
    expect(&f, "008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000");
    expect_keys(&f, "F5F0E35C0D7161EE6724EE513A0D9A7F", "FE251C7858B356B24514B3BD5F4297D1");
    stop_chip(&f);
}

/* ICAO 9303-11 Appendix G.2; the example's certification authority reference is left out. */
static void generic_mapping_with_dh(void **state)
{
    (void)state;
    struct fixture f;
    start_chip(&f, "T22000129364081251010318",
               &(struct mechanisms){.access = ACCESS_PACE, .pace = {{PACE_DH_GM, SUITE_AES128, 0}}},
               (struct chip_traits){0});
    expect(&f, "0022C1A40F800A04007F00070202040102830101", "9000");
    arm("FA5B7E3E49753A0DB9178B7B9BD898C8", 0);
    expect(&f, "10860000027C0000", "7C128010854D8DF5827FA6852D1A4FA701CDDDCA9000");
    arm("66DDAFEAC1609CB5B963BB0CB3FF8B3E047F336C", 1);
    expect(&f,
           "10860000867C818381818023FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C343DB13D1DEB"
           "CE9A3666DBCFC920B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0DF86274B9359BC0490D01B"
           "03AD54022DCB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8BA166F4311975EC6C00",
           "7C818382818078879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B26381E4DA19E00470"
           "6FACE7B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB93F7085655AF30889DBB845D9E6783FE42C9F24"
           "49400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D8258950A91B44126EE69000");
    arm("A5B780126B7C980E9FCEA1D4539DA1D27C342DFA", 1);
    expect(&f,
           "10860000867C8183838180907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4D04369F29A"
           "02626C86FBC6747CC7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC07147057871A92221"
           "2C5F67F43173172236B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5130551EDBC2EE5D400",
           "7C81838481800756"
           "93D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152BD8B3A213F53820C42ADC79AB5D0AEEC3AEFB91394D"
           "A476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F729005FBA7E3FA5DC41899238A250767A6D46DB974064386CD456743585F8"
           "E5D90CC8B4004B1F6D866C79CE0584E49687FF61BC29AEA19000");
    expect(&f, "008600000C7C0A8508B46DD9BD4D98381F00", "7C0A8608917F37B5C0E6D8D19000");
    expect_keys(&f, "2F7F46ADCC9E7E521B45D192FAFA9126", "805A1D27D45A5116F73C54469462B7D8");
    stop_chip(&f);
}

/* ICAO 9303-11 Appendix H.1. Its password key is not that of any MRZ given, so the nonce's encryption is checked apart. */
static void integrated_mapping_with_ecdh(void **state)
{
    (void)state;
    struct fixture f;
    struct buffer key = hex("591468CDA83D65219CCCB8560233600F");
    struct buffer s = hex("2923BE84E16CD6AE529049F1F1BBE9EB");
    struct buffer z = hex("143DC40C08C8E891FBED7DEDB92B64AD");
    start_chip(&f, "T22000129364081251010318",
               &(struct mechanisms){.access = ACCESS_PACE, .pace = {{PACE_ECDH_IM, SUITE_AES128, 13}}},
               (struct chip_traits){0});
    suite_encrypt(SUITE_AES128, key.data, NULL, s.data, s.len, key.data);
    assert_memory_equal(key.data, z.data, z.len);

    expect(&f, "0022C1A40F800A04007F00070202040402830101", "9000");
    arm("2923BE84E16CD6AE529049F1F1BBE9EB", 0);
    expect(&f, "10860000027C0000", NULL);
    expect(&f, "10860000147C1281105DD4CBFC96F5453B130D890A1CDBAE3200", "7C0282009000");
    arm("107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A", 0);
    expect(&f,
           "10860000457C4383410489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D46755DE9B7B778280B6"
           "BEBD57439ADFEB0E21FD4ED6DF42578C13418A59B34C3700",
           "7C4384410467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8932B69A962B52A0985AD2C0A271E"
           "E6A13A8ADDDCD1A3A994B9DED257F4D227539000");
    expect(&f, "008600000C7C0A8508450F02B86F6A090900", "7C0A860875D4D96E8D5B03089000");
    expect_keys(&f, "0D3FEB33251A6370893D62AE8DAAF51B", "B01E89E3D9E8719E586B50B4A7506E0B");
    buffer_free(&key);
    buffer_free(&s);
    buffer_free(&z);
    stop_chip(&f);
}

/* ICAO 9303-11 Appendix H.2: the mapped generator. The example's private key is over the subgroup's order, which this chip
 * never draws; the key 1 shows the generator itself. */
static void integrated_mapping_with_dh(void **state)
{
    (void)state;
    struct fixture f;
    start_chip(&f, "T22000129364081251010318",
               &(struct mechanisms){.access = ACCESS_PACE, .pace = {{PACE_DH_IM, SUITE_AES128, 0}}},
               (struct chip_traits){0});
    expect(&f, "0022C1A40F800A04007F00070202040302830101", "9000");
    arm("FA5B7E3E49753A0DB9178B7B9BD898C8", 0);
    expect(&f, "10860000027C0000", NULL);
    expect(&f, "10860000147C128110B3A6DB3C870C3E99245E0D1C06B747DE00", "7C0282009000");
    arm("0000000000000000000000000000000000000001", 0);
    expect(&f,
           "10860000867C81838381800F0CC62945A8029251FB7EF3C094E12EC68E4EF07F27CB9D9CD04C5C4250FAE0E4F8A951557E929A"
           "EB48E5C6DD47F2F5CD7C351A9BD2CD722C07EDE166770F08FFCB370262CF308DD7B07F2E0DA9CAAA1492344C852906919538C98A"
           "4BA4187E76CE9D87832386D319CE2E043C3343AEAE6EDBA1A9894DC5094D22F7FE1351D500",
           "7C81838481801D7D767F11E333BCD6DBAEF40E799E7A926B96973550656FF3C830726D118D61C276CDCC61D475CF03A98E0C0E"
           "79CAEBA5BE25578BD4551D0B10903236F0B0F976852FA78EEA14EA0ACA87D1E91F688FE0DFF897BBE35A472621D343564B262F"
           "34223AE8FC59B664BFEDFA2BFE7516CA5510A6BBB633D517EC25D4E0BBAA16C29000");
    stop_chip(&f);
}

/* A key pair of brainpoolP256r1 from its private half. */
static EVP_PKEY *ec_key(const BIGNUM *private_key, const EC_GROUP *group)
{
    uint8_t octets[65];
    EVP_PKEY *key = NULL;
    EC_POINT *point = EC_POINT_new(group);
    assert_int_equal(EC_POINT_mul(group, point, private_key, NULL, NULL, NULL), 1);
    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, octets, sizeof(octets), NULL);
    EC_POINT_free(point);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "brainpoolP256r1", 0);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, octets, sizeof(octets));
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, private_key);
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY_fromdata_init(ctx);
    assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, parameters), 1);
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    return key;
}

/* ICAO 9303-11 Appendix I. SK_IC follows from SK_Map,IC and CA_IC; that it is right shows in PK_IC. */
static void chip_authentication_mapping(void **state)
{
    (void)state;
    struct fixture f;
    uint8_t point[65];
    size_t len = 0;
    struct buffer public_key = hex("0418727094"
                                   "94399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC884D256A40E35EF"
                                   "CB59BF6753D3A489D28C7A4D973C2DA138A6E7A4A08F68E16F");
    EC_GROUP *group = EC_GROUP_new_by_curve_name(OBJ_sn2nid("brainpoolP256r1"));
    BIGNUM *mapping = NULL;
    BIGNUM *data = NULL;
    BN_CTX *bn = BN_CTX_new();
    BN_hex2bn(&mapping, "9E56A6B59C95D06ECE5CD10F983BB2F4F1943528E577F23881D89D8C3BBEE0AA");
    BN_hex2bn(&data, "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3");
    BN_mod_inverse(data, data, EC_GROUP_get0_order(group), bn);
    BN_mod_mul(data, data, mapping, EC_GROUP_get0_order(group), bn);

    start_chip(&f, "C11T002JM496081222310314",
               &(struct mechanisms){.access = ACCESS_PACE, .pace = {{PACE_ECDH_CAM, SUITE_AES128, 13}}},
               (struct chip_traits){0});
    f.document.cam_key = ec_key(data, group);
    EVP_PKEY_get_octet_string_param(f.document.cam_key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &len);
    assert_int_equal(len, public_key.len);
    assert_memory_equal(point, public_key.data, len);

    expect(&f, "0022C1A40F800A04007F00070202040602830101", "9000");
    arm("658B860BC94DF6F044FCE6D5C82CF8E5", 0);
    expect(&f, "10860000027C0000", "7C128010CB60E8E0D85B76A9BD304747C2AD42E29000");
    arm("9E56A6B59C95D06ECE5CD10F983BB2F4F1943528E577F23881D89D8C3BBEE0AA", 0);
    expect(&f,
           "10860000457C438141047F1D410ADB7DDB3B84BF1030800981A9105D7457B4A3ADE002384F3086C67EDE1AB889104A27DB6D84"
           "2B019020FBF3CEACB0DC627F7BDCAC29969E19D0E553C100",
           "7C43824104A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B304F365713A356E65A451E165ECC9"
           "AC0AC46E3771342C8FE5AEDD092685338E239000");
    /* The example's CD626EF3... is over the order; this is the same modulo the order. */
    arm("2367171820683879C023083A24FEEC7499C71436B5D85ECD3F681BB9436F47D1", 0);
    expect(&f,
           "10860000457C43834104446C934084D9DAB863944F219520076C29EE3F7AE6722B11FF319EC1C7728F955483400BFF60BF0C59"
           "29270009277DC2A515E12575010AD9BA916CF1BF86FEFC00",
           "7C4384410402AD566F3C6EC7F9324509AD50A51FA52030782A4968FCFEDF737DAEA993333111C3B9B4C2287789BD137E7F8AA8"
           "82E2A3C633CCD6ECC2C63C57AD401A09C2E19000");
    expect(&f, "008600000C7C0A8508E86BD06018A1CD3B00",
           "7C3C86088596CF055C67C1A38A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD10CBA372B4"
           "2BE0B9B5F28AA8DE2F4F929000");
    expect_keys(&f, "0A9DA4DB03BDDE39FC5202BC44B2E89E", "4B1C06491ED5140CA2B537D344C6C0B1");
    stop_chip(&f);
    buffer_free(&public_key);
    EC_GROUP_free(group);
    BN_free(mapping);
    BN_free(data);
    BN_CTX_free(bn);
}

/* -- Every profile's mechanisms against a terminal -- */

static struct vault vault;

static int open_vault(void **state)
{
    (void)state;
    EAC_init();
    vault_open(&vault, NULL);
    return RAND_set_rand_method(&drawing) == 1 ? 0 : -1;
}

static int close_vault(void **state)
{
    (void)state;
    vault_close(&vault);
    EAC_cleanup();
    return 0;
}

static int protocol_of(const struct pace_offer *offer)
{
    char name[64];
    static const char *const suites[] = {"", "3DES-CBC-CBC", "AES-CBC-CMAC-128", "AES-CBC-CMAC-192",
                                         "AES-CBC-CMAC-256"};
    snprintf(name, sizeof(name), "id-PACE-%s-GM-%s", offer->mapping == PACE_DH_GM ? "DH" : "ECDH",
             suites[offer->suite]);
    return EAC_OBJ_txt2nid(name);
}

static BUF_MEM *to_mem(struct slice octets)
{
    BUF_MEM *mem = BUF_MEM_new();
    if (octets.len > 0) {
        BUF_MEM_grow(mem, octets.len);
        memcpy(mem->data, octets.data, octets.len);
    }
    return mem;
}

/* One GENERAL AUTHENTICATE; `value` empty: none. The answer's value, or empty when it is not as it should be. */
static BUF_MEM *step(struct reader *reader, unsigned number, const BUF_MEM *value, struct slice *more)
{
    static const uint8_t cla[] = {0x10, 0x10, 0x10, 0x00};
    struct buffer object = {0}, dynamic = {0}, command = {0};
    struct tlv outer, inner;
    if (value != NULL) {
        tlv_append(&object, 0x7F + 2 * (number - 1), (struct slice){(const uint8_t *)value->data, value->length});
    }
    tlv_append(&dynamic, 0x7C, buffer_view(&object));
    const uint8_t header[] = {cla[number - 1], 0x86, 0x00, 0x00};
    buffer_append(&command, header, sizeof(header));
    if (dynamic.len > 255) {
        const uint8_t lc[] = {0, (uint8_t)(dynamic.len >> 8), (uint8_t)dynamic.len};
        buffer_append(&command, lc, sizeof(lc));
    } else {
        buffer_append_byte(&command, (uint8_t)dynamic.len);
    }
    buffer_append(&command, dynamic.data, dynamic.len);
    buffer_append(&command, "\0\0", dynamic.len > 255 ? 2 : 1);
    uint16_t sw = reader_send(reader, command.data, command.len);
    buffer_free(&object);
    buffer_free(&dynamic);
    buffer_free(&command);
    struct slice rest = {reader->response.data, reader->response.len - 2};
    if (sw != SW_OK || !tlv_next(&rest, &outer) || outer.tag != 0x7C || rest.len != 0 ||
        !tlv_next(&outer.value, &inner) || inner.tag != 0x7E + 2 * number) {
        return NULL;
    }
    if (more != NULL) {
        *more = outer.value;
    }
    return to_mem(inner.value);
}

static bool set_at(struct reader *reader, const struct pace_offer *offer, uint8_t password, bool name_set)
{
    uint8_t command[] = {0x00,
                         0x22,
                         0xC1,
                         0xA4,
                         0x12,
                         0x80,
                         0x0A,
                         0,
                         0,
                         0,
                         0,
                         0,
                         0,
                         0,
                         0,
                         0,
                         0,
                         0x83,
                         0x01,
                         password,
                         0x84,
                         0x01,
                         offer->parameter_id};
    pace_oid(offer, command + 7);
    if (!name_set) {
        command[4] = 0x0F;
    }
    return reader_send(reader, command, sizeof(command) - (name_set ? 0 : 3)) == SW_OK;
}

/* Generic mapping by OpenPACE from the other end; its own token functions check the chip's. */
static bool reader_pace(struct reader *reader, const struct pace_offer *offer, struct slice password, uint8_t reference,
                        bool name_set)
{
    EAC_CTX *eac = EAC_CTX_new();
    PACE_SEC *secret = PACE_SEC_new((const char *)password.data, password.len, PACE_RAW);
    BUF_MEM *theirs = NULL, *ours = NULL, *key = NULL;
    bool good = false;
    assert_int_equal(EAC_CTX_init_pace(eac, protocol_of(offer), offer->parameter_id), 1);
    if (!set_at(reader, offer, reference, name_set) || (theirs = step(reader, 1, NULL, NULL)) == NULL ||
        PACE_STEP2_dec_nonce(eac, secret, theirs) != 1) {
        goto out;
    }
    BUF_MEM_free(theirs);
    ours = PACE_STEP3A_generate_mapping_data(eac);
    theirs = step(reader, 2, ours, NULL);
    if (theirs == NULL || PACE_STEP3A_map_generator(eac, theirs) != 1) {
        goto out;
    }
    BUF_MEM_free(theirs);
    BUF_MEM_free(ours);
    ours = PACE_STEP3B_generate_ephemeral_key(eac);
    key = step(reader, 3, ours, NULL);
    theirs = NULL;
    if (key == NULL || PACE_STEP3B_compute_shared_secret(eac, key) != 1 || PACE_STEP3C_derive_keys(eac) != 1) {
        goto out;
    }
    BUF_MEM_free(ours);
    ours = PACE_STEP3D_compute_authentication_token(eac, key);
    theirs = step(reader, 4, ours, NULL);
    good = theirs != NULL && PACE_STEP3D_verify_authentication_token(eac, theirs) == 1;
    if (good) {
        const BUF_MEM *shared = eac->pace_ctx->ka_ctx->shared_secret;
        reader_start(reader, offer->suite, (struct slice){(const uint8_t *)shared->data, shared->length});
    }
out:
    BUF_MEM_free(theirs);
    BUF_MEM_free(ours);
    BUF_MEM_free(key);
    PACE_SEC_clear_free(secret);
    EAC_CTX_clear_free(eac);
    return good;
}

static struct slice mrz_password(const char *information, uint8_t digest[20])
{
    EVP_Digest(information, strlen(information), digest, NULL, EVP_sha1(), NULL);
    return (struct slice){digest, 20};
}

static bool put_on(struct fixture *f, const struct profile *profile)
{
    memset(f, 0, sizeof(*f));
    assert_null(personalise(&vault, profile, &f->document));
    f->reader.icc = &f->icc;
    icc_init(&f->icc, &f->document, &profile->chip);
    return true;
}

static uint16_t select_application(struct fixture *f)
{
    static const uint8_t aid[] = {0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01};
    return reader_protected(&f->reader, 0xA4, 0x04, 0x0C, (struct slice){aid, sizeof(aid)}, -1, false, &f->plain);
}

/* DG1 under the session's keys. */
static bool reads_dg1(struct fixture *f)
{
    static const uint8_t fid[] = {0x01, 0x01};
    const struct buffer *dg1 = &f->document.files[LDS_DG1];
    f->plain.len = 0;
    return reader_protected(&f->reader, 0xA4, 0x02, 0x0C, (struct slice){fid, 2}, -1, false, &f->plain) == SW_OK &&
           reader_protected(&f->reader, 0xB0, 0, 0, (struct slice){0}, (int32_t)dg1->len, false, &f->plain) == SW_OK &&
           f->plain.len == dg1->len && memcmp(f->plain.data, dg1->data, dg1->len) == 0;
}

static bool is_generic(const struct pace_offer *offer)
{
    return offer->mapping == PACE_DH_GM || offer->mapping == PACE_ECDH_GM;
}

static void every_generic_offer_opens(void **state)
{
    (void)state;
    unsigned opened = 0;
    for (const struct profile *profile = profile_next(NULL); profile != NULL; profile = profile_next(profile)) {
        for (unsigned i = 0; i < OFFERS_MAX; i++) {
            const struct pace_offer *offer = &profile->mechanisms.pace[i];
            struct fixture f;
            uint8_t digest[20];
            if (!is_generic(offer) || strcmp(profile->verdict, "NO RECORD") != 0) {
                continue;
            }
            put_on(&f, profile);
            if (!reader_pace(&f.reader, offer, mrz_password(f.document.access, digest), 0x01, true)) {
                fail_msg("%s: PACE fails", profile->name);
            }
            assert_int_equal(f.icc.application, false); /* the MF stays current (9303-11 4.2) */
            assert_int_equal(select_application(&f), SW_OK);
            assert_true((profile->chip.quirks & QUIRK_MORE_DATA) != 0 || reads_dg1(&f));
            opened++;
            stop_chip(&f);
        }
    }
    assert_true(opened >= 20);
}

static void wrong_passwords_and_orders_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    uint8_t digest[20];
    const struct profile *profile = profile_find("pace-can");
    const struct pace_offer *offer = &profile->mechanisms.pace[0];
    put_on(&f, profile);
    assert_false(reader_pace(&f.reader, offer, mrz_password("L898902C<369080619406237", digest), 0x01, true));
    assert_int_equal(reader_sw(&f.reader), SW_AUTHENTICATION_FAILED);
    assert_true(reader_pace(&f.reader, offer, (struct slice){(const uint8_t *)profile->mechanisms.can, 6}, 0x02, true));
    stop_chip(&f);

    put_on(&f, profile);
    assert_int_equal(SEND(&f.reader, 0x10, 0x86, 0, 0, 2, 0x7C, 0, 0), SW_CONDITIONS); /* before MSE:Set AT */
    assert_false(set_at(&f.reader, offer, 0x03, true));                                /* a PIN it does not have */
    assert_int_equal(reader_sw(&f.reader), SW_REFERENCE_NOT_FOUND);
    const struct pace_offer other_set = {offer->mapping, offer->suite, 12};
    assert_false(set_at(&f.reader, &other_set, 0x01, true));
    assert_int_equal(reader_sw(&f.reader), SW_REFERENCE_NOT_FOUND);
    const struct pace_offer other_suite = {offer->mapping, SUITE_3DES, offer->parameter_id};
    assert_false(set_at(&f.reader, &other_suite, 0x01, false));
    assert_int_equal(reader_sw(&f.reader), SW_WRONG_DATA);
    assert_true(set_at(&f.reader, offer, 0x01, false));
    assert_int_equal(SEND(&f.reader, 0x00, 0x86, 0, 0, 2, 0x7C, 0, 0), SW_CONDITIONS); /* not chained */
    assert_true(set_at(&f.reader, offer, 0x01, false));
    assert_int_equal(SEND(&f.reader, 0x10, 0x86, 0, 0, 2, 0x7C, 0, 0), SW_OK);
    assert_int_equal(SEND(&f.reader, 0x10, 0x86, 0, 0, 4, 0x7C, 2, 0x83, 0, 0), SW_WRONG_DATA); /* out of order */
    assert_int_equal(reader_select_application(&f.reader), SW_SECURITY_STATUS);                 /* PACE only */
    stop_chip(&f);

    put_on(&f, profile_find("pace-only-6a88"));
    assert_int_equal(reader_select_application(&f.reader), SW_OK);
    assert_int_equal(SEND(&f.reader, 0x00, 0x84, 0, 0, 8), SW_REFERENCE_NOT_FOUND);
    stop_chip(&f);
}

static void public_files_are_read_before_access(void **state)
{
    (void)state;
    struct fixture f;
    put_on(&f, profile_find("pace-cam"));
    const struct buffer *file = &f.document.files[LDS_CARD_ACCESS];
    assert_int_equal(SEND(&f.reader, 0x00, 0xA4, 0x02, 0x0C, 2, 0x01, 0x1C), SW_OK);
    assert_int_equal(SEND(&f.reader, 0x00, 0xB0, 0x00, 0x00, 0x00), SW_OK);
    assert_int_equal(f.reader.response.len, file->len + 2);
    assert_memory_equal(f.reader.response.data, file->data, file->len);
    assert_int_equal(SEND(&f.reader, 0x00, 0xB0, 0x9C, 0x00, 0x00), SW_OK);
    assert_int_equal(SEND(&f.reader, 0x00, 0xA4, 0x02, 0x0C, 2, 0x01, 0x1D), SW_SECURITY_STATUS); /* EF.CardSecurity */
    stop_chip(&f);
}

/* -- Chip Authentication -- */

static EVP_PKEY *own_key(EVP_PKEY *theirs)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(theirs, NULL);
    assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
    assert_int_equal(EVP_PKEY_generate(ctx, &key), 1);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static void public_value(EVP_PKEY *key, struct buffer *out)
{
    uint8_t *octets = NULL;
    size_t len = EVP_PKEY_get1_encoded_public_key(key, &octets);
    assert_true(len > 0);
    buffer_append(out, octets, len);
    OPENSSL_free(octets);
}

static void shared_secret(EVP_PKEY *ours, EVP_PKEY *theirs, struct buffer *out)
{
    uint8_t octets[512];
    size_t len = sizeof(octets);
    unsigned pad = 1;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(ours, NULL);
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_uint(OSSL_EXCHANGE_PARAM_PAD, &pad),
                                     OSSL_PARAM_construct_end()};
    assert_int_equal(EVP_PKEY_derive_init(ctx), 1);
    EVP_PKEY_CTX_set_params(ctx, parameters);
    assert_int_equal(EVP_PKEY_derive_set_peer(ctx, theirs), 1);
    assert_int_equal(EVP_PKEY_derive(ctx, octets, &len), 1);
    buffer_append(out, octets, len);
    EVP_PKEY_CTX_free(ctx);
}

/* By MSE:Set KAT for 3DES, else MSE:Set AT and GENERAL AUTHENTICATE, naming the key. The status word of the last command. */
static uint16_t authenticate_chip(struct fixture *f, const struct ca_offer *offer, struct slice ours)
{
    struct buffer data = {0}, dynamic = {0};
    const uint8_t oid[] = {
        0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, offer->kind == CA_ECDH ? 2 : 1, (uint8_t)offer->suite};
    uint16_t sw;
    if (offer->suite == SUITE_3DES) {
        tlv_append(&data, 0x91, ours);
    } else {
        tlv_append(&data, 0x80, (struct slice){oid, sizeof(oid)});
    }
    if (offer->key_id != 0) {
        tlv_append(&data, 0x84, (struct slice){&offer->key_id, 1});
    }
    sw = reader_protected(&f->reader, 0x22, 0x41, offer->suite == SUITE_3DES ? 0xA6 : 0xA4, buffer_view(&data), -1,
                          false, &f->plain);
    if (sw == SW_OK && offer->suite != SUITE_3DES) {
        data.len = 0;
        tlv_append(&data, 0x80, ours);
        tlv_append(&dynamic, 0x7C, buffer_view(&data));
        sw = reader_protected(&f->reader, 0x86, 0, 0, buffer_view(&dynamic), 0, false, &f->plain);
    }
    buffer_free(&data);
    buffer_free(&dynamic);
    return sw;
}

static void chips_authenticate_by_every_key(void **state)
{
    (void)state;
    unsigned done = 0;
    for (const struct profile *profile = profile_next(NULL); profile != NULL; profile = profile_next(profile)) {
        bool clone = strncmp(profile->name, "clone-ca", 8) == 0;
        if ((strcmp(profile->verdict, "NO RECORD") != 0 && !clone) || profile->mechanisms.access != ACCESS_BAC ||
            (profile->chip.quirks & QUIRK_NO_KAT) != 0) {
            continue;
        }
        for (unsigned i = 0; i < OFFERS_MAX && profile->mechanisms.ca[i].kind != CA_NO_KEY; i++) {
            struct fixture f;
            struct buffer ours = {0}, secret = {0};
            uint16_t sw;
            put_on(&f, profile);
            const struct document_ca_key *row = &f.document.ca_keys[i];
            assert_true(reader_bac(&f.reader, f.document.access, &sw));
            EVP_PKEY *theirs = clone ? EVP_EC_gen(row->offer.curve) : row->key;
            EVP_PKEY *key = own_key(theirs);
            public_value(key, &ours);
            shared_secret(key, theirs, &secret);
            assert_int_equal(authenticate_chip(&f, &row->offer, buffer_view(&ours)), SW_OK);
            reader_start(&f.reader, row->offer.suite, buffer_view(&secret));
            assert_int_equal(reads_dg1(&f), !clone);
            done++;
            EVP_PKEY_free(key);
            if (clone) {
                EVP_PKEY_free(theirs);
            }
            buffer_free(&ours);
            buffer_free(&secret);
            stop_chip(&f);
        }
    }
    assert_true(done >= 10);
}

/* -- Active Authentication by ECDSA -- */

static void ecdsa_signatures_verify(void **state)
{
    (void)state;
    static const char *const names[] = {"aa-ecdsa-p256", "aa-ecdsa-bp256", "aa-ecdsa-p384"};
    static const uint8_t nonce[] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (size_t i = 0; i < 3; i++) {
        struct fixture f;
        uint16_t sw;
        uint8_t *der = NULL;
        put_on(&f, profile_find(names[i]));
        assert_true(reader_bac(&f.reader, f.document.access, &sw));
        sw = reader_protected(&f.reader, 0x88, 0, 0, (struct slice){nonce, sizeof(nonce)}, 0, false, &f.plain);
        assert_int_equal(sw, SW_OK);
        assert_int_equal(f.plain.len, i == 2 ? 96 : 64);
        int half = (int)f.plain.len / 2;
        ECDSA_SIG *signature = ECDSA_SIG_new();
        ECDSA_SIG_set0(signature, BN_bin2bn(f.plain.data, half, NULL), BN_bin2bn(f.plain.data + half, half, NULL));
        int len = i2d_ECDSA_SIG(signature, &der);
        EVP_MD_CTX *md = EVP_MD_CTX_new();
        assert_int_equal(
            EVP_DigestVerifyInit(md, NULL, i == 2 ? EVP_sha384() : EVP_sha256(), NULL, f.document.active_auth_key), 1);
        assert_int_equal(EVP_DigestVerify(md, der, (size_t)len, nonce, sizeof(nonce)), 1);
        EVP_MD_CTX_free(md);
        ECDSA_SIG_free(signature);
        OPENSSL_free(der);
        stop_chip(&f);
    }
}

/* -- Hostile chips -- */

/* No PACE fault ends in a terminal that believes it: OpenPACE fails, or the token does, or secure messaging. A nonce of zeros
 * and compressed points it takes: the reader must look for itself. */
static void hostile_pace_does_not_open(void **state)
{
    (void)state;
    unsigned played = 0;
    for (const struct profile *profile = profile_next(NULL); profile != NULL; profile = profile_next(profile)) {
        const struct pace_offer *offer = &profile->mechanisms.pace[0];
        enum chip_fault fault = profile->chip.fault;
        struct fixture f;
        uint8_t digest[20];
        if (fault < CHIP_PACE_MSE || fault > CHIP_PACE_KEEPS_PLAIN || fault == CHIP_PACE_NONCE_ZERO ||
            fault == CHIP_PACE_COMPRESSED || !is_generic(offer)) {
            continue;
        }
        put_on(&f, profile);
        bool opened = reader_pace(&f.reader, offer, mrz_password(f.document.access, digest), 0x01, true) &&
                      select_application(&f) == SW_OK && reads_dg1(&f);
        if (opened) {
            fail_msg("%s opens", profile->name);
        }
        played++;
        stop_chip(&f);
    }
    assert_true(played >= 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generic_mapping_with_ecdh),
        cmocka_unit_test(generic_mapping_with_dh),
        cmocka_unit_test(integrated_mapping_with_ecdh),
        cmocka_unit_test(integrated_mapping_with_dh),
        cmocka_unit_test(chip_authentication_mapping),
        cmocka_unit_test(every_generic_offer_opens),
        cmocka_unit_test(wrong_passwords_and_orders_are_refused),
        cmocka_unit_test(public_files_are_read_before_access),
        cmocka_unit_test(chips_authenticate_by_every_key),
        cmocka_unit_test(ecdsa_signatures_verify),
        cmocka_unit_test(hostile_pace_does_not_open),
    };
    return cmocka_run_group_tests(tests, open_vault, close_vault);
}
