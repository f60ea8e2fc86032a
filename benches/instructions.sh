#!/usr/bin/env bash
# How many instructions each workload of benches/counted takes, compared with benches/instructions.tsv.
#
# Noise of shared machines does not reach these numbers: valgrind counts what one thread executes, and
# shows every program the same processor (AVX2 and carry-less multiplication, no AVX-512, no SHA), so
# that what is chosen by the processor is chosen alike wherever there is AVX2. What is counted is the
# work alone, not its preparation; see benches/counted/count.rs.
# Fails where a count grew by more than $GROWTH percent (5), or where the workloads and the table do not
# agree. Counts that fell by more are named, so that the table can be tightened.
# Another compiler makes other code: if the table is of another one, counts are shown and not judged.
#
#   benches/instructions.sh               all workloads
#   benches/instructions.sh WORKLOAD...   these
#   UPDATE=1 benches/instructions.sh      writes the table anew
#
# Environment: COUNTED (the program; else built here), UPDATE, GROWTH. Needs bash, awk, cargo, valgrind.
set -euo pipefail
cd "$(dirname "$0")/.."

baseline=benches/instructions.tsv
allowed=${GROWTH:-5}
command -v valgrind >/dev/null || { echo 'skipped: valgrind is not here'; exit 0; }

made_by="$(rustc --version), $(rustc -vV | sed -n 's/^host: //p')"
counted=${COUNTED:-}
if [[ -z $counted ]]; then
    cargo build --locked --quiet --profile counted --example counted
    counted=${CARGO_TARGET_DIR:-target}/counted/examples/counted
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$counted" write "$folder/evidence"

# Prints the instructions of one workload, run in an environment that is the same everywhere. Whether a
# growing buffer is copied depends on its neighbours in memory, and these on the seeds of hash tables:
# one of 16 KiB and more gets pages of its own, which are moved and not copied.
tunables=glibc.malloc.mmap_threshold=16384:glibc.malloc.mmap_max=1000000
count() {
    local out=$folder/$1.callgrind
    env -i PATH="$PATH" GLIBC_TUNABLES=$tunables \
        valgrind --tool=callgrind --callgrind-out-file="$out" --toggle-collect='*counted_part*' \
        "$counted" run "$1" "$folder/evidence" >"$folder/$1.log" 2>&1 || { cat "$folder/$1.log" >&2; return 1; }
    sed -n 's/^summary: \([0-9]*\).*/\1/p' "$out" | grep . || { echo "$1: nothing was counted" >&2; return 1; }
}

everything=$("$counted" list)
workloads=("$@")
[[ ${#workloads[@]} -gt 0 ]] || mapfile -t workloads <<<"$everything"
found=$folder/found.tsv
for workload in "${workloads[@]}"; do
    number=$(count "$workload")
    printf '%s\t%s\n' "$workload" "$number" >>"$found"
done

if [[ -n ${UPDATE:-} ]]; then
    [[ $# -eq 0 ]] || { echo 'the table is written for all workloads at once' >&2; exit 2; }
    { printf '# %s\n' "$made_by"; cat "$found"; } >"$baseline"
fi

[[ -f $baseline ]] || baseline=/dev/null
recorded=$(sed -n '1s/^# //p' "$baseline")
judged=yes
[[ $recorded = "$made_by" ]] || judged=no
# Workloads that were not asked for are not missed, but what there is no workload of is.
awk -F'\t' -v allowed="$allowed" -v judged="$judged" -v all="$everything" '
    BEGIN {
        printf "%-16s %15s %15s %7s\n", "workload", "recorded", "now", "ratio"
        count = split(all, names, "\n")
        for (at = 1; at <= count; at++) exists[names[at]] = 1
    }
    FILENAME == ARGV[1] { if (!/^#/) recorded[$1] = $2; next }
    {
        now[$1] = 1
        if (!($1 in recorded)) {
            printf "%-16s %15s %15d %7s  not in the table\n", $1, "-", $2, "-"
            faults++
            next
        }
        ratio = $2 / recorded[$1]
        verdict = ""
        if (ratio > 1 + allowed / 100) { verdict = "  grew"; faults++ }
        if (ratio < 1 - allowed / 100) { verdict = "  fell: the baseline can be tightened" }
        printf "%-16s %15d %15d %7.3f%s\n", $1, recorded[$1], $2, ratio, verdict
    }
    END {
        for (name in recorded) if (!(name in exists)) {
            printf "%-16s %15d %15s %7s  no such workload\n", name, recorded[name], "-", "-"
            faults++
        }
        exit judged == "yes" && faults > 0
    }
' "$baseline" "$found" || {
    echo "more than $allowed % above the table, or another list of workloads; if that is meant: UPDATE=1 benches/instructions.sh" >&2
    exit 1
}
[[ $judged = yes ]] || echo "skipped: the table is of ${recorded:-no compiler}, this is $made_by"
