"""The bill of materials lists what an installation is made from, and nothing else."""

from __future__ import annotations

import re

import pytest
from scripts import sbom

from tests.house.source import PYPROJECT

LOCK = sbom.LOCK.read_text("utf-8")


@pytest.mark.asvs("15.1.2")
def test_bill__lists_every_pinned_package_with_all_its_hashes() -> None:
    pinned = set(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", LOCK, re.M))
    parts = sbom.components()

    assert {(one["name"], one["version"]) for one in parts} == pinned
    assert sum(len(one["properties"]) for one in parts) == LOCK.count("--hash=sha256:")
    assert all(one["properties"] for one in parts)


@pytest.mark.asvs("15.1.2")
def test_bill__is_cyclonedx_and_the_same_every_time() -> None:
    told = sbom.document()

    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", told["serialNumber"])
    assert told["metadata"]["component"]["name"] == PYPROJECT["project"]["name"]
    refs = {one["bom-ref"] for one in told["components"]}
    assert refs == set(told["dependencies"][0]["dependsOn"])
    assert told == sbom.document()


@pytest.mark.asvs("15.1.2")
def test_bill__names_the_licence_of_every_direct_dependency() -> None:
    direct = {re.split(r"[\[<>=]", one)[0] for one in PYPROJECT["project"]["dependencies"]}
    licences = {one["name"]: one["licenses"] for one in sbom.components()}

    assert [name for name in direct if not licences[name]] == []
