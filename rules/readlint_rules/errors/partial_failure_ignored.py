"""A batch call succeeds although some of its parts failed, and nobody reads which.

## Why is this bad?
These calls raise only when they fail as a whole. What DynamoDB did not write, what SQS refused and which row BigQuery
did not take stand in a field of a successful answer. If nothing reads it, those records are lost, mostly under load,
and there is no trace of it.

## Example
```python
import boto3

sqs = boto3.client("sqs")


def publish(queue: str, entries: list[dict[str, str]]) -> None:
    sqs.send_message_batch(QueueUrl=queue, Entries=entries)
```

Use instead:
```python
import boto3

sqs = boto3.client("sqs")


def publish(queue: str, entries: list[dict[str, str]]) -> None:
    answer = sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    if answer.get("Failed"):
        raise RuntimeError(f"{len(answer['Failed'])} messages were not sent")
```

## What is flagged
- boto3 and aioboto3: `batch_write_item` (`UnprocessedItems`), `batch_get_item` (`UnprocessedKeys`), `put_records`
  (`FailedRecordCount`), `put_record_batch` (`FailedPutCount`), `send_message_batch`, `delete_message_batch` and
  `publish_batch` (`Failed`), `delete_objects` (`Errors`), `put_events` (`FailedEntryCount`), and Lambda's `invoke`
  (`FunctionError`; a note where its result is dropped, or what it holds is looked up in a `try` for what is missing),
  known by their arguments, where nothing reads that field.
- Elasticsearch and OpenSearch: `bulk()` of a client without a look at `errors` or `items`, and `helpers.bulk` with
  `raise_on_error=False` whose list of errors is dropped.
- Kafka: `send` of `KafkaProducer` whose future is dropped, `produce` of confluent-kafka without `on_delivery`.
- BigQuery: `insert_rows_json` and its kin, whose list of errors is dropped.
- PyMongo: `bulk_write(..., ordered=False)` inside a `try` that swallows `BulkWriteError`.
- smtplib, as a warning: `sendmail` and `send_message` to several recipients, whose dictionary of those that were
  refused is dropped.

## Not flagged
- The field read anywhere, or the status of each entry; an answer that is returned, stored or passed on.
- `Table.batch_writer()`, which tries again by itself; `invoke` with `InvocationType="Event"`, which has no result yet.
- A payload of Lambda that is searched for `errorMessage`.
- Django's `fail_silently=True`, which is [swallowed-exception](swallowed-exception.md).
- A comment on the call or right above it that says so: "best effort", "may fail", "ignore".

## Fix safety
There is no fix: what failed must be sent again, reported or raised, and only the author knows which.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from readlint.api import (
    Category,
    Context,
    Fate,
    Finding,
    Level,
    Rank,
    Rule,
    Severity,
    caught_classes,
    dotted,
    fate,
    is_skipped,
    last_name,
    makers,
    walk,
)
from readlint_rules.errors import _http_body, _intent
from readlint_rules.errors import _partial as table

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL112",
    severity=Severity.ERROR,
    level=Level.L2,
    category=Category.DATA,
    cwe=(252, 754),
    replaces=("RL101", "RL102", "RL103"),
    tags=("errors", "data-loss", "aws", "kafka"),
    since="0.1",
    messages={
        "field": "`{call}` does not raise for {what}: they stand in `{field}` of its answer, which nothing reads. "
        "Test it, and send again or report what failed.",
        "function": "`{call}` does not raise for an error of the function: `{field}` of its answer tells, and nothing "
        "reads it. Test it.",
        "errors": "`{call}` gives a list of what failed instead of raising, and it is dropped. "
        "Test it, and send again or report what failed.",
        "future": "`{call}` only queues the message: that it could not be delivered is told by the future, which is "
        "dropped. Keep it and call `get()`, or give it an errback.",
        "awaited": "`{call}` only queues the message: that it could not be delivered is told by the future, which is "
        "dropped. Await it, or use `send_and_wait`.",
        "callback": "`{call}` only queues the message, and without `on_delivery` nobody learns that it could not be "
        "delivered. Pass a callback that looks at its error.",
        "mongo": "`{call}` with `ordered=False` tells by `BulkWriteError` which writes failed, and this handler "
        "swallows it. Look at `details` of the error.",
        "mail": "`{call}` raises only if every recipient is refused: it returns those that were, and that is dropped. "
        "Test the result.",
    },
)


@RULE.on_call(*(f"*.{name}" for name in table.AWS))
def check_aws(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    method = last_name(call.func) or ""
    batch = table.AWS.get(method)  # none for a method that the file calls by another name
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if batch is None or batch.keyword not in given or (method == "invoke" and not _waits_for_result(given, ctx)):
        return
    found = fate(call, ctx)
    read = found.names("part")
    if found.escapes or batch.field in read or table.AWS_ENTRIES.get(method) in read or _is_silent(call, ctx):
        return
    if method == "invoke" and any(key in ctx.source.text for key in table.LAMBDA_ERROR_KEYS):
        return
    # Whoever drops the result of a function may only have wanted to start it.
    triggers = method == "invoke" and "Payload" not in read
    severity = Severity.NOTE if triggers or _is_parsed_with_care(found, ctx) else Severity.ERROR
    message = "function" if method == "invoke" else "field"
    yield RULE.finding(call, message, severity=severity, call=_shown(call), what=batch.what, field=batch.field)


def _is_parsed_with_care(found: Fate, ctx: Context) -> bool:
    """`json.loads(answer["Payload"].read())["body"]` in a `try` for what is missing: that is the report of an error."""
    for use in found.of("part", "Payload"):
        statement = ctx.enclosing(use.node, ast.Try)
        parts = [part for one in getattr(statement, "body", []) for part in walk(one)]
        keys = any(isinstance(part, ast.Subscript) and _parses(part.value) for part in parts)
        if keys and _http_body.is_parsed_with_care(use.node, ctx):
            return True
    return False


def _parses(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in ("loads", "load", "safe_load")


def _waits_for_result(given: dict[str | None, ast.expr], ctx: Context) -> bool:
    kind = given.get("InvocationType")
    return kind is None or ctx.constant(kind) == "RequestResponse"


@RULE.on_call("*.bulk")
def check_search(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if not _is_made_by(call, table.SEARCH_CLIENTS, ctx):
        return
    found = fate(call, ctx)
    if not found.escapes and table.SEARCH_ANSWERS.isdisjoint(found.names("part")) and not _is_silent(call, ctx):
        yield RULE.finding(call, "field", call=_shown(call), what="documents that were refused", field="errors")


@RULE.on_call(*table.SEARCH_HELPERS)
def check_search_helper(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    tolerant = (k.value for k in call.keywords if k.arg == "raise_on_error")
    if not any(ctx.constant(value) is False for value in tolerant) or _is_silent(call, ctx):
        return
    if _drops_second(fate(call, ctx)):
        yield RULE.finding(call, "errors", call=_shown(call))


def _drops_second(found: Fate) -> bool:
    return not found.escapes and not any(found.of("test")) and found.names("part") <= {"0"}


@RULE.on_call("*.send")
def check_kafka(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if not fate(call, ctx).is_dropped or not _is_made_by(call, table.KAFKA_PRODUCERS, ctx) or _is_silent(call, ctx):
        return
    outer = ctx.parent(call)
    if not isinstance(outer, ast.Await):
        yield RULE.finding(call, "future", call=_shown(call))
    elif isinstance(ctx.parent(outer), ast.Expr):  # a future with a name may be awaited later
        yield RULE.finding(call, "awaited", call=_shown(call))


@RULE.on_call("*.produce")
def check_confluent(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    names = {keyword.arg for keyword in call.keywords}
    if None in names or not names.isdisjoint(table.CONFLUENT_CALLBACKS):
        return
    if len(call.args) > table.CONFLUENT_CALLBACK_POSITION or not _is_made_by(call, table.CONFLUENT_PRODUCERS, ctx):
        return
    if "on_delivery" not in ctx.source.text and not _is_silent(call, ctx):  # it may be part of the configuration
        yield RULE.finding(call, "callback", call=_shown(call))


@RULE.on_call(*(f"*.{name}" for name in table.BIGQUERY_METHODS))
def check_bigquery(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if not fate(call, ctx).is_dropped or _is_silent(call, ctx):
        return
    unique = last_name(call.func) == "insert_rows_json"
    if unique or _is_made_by(call, table.BIGQUERY_CLIENTS, ctx):
        yield RULE.finding(call, "errors", call=_shown(call))


@RULE.on_call("*.bulk_write")
def check_mongo(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if not any(k.arg == "ordered" and ctx.constant(k.value) is False for k in call.keywords):
        return
    for handler in _handlers(call, ctx):
        caught = caught_classes(handler.type, ctx) if handler.type is not None else None
        if caught and table.BULK_WRITE_ERROR in caught and ctx.outcome(handler).verdict(Rank.HIDE):
            if not _is_silent(call, ctx):
                yield RULE.finding(handler, "mongo", call=_shown(call))
            return


def _handlers(call: ast.Call, ctx: Context) -> Iterable[ast.ExceptHandler]:
    child: ast.AST = call
    for parent in ctx.ancestors(call):
        if isinstance(parent, ast.Try) and child in parent.body:
            return parent.handlers
        child = parent
    return ()


@RULE.on_call("*.sendmail", "*.send_message")
def check_mail(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    method = last_name(call.func)
    position, name = (1, "to_addrs") if method == "sendmail" else (2, "to_addrs")
    given = [k.value for k in call.keywords if k.arg == name] or call.args[position : position + 1]
    if not given or not _holds_several(given[0], ctx) or not fate(call, ctx).is_dropped:
        return
    if _is_made_by(call, table.SMTP_CLIENTS, ctx) and not _is_silent(call, ctx):
        yield RULE.finding(call, "mail", severity=Severity.WARNING, call=_shown(call))


def _holds_several(recipients: ast.expr, ctx: Context) -> bool:
    """A list that is written down with two entries or more, or that is put together."""
    origins = ctx.origins(recipients)
    return origins.complete and bool(origins.values) and all(_is_several(origin.node) for origin in origins.values)


def _is_several(node: ast.AST) -> bool:
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return len(node.elts) > 1
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add)
    if isinstance(node, ast.Call):
        return last_name(node.func) in ("split", "getaddresses")
    return isinstance(node, (ast.ListComp, ast.SetComp))


def _is_made_by(call: ast.Call, classes: frozenset[str], ctx: Context) -> bool:
    """Whether the receiver is surely an instance of one of these classes."""
    if not any(name.partition(".")[0] in ctx.source.text for name in classes):
        return False
    made = makers(call.func.value, ctx) if isinstance(call.func, ast.Attribute) else ()
    return bool(made) and all(maker.name in classes for maker in made)


def _is_silent(call: ast.Call, ctx: Context) -> bool:
    return _intent.is_meant(call, ctx) or is_skipped(call, ctx) or ctx.once(_intent.is_test_support)


def _shown(call: ast.Call) -> str:
    return dotted(call.func) or last_name(call.func) or ""
