"""Static files: named by their content, rewritten where they name each other, no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from trustkeep.site.assets import Asset, Assets, original_name


def shelf(tmp_path: Path, **files: str) -> Assets:
    for name, content in files.items():
        path = tmp_path / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def find(name: str) -> str | None:
        path = tmp_path / name
        return str(path) if path.is_file() else None

    return Assets(find)


def needed(assets: Assets, name: str) -> Asset:
    found = assets.asset(name)
    assert found is not None
    return found


def test_asset__changes_its_name_with_its_content(tmp_path: Path) -> None:
    before = needed(shelf(tmp_path, ui__a_css="a{}"), "ui/a.css").hashed_name
    after = needed(shelf(tmp_path, ui__a_css="b{}"), "ui/a.css").hashed_name

    assert before != after
    assert original_name(before) == original_name(after) == "ui/a.css"


def test_asset__names_other_files_by_their_content_too(tmp_path: Path) -> None:
    css = "a{background:url(../img/dot.svg)} b{background:url('data:image/png;base64,')}"
    assets = shelf(tmp_path, ui__a_css=css, img__dot_svg="<svg/>")

    body = needed(assets, "ui/a.css").body.decode()

    assert f"/static/{needed(assets, 'img/dot.svg').hashed_name}" in body
    assert "url('data:image/png;base64,')" in body


def test_asset__that_names_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    assets = shelf(tmp_path, ui__a_css="a{background:url(gone.svg)}")

    with pytest.raises(FileNotFoundError, match=r"gone\.svg"):
        assets.asset("ui/a.css")


@pytest.mark.asvs("13.4.7")
@pytest.mark.parametrize(
    "name", ["ui/secret.py", "ui/.env", "ui/a.css.map", "../ui/a.css", "ui//a.css", "/etc/x.css"]
)
def test_asset__is_only_what_may_be_served(tmp_path: Path, name: str) -> None:
    assets = shelf(tmp_path, ui__a_css="a{}")
    (tmp_path / "ui" / "secret.py").write_text("key")
    (tmp_path / "ui" / ".env").write_text("key")
    (tmp_path / "ui" / "a.css.map").write_text("{}")

    assert assets.asset(name) is None
    assert assets.prepared(f"/static/{name}") is None


def test_prepared__is_the_same_answer_each_time(tmp_path: Path) -> None:
    assets = shelf(tmp_path, ui__a_css="a{}")
    path = f"/static/{needed(assets, 'ui/a.css').hashed_name}"

    assert assets.prepared(path) is assets.prepared(path)
