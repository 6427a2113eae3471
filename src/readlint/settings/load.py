"""Finds the settings files of a folder and merges them with the command line."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from readlint import __version__
from readlint.bounds import is_link_out, leaves, project_of
from readlint.digest import blake2b
from readlint.errors import UserError
from readlint.settings import allowed, sizes, versions
from readlint.settings.check import Bad, Checker, called, unknown_key
from readlint.settings.documents import Document, Documents, parse, reason
from readlint.settings.layers import Layer, merged, merged_options, placed, placed_rules
from readlint.settings.model import Settings
from readlint.settings.options import build_options, check_options
from readlint.settings.patterns import PathPatterns, excludes
from readlint.settings.schema import GROUPS, RULES, SETTINGS, Kind, attribute_of
from readlint.settings.selection import RuleLike, RuleSelection, Selectors, select, without_effect

#: In a folder that has several with settings, the first one counts.
NAMES = (".readlint.toml", "readlint.toml", "pyproject.toml")
#: In the folder `readlint` of the user's own configuration, and nowhere in a project.
OWN_FILE = "trust.toml"
_SIZES = "migrations.table-sizes"


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What the way up from a folder leads to: a settings file, and the oldest Python with the file that says so."""

    source: str | None = None
    python: tuple[int, int] | None = None
    python_source: str = ""


class SettingsLoader:
    """Settings for folders. Each file is read once, and folders with the same files share one `Settings`."""

    def __init__(
        self,
        rules: Iterable[RuleLike],
        overrides: Mapping[str, Any] | None = None,
        isolated: bool = False,
        config: Sequence[str] = (),
        cwd: str | None = None,
        reads_sizes: bool = True,
    ) -> None:
        """`overrides` are the command line's options by key (None is not given), `config` the values of `--config`.

        Without `reads_sizes` the file with the sizes of tables need not be there yet.
        """
        self.cwd = os.path.abspath(cwd or os.getcwd())
        self.selectors = Selectors(rules)
        self.folders_probed: set[str] = set()
        self.warnings: list[str] = []
        self._documents = Documents(self.cwd)
        self._layers: dict[str, Layer] = {}
        self._found: dict[str, Found] = {}
        self._built: dict[Found, Settings] = {}
        self._sizes: dict[str, sizes.TableSizes] = {}
        self._by_folder: dict[str, Settings] = {}
        self._isolated = isolated
        self._reads_sizes = reads_sizes
        self._config_file = self._one_file(config)
        self._extra = (*map(self._fragment, filter(_is_fragment, config)), *self._command_line(overrides or {}))

    @property
    def files_read(self) -> set[str]:
        """Every file whose content the settings depend on, absolute."""
        return self._documents.read

    def for_folder(self, path: str = ".") -> Settings:
        """The settings of the files in a folder, seen from the current directory."""
        settings = self._by_folder.get(path)
        if settings is None:
            found = self._find(os.path.abspath(os.path.join(self.cwd, path)))
            if found not in self._built:
                self._built[found] = self._build(found)
            settings = self._by_folder[path] = self._built[found]
        return settings

    # The command line

    def _one_file(self, config: Sequence[str]) -> str | None:
        files = [text for text in config if not _is_fragment(text)]
        if len(files) > 1:
            raise UserError(f"`--config` names more than one file: {', '.join(files)}")
        if files and self._isolated:
            raise UserError(f"`--config {files[0]}` and `--isolated` contradict each other")
        return os.path.abspath(os.path.join(self.cwd, files[0])) if files else None

    def _fragment(self, text: str) -> Layer:
        try:
            table = parse(text)
        except ValueError as error:
            hint = "give a settings file or TOML such as `preview = true`"
            raise UserError(f"`--config {text}`: {reason(error)}; {hint}") from None
        return self._given(table, "--config", "")

    def _command_line(self, overrides: Mapping[str, Any]) -> list[Layer]:
        table = {key: value for key, value in overrides.items() if value is not None}
        return [self._given(table, "command line", "--")] if table else []

    def _given(self, table: Mapping[str, Any], label: str, prefix: str) -> Layer:
        try:
            if "extend" in table:
                raise Bad("`extend` stands in settings files only; `--config FILE` names another file", ("extend",))
            values, options = _check(table, Checker(self.selectors, prefix))
        except Bad as bad:
            raise UserError(bad.message, label) from None
        return Layer(label, self.cwd, False, _with_paths(values, self.cwd), options)

    # Looking for files

    def _find(self, folder: str) -> Found:
        if self._isolated:
            return Found()
        found = self._look(folder)
        return dataclasses.replace(found, source=self._config_file) if self._config_file else found

    def _look(self, folder: str) -> Found:
        found = self._found.get(folder)
        if found is None:
            parent = os.path.dirname(folder)
            above = self._look(parent) if parent != folder else Found()
            found = self._found[folder] = self._probe(folder, above)
        return found

    def _probe(self, folder: str, above: Found) -> Found:
        """What the files of a folder add to what the folders above it have."""
        self.folders_probed.add(folder)
        source, python, python_source = None, above.python, above.python_source
        # A file named by `--config` takes the place of all others, but cannot know of `requires-python`.
        for name in NAMES[-1:] if self._config_file else NAMES:
            document = self._own_document(os.path.join(folder, name))
            if document is None:
                continue
            if document.table is not None:
                source = source or document.path
            bound = _oldest_python(document.data) if name == "pyproject.toml" else None
            if bound:
                python, python_source = bound, document.path
        return Found(source or above.source, python, python_source)

    def _own_document(self, path: str) -> Document | None:
        """A settings file that was found, not named: it says nothing of a file of the user's that it is a link to."""
        if not is_link_out(path):
            return self._documents.get(path)
        shown = self._documents.shown(path)
        self.warnings.append(f"{shown}: ignored, a link to a file outside of the project; --config can name it")
        return None

    # From files to layers

    def _chain(self, path: str, below: tuple[str, ...] = ()) -> tuple[Layer, ...]:
        """The layers of a file and of all it inherits from, the most distant first."""
        document = self._documents.get(path)
        if document is None or document.table is None:
            problem = "has no `[tool.readlint]`" if document else "there is no such settings file"
            raise UserError(problem, self._documents.shown(path))
        layer = self._layer(document, document.table)
        parent = layer.values.get("extend")
        if parent is None:
            return (layer,)
        way = (*below, os.path.realpath(path))
        problem = self._cannot_extend(parent, way)
        if problem:
            raise UserError(f"`extend` {problem}", layer.label, document.line(("extend",)))
        return (*self._chain(parent, way), layer)

    def _cannot_extend(self, parent: str, way: tuple[str, ...]) -> str:
        """Why a file cannot be inherited from by the last one of `way`; empty when it can."""
        shown = self._documents.shown
        if os.path.realpath(parent) in way:
            return f"goes round in a circle: {' -> '.join(map(shown, (*way, os.path.realpath(parent))))}"
        if self._is_outside(parent, way[-1]):
            return self._outside(parent)
        document = self._documents.get(parent)
        if document is None:
            return f"names {shown(parent)}, which is not there"
        return f"names {shown(parent)}, which has no `[tool.readlint]`" if document.table is None else ""

    def _is_outside(self, path: str, document: str) -> bool:
        """Whether a settings file may not name another file."""
        return leaves(path, project_of(os.path.dirname(document))) and not self._is_trusted(path)

    def _outside(self, path: str) -> str:
        own, shown = os.path.join("readlint", OWN_FILE), self._documents.shown(path)
        return f"names {shown}, which is outside of the project; `trusted` in your own {own} can allow that"

    def _is_trusted(self, path: str) -> bool:
        """Whether the user's own file names a folder that this file is in."""
        document = self._documents.get(own_file())
        folders = document.data.get("trusted", ()) if document else ()
        if not isinstance(folders, (list, tuple)) or not all(isinstance(folder, str) for folder in folders):
            raise UserError('needs a list of folders, such as trusted = ["~/shared"]', own_file())
        return any(not leaves(path, os.path.realpath(os.path.expanduser(folder))) for folder in folders)

    def _layer(self, document: Document, table: Mapping[str, Any]) -> Layer:
        if document.path not in self._layers:
            label = self._documents.shown(document.path)
            try:
                values, options = _check(table, Checker(self.selectors))
            except Bad as bad:
                raise UserError(bad.message, label, document.line(bad.path)) from None
            base = os.path.dirname(document.path)
            values = _with_paths(values, base)
            named = values.get(_SIZES)
            if named and self._is_outside(named, document.path):
                raise UserError(f"`{_SIZES}` {self._outside(named)}", label, document.line(SETTINGS[_SIZES].path))
            self._layers[document.path] = Layer(label, base, True, values, options)
        return self._layers[document.path]

    # From layers to settings

    def _build(self, found: Found) -> Settings:
        layers = (*(self._chain(found.source) if found.source else ()), *self._extra)
        root = os.path.dirname(found.source) if found.source and not self._config_file else self.cwd
        values, origins = merged(layers)
        if found.python and "target-version" not in values:
            values["target-version"] = found.python
            origins["target-version"] = (self._documents.shown(found.python_source),)
        settings = Settings(
            **{attribute_of(key): value for key, value in values.items()},
            root=root,
            source=found.source,
            rules=self._selection(values, layers, root),
            options=build_options(self.selectors.rules, merged_options(layers)),
            tests=PathPatterns(placed(layers, "test-paths", root), self.cwd),
            sql_migrations=PathPatterns(placed(layers, "migrations.sql", root), self.cwd),
            excludes=excludes(placed(layers, "exclude", root) + placed(layers, "extend-exclude", root), root),
            allowed_secrets=self._allowed_secrets(root),
            table_sizes=self._table_sizes(values, origins),
            origins=origins,
        )
        return dataclasses.replace(settings, key=_key(settings))

    def _allowed_secrets(self, root: str) -> allowed.Allowed:
        document = None if self._isolated else self._documents.get(os.path.join(root, allowed.NAME))
        if document is None:
            return allowed.NO_SECRETS
        found = allowed.allowed_by(document.data)
        if found is None:
            raise UserError(
                "needs a `key` and a table `allowed`; `readlint secrets allow` writes them",
                self._documents.shown(document.path),
            )
        return found

    def _table_sizes(self, values: Mapping[str, Any], origins: Mapping[str, tuple[str, ...]]) -> sizes.TableSizes:
        if _SIZES not in values or not self._reads_sizes:
            return sizes.NO_SIZES
        path = values[_SIZES]
        if path not in self._sizes:
            self._sizes[path] = self._read_sizes(path, origins[_SIZES][-1])
        return self._sizes[path]

    def _read_sizes(self, path: str, label: str) -> sizes.TableSizes:
        shown = self._documents.shown(path)
        text = self._documents.text(path)
        if text is None:
            hint = "`readlint migrations sizes` has the query that fills it"
            raise UserError(f"`{_SIZES}` names {shown}, which is not there; {hint}", label)
        try:
            return sizes.sizes_of(text)
        except sizes.BadRow as bad:
            raise UserError(bad.message, shown, bad.line) from None

    def _selection(self, values: Mapping[str, Any], layers: Sequence[Layer], root: str) -> RuleSelection:
        choices = [layer.choice for layer in layers]
        preview = bool(values.get("preview"))
        if not preview:
            self._warn(without_effect(self.selectors, choices))
        ignored = [
            *placed_rules(layers, "per-file-ignores", root),
            *placed_rules(layers, "extend-per-file-ignores", root),
        ]
        return select(
            self.selectors,
            choices,
            preview=preview,
            patterns=PathPatterns([(base, pattern) for base, pattern, _ in ignored], self.cwd),
            ignored=[names for _, _, names in ignored],
            fixable=values.get("fixable", SETTINGS["fixable"].default),
            unfixable=values.get("unfixable", ()),
            safe=values.get("extend-safe-fixes", ()),
            unsafe=values.get("extend-unsafe-fixes", ()),
        )

    def _warn(self, names: Iterable[str]) -> None:
        for name in names:
            text = f"selecting `{name}` has no effect: the rule is in preview, which needs `preview = true`"
            if text not in self.warnings:
                self.warnings.append(text)


def own_file() -> str:
    """Where the user says, for all projects, what their settings may inherit from."""
    base = os.environ.get("APPDATA") if sys.platform == "win32" else os.environ.get("XDG_CONFIG_HOME")
    return os.path.join(base or os.path.join(os.path.expanduser("~"), ".config"), "readlint", OWN_FILE)


def _is_fragment(text: str) -> bool:
    return "=" in text and not os.path.isfile(text)


def _check(table: Mapping[str, Any], checker: Checker) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The values of a table by key, and its options of rules by name and key."""
    if not isinstance(table, Mapping):
        raise Bad(f"`tool.readlint` must be a table, not {called(table)}", ())
    values: dict[str, Any] = {}
    options: dict[str, dict[str, Any]] = {}
    # The version comes first: a file for another one may well have settings that this one does not know.
    table = _flat(table)
    for key in sorted(table, key=lambda key: key != "required-version"):
        if key == RULES:
            options = check_options(checker.selectors.rules, table[key])
        elif key not in SETTINGS:
            raise Bad(unknown_key(key, {**SETTINGS, RULES: None}), tuple(key.split(".")))
        else:
            values[key] = checker.convert(SETTINGS[key], table[key])
        if key == "required-version" and not versions.allows(values[key], __version__):
            raise Bad(f"this project asks for readlint {values[key]}; this is {__version__}", (key,))
    return values, options


def _flat(table: Mapping[str, Any]) -> dict[str, Any]:
    """The table with those in it that only hold settings together taken apart."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if key in GROUPS:
            if not isinstance(value, Mapping):
                raise Bad(f"`{key}` must be a table, not {called(value)}", (key,))
            found.update({f"{key}.{inner}": item for inner, item in value.items()})
        elif "." in key:
            raise Bad(unknown_key(key, {**SETTINGS, RULES: None}), (key,))
        else:
            found[key] = value
    return found


def _with_paths(values: dict[str, Any], base: str) -> dict[str, Any]:
    """The values with paths of files made absolute."""
    paths = {key: values[key] for key in values if SETTINGS[key].kind is Kind.PATH}
    return {**values, **{key: os.path.normpath(os.path.join(base, os.path.expanduser(paths[key]))) for key in paths}}


def _oldest_python(data: Mapping[str, Any]) -> tuple[int, int] | None:
    project = data.get("project")
    wanted = project.get("requires-python") if isinstance(project, dict) else None
    return versions.lower_bound(wanted) if isinstance(wanted, str) else None


def _key(settings: Settings) -> str:
    """A digest of all that can change what is found in one file, wherever the project is checked out."""
    values = [(key, getattr(settings, setting.attribute)) for key, setting in SETTINGS.items() if setting.in_key]
    options = sorted((name, repr(value)) for name, value in settings.options.items())
    secrets = (settings.allowed_secrets.key, sorted(settings.allowed_secrets.hashes))
    tables = sorted((name, sorted(known.items())) for name, known in settings.table_sizes.tables.items())
    patterns = (settings.tests.key, settings.sql_migrations.key)
    text = repr((settings.rules.key, patterns, values, options, secrets, tables))
    return blake2b(text.encode(), digest_size=16).hexdigest()
