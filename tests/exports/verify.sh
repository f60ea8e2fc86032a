#!/usr/bin/env bash
# Holds what `timeline`, `analyze` and `findings` export against readers that know nothing of this
# project: the csv and json modules of Python, and a JSON schema of SARIF where one is given.
# Usage: tests/exports/verify.sh [folder to write into]
# PYTHON names another program than python3; SARIF_SCHEMA the file with the schema (OASIS, 2.1.0).
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${1:-$(mktemp -d)}
mkdir -p "$work"
target=${CARGO_TARGET_DIR:-target}

cargo build -q --locked
for story in entra-join-healthy preprovisioning-token-expired clock-behind; do
    "$target/debug/joinscope" demo "$story" -o "$work" --force >/dev/null
    for format in jsonl csv timesketch timesketch-csv l2tcsv chrome-trace har; do
        "$target/debug/joinscope" timeline "$work/$story.zip" --format "$format" --redact standard --quiet \
            >"$work/$story.$format"
    done
    "$target/debug/joinscope" findings "$work/$story.zip" --format sarif --quiet >"$work/$story.sarif"
    "$target/debug/joinscope" analyze "$work/$story.zip" --format md --quiet >"$work/$story.md"
done
exec "${PYTHON:-python3}" tests/exports/verify.py "$work"
