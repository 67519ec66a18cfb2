"""The bill of materials of a release, as CycloneDX 1.6: what is installed, pinned and of whom.

    python -m scripts.sbom FILE

It is made from `requirements.lock`, which the installation is made from too; licences are those
that the installed packages declare. Nothing in it depends on when or where it was made.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(.*?)(?=^\S|\Z)", re.M | re.S)
# These bring their licence as a file only.
_BY_FILE = {"pyrage": "MIT", "sqlcipher3": "Zlib"}
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

type Document = dict[str, Any]


def components() -> list[Document]:
    """Return every pinned package with its version, address, hashes and licence."""
    found = []
    for name, version, rest in _PINNED.findall(LOCK.read_text("utf-8")):
        purl = f"pkg:pypi/{name.lower()}@{version}"
        one: Document = {"type": "library", "bom-ref": purl, "name": name, "version": version}
        one |= {"purl": purl, "licenses": _licences(name)}
        # One of several files fits a machine; each of them is what was pinned.
        one["properties"] = [
            {"name": "trustkeep:sha256", "value": digest} for digest in _HASH.findall(rest)
        ]
        found.append(one)
    return found


def document() -> Document:
    """Return the bill of materials."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    parts = components()
    subject = {"type": "application", "bom-ref": own, "purl": own}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(parts))}",
        "version": 1,
        "metadata": {
            "component": subject | {"name": project["name"], "version": project["version"]}
        },
        "components": parts,
        "dependencies": [{"ref": own, "dependsOn": [one["bom-ref"] for one in parts]}],
    }


def _licences(name: str) -> list[Document]:
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        # Pinned for machines of another kind.
        return []
    expression = told.get("License-Expression")
    if expression:
        return [{"expression": expression}]
    classes = told.get_all("Classifier") or []
    named = [one.rpartition(" :: ")[2] for one in classes if one.startswith("License ::")]
    # Older packages write a name, some of them the whole text.
    written = _BY_FILE.get(name) or (told.get("License") or "").partition("\n")[0]
    return [{"license": {"name": one}} for one in named or [written] if one]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(document(), indent=2) + "\n", encoding="utf-8")
