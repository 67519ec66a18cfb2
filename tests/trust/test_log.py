"""The evidence log in public: tiles, receipts, entries and the verifying page."""

from __future__ import annotations

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.promises.world import NOW
from trustkeep.controls import actions, catalogue
from trustkeep.evidence import checkpoint, queries, tree, verify
from trustkeep.evidence.checkpoint import VerifierKey
from trustkeep.trust.forms import LARGEST

LOG = "/.well-known/trust-log"


def key(reader: Client) -> VerifierKey:
    return VerifierKey.parse(reader.get(f"{LOG}/vkey").content.decode().strip())


def wording() -> int:
    """Return the number of an entry whose content is public."""
    return queries.entries(promise_id="https-only")[-1].index


def receipt(reader: Client) -> str:
    index = wording()
    answer = reader.get(f"/evidence/{index}.tlog-proof")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.asvs("16.4.3")
def test_checkpoint__is_signed_by_the_published_key(reader: Client) -> None:
    note = reader.get(f"{LOG}/checkpoint").content.decode()

    found, _ = checkpoint.verify(note, [key(reader)])
    assert found.size == queries.log_size()


def test_tiles__rebuild_the_signed_root(reader: Client) -> None:
    note = reader.get(f"{LOG}/checkpoint").content.decode()
    signed, _ = checkpoint.verify(note, [key(reader)])

    hashes = reader.get(f"{LOG}/tile/0/000.p/{signed.size}").content
    leaves = [hashes[at : at + 32] for at in range(0, len(hashes), 32)]
    entries = reader.get(f"{LOG}/tile/entries/000.p/{signed.size}").content

    assert _root(leaves) == signed.root
    assert [tree.leaf_hash(leaf) for leaf in _entries(entries)] == leaves


def test_tiles__are_kept_for_ever_and_open_to_every_page(reader: Client) -> None:
    answer = reader.get(f"{LOG}/tile/0/000.p/1")

    assert "immutable" in answer["Cache-Control"]
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "address", ["0/001", "0/000.p/0", "0/000.p/256", "0/0", "64/000", "../0/000", "x"]
)
def test_tiles__not_published_are_not_found(reader: Client, address: str) -> None:
    assert reader.get(f"{LOG}/tile/{address}").status_code == 404


def test_receipt__proves_its_entry_offline(reader: Client) -> None:
    verified = verify.verify_receipt(receipt(reader), [key(reader)])

    assert verified.index == wording()
    assert verified.body is not None


def test_receipt__is_a_file_with_a_name(reader: Client) -> None:
    answer = reader.get("/evidence/2.tlog-proof")

    assert answer["Content-Disposition"] == 'attachment; filename="entry-2.tlog-proof"'
    assert answer["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("index", ["99999", "9" * 30, "-1"])
def test_receipt__of_no_entry_is_not_found(reader: Client, index: str) -> None:
    assert reader.get(f"/evidence/{index}.tlog-proof").status_code == 404
    assert reader.get(f"/en/evidence/{index}/").status_code == 404


def test_receipt__of_an_unsigned_entry_comes_with_the_next_checkpoint(reader: Client) -> None:
    size = queries.log_size()
    actions.run_promise(promise=catalogue.promise("policy-overview"), now=NOW)

    assert reader.get(f"/evidence/{size}.tlog-proof").status_code == 404
    assert "not covered by a signed checkpoint yet" in _told(reader.get(f"/en/evidence/{size}/"))


def test_entry__shows_leaf_content_and_proof(reader: Client) -> None:
    told = _told(reader.get("/en/evidence/1/"))

    assert queries.entry(1).leaf.decode().replace('"', "&quot;") in told
    assert queries.inclusion_proof(1, queries.log_size()).root.hex() in told


def test_entries__are_paged_to_the_very_first(reader: Client) -> None:
    assert "/en/evidence/0/" in _told(reader.get("/en/evidence/?before=3"))
    assert reader.get("/en/evidence/?before=0").status_code == 200
    assert reader.get("/en/evidence/?before=abc").status_code == 200


def test_verify__proves_what_is_pasted_or_chosen(reader: Client) -> None:
    text = receipt(reader)
    pasted = reader.post("/en/verify/", {"pasted": text.replace("\n", "\r\n")})
    chosen = reader.post("/en/verify/", {"file": SimpleUploadedFile("r.tlog-proof", text.encode())})

    for answer in (pasted, chosen):
        assert answer.status_code == 200
        assert "Proved" in _told(answer)
        assert f"/en/evidence/{wording()}/" in _told(answer)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: "nonsense", "not a readable receipt"),
        (lambda text: text.replace("index ", "index 1"), "does not lead from the entry"),
        (lambda text: _with_other_signature(text), "not signed by our log"),
        (lambda text: text.replace("localhost", "otherhost"), "not signed by our log"),
    ],
)
def test_verify__says_why_nothing_is_proved(reader: Client, change: object, reason: str) -> None:
    text = receipt(reader)
    changed = change(text)  # type: ignore[operator]
    answer = reader.post("/en/verify/", {"pasted": changed})

    assert changed != text
    assert answer.status_code == 422
    assert "Not proved" in _told(answer)
    assert reason in _told(answer)


def test_verify__keeps_what_was_typed_and_says_what_is_missing(reader: Client) -> None:
    assert "Paste a receipt, or choose its file." in _told(reader.post("/en/verify/", {}))
    assert "&lt;b&gt;nonsense" in _told(reader.post("/en/verify/", {"pasted": "<b>nonsense"}))
    image = SimpleUploadedFile("a.png", b"\x89PNG\xff")
    assert "neither text nor a PDF" in _told(reader.post("/en/verify/", {"file": image}))
    large = SimpleUploadedFile("a.txt", b"x" * (LARGEST + 1))
    assert "larger than any receipt" in _told(reader.post("/en/verify/", {"file": large}))


def _told(answer: object) -> str:
    content: bytes = answer.content  # type: ignore[attr-defined]
    return content.decode()


def _with_other_signature(text: str) -> str:
    head, _, signature = text.rpartition("— ")
    name, _, encoded = signature.strip().partition(" ")
    raw = bytearray(base64.b64decode(encoded))
    raw[-1] ^= 1
    return f"{head}— {name} {base64.b64encode(raw).decode()}\n"


def _entries(tile: bytes) -> list[bytes]:
    found = []
    while tile:
        size = int.from_bytes(tile[:2], "big")
        found.append(tile[2 : 2 + size])
        tile = tile[2 + size :]
    return found


def _root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return tree.node_hash(_root(leaves[:half]), _root(leaves[half:]))
