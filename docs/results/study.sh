#!/usr/bin/env bash
# Runs the grid of docs/results/study.md and prints a row per arm. Goes on where it was stopped.
#
#   study.sh FILE FOLDER [OPTION…]    FILE: an experiment; FOLDER: the data directory of the study;
#                                     OPTION: passed on to every run, as --set dataset.path=…
set -euo pipefail
file="$1"
folder="$2"
shift 2
home="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
name="$(basename "$file" .conf)"

run() { # start β λ seeds, and more options
  local start="$1" beta="$2" lambda="$3" seeds="$4"
  shift 4
  local id="$name-$start-b$beta-l$lambda"
  "$home/margrave" run "$file" --data-dir "$folder" --set "name=$id" --set "vae.witness-init=$start" \
    --set "vae.beta=$beta" --set "alignment.weight=$lambda" --set "seeds=$seeds" "$@" >"$folder/$id.log" 2>&1 || true
  # Columns by their names in the header of results.csv.
  awk -F, -v start="$start" -v beta="$beta" -v lambda="$lambda" '
    NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { printf "| %s | %s | %s | %s | %s | %s %s | %.3f | %.3f | %.2f |\n", start, beta, lambda, $column["seed"],
        $column["arm"], $column["verdict"], $column["negativeKind"], $column["marginNats"],
        $column["marginAtMeanNats"], $column["klNats"] }' "$folder/experiments/$id/report/results.csv" ||
    echo "| $start | $beta | $lambda | | | failed: $(tail -n 1 "$folder/$id.log") | | | |"
}

mkdir -p "$folder"
echo "| witness start | β | λ | seed | arm | verdict | margin at sampled z | margin at z = μ | KL |"
echo "|---|--:|--:|--:|---|---|--:|--:|--:|"
for start in boundary random; do
  for setting in "1 100 [5,6,7]" "4 100 [5]" "16 100 [5]" "1 10 [5]" "1 300 [5]"; do
    # shellcheck disable=SC2086
    run "$start" $setting "$@"
  done
done
