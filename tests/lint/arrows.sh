#!/usr/bin/env bash
# An #include goes only to the same floor's own room or to a floor below (docs/architecture.md).
set -euo pipefail
cd "$DOCREV_SOURCE"

floor() {
    case $1 in
    port) echo 0 ;; codec) echo 1 ;; crypto) echo 2 ;; trust) echo 3 ;;
    emrtd | revlist | store) echo 4 ;;
    inspection | update) echo 5 ;;
    registry | builder | signing | link | trust_import) echo 5 ;;
    app) echo 6 ;;
    *) echo -1 ;;
    esac
}

bad=0
while IFS=: read -r file include; do
    room=$(basename "$(dirname "$file")")
    target=${include%%/*}
    from=$(floor "$room") to=$(floor "$target")
    [ "$to" -ge 0 ] && [ "$from" -ge 0 ] || continue
    case $file in
    firmware/*) limit_hit=$([ "$room" != "$target" ] && [ "$to" -ge "$from" ] && echo yes || echo no) ;;
    host-tools/*)
        # The host's use cases stand on the firmware's; among themselves signing and builder carry the others.
        limit_hit=$([ "$target" = app ] && echo yes || echo no)
        ;;
    *) continue ;;
    esac
    # update and inspection are use cases of one floor; neither includes the other, and status.h is the port's.
    if [ "$limit_hit" = yes ]; then
        echo "$file includes \"$include\": an arrow that points up or sideways"
        bad=1
    fi
done < <(grep -rnoE '#include "[a-z_]+/[a-z0-9_]+\.h"' --include='*.c' --include='*.h' firmware host-tools |
    sed -E 's/^([^:]+):[0-9]+:#include "([^"]+)"/\1:\2/')
if grep -rnE '#\s*if.*(LM3S|__arm__|BOARD)' firmware --include='*.c' --include='*.h'; then
    echo "firmware/ knows a board"
    bad=1
fi
exit "$bad"
