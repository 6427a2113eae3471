"""The nodes of a tree are the same whether they are picked from the list of new objects or looked for."""

from __future__ import annotations

import ast
import gc
import sysconfig
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_robustness_programs import GENERATED, generate

from readlint.parallel import COLLECT_EVERY, SeldomCollection
from readlint.syntax import nodes
from readlint.syntax.nodes import nodes_below, nodes_of

CLASSES = frozenset((ast.Module, ast.Call, ast.Constant, ast.Name, ast.ExceptHandler, ast.BinOp, ast.arg, ast.Import))
TEXT = "import time\nfor i in range(3):\n    print(f'{time.time() - 1}')\n"


@pytest.fixture
def seldom() -> Iterator[SeldomCollection]:
    with SeldomCollection() as collection:
        yield collection


@pytest.fixture
def only_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(tree: ast.Module, classes: frozenset[type]) -> list[ast.AST]:
        raise AssertionError("the tree was walked")

    monkeypatch.setattr(nodes, "nodes_below", refuse)


def same(found: list[ast.AST], tree: ast.Module) -> bool:
    every = [node for node in ast.walk(tree) if type(node) in CLASSES]
    return len(found) == len(every) and {*map(id, found)} == {*map(id, every)}


def library() -> list[str]:
    texts = (path.read_text(errors="replace") for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")))
    return [text for text in texts if "\ufffd" not in text]


def generated() -> list[str]:
    return [text for seed in range(GENERATED) if (text := generate(seed))]


@pytest.mark.parametrize("texts", [library, generated])
def test_nodes_are_the_same_as_those_of_a_walk(texts, seldom, only_listed):
    for text in texts():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        assert same(nodes_of(tree, CLASSES), tree)
        assert same(nodes_below(tree, CLASSES), tree)
        seldom.file_done()


def test_trees_of_before_are_not_mixed_in(seldom, only_listed):
    before = ast.parse(TEXT)
    tree = ast.parse(TEXT)
    assert same(nodes_of(tree, CLASSES), tree)
    assert before is not tree


@pytest.mark.parametrize("generation", [0, 2])
def test_a_search_for_garbage_in_between_costs_no_node(generation, seldom):
    tree = ast.parse(TEXT)
    gc.collect(generation)
    assert same(nodes_of(tree, CLASSES), tree)


def test_results_are_searched_for_garbage_once(seldom):
    """Again and again, on 50,000 files that took a quarter of the run."""
    result = [ast.parse(TEXT)]
    for _ in range(COLLECT_EVERY):
        seldom.file_done()
    assert all(one is not result for one in gc.get_objects())


def test_where_garbage_is_searched_at_any_time_the_tree_is_walked():
    tree = ast.parse(TEXT)
    assert gc.isenabled()
    assert same(nodes_of(tree, CLASSES), tree)


def test_trees_of_other_threads_are_not_mixed_in(seldom):
    tree = ast.parse(TEXT)
    others: list[ast.Module] = []
    end = threading.Event()

    def parse() -> None:
        others.append(ast.parse(TEXT))
        end.wait()

    thread = threading.Thread(target=parse)
    thread.start()
    try:
        while not others:
            pass
        assert same(nodes_of(tree, CLASSES), tree)
    finally:
        end.set()
        thread.join()
