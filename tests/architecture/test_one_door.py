"""Only one function writes a register's place on the road: `workflow.engine._move`."""

import ast

import pytest

from tests.architecture.door import ALLOWED, DOOR, FIELDS, faults_in
from tests.architecture.sources import functions, product_files, python_files, report, sample

PLANTED = [
    "def f(register):\n    register.state = 'in_force'",
    "def f(register):\n    register.round += 1",
    "def f(register):\n    register.step, x = 'issue', 1",
    "def f(item):\n    item.register.waiting = ''",
    "def f(child):\n    child.lock_version += 1",
    "def f(pk):\n    Register.objects.filter(pk=pk).update(state='moving')",
    "def f(pk, **changes):\n    Register.objects.filter(pk=pk).update(**changes)",
    "def f(pk):\n    rows = Register.objects.filter(pk=pk)\n    rows.update(step='issue')",
    "def f(pk):\n    rows = Register.objects.in_force()\n    rows.filter(pk=pk).update(number='1')",
    "def f(cycle):\n    cycle.registers.update(state='stopped')",
    "def f(cycle):\n    cycle.registers.filter(step='fill').update(resume_at='')",
    "def f(rows):\n    rows.filter(pk=1).update(state='stopped')",
    "def f(rows):\n    rows.update(live_key=None)",
    "def f(rows):\n    Register.objects.bulk_update(rows, ['state'])",
    "def f(rows, fields):\n    Register.objects.bulk_update(rows, fields)",
    "def f(register):\n    setattr(register, 'state', 'moving')",
    "def f(register, name):\n    setattr(register, name, 1)",
    "def f(pk):\n    it = Register.objects.get(pk=pk)\n    it.state = 'moving'",
    "def f(pk):\n    item = Register.objects.get(pk=pk)\n    item.state = 'moving'",
    "def f(pk):\n    it = Register.objects.get(pk=pk)\n    it.save()",
    "def f(register):\n    register.save()",
    "def f(register):\n    register.save(update_fields=['step'])",
    "def f():\n    Register.objects.create(state='in_force')",
    "def f():\n    Register.objects.update_or_create(pk=1, defaults={'state': 'moving'})",
    "def f():\n    Register(state='in_force').save()",
    "def f(register):\n    engine._move(register, state='moving')",
    "from workflow.engine import _move",
    "def f(cursor):\n    cursor.execute('UPDATE registers_register SET state = 1')",
    "def f(register):\n    object.__setattr__(register, 'state', 'moving')",
]
HARMLESS = [
    "def f(cycle):\n    cycle.state = 'open'\n    cycle.save()",
    "def f(task):\n    Task.objects.filter(pk=1).update(open=False, step='x')",
    "def f(register):\n    Register.objects.filter(pk=register.pk).update(filler=1)",
    "def f(register):\n    Register.objects.create(step='fill', road_key='x')",
    "def f(register):\n    register.save(update_fields=['level_rank'])",
]


def test_nothing_but_the_door_writes_a_registers_place():
    faults = [fault for source in product_files() for fault in faults_in(source)]
    assert not faults, report(faults)


@pytest.mark.parametrize("text", PLANTED)
def test_the_rule_bites(text):
    assert faults_in(sample(text))


@pytest.mark.parametrize("text", HARMLESS)
def test_the_rule_lets_other_writes_be(text):
    assert not faults_in(sample(text))


def test_the_sample_may_make_finished_registers_but_not_change_any():
    made = "def f():\n    Register.objects.bulk_create([Register(state='in_force')])"
    assert not faults_in(sample(made, "lianzheng/sample/planted.py"))
    for text in PLANTED[5:15] + ["def f(register):\n    register.number = '1'\n    register.save()"]:
        assert faults_in(sample(text, "lianzheng/sample/planted.py")), text


def test_the_door_and_all_exceptions_exist():
    known = {(source.path, function.name) for source in python_files() for function in functions(source.tree)}
    assert not {DOOR, *ALLOWED} - known


def test_the_fields_are_fields_of_a_register():
    source = next(source for source in python_files() if source.path == "registers/models/register.py")
    named = {target.id for node in ast.walk(source.tree) if isinstance(node, ast.Assign) for target in node.targets}
    assert named >= FIELDS
