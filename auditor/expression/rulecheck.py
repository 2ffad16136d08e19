"""Checks the expressions of one rule together: what ``when`` taught holds in the others.

The texts of a `deny_each` rule are about each version that it names, not about the model.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from auditor.expression.check import Checker, Scope
from auditor.expression.codes import Flaw
from auditor.expression.growth import too_large
from auditor.expression.narrow import learn
from auditor.expression.nodes import (
    Current,
    Field,
    Filter,
    Flatten,
    Index,
    Node,
    Projection,
    Reference,
    Slice,
    Sub,
    Values,
    children,
)
from auditor.expression.syntax import SyntaxProblem, parse
from auditor.expression.template import Piece, pieces
from auditor.expression.types import ANY, Type, truth_of


class RuleText(Struct, frozen=True):
    """The expressions of one rule as they were written."""

    mode: str
    test: str
    when: str | None = None
    message: str | None = None
    remediation: str | None = None


class Checked(Struct):
    """What checking found: the flaws of each text by its key in the rule, and the trees."""

    flaws: dict[str, list[Flaw]] = field(default_factory=dict)
    when: Node | None = None
    test: Node | None = None
    message: tuple[Piece, ...] = ()
    remediation: tuple[Piece, ...] = ()
    used: set[str] = field(default_factory=set)
    excused: frozenset[str] = frozenset()

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not any(self.flaws.values())


def check_rule(rule: RuleText, scope: Scope) -> Checked:
    """Every flaw of a rule's expressions, and their trees where they are expressions at all."""
    found = Checked()
    document = scope.document
    if rule.when is not None:
        found.when = _parsed(found, "when", rule.when)
        if found.when is not None:
            _check_condition(found, "when", found.when, scope, document)
            document = learn(document, found.when, holds=True)
    found.test = _parsed(found, rule.mode, rule.test)
    if found.test is not None:
        kind = _check_condition(found, rule.mode, found.test, scope, document)
        document = _failed(rule.mode, found.test, kind, document)
    elif rule.mode == "deny_each":
        document = _a_version(document)
    for key, text in (("message", rule.message), ("remediation", rule.remediation)):
        if text is not None:
            setattr(found, key, _check_template(found, key, text, scope, document))
    return found


def _failed(mode: str, test: Node, kind: Type, document: Type) -> Type:
    """What the texts of a finding are about: a document that failed the test."""
    if mode == "deny_each":
        item = kind.item
        named = item is not None and item.name == "version"
        return item if item is not None and named else _a_version(document)
    return learn(document, test, holds=mode == "deny")


def _a_version(document: Type) -> Type:
    """Any version of a model, where it is not known which ones the rule meant."""
    versions = document.fields.get("versions", ANY)
    return versions.item or ANY


def _parsed(found: Checked, key: str, text: str) -> Node | None:
    found.flaws.setdefault(key, [])
    try:
        tree = parse(text)
    except SyntaxProblem as problem:
        flaw = Flaw(problem.start, problem.end, "syntax", problem.message, problem.hint)
        found.flaws[key].append(flaw)
        return None
    if too_large(tree):
        message = "this could make a value of more than a million parts"
        found.flaws[key].append(Flaw(*tree.span, "too-large", message, "select less"))
        return None
    return tree


def _checker(found: Checked, key: str, scope: Scope) -> Checker:
    return Checker(scope, flaws=found.flaws[key], used=found.used)


def _check_condition(found: Checked, key: str, tree: Node, scope: Scope, document: Type) -> Type:
    """Notes what is wrong with ``when``, ``require``, ``deny`` or ``deny_each``; gives its type.

    Only an expression without other flaws is called always true or false: a flaw hides the truth.
    """
    checker = _checker(found, key, scope)
    if key == "deny_each":
        kind = checker.infer(tree, document)
        _check_versions(checker, tree, kind)
    else:
        kind = checker.condition(tree, document)
    if found.flaws[key]:
        return kind
    truth = truth_of(kind)
    if not looks_at_document(tree):
        checker.flaw(tree, "independent", "this does not look at the resource at all")
    elif truth is not None:
        code = "always-true" if truth else "always-false"
        hint = _constant_hint(key, truth=truth)
        checker.flaw(tree, code, f"this is {str(truth).lower()} whatever the resource is", hint)
    return kind


def _constant_hint(key: str, *, truth: bool) -> str:
    if key == "when":
        return "leave `when` out" if truth else "the rule would apply to nothing"
    passes = truth == (key == "require")
    return "the rule would pass everything" if passes else "the rule would fail everything"


def _check_versions(checker: Checker, tree: Node, kind: Type) -> None:
    if checker.flaws or (kind.base == "list" and kind.item and kind.item.name == "version"):
        return
    if kind.known:
        hint = "such as versions[?status == 'DELETE_FAILED']"
        checker.flaw(tree, "not-versions", f"this gives {kind.spoken()}, not versions", hint)
    else:
        hint = "what does not select versions belongs into `when`"
        checker.flaw(tree, "not-versions", "this does not always give versions", hint)


def _check_template(
    found: Checked, key: str, text: str, scope: Scope, document: Type
) -> tuple[Piece, ...]:
    found.flaws.setdefault(key, [])
    made = []
    for piece in pieces(text):
        if piece.flaw is not None:
            found.flaws[key].append(piece.flaw)
            continue
        if piece.tree is None:
            made.append(piece)
            continue
        checker = Checker(scope, used=found.used)
        kind = checker.infer(piece.tree, document)
        _check_renderable(checker, piece.tree, kind)
        found.flaws[key] += [
            Flaw(f.start + piece.start, f.end + piece.start, f.code, f.message, f.hint)
            for f in checker.flaws
        ]
        made.append(Piece(piece.text, piece.start, piece.tree, kind.base))
    return tuple(made)


def _check_renderable(checker: Checker, tree: Node, kind: Type) -> None:
    bases = {kind.base, *(option.base for option in kind.options)}
    if bases & {"list", "map", "object", "expref", "null"} and not checker.flaws:
        hint = "join(', ', …) or length(…) makes a text or a number of it"
        if kind.base == "object":
            hint = "name one of its members"
        checker.flaw(tree, "unrenderable", f"{kind.spoken()} cannot be put into a text", hint)


def looks_at_document(tree: Node) -> bool:
    """Whether an expression reads its document at all, the elements of literals left aside."""
    return any(True for _ in reads(tree))


def reads(tree: Node) -> Iterable[Node]:
    """The largest parts of an expression that select from its document: what the rule reads."""
    match tree:
        case Field() | Current():
            yield tree
        case Sub() | Index() | Slice() | Flatten() | Projection() | Filter() | Values():
            base = tree.left if isinstance(tree, Sub) else tree.base
            selected = list(reads(base))
            if selected and _selects(base):
                yield tree
            else:
                yield from selected
        case Reference():
            return
        case _:
            for child in children(tree):
                yield from reads(child)


def _selects(node: Node) -> bool:
    match node:
        case Field() | Current():
            return True
        case Sub(left=base):
            return _selects(base)
        case Index() | Slice() | Flatten() | Projection() | Filter() | Values():
            return _selects(node.base)
        case _:
            return False
