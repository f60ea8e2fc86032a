#!/usr/bin/env bash
# joinscope side by side with evtx_dump of the same version of the evtx crate.
#
# Both read the same event log, in turn (A B A B ...), after one run each that does not count.
# joinscope decodes every record into its sorted timeline, analyses it and answers a query that
# nothing matches; evtx_dump writes JSON lines. Both outputs go to /dev/null, all files are in the
# page cache. Printed are medians, and evtx_dump's figure divided by joinscope's: above 1 joinscope
# is faster. Quote the ratios; the seconds are of this machine and this minute.
#
#   benches/peers.sh             a generated log of $MIB mebibytes (256)
#   benches/peers.sh FILE...     these logs instead
#
# Environment: EVTX_DUMP (else evtx_dump from PATH), JOINSCOPE (else built here), PAIRS (7),
# THREADS ("1 2"), MIB (256). Needs bash, cargo and python3.
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

logs=("$@")
if [[ ${#logs[@]} -eq 0 ]]; then
    log=$target/tmp/peers-${MIB:-256}MiB.evtx
    mkdir -p "$target/tmp"
    cargo run --release --quiet --example peers-log -- "$log" $((${MIB:-256} << 20)) 1
    logs=("$log")
fi

python3 - "$joinscope" "$evtx_dump" "${PAIRS:-7}" "${THREADS:-1 2}" "${logs[@]}" <<'PYTHON'
import os
import statistics
import subprocess
import sys
import time

joinscope, evtx_dump, pairs, threads, *logs = sys.argv[1:]
if int(pairs) < 5:
    sys.exit("fewer than five pairs say nothing")


def measure(command, accepted):
    """Wall seconds, cpu seconds and peak mebibytes of one run."""
    start = time.perf_counter()
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(run.pid, 0)
    wall = time.perf_counter() - start
    run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode not in accepted:
        sys.exit(f"exit code {run.returncode}: {' '.join(command)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def row(name, wall, cpu, peak):
    print(f"  {name:10} {wall:9.3f} {cpu:9.3f} {peak:9.0f}")


for log in logs:
    print(f"{os.path.basename(log)}, {os.path.getsize(log) / 1e6:.1f} MB, {pairs} pairs")
    for count in threads.split():
        # 4: read, but part of the evidence is damaged, which evtx_dump does not tell by its exit.
        peers = [
            ([joinscope, "timeline", log, "--where", "id=4294967295", "--threads", count, "-q"], {0, 4}),
            ([evtx_dump, "-t", count, "-o", "jsonl", log], {0}),
        ]
        for peer in peers:
            measure(*peer)
        runs = [[], []]
        for _ in range(int(pairs)):
            for peer, figures in zip(peers, runs):
                figures.append(measure(*peer))
        own, other = ([statistics.median(column) for column in zip(*figures)] for figures in runs)
        print(f"  {'-t ' + count:10} {'wall s':>9} {'cpu s':>9} {'peak MiB':>9}")
        row("joinscope", *own)
        row("evtx_dump", *other)
        print(f"  {'ratio':10} {other[0] / own[0]:9.2f} {other[1] / own[1]:9.2f} {other[2] / own[2]:9.2f}")
PYTHON
