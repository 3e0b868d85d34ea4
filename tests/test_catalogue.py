"""The catalogue finds names that nobody gives, and takes nothing else for one."""

import pytest

from tests.catalogue import catalogue, mistakes_of
from tests.promql import result_labels

KNOWN = {"a": frozenset({"x", "y"}), "b": frozenset({"x", "z"}), "c_bucket": frozenset({"le", "x"})}


@pytest.mark.parametrize(
    ("expression", "mistake"),
    [
        ("rate(xenlens_disk_probe_bandwith[5m])", "metric xenlens_disk_probe_bandwith"),
        ('xenlens_disk_probe_iops{class="ssd"} > 0', "label xenlens_disk_probe_iops{class}"),
        ("avg by (pool, class) (xenlens_disk_probe_iops)", "label class"),
        ('label_replace(up, "than", "$1", "class", "(.+)")', "label class"),
        ('label_join(up, "than", "-", "job", "class")', "label class"),
        ("a:b:c / on (pool) group_left () xenlens_disk_probe_iops", "metric a:b:c"),
        ("xenlens_bond_members == on (wwid) xenlens_multipath_paths", "label wwid"),
        ("max by (pool) (max by (host) (xenlens_bond_members))", "label pool"),
        ("xenlens_bond_members + on (host) group_left (wwid) xenlens_bond_info", "label wwid"),
        ("sum(", "PromQL: "),
    ],
)
def test_a_name_that_nobody_gives_is_found(expression: str, mistake: str) -> None:
    found = mistakes_of(expression, catalogue())[0]
    assert found.startswith(f"no {mistake}")


@pytest.mark.parametrize(
    ("expression", "labels"),
    [
        ("a", "xy"),
        ("1 - a", "xy"),
        ("time() - a > 60", "xy"),
        ("max without (x) (rate(a[5m]))", "y"),
        ("sum(a)", ""),
        ("topk by (x) (1, a)", "xy"),
        ("max_over_time(a[1w:5m] offset 1d)", "xy"),
        ("a and on (x) b", "xy"),
        ("a unless on (x) b", "xy"),
        ("a or b", "xyz"),
        ("a > on (x) b", "x"),
        ("a > ignoring (y, z) b", "x"),
        ("a * on (x) group_left (z) b", "xyz"),
        ('label_replace(a, "t", "$1", "x", "(.+)")', "xyt"),
        ('label_join(a, "t", " ", "x", "y")', "xyt"),
        ('absent(a{x="1", y!="2"})', "x"),
        ("histogram_quantile(0.9, rate(c_bucket[5m]))", "x"),
        ("-(a)", "xy"),
    ],
)
def test_the_labels_of_a_result_are_those_that_prometheus_gives(
    expression: str, labels: str
) -> None:
    assert result_labels(expression, KNOWN) == set(labels)


def test_the_exporters_own_page_is_in_it_with_its_histograms() -> None:
    assert "target" in catalogue()["xenlens_probes_total"]
    assert "le" in catalogue()["xenlens_probe_duration_seconds_bucket"]
    assert {"le", "stage"} <= catalogue()["xenlens_remediation_stage_duration_seconds_bucket"]
