"""From tree-sitter-bash's tree to simple commands. Works through a stack of its own: depth of the tree costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from deployflow_gate.record import replace
from deployflow_gate.syntax.shell import MAX_COMMANDS, MAX_DEPTH, SimpleCommand
from deployflow_gate.syntax.shell_grammar import parse
from deployflow_gate.syntax.shell_mask import Heredoc, ascii_of, mask
from deployflow_gate.syntax.shell_raw import Place, Range, RawCommand, finish
from deployflow_gate.syntax.shell_words import closing
from deployflow_gate.text import Fault, Mapped

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_FAULTS = 5
"""Faults told of one script: the first explain the rest."""


def read_commands(text: Mapped, variables: Mapping[str, str]) -> tuple[tuple[SimpleCommand, ...], tuple[Fault, ...]]:
    """The commands in the order of the text, and what could not be read."""
    plain = ascii_of(text.text)
    masked = mask(plain) if "<<" in plain else None
    tree = parse(masked.text if masked else plain)
    if tree is not None and tree.root_node.has_error and masked is None:
        masked = mask(plain)
        if masked.text != plain:
            tree = parse(masked.text)
    if tree is None:
        return (), (Fault(text.span(0, len(text.text)), "The script is too intricate to be parsed in time."),)
    reader = Reader(text, masked.text if masked else plain, masked.heredocs if masked else {})
    reader.read(tree.root_node, Place())
    raw = sorted(reader.found, key=lambda command: command.start)
    return tuple(finish(text, raw, variables)), tuple(reader.faults)


_SEPARATORS = frozenset((";", "&", "&&", "||", ";;", ";&", ";;&", "\n"))
_COMPOUND = {
    "subshell": "subshell",
    "compound_statement": "group",
    "do_group": "loop",
    "function_definition": "function",
}
_STATEMENTS = frozenset(
    (
        "command", "list", "pipeline", "redirected_statement", "negated_command", "variable_assignment",
        "variable_assignments", "declaration_command", "unset_command", "test_command", "if_statement",
        "while_statement", "for_statement", "c_style_for_statement", "case_statement", *_COMPOUND,
    )
)  # fmt: skip
_REDIRECTS = frozenset(("file_redirect", "herestring_redirect", "heredoc_redirect"))
_SUBSTITUTIONS = frozenset(("command_substitution", "process_substitution"))
_TEST_INNER = frozenset(
    ("unary_expression", "binary_expression", "parenthesized_expression", "negated_command", "ERROR")
)


class Reader:
    """Walks one tree (and those of heredoc bodies) and collects raw commands."""

    def __init__(self, text: Mapped, plain: str, heredocs: Mapping[int, Heredoc]) -> None:
        self.text = text
        self.plain = plain
        self.heredocs = heredocs
        self.base = 0
        self.found: list[RawCommand] = []
        self.faults: list[Fault] = []
        self.pipes = 0
        self.stack: list[tuple[Node, Place]] = []
        self.bodies: list[tuple[Range, Place]] = []

    def read(self, root: Node, place: Place) -> None:
        self._walk(root, place)
        while self.bodies:
            (start, end), place = self.bodies.pop(0)
            tree = parse(self.plain_body(start, end))
            if tree is not None:
                self.base = start
                self._walk(tree.root_node, place)

    def plain_body(self, start: int, end: int) -> str:
        return ascii_of(self.text.text[start:end])

    def _walk(self, root: Node, place: Place) -> None:
        if root.has_error:
            self._note_errors(root)
        self.stack.append((root, place))
        while self.stack:
            node, place = self.stack.pop()
            if len(self.found) >= MAX_COMMANDS:
                self._fault(node, f"The script has more than {MAX_COMMANDS} commands; the rest is not read.")
                self.stack.clear()
            elif len(place.nesting) > MAX_DEPTH:
                self._fault(node, f"The script is nested more than {MAX_DEPTH} deep; the inner part is not read.")
            else:
                self._visit(node, place)

    def _fault(self, node: Node, message: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            start, end = node.start_byte + self.base, node.end_byte + self.base
            self.faults.append(Fault(self.text.span(start, end), message))

    def _note_errors(self, root: Node) -> None:
        stack = [root]
        while stack and len(self.faults) < MAX_FAULTS:
            node = stack.pop()
            if node.is_error or node.is_missing:
                self._fault(node, "This is not understood as shell.")
            elif node.has_error:
                stack.extend(reversed(node.children))

    def _visit(self, node: Node, place: Place) -> None:
        kind = node.type
        if kind == "command":
            self._command(node, place)
        elif kind in ("list", "pipeline"):
            (self._list if kind == "list" else self._pipeline)(node, place)
        elif kind == "redirected_statement":
            self._redirected(node, place)
        elif kind == "negated_command":
            self._push([(child, replace(place, negated=True)) for child in node.children if child.type in _STATEMENTS])
        elif kind in ("variable_assignment", "variable_assignments"):
            self._assignments(node, place)
        elif kind in ("declaration_command", "unset_command"):
            self._declaration(node, place)
        elif kind == "test_command":
            self._test(node, place)
        elif kind == "if_statement":
            self._branches(node.children, place)
        elif kind in ("while_statement", "for_statement", "c_style_for_statement"):
            self._loop(node, place)
        elif kind == "case_statement":
            self._case(node, place)
        elif kind in _COMPOUND:
            self._statements(node.children, self._inside(place, _COMPOUND[kind]))
        else:
            self._statements(node.children, place)

    def _push(self, items: list[tuple[Node, Place]]) -> None:
        self.stack.extend(reversed(items))

    def _inside(self, place: Place, construct: str) -> Place:
        """The place of a compound command's first statement."""
        enclosing = place.enclosing
        if place.pipe is not None and place.pipe[2] > 1:
            enclosing = (*enclosing, place.pipe[:2])
        for redirect in place.redirects:
            self._substitutions(redirect, place)
            if heredoc := self._heredoc(redirect):
                self._heredoc_body(heredoc, place)
        return Place((*place.nesting, construct), place.operator, None, enclosing)

    def _statements(self, children: list[Node], place: Place) -> None:
        items: list[tuple[Node, Place]] = []
        operator = place.operator
        for child in children:
            kind = child.type
            if kind in _SEPARATORS:
                if kind == "&" and items:
                    items[-1] = (items[-1][0], replace(items[-1][1], background=True))
                operator = kind if kind in ("&", "&&", "||") else ";"
            elif kind in _STATEMENTS or kind == "ERROR":
                items.append((child, replace(place, operator=operator)))
                operator = ";"
            elif child.is_named and kind != "comment":
                self._substitutions(child, place)
        self._push(items)

    def _list(self, node: Node, place: Place) -> None:
        left, last = replace(place, redirects=()), place
        operator = place.operator
        items = []
        statements = [child for child in node.children if child.type in _STATEMENTS or child.type == "ERROR"]
        for child in node.children:
            if child.type in _SEPARATORS:
                operator = child.type if child.type in ("&", "&&", "||") else ";"
            elif child.type in _STATEMENTS or child.type == "ERROR":
                items.append((child, replace(last if child == statements[-1] else left, operator=operator)))
        self._push(items)

    def _pipeline(self, node: Node, place: Place) -> None:
        members = [child for child in node.children if child.type in _STATEMENTS]
        number = self._next_pipe()
        outer = place.enclosing
        if place.pipe is not None and place.pipe[2] > 1:
            outer = (*outer, place.pipe[:2])
        items = []
        for index, child in enumerate(members):
            redirects = place.redirects if index == len(members) - 1 else ()
            items.append(
                (child, replace(place, pipe=(number, index, len(members)), enclosing=outer, redirects=redirects))
            )
        self._push(items)

    def _next_pipe(self) -> int:
        self.pipes += 1
        return self.pipes - 1

    def _redirected(self, node: Node, place: Place) -> None:
        children = node.children
        redirects = tuple(child for child in children if child.type in _REDIRECTS)
        body = [child for child in children if child.type in _STATEMENTS]
        place = replace(place, redirects=(*redirects, *place.redirects))
        if body:
            self._push([(child, place) for child in body])
        else:
            self._finish(self._new(node, place), place)

    def _branches(self, children: list[Node], place: Place) -> None:
        """What an `if` tests, then what depends on it."""
        test = self._inside(place, "condition")
        body = Place((*place.nesting, "if"), "", None, test.enclosing)
        clauses: list[Node] = []
        tested: list[Node] = []
        guarded: list[Node] = []
        then = False
        for child in children:
            if child.type == "then":
                then = True
            elif child.type in ("elif_clause", "else_clause"):
                clauses.append(child)
            else:
                (guarded if then else tested).append(child)
        for clause in reversed(clauses):
            self._clause(clause, body)
        self._statements(guarded, body)
        self._statements(tested, test)

    def _clause(self, node: Node, body: Place) -> None:
        """An `elif` or an `else`: all of it depends on the first test."""
        test = replace(body, nesting=(*body.nesting, "condition"))
        behind = next((i for i, child in enumerate(node.children) if child.type in ("then", "else")), -1)
        self._statements(node.children[behind + 1 :], body)
        self._statements(node.children[: behind + 1], test)

    def _loop(self, node: Node, place: Place) -> None:
        body = self._inside(place, "condition")
        tested: list[Node] = []
        items: list[tuple[Node, Place]] = []
        for child in node.children:
            if child.type in ("do_group", "compound_statement"):
                items.append((child, Place(place.nesting, "", None, body.enclosing)))
            elif node.type == "while_statement":
                tested.append(child)
            elif child.type == "variable_name" and node.type == "for_statement":
                self._bind(child, place)
            else:
                self._substitutions(child, place)
        self._push(items)
        self._statements(tested, body)

    def _bind(self, name: Node, place: Place) -> None:
        """`for x in …` sets x to something that is not known: as an assignment that no command carries."""
        spot = name.start_byte + self.base
        raw = RawCommand(spot, spot, replace(place, nesting=(*place.nesting, "loop")), (-1, 0, 1))
        raw.assignments.append((self.plain[spot : name.end_byte + self.base], "for", (spot, spot)))
        self.found.append(raw)

    def _case(self, node: Node, place: Place) -> None:
        body = self._inside(place, "case")
        items = []
        for child in node.children:
            if child.type == "case_item":
                items.append((child, Place(body.nesting, "", None, body.enclosing)))
            else:
                self._substitutions(child, place)
        self._push(items)

    def _new(self, node: Node, place: Place) -> RawCommand:
        start, end = node.start_byte + self.base, node.end_byte + self.base
        return RawCommand(start, end, place, place.pipe or (self._next_pipe(), 0, 1))

    def _command(self, node: Node, place: Place) -> None:
        raw = self._new(node, place)
        behind = -1
        for child in node.children:
            start, end = child.start_byte + self.base, child.end_byte + self.base
            if child.type == "variable_assignment" and not raw.words:
                raw, place = self._parted(raw, behind, start, place)
                self._assignment(raw, child, place)
            elif child.type in _REDIRECTS:
                self._redirect(raw, child, place)
            elif child.type == "ERROR":
                self._push([(child, Place(place.nesting, ";"))])
            elif child.type != "comment":
                if not raw.words:
                    raw, place = self._parted(raw, behind, start, place)
                self._word(raw, child, place)
            behind = end
        self._finish(raw, place)

    def _parted(self, raw: RawCommand, behind: int, start: int, place: Place) -> tuple[RawCommand, Place]:
        """The grammar takes `A=1 B=2`, a line end and a command as one; a line end after assignments ends the command."""
        if behind < 0 or "\n" not in self.plain[behind:start].replace("\\\n", ""):
            return raw, place
        first = RawCommand(
            raw.start, behind, replace(place, redirects=()), raw.pipe, [], raw.assignments, raw.redirects
        )
        self.found.append(first)
        place = replace(place, operator=";")
        return RawCommand(start, raw.end, place, (self._next_pipe(), 0, 1)), place

    def _word(self, raw: RawCommand, node: Node, place: Place) -> None:
        start, end = node.start_byte + self.base, node.end_byte + self.base
        if start == end:
            return
        if raw.words and raw.words[-1][1] == start:
            raw.words[-1] = (raw.words[-1][0], end)
        else:
            raw.words.append((start, end))
        self._substitutions(node, place)

    def _assignment(self, raw: RawCommand, node: Node, place: Place) -> None:
        start, end = node.start_byte + self.base, node.end_byte + self.base
        name, equals, _ = self.text.text[start:end].partition("=")
        if equals:
            raw.assignments.append(
                (name.rstrip("+"), "+=" if name.endswith("+") else "=", (start + len(name) + 1, end))
            )
        self._substitutions(node, place)

    def _assignments(self, node: Node, place: Place) -> None:
        raw = self._new(node, place)
        for child in [node] if node.type == "variable_assignment" else node.children:
            if child.type == "variable_assignment":
                self._assignment(raw, child, place)
        self._finish(raw, place)

    def _declaration(self, node: Node, place: Place) -> None:
        raw = self._new(node, place)
        for child in node.children:
            if child.type == "variable_assignment":
                self._assignment(raw, child, place)
            if child.type in _REDIRECTS:
                self._redirect(raw, child, place)
            else:
                self._word(raw, child, place)
        self._finish(raw, place)

    def _test(self, node: Node, place: Place) -> None:
        raw = self._new(node, place)
        stack = list(reversed(node.children))
        while stack:
            child = stack.pop()
            if child.type in _TEST_INNER:
                stack.extend(reversed(child.children))
            elif child.type == "redirected_statement":
                stack.extend(grandchild for grandchild in reversed(child.children))
            elif child.type in _REDIRECTS:
                self._redirect(raw, child, place)
            else:
                self._word(raw, child, place)
        self._finish(raw, place)

    def _finish(self, raw: RawCommand, place: Place) -> None:
        for redirect in place.redirects:
            self._redirect(raw, redirect, place)
        for redirect_range, _, _, _ in raw.redirects:
            raw.end = max(raw.end, redirect_range[1])
        if raw.words:
            raw.end = max(raw.end, raw.words[-1][1])
        self.found.append(raw)

    def _heredoc(self, node: Node) -> Heredoc | None:
        if not self.heredocs or node.type != "file_redirect":
            return None
        operator = next((child for child in node.children if child.type == "<"), None)
        return self.heredocs.get(operator.start_byte + self.base) if operator is not None else None

    def _redirect(self, raw: RawCommand, node: Node, place: Place) -> None:
        """A redirect; the grammar also counts the words behind its target to it, which are the command's."""
        start, end = node.start_byte + self.base, node.end_byte + self.base
        heredoc = self._heredoc(node)
        operator = ""
        target: Range | None = None
        late: list[Node] = []
        for child in node.children:
            kind = child.type
            at, stop = child.start_byte + self.base, child.end_byte + self.base
            if kind == "file_descriptor" or not child.is_named:
                operator += self.text.text[at:stop] if target is None else ""
            elif target is None:
                target = (at, stop)
                end = stop
                self._substitutions(child, place)
            elif target[1] == at and not late:
                target = (target[0], stop)
                end = stop
            else:
                late.append(child)
        if heredoc:
            operator = operator.removesuffix("<") + heredoc.operator
            self._heredoc_body(heredoc, place)
        if target and operator.endswith((">&", "<&")) and self.plain[slice(*target)].strip("0123456789-") == "":
            operator, target = self.text.text[start:end], None
        raw.redirects.append(((start, end), operator, target, heredoc))
        for child in late:
            self._word(raw, child, place)

    def _heredoc_body(self, heredoc: Heredoc, place: Place) -> None:
        """The commands that are substituted into a heredoc."""
        if heredoc.literal:
            return
        text = self.text.text
        inner = Place((*place.nesting, "substitution"))
        at = text.find("$(", heredoc.body, heredoc.body_end)
        while at >= 0:
            end = at + 2
            if not text.startswith("$((", at) and text[max(0, at - 1)] != "\\":
                end = closing(text[: heredoc.body_end], at + 2, ")")
                self.bodies.append(((at + 2, end - 1), inner))
            at = text.find("$(", end, heredoc.body_end)

    def _substitutions(self, node: Node, place: Place) -> None:
        """Commands substituted anywhere below a node."""
        if node.end_byte - node.start_byte < 3:
            return
        spelled = self.plain[node.start_byte + self.base : node.end_byte + self.base]
        if "(" not in spelled and "`" not in spelled:
            return
        inner = Place((*place.nesting, "substitution"))
        stack = [node]
        while stack:
            node = stack.pop()
            if node.type in _SUBSTITUTIONS:
                self.stack.append((node, inner))
            else:
                stack.extend(node.children)
