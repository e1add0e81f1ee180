#!/usr/bin/env bash
# clang-format finds nothing to change.
set -euo pipefail
cd "$DOCREV_SOURCE"
find firmware host-tools simulators boards tests -name '*.[ch]' -not -path '*/fixtures/*' -print0 |
    xargs -0 clang-format --dry-run --Werror
