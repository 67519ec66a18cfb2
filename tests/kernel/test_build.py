"""The software says which commit it was made from, or nothing."""

from __future__ import annotations

from pathlib import Path

from trustkeep.kernel.build import of_checkout

COMMIT = "4e1f" * 10


def _repository(root: Path, head: str) -> Path:
    (root / "refs" / "heads").mkdir(parents=True)
    (root / "HEAD").write_text(head)
    return root


def test_commit__of_a_branch_is_where_the_branch_stands(tmp_path: Path) -> None:
    place = _repository(tmp_path / ".git", "ref: refs/heads/main\n")
    (place / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")

    assert of_checkout(tmp_path) == COMMIT


def test_commit__is_found_where_references_are_packed(tmp_path: Path) -> None:
    place = _repository(tmp_path / ".git", "ref: refs/heads/main\n")
    (place / "packed-refs").write_text(f"# pack-refs\n{COMMIT} refs/heads/main\n")

    assert of_checkout(tmp_path) == COMMIT


def test_commit__of_a_second_checkout_is_that_of_its_own_branch(tmp_path: Path) -> None:
    place = _repository(tmp_path / "main.git", "ref: refs/heads/main\n")
    own = place / "worktrees" / "second"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/second\n")
    (own / "commondir").write_text("../..\n")
    (place / "refs" / "heads" / "second").write_text(COMMIT)
    checkout = tmp_path / "second"
    checkout.mkdir()
    (checkout / ".git").write_text(f"gitdir: {own}\n")

    assert of_checkout(checkout) == COMMIT


def test_commit__that_cannot_be_told_is_nothing(tmp_path: Path) -> None:
    assert of_checkout(tmp_path) == ""
    place = _repository(tmp_path / ".git", "ref: refs/heads/gone\n")
    assert of_checkout(tmp_path) == ""
    (place / "HEAD").write_text(f"{COMMIT}\n")
    assert of_checkout(tmp_path) == COMMIT
