"""The preview of an import: which rows go into which registers, what would be made, what is wrong."""

from functools import cached_property

from registers.importing import lists, words
from registers.importing.cells import Sheet
from registers.importing.choices import Choices
from registers.importing.content import LONGEST, fill_row, too_long
from registers.importing.dialogue import Dialogue
from registers.importing.ground import Ground, read_ground, several
from registers.importing.layouts import layouts_of
from registers.importing.planned import ImportPlan, Message, PlannedPost, PlannedPower, PlannedRow, Question
from registers.importing.table import Line, groups_of, lines_of
from registers.models import Cycle, Post, Register, Unit
from registers.parts import rates_subject

MOST_WRONG = 2000  # a table that is wrong in every cell is not listed to its end


MOST_UNITS = 300


def make_plan(*, sheets: list[Sheet], unit: Unit, cycle: Cycle, choices: Choices | None = None) -> ImportPlan:
    """What importing these sheets into that unit's registers of that cycle would do. Writes nothing."""
    return Planner(read_ground(unit, cycle), choices).plan(sheets)


class Planner:
    """Walks over the groups of lines once and collects the plan."""

    def __init__(self, ground: Ground, choices: Choices | None = None):
        self.ground = ground
        self.choices = choices or Choices()
        self.result = ImportPlan()
        self.talk = Dialogue(ground.spec, self.choices, self.result)
        self._told: set[tuple[int, str]] = set()  # posts without a register of their own, said once

    def plan(self, sheets: list[Sheet]) -> ImportPlan:
        self.result.layouts = layouts_of(sheets, self.ground.memory, self.choices)
        for group in groups_of(lines_of(self.result.layouts, self._say)):
            self.result.read += len(group)
            self._group(group)
            if self.result.wrong > MOST_WRONG:
                self._say(group[-1].message("order", "错误太多，后面的行没有再检查。"))
                break
        if not self.result.rows and not self.result.wrong:
            self._say(Message("表头之下没有可以导入的行。", "请检查表里是否有内容。"))
        places = {sheet.name: number for number, sheet in enumerate(sheets)}
        self.result.messages.sort(key=lambda m: (places.get(m.sheet, -1), m.row, len(m.column), m.column))
        return self.result

    def _say(self, message: Message) -> None:
        self.talk.say(message)

    def _group(self, group: list[Line]) -> None:
        first = group[0]
        row = self._row(first)
        if row is None:
            self._only_check(group)
            return
        row.step = "" if too_long(first, "step", first.text("step"), LONGEST["step"], self.talk) else first.text("step")
        fill_row(row, group, self.talk)
        if not row.points:
            self._say(first.message("point", "这一行没有风险点，只登记职权和措施。", error=False))
        self._level_of_subject(row, first)
        self.result.rows.append(row)

    def _row(self, first: Line) -> PlannedRow | None:
        """The row in its register, with its power; None where it has no place, which has been said."""
        unit = self._unit(first)
        post = self._post(first, unit) if unit else None
        if unit is None or (post is None and first.text("post")):
            return None
        register = self._register(first, unit, post)
        if register is None:
            return None
        row = PlannedRow(first.sheet, first.number, register, post=post)
        self._power(row, first, unit)
        return row

    def _only_check(self, group: list[Line]) -> None:
        """What else is wrong with lines that have no place: all of it is told at once."""
        registers = (*self.ground.by_unit.values(), *self.ground.by_post.values())
        if registers:
            fill_row(PlannedRow(group[0].sheet, group[0].number, registers[0][0]), group, self.talk)

    # Where a row goes --------------------------------------------------------------------------------------------

    def _unit(self, line: Line) -> Unit | None:
        name = line.text("unit")
        if not name:
            return self.ground.unit
        unit = self.ground.unit_named(name)
        if unit and self.ground.inside(unit):
            return unit
        if unit:
            said = f"“{name}”不在所选的“{self.ground.unit}”之内。"
            self._say(line.message("unit", said, "请改选上一级单位，或删去这一行。"))
            return None
        if self.ground.unit.parent_id is not None:
            said = f"本单位没有“{name}”这个机构，按所选的“{self.ground.unit}”导入。"
            self._say(line.message("unit", said, error=False))
            return self.ground.unit
        if answer := self._ask_unit(line, name):
            return self.ground.by_pk[int(answer)]
        decide = "也可以在预览页“要您决定的词”里选定归到哪个机构"
        if len(several(name)) > 1:
            self._say(line.message("unit", "一格写了几个机构。", f"请拆成几行，一行写一个机构；{decide}。"))
        else:
            near = self.ground.unit_names(name)
            todo = f"请先在组织机构中设立，或改写成已有的名称（如：{near}）；{decide}。"
            self._say(line.message("unit", f"本单位没有“{name}”这个机构。", todo))
        return None

    def _ask_unit(self, line: Line, name: str) -> str:
        """The unit that somebody decided these words to mean."""
        options = [(str(unit.pk), "　" * unit.level + unit.name) for unit in self._units[:MOST_UNITS]]
        return self.talk.ask(Question(f"unit:{words.plain(name)}", "责任主体", name, options), line.place)

    @cached_property
    def _units(self) -> list[Unit]:
        return self.ground.units_inside()

    def _post(self, line: Line, unit: Unit) -> PlannedPost | None:
        name = line.text("post")
        if not name:
            return None
        if len(name) > 120:
            self._say(line.message("post", "岗位名称最多 120 字。", "请改成岗位的名称。"))
            return None
        known = self.ground.post_named(name, unit)
        if known is None and len(same := self.ground.posts_named(name)) > 1 and unit.parent_id is None:
            where = "、".join(post.unit.name for post in same[:5])
            self._say(line.message("post", f"有几个机构都设“{name}”（{where}）。", "请加“责任主体”列写明是哪个机构。"))
            return None
        if known is None and len(several(name)) > 1:
            self._say(line.message("post", "一格写了几个岗位。", "请拆成几行，一行写一个岗位。"))
            return None
        if known is None and unit.parent_id is None and not line.text("unit"):
            todo = "请加“责任主体”列写明是哪个机构，或导入时直接选那个机构。"
            self._say(line.message("post", f"没有“{name}”这个岗位，也不知道该设在哪个机构。", todo))
            return None
        home = known.unit if known else unit
        post = self.result.posts.get((home.pk, name))
        if post is None:
            post = self.result.posts[home.pk, name] = PlannedPost(home, name, known)
            if known is None:
                self._say(line.message("post", f"将新设岗位“{name}”。", error=False))
        return post

    def _register(self, line: Line, unit: Unit, post: PlannedPost | None) -> Register | None:
        known: Post | None = post.known if post else None
        own = self.ground.register_of_post(known) if known else None
        if own:
            return own
        home = post.unit if post else unit
        register = self.ground.register_of_unit(home)
        if register is None:
            todo = "请先由办公室开启登记表，或等登记表退回填报人以后再导入。"
            self._say(line.message("post" if post else "unit", self.ground.why_not(home, known), todo))
            return None
        if post and (post.unit.pk, post.name) not in self._told:
            self._told.add((post.unit.pk, post.name))
            said = f"“{post.name}”没有填写中的登记表，它的行记入“{register.subject_name}”的登记表。"
            self._say(line.message("post", said, error=False))
        return register

    # What a row says ---------------------------------------------------------------------------------------------

    def _power(self, row: PlannedRow, line: Line, unit: Unit) -> None:
        text = line.text("power")
        if not text:
            return
        name, steps = lists.title_and_steps(text)
        name = lists.ROW_MARK.sub("", " ".join(name.split()), count=1)
        if too_long(line, "power", name, LONGEST["power"], self.talk):
            return
        home = row.post.unit if row.post else unit
        key = (home.pk, row.post.name if row.post else "", words.plain(name))
        if key in self.result.powers:
            row.power = self.result.powers[key]
            return
        known_post = row.post.known if row.post else None
        known = self.ground.power_named(name, home, known_post.pk if known_post else None)
        kind = line.text("power_kind")
        row.power = self.result.powers[key] = PlannedPower(
            unit=home,
            post=row.post,
            name=name,
            content=steps,
            basis=line.text("basis"),
            kind=words.option_of(self.ground.spec.power_kinds, kind) or kind[:40],
            known=known,
        )

    def _level_of_subject(self, row: PlannedRow, line: Line) -> None:
        """Where the scheme rates the post or section, the rows' levels give its declared one: the gravest."""
        if not rates_subject(self.ground.spec, row.register.scope):
            return
        ranks = [point.rank for point in row.points if point.rank]
        for point in row.points:
            point.rank = None
        if not ranks:
            return
        before = self.result.ranks.get(row.register.pk)
        self.result.ranks[row.register.pk] = min([*ranks, *([before] if before else [])])
        if before is None:
            said = f"本方案评定的是整张登记表的等级：“{row.register.subject_name}”的自评等级取表中最重的一级。"
            self._say(line.message("level", said, error=False))
