"""What users install: the measures alone, or the product; every import is asked for; nothing names a host or a machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _asked(requirements: list[str]) -> set[str]:
    return {_canonical(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for line in requirements}


@cache
def _imported(folder: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            for name in names:
                found.setdefault(name.split(".")[0], set()).add(str(path.relative_to(ROOT)))
    return found


def _not_asked_for(folder: Path, asked: set[str]) -> dict[str, set[str]]:
    providers = packages_distributions()
    return {
        name: where
        for name, where in _imported(folder).items()
        if name not in sys.stdlib_module_names | {"kexin", "tests", "tools", "benchmarks", "examples", "conftest"}
        and not {_canonical(one) for one in providers.get(name, [])} & asked
    }


def test_the_product_imports_only_what_it_asks_for() -> None:
    extras = PROJECT["optional-dependencies"]
    server = _asked(PROJECT["dependencies"]) | _asked(extras["server"])
    tools = _imported(ROOT / "src" / "kexin" / "surfaces" / "assistants").keys()

    assert _not_asked_for(ROOT / "src", server | _asked(extras["mcp"])) == {}
    elsewhere = {name: where for name, where in _not_asked_for(ROOT / "src", server).items() if name not in tools}
    assert elsewhere == {}, "what only assistants need is asked for by their extra"
    for where in (_imported(ROOT / "src")[name] for name in ("mcp", "mcp_types", "uvicorn")):
        assert all(path.startswith("src/kexin/surfaces/assistants/") for path in where)


def test_the_tests_import_only_what_they_ask_for() -> None:
    extras = PROJECT["optional-dependencies"]
    asked = _asked(PROJECT["dependencies"]) | _asked(extras["server"]) | _asked(extras["test"]) | _asked(extras["docs"])

    assert _not_asked_for(ROOT / "tests", asked) == {}


def test_the_measures_need_numpy_and_scipy_alone() -> None:
    asked = _asked(PROJECT["dependencies"])

    assert asked == {"numpy", "scipy"}
    assert _not_asked_for(ROOT / "src" / "kexin" / "measures", asked) == {}


def test_measures_and_kit_load_without_django() -> None:
    code = """
import sys, pkgutil, importlib, kexin.measures, kexin.kit
for package in (kexin.measures, kexin.kit):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(found.name)
assert "django" not in sys.modules, "django"
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_constraints_cover_every_requirement_and_name_no_address() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    held = {_canonical(line.split("==")[0]) for line in text.splitlines()}
    asked = _asked(PROJECT["dependencies"]).union(*(_asked(lines) for lines in PROJECT["optional-dependencies"].values()))

    assert asked - held == set()
    assert "//" not in text
    assert [line for line in text.splitlines() if line.startswith("-")] == []


def test_no_lock_file_with_addresses_is_kept() -> None:
    known = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()

    assert [name for name in known if Path(name).name in {"uv.lock", "package-lock.json", "poetry.lock"}] == []


def test_data_copied_for_tests_names_its_source() -> None:
    folders = [path for path in (ROOT / "tests" / "golden").glob("[!_.]*") if path.is_dir()]

    assert [path.name for path in folders if not (path / "SOURCE.md").exists()] == []
