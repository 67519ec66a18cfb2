"""What the source may not contain, so that whole kinds of faults cannot come in."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import PYPROJECT, SOURCE, modules, relative
from trustkeep.site.logs import dict_config

TRUSTED_MARKUP = {
    "entrance/views/enrolling.py": "a QR code that a library draws",
    "trust/linked_data.py": "JSON-LD, escaped for its place",
    "ui/templatetags/trustkeep.py": "the shapes of the states, written in the file itself",
}
"""The only modules that may call something markup without escaping it, and why."""

INTERPOLATED_SQL = {
    "lifecycle/second_reader.py": "names that the live schema tells",
    "lifecycle/part_reader.py": "names that the live schema tells",
    "lifecycle/stores.py": "names of our own tables and columns",
    "holdings/erasing.py": "names of our own tables and columns",
    "vault/sqlcipher/copying.py": "pragmas and names that the schema tells",
    "vault/sqlcipher/base.py": "pragmas: hexadecimal digits of a key, and settings of our own",
    "site/demo/archive.py": "a pragma: hexadecimal digits of a key of its own",
}
"""The only modules, migrations aside, that build a statement from parts, and from which."""


@cache
def calls(path: Path) -> list[tuple[str, ast.Call]]:
    """Return every call of a file by its dotted name."""
    tree = ast.walk(ast.parse(path.read_text("utf-8")))
    return [(ast.unparse(node.func), node) for node in tree if isinstance(node, ast.Call)]


def part_path(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def called(*names: str) -> set[str]:
    """Return the modules that call one of these, by the last part of the dotted name."""
    return {
        part_path(path)
        for path in modules()
        for name, _ in calls(path)
        if name in names or name.rpartition(".")[2] in names
    }


def templates() -> list[Path]:
    return sorted(SOURCE.rglob("*.html"))


@pytest.mark.asvs("1.1.2", "1.2.1")
def test_markup__is_escaped_where_it_is_shown() -> None:
    assert called("mark_safe", "SafeString") <= set(TRUSTED_MARKUP)
    for path in templates():
        text = path.read_text("utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+off", text), relative(path)


@pytest.mark.asvs("1.2.5", "1.3.2")
def test_code__comes_from_files_and_from_nowhere_else() -> None:
    assert called("os.system", "os.popen", "Popen", "getoutput") == set()
    for path in modules():
        for name, call in calls(path):
            assert name not in ("eval", "exec", "compile"), relative(path)
            shells = [word for word in call.keywords if word.arg == "shell"]
            assert not shells, relative(path)


@pytest.mark.asvs("1.5.2", "1.3.7")
def test_data__is_never_read_as_code() -> None:
    assert called("pickle.loads", "pickle.load", "marshal.loads", "yaml.load") == set()
    assert called("Template", "from_string", "Engine") == set(), "templates are files of ours"


@pytest.mark.asvs("1.5.1")
def test_xml__is_only_written() -> None:
    assert called("ET.parse", "ET.fromstring", "XMLParser", "parseString") == set()


@pytest.mark.asvs("1.2.4")
def test_statements__take_values_as_parameters() -> None:
    built = {
        part_path(path)
        for path in modules()
        for name, call in calls(path)
        if name.endswith((".execute", ".executemany", ".raw"))
        and call.args
        and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    }

    assert built <= set(INTERPOLATED_SQL)
    assert called(".extra", "RawSQL") == set()


@pytest.mark.asvs("11.4.1", "11.3.1", "11.2.1")
def test_ciphers__are_the_vetted_ones() -> None:
    assert called("md5", "ECB", "TripleDES", "ARC4") == set()
    # The public list of leaked passwords names them so; nothing is protected by it.
    assert called("sha1") == {"identity/breached.py"}
    contract = next(
        one
        for one in PYPROJECT["tool"]["importlinter"]["contracts"]
        if "cryptography" in one["name"]
    )
    assert contract["forbidden_modules"] == ["cryptography"]


@pytest.mark.asvs("11.5.1")
def test_chance__comes_from_the_operating_system() -> None:
    """Back-off may be jittered by `random`; what is secret may not."""
    for path in modules():
        text = path.read_text("utf-8")
        if re.search(r"^(import random|from random import)", text, re.M):
            assert "secret" not in text.lower() or "jitter" in text.lower(), relative(path)
            assert "SystemRandom" in text or "jitter" in text.lower(), relative(path)


@pytest.mark.asvs("15.3.2", "12.3.2")
def test_requests__to_others_follow_no_redirect_and_trust_no_stranger() -> None:
    for path in modules():
        for name, call in calls(path):
            words = {word.arg: ast.unparse(word.value) for word in call.keywords}
            assert words.get("follow_redirects", "False") == "False", relative(path)
            assert words.get("verify") != "False", relative(path)
            assert name not in ("requests.get", "requests.post", "urllib.request.urlopen"), path


@pytest.mark.asvs("15.3.5")
def test_types__are_strict_and_suppressions_are_named() -> None:
    assert PYPROJECT["tool"]["mypy"]["strict"] is True
    bare = [
        relative(path)
        for path in modules()
        if re.search(r"#\s*type:\s*ignore(?!\[)", path.read_text("utf-8"))
    ]

    assert bare == []


@pytest.mark.asvs("15.3.3")
def test_forms__take_named_fields_and_no_model() -> None:
    for path in modules():
        text = path.read_text("utf-8")
        assert "ModelForm" not in text, relative(path)
        assert not re.search(r"\*\*request\.(POST|GET)", text), relative(path)


@pytest.mark.asvs("3.2.2", "14.3.3", "3.7.1")
def test_scripts__write_text_only_and_store_nothing() -> None:
    risky = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    kept = ("localStorage", "sessionStorage", "indexedDB", "document.cookie")
    for path in SOURCE.rglob("*.js"):
        text = path.read_text("utf-8")
        assert not [word for word in (*risky, *kept) if word in text], relative(path)
    for path in templates():
        text = path.read_text("utf-8")
        assert not re.search(r"<(applet|object|embed)\b", text), relative(path)


@pytest.mark.asvs("3.4.3")
def test_templates__hold_no_script_style_or_handler_inline() -> None:
    for path in templates():
        text = path.read_text("utf-8")
        assert not re.search(r"<[a-z][^<>{}]*\son[a-z]+\s*=", text), relative(path)
        assert not re.search(r"<[a-z][^<>]*\sstyle\s*=", text), relative(path)
        scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text)
        assert all("application/" in one or "speculation" in one for one in scripts), relative(path)


@pytest.mark.asvs("1.2.3")
def test_templates__put_no_value_into_a_script() -> None:
    for path in templates():
        inside = re.findall(r"<script[^>]*>(.*?)</script>", path.read_text("utf-8"), re.S)
        # The one that has a value is JSON-LD, escaped by `trustkeep.trust.linked_data`.
        assert set(inside) <= {"", "{{ data }}"}, relative(path)


@pytest.mark.asvs("15.3.6")
def test_scripts__make_no_member_that_data_names() -> None:
    for path in SOURCE.rglob("*.js"):
        text = path.read_text("utf-8")
        risky = r"__proto__|\.prototype|setPrototypeOf|defineProperty|\bfor\s*\([^)]*\bin\b"
        assert not re.search(risky, text), relative(path)
        assert not re.search(r"Object\.assign\((?!new )|JSON\.parse|import\s", text), relative(path)
        for name in re.findall(r"\w\[(\w+)\]\s*=[^=]", text):
            assert re.search(rf"for \(const {name} of \[\"", text), f"{relative(path)}: {name}"


PATTERNS_FROM = {"_GUID", "_ID", "KEY_BYTES", "_HASH_LETTERS", "OBJECTS"}
"""What patterns may be built from, besides texts of our own that were escaped."""


@pytest.mark.asvs("1.2.9", "1.3.12")
def test_patterns__are_written_by_us_and_take_no_words_of_others() -> None:
    called_by = ("compile", "search", "match", "fullmatch", "sub", "findall", "split", "finditer")
    for path in modules():
        for name, call in calls(path):
            if name.partition(".")[0] == "re" and name.partition(".")[2] in called_by:
                parts = getattr(call.args[0], "values", [call.args[0]])
                built = [one.value for one in parts if isinstance(one, ast.FormattedValue)]
                plain = [one for one in parts if not isinstance(one, ast.FormattedValue)]
                assert all(isinstance(one, ast.Constant) for one in plain), relative(path)
                for one in built:
                    is_escaped = ast.unparse(one).startswith("re.escape(")
                    names = {node.id for node in ast.walk(one) if isinstance(node, ast.Name)}
                    assert is_escaped or names <= PATTERNS_FROM, relative(path)
    assert not [path for path in modules() if "__regex" in path.read_text("utf-8")]


@pytest.mark.asvs("1.3.1", "1.3.5")
def test_words__of_people_are_never_turned_into_markup() -> None:
    """There is no rich text, so there is nothing to sanitise: what is typed is shown as typed."""
    makers = {"markdown", "markdown-it-py", "mistune", "commonmark", "docutils", "bleach", "nh3"}
    named = {re.split(r"[\[<>=]", one)[0] for one in PYPROJECT["project"]["dependencies"]}

    assert not named & makers
    for path in modules():
        for name, call in calls(path):
            if name.startswith("format_html"):
                assert isinstance(call.args[0], ast.Constant), relative(path)


@pytest.mark.asvs("16.2.3")
def test_logs__go_to_standard_error_and_nowhere_else() -> None:
    assert (
        called("addHandler", "FileHandler", "SysLogHandler", "basicConfig", "PrintLogger") == set()
    )
    assert [*dict_config()["handlers"]] == ["stderr"]
    assert dict_config()["handlers"]["stderr"]["class"] == "logging.StreamHandler"


@pytest.mark.asvs("13.3.1")
def test_secrets__are_not_in_the_source() -> None:
    pattern = re.compile(
        r"(-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|xox[bp]-|ghp_[A-Za-z0-9]{20})"
    )
    for path in [*modules(), *templates()]:
        assert not pattern.search(path.read_text("utf-8")), relative(path)


@pytest.mark.asvs("13.4.6", "16.2.5")
def test_print__is_for_commands_only() -> None:
    printing = {path for path in called("print") if not path.startswith("cli/")}

    assert printing <= {"site/process.py", "site/server.py"}
