#!/usr/bin/env bash
# joinscope side by side with the programs that read the same evidence, and with what bounds it: one
# line a row of the table in docs/PERFORMANCE.md, with its goal.
#
# What is compared runs in turn (A B A B ...), after one run each that does not count. All files are in
# the page cache, outputs go to /dev/null. Printed are medians and ratios, which are what to quote; the
# seconds are of this machine and this minute.
# joinscope decodes every record into its sorted timeline and answers a query that nothing matches, for
# which it looks for no attempt; a row without a goal has the whole analysis in it. evtx_dump, of the same
# version of the evtx crate, writes JSON lines. Archives are measured against inflating and checking their
# members and nothing else (benches/peers/inflate.rs).
# Other readers of event logs are compared where they are on the PATH: hayabusa, chainsaw, evtxexport.
#
#   benches/peers.sh           generated data: a log of $MIB mebibytes (256), 900 small ones, archives
#   benches/peers.sh LOG...    the same, made by repeating the full chunks of these logs
#
# Environment: EVTX_DUMP (else evtx_dump from PATH), JOINSCOPE and TOOLS (the program, and a folder with
# the examples peers-*; else built here), LOG (one log to be measured as it is, in place of the large
# one), ROWS ("full triage folder zip saz threads memory start peers"), PAIRS (7, at least 5), MIB (256),
# SESSIONS (20000). Needs bash, cargo and python3, and room for three times the log in the target folder.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's/^evtx = { version = "=\([^"]*\)".*/\1/p' Cargo.toml)
evtx_dump=${EVTX_DUMP:-$(command -v evtx_dump || true)}
if [[ -z $evtx_dump ]]; then
    echo "evtx_dump is not there: cargo install evtx --version =$version --locked, or set EVTX_DUMP" >&2
    exit 2
fi
found=$("$evtx_dump" --version)
if [[ ${found##* } != "$version" ]]; then
    echo "$evtx_dump is $found, but joinscope reads with evtx $version" >&2
    exit 2
fi

target=$(cargo metadata --format-version 1 --no-deps |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
joinscope=${JOINSCOPE:-}
if [[ -z $joinscope ]]; then
    cargo build --release --quiet --bin joinscope
    joinscope=$target/release/joinscope
fi
tools=${TOOLS:-}
if [[ -z $tools ]]; then
    cargo build --release --quiet --example peers-log --example peers-folder --example peers-inflate \
        --example peers-recording
    tools=$target/release/examples
fi

# Data is made once for the same arguments, and again when the program that makes it is newer.
mib=${MIB:-256}
sessions=${SESSIONS:-20000}
data=$target/tmp/peers-$(printf '%s\n' "$mib" "$sessions" "$@" | cksum | cut -d' ' -f1)
mkdir -p "$data"
make() {
    local path=$1 program=$2
    shift 2
    if [[ ! -e $data/$path.made || $tools/$program -nt $data/$path.made ]]; then
        rm -rf "${data:?}/$path"
        "$@"
        touch "$data/$path.made"
    fi
}
[[ -n ${LOG:-} ]] || make large.evtx peers-log "$tools/peers-log" "$data/large.evtx" $((mib << 20)) 1 "$@"
make peer.evtx peers-log "$tools/peers-log" "$data/peer.evtx" $((32 << 20)) 2 "$@"
make tiny.evtx peers-log "$tools/peers-log" "$data/tiny.evtx" $((64 << 10)) 3 "$@"
make small peers-folder "$tools/peers-folder" "$data/small" 900 4 "$@"
make sessions.saz peers-recording "$tools/peers-recording" write "$data/sessions.saz" "$sessions"
log=${LOG:-$data/large.evtx}
# Deflated as archivers do it: level 6. One log alone, and a bundle of many small files and a large one.
zips() {
    python3 - "$@" <<'PYTHON'
import sys
import zipfile

path, *files = sys.argv[1:]
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
    for file in files:
        archive.write(file, "/".join(file.split("/")[-2:]))
PYTHON
}
ROWS=${ROWS:-full triage folder zip saz threads memory start peers}
if [[ $ROWS = *zip* ]]; then
    name=$(printf '%s\n' "$log" | cksum | cut -d' ' -f1)
    make "log-$name.zip" peers-log zips "$data/log-$name.zip" "$log"
    make bundle.zip peers-folder zips "$data/bundle.zip" "$data"/small/0[0-2]*.evtx "$data/peer.evtx"
fi

export ROWS EVTX_DUMP=$evtx_dump JOINSCOPE=$joinscope TOOLS=$tools PAIRS=${PAIRS:-7}
python3 benches/peers/table.py "$log" "$data" "$data/log-${name:-none}.zip"
echo 'events a second of one core: cargo bench --bench etl (traces) and --bench rules (all rules)'
