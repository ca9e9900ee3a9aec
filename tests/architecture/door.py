"""The one-door rule: only `workflow.engine._move` writes a register's place on the road.

What a variable holds cannot be read from Python's syntax for sure, so the rule is strict where it cannot tell: a write
to one of these fields is a fault unless it is plainly another model's.
"""

import ast

from tests.architecture.sources import Source

DOOR = ("workflow/engine.py", "_move")
FIELDS = frozenset(
    "state step round waiting resume_at live_key road_key in_force_from in_force_until lock_version number".split()
)
# A new row has to stand somewhere: where it begins, and the key that keeps a second one off the road.
BEGINNING = frozenset({"step", "road_key"})
# Names of variables that hold rows of other models which have a field of the same name.
OTHER_NOUNS = frozenset("block comment cycle date filing issuance item meeting notice point row seal task view".split())
REGISTER_NOUNS = frozenset("register registers former opened child target parent_register new old source".split())
# Attributes that lead to a queryset of registers.
REGISTER_MANAGERS = frozenset({"registers", "on_the_road", "in_force"})
WRITES = {"update", "bulk_update", "create", "get_or_create", "update_or_create", "aupdate", "acreate"}
# (file, function) → why it may do what otherwise is forbidden.
ALLOWED = {
    ("registers/services/tree.py", "refresh_keys"): "update(**keys): bureau and section only (`keys_of`)",
    ("registers/services/editing.py", "apply_head"): "setattr of HEAD_FIELDS only, saved by update_fields",
    ("registers/copying.py", "copy_content"): "setattr of HEAD_COPIED only, saved by update_fields",
}
# The loader of sample data makes whole finished registers; it may only make new rows (bulk_create).
NEW_ROWS_ONLY = "lianzheng/sample/"


def faults_in(source: Source) -> list[str]:
    """Every write of a register's place outside the door."""
    visitor = _Visitor(source)
    visitor.visit(source.tree)
    return visitor.faults


class _Visitor(ast.NodeVisitor):
    def __init__(self, source: Source):
        self.source, self.faults, self.functions, self.models = source, [], [], [{}]

    def fault(self, node: ast.AST, text: str) -> None:
        place = (self.source.path, self.functions[-1] if self.functions else "")
        if place != DOOR and place not in ALLOWED:
            self.faults.append(f"{self.source.at(node)} {text}")

    def visit_FunctionDef(self, node) -> None:
        self.functions.append(node.name)
        self.models.append({})
        self.generic_visit(node)
        self.models.pop()
        self.functions.pop()

    visit_AsyncFunctionDef = visit_FunctionDef

    # What a name stands for ---------------------------------------------------------------------------------------

    def model_of(self, node: ast.AST) -> str:
        """The model at the root of a chain of calls; "" where it cannot be told."""
        while True:
            if isinstance(node, ast.Call):
                node = node.func
            elif isinstance(node, ast.Attribute):
                if node.attr in REGISTER_MANAGERS and not isinstance(node.value, ast.Call):
                    return "Register"
                node = node.value
            elif isinstance(node, ast.Subscript):
                node = node.value
            else:
                break
        if not isinstance(node, ast.Name):
            return ""
        return node.id if node.id[:1].isupper() else self.models[-1].get(node.id, "")

    # Writes -------------------------------------------------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            for part in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
                self.assigned(part)
                if isinstance(part, ast.Name) and (model := self.model_of(node.value)):
                    self.models[-1][part.id] = model
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.assigned(node.target)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.assigned(node.target)
        self.generic_visit(node)

    def assigned(self, target: ast.AST) -> None:
        if not isinstance(target, ast.Attribute) or target.attr not in FIELDS:
            return
        if self.source.path.startswith(NEW_ROWS_ONLY):
            return  # on rows not yet stored: whatever would store a change is refused below
        base = target.value
        name = base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
        if name == "self" and "registers/models/" not in self.source.path:
            return
        model = self.models[-1].get(name, "")
        if name not in OTHER_NOUNS or model == "Register":
            self.fault(target, f"writes {name}.{target.attr}")

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func
        if isinstance(called, ast.Attribute):
            self.method(node, called)
        elif isinstance(called, ast.Name) and called.id == "setattr":
            self.set_attribute(node)
        elif isinstance(called, ast.Name) and called.id == "Register":
            self.made(node)
        self.generic_visit(node)

    def method(self, node: ast.Call, called: ast.Attribute) -> None:
        if called.attr == "_move":
            self.fault(node, "calls _move from outside")
        elif called.attr == "__setattr__":
            named = {part.value for part in node.args if isinstance(part, ast.Constant)}
            if named & FIELDS:
                self.fault(node, "writes a register's place by __setattr__")
        elif called.attr == "save":
            self.saved(node, called)
        elif called.attr == "bulk_update":
            named = {
                field.value for part in node.args[1:] for field in ast.walk(part) if isinstance(field, ast.Constant)
            }
            if self.model_of(called.value) in ("Register", "") and (named & FIELDS or not named):
                self.fault(node, "bulk_update of a register's place")
        elif called.attr in WRITES and self.model_of(called.value) in ("Register", ""):
            self.written(node, called)

    def written(self, node: ast.Call, called: ast.Attribute) -> None:
        new = called.attr in ("create", "acreate")
        if new and self.model_of(called.value) != "Register":
            return
        named = {keyword.arg for keyword in node.keywords} | _keys_of_dicts(node)
        if None in named and not new and self.model_of(called.value) == "Register":
            self.fault(node, f"{called.attr}(**…): cannot see what it writes")
        elif None in named and called.attr == "update" and isinstance(called.value, ast.Call):
            self.fault(node, "update(**…) of an unknown model")
        if self.model_of(called.value) == "" and not isinstance(called.value, ast.Call | ast.Name):
            return  # some dictionary's or hash's update()
        if bad := (named - {None} - (BEGINNING if new else frozenset())) & FIELDS:
            self.fault(node, f"{called.attr}() of {', '.join(sorted(bad))}")

    def made(self, node: ast.Call) -> None:
        if self.source.path.startswith(NEW_ROWS_ONLY):
            return
        if bad := {keyword.arg for keyword in node.keywords} & FIELDS - BEGINNING:
            self.fault(node, f"Register() with {', '.join(sorted(bad))}")

    def set_attribute(self, node: ast.Call) -> None:
        base, name = node.args[0], node.args[1]
        held = base.id if isinstance(base, ast.Name) else ""
        if isinstance(name, ast.Constant):
            if name.value in FIELDS and held not in OTHER_NOUNS:
                self.fault(node, f"setattr of {name.value}")
        elif held in REGISTER_NOUNS or self.models[-1].get(held) == "Register":
            self.fault(node, f"setattr on {held} of a field that cannot be seen")

    def saved(self, node: ast.Call, called: ast.Attribute) -> None:
        held = called.value.id if isinstance(called.value, ast.Name) else ""
        if held not in REGISTER_NOUNS and self.models[-1].get(held) != "Register":
            return
        given = next((keyword.value for keyword in node.keywords if keyword.arg == "update_fields"), None)
        if given is None:
            self.fault(node, f"{held}.save() without update_fields writes every field")
        elif {part.value for part in ast.walk(given) if isinstance(part, ast.Constant)} & FIELDS:
            self.fault(node, f"{held}.save() of a register's place")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module == "workflow.engine" and any(alias.name == "_move" for alias in node.names):
            self.fault(node, "imports _move")

    def visit_Constant(self, node: ast.Constant) -> None:
        if (
            isinstance(node.value, str)
            and "update registers_register " in f"{node.value.lower().replace(chr(34), '')} "
        ):
            self.fault(node, "writes registers by SQL")


def _keys_of_dicts(node: ast.Call) -> set[str]:
    """Keys of literal dictionaries among the arguments (``defaults=`` of update_or_create)."""
    given = [keyword.value for keyword in node.keywords if keyword.arg in ("defaults", "create_defaults")]
    dicts = [part for value in given for part in ast.walk(value) if isinstance(part, ast.Dict)]
    return {key.value for part in dicts for key in part.keys if isinstance(key, ast.Constant)}
