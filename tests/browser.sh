#!/usr/bin/env bash
# The HTML pages in a real browser: what they ask for, what they show, and what keys do in them.
#
# Usage: tests/browser.sh PROGRAM [folder for what it leaves]
# CHROMIUM names another browser than chromium. The examples `write_hostile` and `write_many` of the
# samples are expected beside the program, where cargo builds them.
set -euo pipefail

program=$(realpath "$1")
folder=$(realpath -m "${2:-$(mktemp -d)}")
examples=$(dirname "$program")/examples
here=$(dirname "$(realpath "$0")")
axe_version=4.14.1
rm -rf "$folder"
mkdir -p "$folder/in"

report() { "$program" report "$folder/$1" -o "$folder/$2" --quiet "${@:3}"; }
# Of the hostile evidence a part cannot be read, which is told by 4.
partly() { "$@" || [ $? = 4 ]; }
story() { "$program" demo "$1" --output "$folder/in" --force >/dev/null; }

for name in preprovisioning-token-expired preprovisioning-mdm-blocked entra-join-healthy; do story $name; done
report in/preprovisioning-token-expired.zip hero.html
report in/preprovisioning-mdm-blocked.zip refused.html
report in/entra-join-healthy.zip healthy.html
"$program" batch "$folder/in" -o "$folder/batch" --quiet

# The name of a bundle is a text of the evidence, too.
hostile="$folder/hostile/<img src=x onerror=window.fired=1>.zip"
mkdir -p "$folder/hostile"
"$examples/write_hostile" "$hostile"
partly "$program" report "$hostile" -o "$folder/hostile.html" --redact none --quiet
partly "$program" batch "$folder/hostile" -o "$folder/batch-hostile" --redact none --quiet

if [ -x "$examples/write_many" ]; then
    "$examples/write_many" 200000 "$folder/many.evtx"
    report many.evtx big.html
fi

axe=
if npm install --no-save --no-audit --no-fund --prefix "$folder/npm" "axe-core@$axe_version" >"$folder/npm.log" 2>&1; then
    axe="$folder/npm/node_modules/axe-core/axe.min.js"
else
    echo 'skipped: axe-core could not be installed'
fi
# shellcheck disable=SC2086 # Without axe-core there is no third argument.
exec node "$here/browser/run.mjs" "${CHROMIUM:-chromium}" "$folder" $axe
