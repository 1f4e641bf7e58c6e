"""Medians of a Google Benchmark JSON file: a table of all of them, and one of novu's time in ratio to each peer's."""
import json, re, statistics, sys

rows = {}
with open(sys.argv[1]) as file:
    data = json.load(file)
for run in data["benchmarks"]:
    if run.get("run_type") == "iteration":
        rows.setdefault(tuple(run["name"].split("/")[:3]), []).append(run)

def median(key, what):
    return statistics.median(run[what] for run in rows[key])

model = "unknown processor"
try:
    model = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read()).group(1)
except (OSError, AttributeError):
    pass
print(f"{model}, {len(next(iter(rows.values())))} interleaved repetitions, medians\n")
print("| | document | library | time | MB/s | allocations | novu / it |\n|---|---|---|--:|--:|--:|--:|")
for direction, document, library in sorted(rows):
    key = (direction, document, library)
    ours = (direction, document, "novu")
    time = median(key, "cpu_time")
    print(f"| {direction} | {document} | {library} | {time / 1000:.2f} µs | {median(key, 'bytes_per_second') / 1e6:.0f} | "
          f"{median(key, 'allocs'):.0f} | {median(ours, 'cpu_time') / time:.2f} |")

peers = sorted({library for _, _, library in rows if not library.startswith("novu") and library != "boost_dom_alone"})
print("\n| | document | " + " | ".join(peers) + " |\n|---|---|" + "--:|" * len(peers))
for direction, document in sorted({key[:2] for key in rows}):
    ratios = [f"{median((direction, document, 'novu'), 'cpu_time') / median((direction, document, peer), 'cpu_time'):.2f}"
              if (direction, document, peer) in rows else "" for peer in peers]
    if any(ratios):
        print(f"| {direction} | {document} | " + " | ".join(ratios) + " |")
