#!/bin/sh
# Writes a synthetic list as CSV: script/lib/synthetic.sh [entries]. The same numbers every time; no real documents.
# 40 issuing states by a Zipf law, a few series each, stolen blanks as runs: the shape of real lists.
exec awk -v entries="${1:-1000000}" '
function draw(below) { # Park and Miller: the same in every awk
    state = (state * 16807) % 2147483647
    return state % below
}
BEGIN {
    state = 20261125
    split("D FRA GBR ITA ESP POL ROU NLD BEL GRC CZE PRT SWE HUN AUT CHE BGR DNK FIN SVK IRL HRV LTU SVN LVA EST CYP LUX " \
        "MLT NOR ISL UKR SRB TUR USA CAN AUS NZL JPN KOR", states, " ")
    split("stolen stolen stolen lost lost lost lost lost lost lost cancelled", reasons, " ")
    split("court-order administrative holder-request not-stated", bases, " ")
    print "issuing_state,document_type,document_number,reason,legal_basis"
    for (i = 1; i <= 40; i++)
        weight += 1 / i
    for (i = 1; i <= 40; i++) {
        share = int(entries / weight / i) + (i == 1 ? 1 : 0)
        if (i == 40)
            share = entries - written
        series = 2 + draw(4)
        for (s = 0; s < series && share > 0; s++) {
            count = s == series - 1 ? share : int(share / (series - s))
            share -= count
            prefix = sprintf("%c", 65 + (i * 7 + s * 3) % 26)
            number = draw(1000)
            gap = 20 + draw(180)
            while (count > 0) {
                if (draw(2000) == 0) { # a box of blanks
                    run = 100 + draw(900)
                    if (run > count)
                        run = count
                    for (r = 0; r < run; r++)
                        printf "%s,P,%s%08d,stolen-blank,\n", states[i], prefix, number++
                    count -= run
                    written += run
                    continue
                }
                number += 1 + draw(2 * gap)
                reason = reasons[1 + draw(11)]
                printf "%s,P,%s%08d,%s,%s\n", states[i], prefix, number, reason, \
                    reason == "cancelled" ? bases[1 + draw(4)] : ""
                number++
                count--
                written++
            }
        }
    }
}'
