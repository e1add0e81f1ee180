#include "revlist/document.h"

/*
 * Codes of three letters an MRZ may bear as issuing state: ISO 3166-1 alpha-3 but DEU, then what ICAO 9303-3 5 adds, which is
 * British nationalities and Kosovo (part A), the European Union (B), the United Nations (C), other authorities (D), persons
 * without a nationality (E), codes no longer used (F) and specimens (G). ICAO's own IAO (H) signs master lists and issues no
 * document. Ascending, three letters a code.
 */
static const char codes[] =
    "ABWAFGAGOAIAALAALBANDANTAREARGARMASMATAATFATGAUSAUTAZEBDIBELBENBESBFABGDBGRBHRBHSBIHBLMBLRBLZBMUBOLBRABRB"
    "BRNBTNBVTBWACAFCANCCKCHECHLCHNCIVCMRCODCOGCOKCOLCOMCPVCRICUBCUWCXRCYMCYPCZEDJIDMADNKDOMDZAECUEGYERIESHESP"
    "ESTETHEUEFINFJIFLKFRAFROFSMGABGBDGBNGBOGBPGBRGBSGEOGGYGHAGIBGINGLPGMBGNBGNQGRCGRDGRLGTMGUFGUMGUYHKGHMDHND"
    "HRVHTIHUNIDNIMNINDIOTIRLIRNIRQISLISRITAJAMJEYJORJPNKAZKENKGZKHMKIRKNAKORKWTLAOLBNLBRLBYLCALIELKALSOLTULUX"
    "LVAMACMAFMARMCOMDAMDGMDVMEXMHLMKDMLIMLTMMRMNEMNGMNPMOZMRTMSRMTQMUSMWIMYSMYTNAMNCLNERNFKNGANICNIUNLDNORNPL"
    "NRUNTZNZLOMNPAKPANPCNPERPHLPLWPNGPOLPRIPRKPRTPRYPSEPYFQATREURKSROURUSRWASAUSDNSENSGPSGSSHNSJMSLBSLESLVSMR"
    "SOMSPMSRBSSDSTPSURSVKSVNSWESWZSXMSYCSYRTCATCDTGOTHATJKTKLTKMTLSTONTTOTUNTURTUVTWNTZAUGAUKRUMIUNAUNKUNOURY"
    "USAUTOUZBVATVCTVENVGBVIRVNMVUTWLFWSMXBAXCCXCEXCOXDCXECXESXIMXMPXOMXPOXXAXXBXXCXXXYEMZAFZMBZWE";

enum dr_status document_normalise_state(struct bytes text, char state[4])
{
    size_t low = 0, high = (sizeof codes - 1U) / 3U;

    memset(state, 0, 4);
    /* Fillers behind the code, as in an MRZ field. */
    while (text.len > 0 && text.data[text.len - 1U] == '<') {
        text.len--;
    }
    for (size_t i = 0; i < text.len && i < 3; i++) {
        state[i] = (char)(text.data[i] >= 'a' && text.data[i] <= 'z' ? text.data[i] - 'a' + 'A' : text.data[i]);
    }
    /* Germany's code is the one letter (ICAO 9303-3 5, part A). */
    if ((text.len == 1 && state[0] == 'D') || (text.len == 3 && memcmp(state, "DEU", 3) == 0)) {
        memcpy(state, "D\0\0", 3);
        return DR_OK;
    }
    while (text.len == 3 && low < high) {
        size_t middle = low + (high - low) / 2U;
        int order = memcmp(state, codes + 3U * middle, 3);
        if (order == 0) {
            return DR_OK;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1U;
        }
    }
    memset(state, 0, 4);
    return DR_ERR_NOT_FOUND;
}
