#!/usr/bin/env python3
"""open_metrics.py FILE - the samples of a file, one a line, as two readers see it: OpenMetrics and node_exporter's format.

Exit 3: no prometheus_client here.
"""
import sys

try:
    from prometheus_client.openmetrics.parser import text_string_to_metric_families as strict
    from prometheus_client.parser import text_string_to_metric_families as plain
except ImportError:
    sys.exit(3)

with open(sys.argv[1]) as file:
    text = file.read()
for name, read in [("openmetrics", strict), ("prometheus", plain)]:
    for family in read(text):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))
            print(name, sample.name, labels, f"{sample.value:g}")
