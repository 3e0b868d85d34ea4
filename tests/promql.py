"""What a PromQL expression names, and which labels its result may have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import singledispatchmethod

import promql_parser as promql

Labels = frozenset[str]
NO_LABELS: Labels = frozenset()
SET_OPERATORS = ("and", "or", "unless")


@dataclass(slots=True)
class Reader:
    """Walks through one expression. `mistakes` are the names that nobody gives, one line each."""

    known: Mapping[str, Labels]
    mistakes: list[str] = field(default_factory=list)

    @singledispatchmethod
    def labels(self, expression: object) -> Labels:
        """The labels that the result may have; none for numbers and texts."""
        return NO_LABELS

    @labels.register
    def _selector(self, selector: promql.VectorSelector) -> Labels:
        name = selector.name or ""
        if name not in self.known:
            self.mistakes.append(f"no metric {name}")
            return NO_LABELS
        there = self.known[name]
        for matcher in selector.matchers.matchers:
            self._need(matcher.name, there, f"{name}{{{matcher.name}}}")
        return there

    @labels.register
    def _matrix(self, matrix: promql.MatrixSelector) -> Labels:
        return self.labels(matrix.vector_selector)

    @labels.register(promql.ParenExpr)
    @labels.register(promql.UnaryExpr)
    @labels.register(promql.SubqueryExpr)
    def _around(self, around: promql.ParenExpr) -> Labels:
        return self.labels(around.expr)

    @labels.register
    def _aggregate(self, aggregate: promql.AggregateExpr) -> Labels:
        there = self.labels(aggregate.expr)
        modifier = aggregate.modifier
        if modifier is None:
            return NO_LABELS
        for label in modifier.labels:
            self._need(label, there, label)
        if str(aggregate.op) in ("topk", "bottomk"):
            return there
        listed = frozenset(modifier.labels)
        return listed if modifier.type == promql.AggModifierType.By else there - listed

    @labels.register
    def _call(self, call: promql.Call) -> Labels:
        args = [self.labels(arg) for arg in call.args]
        if call.func.name == "label_replace":
            _, written, _, read, _ = (getattr(arg, "val", "") for arg in call.args)
            if read:
                self._need(read, args[0], read)
            return args[0] | {written}
        if call.func.name == "label_join":
            _, written, _, *sources = (getattr(arg, "val", "") for arg in call.args)
            for source in sources:
                self._need(source, args[0], source)
            return args[0] | {written}
        if call.func.name == "absent":
            return _matched(call.args[0])
        everything = frozenset(label for labels in args for label in labels)
        return everything - {"le"} if call.func.name == "histogram_quantile" else everything

    @labels.register
    def _binary(self, binary: promql.BinaryExpr) -> Labels:
        left, right = self.labels(binary.lhs), self.labels(binary.rhs)
        modifier = binary.modifier
        if modifier is None or modifier.matching is None:
            return left | right if str(binary.op) == "or" else left or right
        on = modifier.matching.type == promql.LabelModifierType.Include
        for label in modifier.matching.labels:
            self._need(label, left & right if on else left | right, label)
        if str(binary.op) in SET_OPERATORS:
            return left | right if str(binary.op) == "or" else left
        for label in modifier.group_labels or ():
            self._need(label, left | right, label)
        return _joined(modifier, left) | frozenset(modifier.group_labels or ())

    def _need(self, label: str, there: Labels, words: str) -> None:
        if label not in there:
            self.mistakes.append(f"no label {words}")


def _joined(modifier: promql.BinModifier, left: Labels) -> Labels:
    """One to one, only the labels that were matched are left (Prometheus' resultMetric)."""
    if modifier.card != promql.VectorMatchCardinality.OneToOne or modifier.matching is None:
        return left
    listed = frozenset(modifier.matching.labels)
    on = modifier.matching.type == promql.LabelModifierType.Include
    return listed if on else left - listed


def _matched(selector: object) -> Labels:
    matchers = selector.matchers.matchers if isinstance(selector, promql.VectorSelector) else []
    return frozenset(m.name for m in matchers if m.op == promql.MatchOp.Equal)


def result_labels(expression: str, known: Mapping[str, Labels]) -> Labels:
    """The labels that the result of an expression may have. Raises ValueError."""
    return Reader(known).labels(promql.parse(expression))


def metrics_of(expression: str) -> Iterator[str]:
    """Every metric that an expression names. Raises ValueError."""
    found: list[str] = []

    def note(part: promql.Expr) -> None:
        if isinstance(part, promql.VectorSelector):
            found.append(part.name or "")

    promql.walk(promql.parse(expression), note)
    yield from dict.fromkeys(found)
