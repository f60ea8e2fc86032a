#!/usr/bin/env bash
# Holds what `timeline`, `analyze` and `findings` export against readers that know nothing of this
# project: the csv and json modules of Python, and, where they are installed, Timesketch's importer, the
# schemas of SARIF 2.1.0 and of HAR 1.2, and Perfetto's trace processor. What is not is named.
# Usage: tests/exports/verify.sh [folder to write into]
# PYTHON names another program than python3; SARIF_SCHEMA the file with the schema; NODE_PATH the folder
# of node's packages; TRACE_PROCESSOR the program of Perfetto.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${1:-$(mktemp -d)}
mkdir -p "$work"
target=${CARGO_TARGET_DIR:-target}

cargo build -q --locked
for story in entra-join-healthy preprovisioning-token-expired preprovisioning-mdm-blocked clock-behind; do
    "$target/debug/joinscope" demo "$story" -o "$work" --force >/dev/null
    for format in jsonl csv timesketch timesketch-csv l2tcsv chrome-trace har; do
        "$target/debug/joinscope" timeline "$work/$story.zip" --format "$format" --redact standard --quiet \
            >"$work/$story.$format"
    done
    "$target/debug/joinscope" findings "$work/$story.zip" --format sarif --quiet >"$work/$story.sarif"
    "$target/debug/joinscope" analyze "$work/$story.zip" --format md --quiet >"$work/$story.md"
done
python=${PYTHON:-python3}
"$python" tests/exports/verify.py "$work"
"$python" tests/exports/read_timesketch.py "$work"
"$python" tests/exports/read_perfetto.py "$work"
if command -v node >/dev/null; then
    node tests/exports/read_har.cjs "$work"
else
    echo 'skipped: node is not here, so that no schema of HAR is asked'
fi
