"""Where imports and module-level statements go."""

from __future__ import annotations

import ast
from types import SimpleNamespace

import pytest

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.fixes.bindings import Import, Needs
from readlint.fixes.edits import apply_cuts
from readlint.fixes.imports import needed_cuts

HMAC = Import("hmac")


def added(text: str, *imports: Import, statements: tuple[str, ...] = ()) -> str:
    source = Source("toy.py", text.encode())
    needs = Needs()
    needs.imports += imports
    needs.statements += statements
    settings = SimpleNamespace(target_version=(3, 10), options={})
    cuts = needed_cuts(Context(source, ast.parse(text), settings), needs)  # type: ignore[arg-type]
    result = apply_cuts(text, cuts)
    ast.parse(result)
    return result


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "import hmac\n"),
        ("x = 1\n", "import hmac\n\nx = 1\n"),
        ("x = 1", "import hmac\n\nx = 1"),
        ('"""Doc."""\n\nx = 1\n', '"""Doc."""\n\nimport hmac\n\nx = 1\n'),
        ('"""Doc."""\nx = 1\n', '"""Doc."""\n\nimport hmac\n\nx = 1\n'),
        ('"""Doc."""', '"""Doc."""\n\nimport hmac'),
        ("#!/bin/python\n# coding: utf-8\nx = 1\n", "#!/bin/python\n# coding: utf-8\n\nimport hmac\n\nx = 1\n"),
        ("# Copyright us\n\nx = 1\n", "# Copyright us\n\nimport hmac\n\nx = 1\n"),
        ("# what x is for\nx = 1\n", "import hmac\n\n# what x is for\nx = 1\n"),
        (
            '"""Doc."""\nfrom __future__ import annotations\n\nx = 1\n',
            '"""Doc."""\nfrom __future__ import annotations\n\nimport hmac\n\nx = 1\n',
        ),
        ("x = 1\r\n", "import hmac\r\n\r\nx = 1\r\n"),
    ],
)
def test_a_file_without_imports(before: str, after: str) -> None:
    assert added(before, HMAC) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import ast\nimport os\n", "import ast\nimport hmac\nimport os\n"),
        ("import os\n", "import hmac\nimport os\n"),
        ("import ast\n", "import ast\nimport hmac\n"),
        ("import ast", "import ast\nimport hmac"),
        ("import ast\r\nimport os\r\n", "import ast\r\nimport hmac\r\nimport os\r\n"),
        ("import ast\rimport os\r", "import ast\rimport hmac\rimport os\r"),
        ("import os\nfrom abc import ABC\n", "import hmac\nimport os\nfrom abc import ABC\n"),
        ("from abc import ABC\nimport os\n", "from abc import ABC\nimport hmac\nimport os\n"),
        ("import sys\nimport ast\nimport os\nx = 1\n", "import sys\nimport ast\nimport os\nimport hmac\nx = 1\n"),
        ("import ast  # why\nimport os\n", "import ast  # why\nimport hmac\nimport os\n"),
        ("import ast\n# for paths\nimport os\n", "import ast\nimport hmac\n# for paths\nimport os\n"),
        ("import ast; import os\nx = 1\n", "import ast; import os\nimport hmac\nx = 1\n"),
        ('"""Doc."""; import os\n', '"""Doc."""; import os\nimport hmac\n'),
        ("import ast; \\\nimport os\nx = 1\n", "import ast; \\\nimport os\nimport hmac\nx = 1\n"),
        (
            "from ast import (\n    walk,\n)\nimport zlib\n",
            "from ast import (\n    walk,\n)\nimport hmac\nimport zlib\n",
        ),
        ("import django\n", "import hmac\n\nimport django\n"),
        ("# ours\nimport django\n", "# ours\nimport hmac\n\nimport django\n"),
        ('"""Doc."""\n\n# ours\nimport django\n', '"""Doc."""\n\nimport hmac\n\n# ours\nimport django\n'),
        (
            "import os\n\nimport django\n\nfrom . import x\n",
            "import hmac\nimport os\n\nimport django\n\nfrom . import x\n",
        ),
        (
            "__all__ = ['x']\n\nimport os\nimport sys\n",
            "__all__ = ['x']\n\nimport hmac\nimport os\nimport sys\n",
        ),
        (
            "import os\ntry:\n    import json\nexcept ImportError:\n    json = None\nimport zlib\n",
            "import hmac\nimport os\ntry:\n    import json\nexcept ImportError:\n    json = None\nimport zlib\n",
        ),
        (
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import os\n",
            "import hmac\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import os\n",
        ),
        (
            "from __future__ import annotations\n\nimport os\n",
            "from __future__ import annotations\n\nimport hmac\nimport os\n",
        ),
        ("def f():\n    pass\n\nimport os\n", "import hmac\n\ndef f():\n    pass\n\nimport os\n"),
    ],
)
def test_a_place_among_imports(before: str, after: str) -> None:
    assert added(before, HMAC) == after


def test_other_packages_have_their_own_section() -> None:
    text = "import os\n\nimport celery\nimport django\n\nfrom . import x\n"
    assert added(text, Import("requests")) == text.replace("django\n", "django\nimport requests\n")
    assert added("import os\nx = 1\n", Import("requests")) == "import os\n\nimport requests\nx = 1\n"
    text = "import os\n\nfrom django.db import models\n\nfrom acme import x\n"
    html = Import("django.utils.html", "format_html")
    assert added(text, html) == text.replace("models\n", "models\nfrom django.utils.html import format_html\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from hmac import new\n", "from hmac import compare_digest, new\n"),
        ("from hmac import HMAC\n", "from hmac import HMAC, compare_digest\n"),
        ("from hmac import new, digest\n", "from hmac import new, digest, compare_digest\n"),
        ("from hmac import (HMAC)\n", "from hmac import (HMAC, compare_digest)\n"),
        ("from hmac import HMAC, \\\n    new\n", "from hmac import HMAC, \\\n    compare_digest, new\n"),
        (
            "from hmac import (\n    HMAC,\n    new,  # why\n)\n",
            "from hmac import (\n    HMAC,\n    compare_digest,\n    new,  # why\n)\n",
        ),
        (
            "from hmac import (\n    HMAC,  # why\n)\n",
            "from hmac import (\n    HMAC,  # why\n    compare_digest,\n)\n",
        ),
        (
            "from hmac import (\n    HMAC  # why\n)\n",
            "from hmac import (\n    HMAC,  # why\n    compare_digest\n)\n",
        ),
        ("from hmac import (\r\n\tHMAC,\r\n)\r\n", "from hmac import (\r\n\tHMAC,\r\n\tcompare_digest,\r\n)\r\n"),
        ("from hmac import *\n", "from hmac import *\nfrom hmac import compare_digest\n"),
    ],
)
def test_a_name_joins_an_import(before: str, after: str) -> None:
    assert added(before, Import("hmac", "compare_digest")) == after


def test_a_statement_below_the_imports() -> None:
    logger = "logger = logging.getLogger(__name__)"
    logging = Import("logging")

    def both(text: str) -> str:
        return added(text, logging, statements=(logger,))

    assert both("import os\n\n\nx = 1\n") == f"import logging\nimport os\n\n{logger}\n\n\nx = 1\n"
    assert both("import ast\nx = 1\n") == f"import ast\nimport logging\n\n{logger}\n\nx = 1\n"
    assert both("x = 1\n") == f"import logging\n\n{logger}\n\nx = 1\n"
    assert both('"""Doc."""\n') == f'"""Doc."""\n\nimport logging\n\n{logger}\n'
    text = "import os\n\nif os:\n    import sys\n\nX = 1\n"
    assert both(text) == f"import logging\nimport os\n\nif os:\n    import sys\n\n{logger}\n\nX = 1\n"
    assert added("import logging\n", statements=(logger,)) == f"import logging\n\n{logger}\n"


def test_a_statement_is_not_above_the_import_that_it_needs() -> None:
    text = "from __future__ import annotations\n\nVERSION = 1\n\nimport os\n\nx = 1\n"
    after = text.replace("import os\n", "import hmac\nimport os\n\nkey = hmac.new()\n")
    assert added(text, HMAC, statements=("key = hmac.new()",)) == after
