"""Writes are services: nothing is saved from views, forms, signals or save(); tracked rows are saved one by one."""

import ast

import pytest
from django.apps import apps
from django.urls import get_resolver

from tests.architecture.sources import Source, functions, product_files, python_files, report, sample

WRITING = {
    "save", "create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create", "add",
    "set", "remove", "clear",
}  # fmt: skip
# Methods of things that are no rows: a form's save() is forbidden too, a session's or a dictionary's is not.
NO_ROWS = {
    "session",
    "headers",
    "params",
    "values",
    "context",
    "query",
    "found",
    "seen",
    "data",
    "initial",
    "GET",
    "POST",
}
# (file, function) → why a queryset.update() there loses no history, where the fields cannot be seen.
UPDATES_ALLOWED = {
    ("registers/services/tree.py", "refresh_keys"): "bureau and section (`keys_of`), which are not tracked",
}


# Makes synthetic bodies of tens of thousands of rows that nobody ever changed: new rows only, without a history.
SYNTHETIC = ("lianzheng/sample/",)


def tracked_models() -> dict[str, frozenset[str]]:
    """The models that keep a history of every save, each with the fields that the history leaves out."""
    tracked = [model for model in apps.get_models() if hasattr(getattr(model, "history", None), "model")]
    return {model.__name__: _left_out(model) for model in tracked}


def _left_out(model) -> frozenset[str]:
    kept = {field.name for field in model.history.model._meta.get_fields()}
    fields = [field for field in model._meta.get_fields() if field.concrete and field.name not in kept]
    return frozenset(name for field in fields for name in (field.name, field.attname))


def root_name(node: ast.AST) -> str:
    while not isinstance(node, ast.Name):
        node = getattr(node, "func", None) or getattr(node, "value", None)
        if node is None:
            return ""
    return node.id


def bulk_writes(source: Source, tracked: dict[str, frozenset[str]]) -> list[str]:
    """update(), bulk_update(), bulk_create() and queryset deletes on tracked models: they leave no trace in history.

    An update of nothing but fields that the history leaves out is harmless.
    """
    faults = []
    for function in functions(source.tree):
        if (source.path, function.name) in UPDATES_ALLOWED:
            continue
        models = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                models[node.targets[0].id] = root_name(node.value)
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            root = root_name(node.func.value)
            model = models.get(root, root)
            wide = node.func.attr in ("update", "bulk_update", "bulk_create")
            wide = wide or node.func.attr == "delete" and isinstance(node.func.value, ast.Call)
            if wide and model in tracked and not (node.func.attr != "delete" and _written(node) <= tracked[model]):
                faults.append(f"{source.at(node)} {model} … {node.func.attr}() leaves no history")
    return faults


def _written(node: ast.Call) -> set[str | None]:
    """Names of the fields that update() or bulk_update() writes; something unknown where they cannot be seen."""
    if node.func.attr == "update":
        return {keyword.arg for keyword in node.keywords}
    if node.func.attr == "bulk_update" and len(node.args) > 1 and isinstance(node.args[1], ast.List | ast.Tuple):
        return {getattr(field, "value", None) for field in node.args[1].elts}
    return {None}


def writes_in(source: Source) -> list[str]:
    """Calls that write rows."""
    faults = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING:
            held = node.func.value
            on_rows = ".objects" in ast.unparse(held) or node.func.attr in ("save", "bulk_create", "delete")
            last = held.attr if isinstance(held, ast.Attribute) else getattr(held, "id", "")
            if on_rows and last not in NO_ROWS:
                faults.append(f"{source.at(node)} writes by .{node.func.attr}()")
    return faults


def is_view_layer(source: Source) -> bool:
    return "/views/" in source.path or "/forms/" in source.path or source.path.endswith(("/views.py", "/forms.py"))


def test_tracked_rows_are_never_written_in_bulk():
    tracked = tracked_models()
    assert {"Unit", "Post", "Power", "Cycle", "User"} <= tracked.keys()
    checked = [source for source in product_files() if not source.path.startswith(SYNTHETIC)]
    faults = [fault for source in checked for fault in bulk_writes(source, tracked)]
    assert not faults, report(faults)


def test_views_and_forms_write_nothing_themselves():
    faults = [fault for source in product_files() if is_view_layer(source) for fault in writes_in(source)]
    assert not faults, report(faults)


def test_no_view_is_exempt_from_csrf_or_opens_a_transaction_of_its_own():
    faults = []
    for source in product_files():
        for node in ast.walk(source.tree):
            name = getattr(node, "id", getattr(node, "attr", ""))
            if name == "csrf_exempt":
                faults.append(f"{source.at(node)} csrf_exempt")
            if name in ("atomic", "on_commit") and is_view_layer(source):
                faults.append(f"{source.at(node)} a transaction belongs into a service")
    assert not faults, report(faults)


def test_no_url_is_exempt_from_csrf():
    def walk(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns)
            else:
                yield pattern

    exempt = [str(p.pattern) for p in walk(get_resolver().url_patterns) if getattr(p.callback, "csrf_exempt", False)]
    assert not exempt


def saves_of_own(source: Source) -> list[str]:
    """save() and delete() of models, except those that only refuse: no logic hides in them."""
    allowed = {"audit/models.py"}  # append-only rows refuse a second save
    if source.path in allowed or "/models" not in source.path:
        return []
    return [f"{source.at(f)} {f.name}() of a model" for f in functions(source.tree) if f.name in ("save", "delete")]


def test_models_hide_no_logic_in_save():
    faults = [fault for source in product_files() for fault in saves_of_own(source)]
    assert not faults, report(faults)


def signals_of_own(source: Source) -> list[str]:
    modules = {"django.dispatch", "django.db.models.signals", "django.db.models"}
    found = [n for n in ast.walk(source.tree) if isinstance(n, ast.ImportFrom) and n.module in modules]
    names = {"receiver", "Signal", "signals", "post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"}
    return [f"{source.at(node)} signals" for node in found if {alias.name for alias in node.names} & names]


def test_no_signals_between_our_own_apps():
    faults = [fault for source in product_files() for fault in signals_of_own(source)]
    assert not faults, report(faults)


def unguarded_services(source: Source) -> list[str]:
    """Public verbs with ``by`` that write but open no transaction: half an act could remain."""
    faults = []
    for function in (node for node in source.tree.body if isinstance(node, ast.FunctionDef)):
        named = {argument.arg for argument in function.args.kwonlyargs}
        if function.name.startswith("_") or "by" not in named or "atomic" in ast.unparse(function):
            continue
        written = [fault for fault in writes_in(Source(source.path, ast.unparse(function)))]
        if written:
            faults.append(f"{source.at(function)} {function.name}() writes outside a transaction")
    return faults


# Inner verbs that are called inside a service's transaction only.
INNER = {"audit/services.py", "registers/services/tracking.py"}


def test_every_service_that_writes_is_one_transaction():
    services = [s for s in product_files() if "/services" in s.path and s.path not in INNER]
    faults = [fault for source in services for fault in unguarded_services(source)]
    assert not faults, report(faults)


@pytest.mark.parametrize(
    "text",
    [
        "def f(pk):\n    Unit.objects.filter(pk=pk).update(name='x')",
        "def f(rows):\n    Post.objects.bulk_update(rows, ['name'])",
        "def f(rows):\n    Post.objects.bulk_create(rows)",
        "def f(pk):\n    rows = Power.objects.filter(pk=pk)\n    rows.update(name='x')",
        "def f(pk):\n    Regulation.objects.filter(pk=pk).delete()",
        "def f(pk):\n    Unit.objects.filter(pk=pk).update(section_id=1, name='x')",
    ],
)
def test_the_rule_on_bulk_writes_bites(text):
    assert bulk_writes(sample(text), tracked_models())


def test_the_rule_on_bulk_writes_lets_bookkeeping_be():
    assert not bulk_writes(sample("def f(pk):\n    Unit.objects.filter(pk=pk).update(section_id=1)"), tracked_models())


@pytest.mark.parametrize(
    "text",
    [
        "def view(request):\n    form.save()",
        "def view(request):\n    Post.objects.create(name='x')",
        "def view(request):\n    Post.objects.filter(pk=1).update(name='x')",
        "def view(request):\n    get_object_or_404(Post, pk=1).delete()",
        "def view(request):\n    unit.posts.bulk_create([])",
    ],
)
def test_the_rule_on_views_bites(text):
    assert writes_in(sample(text, "registers/views/planted.py"))


def test_the_other_rules_bite():
    assert saves_of_own(sample("class A:\n    def save(self):\n        pass", "registers/models/planted.py"))
    assert signals_of_own(sample("from django.db.models.signals import post_save"))
    assert unguarded_services(sample("def f(*, by):\n    Post.objects.create(name='x')"))
    assert not unguarded_services(sample("@transaction.atomic\ndef f(*, by):\n    Post.objects.create(name='x')"))


def test_all_exceptions_exist():
    known = {(source.path, function.name) for source in python_files() for function in functions(source.tree)}
    assert not UPDATES_ALLOWED.keys() - known
