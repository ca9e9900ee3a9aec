"""The people of a bureau at their pages: each method is what one person does in the browser at one kind of step.

    road = Road(page, client, live_server, world)
    road.walk(register)          # everybody whose turn it is acts, with one send-back, until the register is in force

Who has the next turn is read from the open tasks; everything else is done through the visible pages.
"""

import datetime
import re

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from registers.models import Register
from registers.schemes.store import spec_of
from tests.browser.filling_steps import complete, follow
from tests.roads import _past, actor_of, end_period, fresh, sitting_at
from tests.workflow.visitors import solved
from workflow import compiling, engine, recipients
from workflow.enums import Action, TaskKind
from workflow.models import Notice, Task

PATIENCE = 60
PASSWORD = "dong-jian-lian-2012"
BACK_FIRST = ("review", "audit", "exchange", "superior", "countersign", "meeting")  # who sends back, if the road has it


class Road:
    """The road of one bureau's registers in one browser, whoever sits before it."""

    def __init__(self, page: Page, client, live_server, world, screenshot=lambda page, name: None):
        self.page, self.client, self.live_server, self.world = page, client, live_server, world
        self.shot = screenshot
        self.sessions: dict[int, str] = {}
        self.sitting: User | None = None
        self.numbers = 0
        self.acted: set[str] = set()  # names of all who acted
        self.looked: set[tuple[int, str]] = set()  # (person, kind of step): who found what waits for him at home
        self.returned: dict[int, str] = {}  # register → the step that sent it back
        self.back_at: dict[int, str] = {}  # register → the step it was sent back to and has not left yet
        self.said: dict[int, dict[str, list[str]]] = {}  # register → step → the opinions that stand
        self.commented: dict[int, str] = {}  # register → the receipt code of a comment on its notice
        self.notices: dict[int, list[int]] = {}  # register → its notices

    # Sitting down -----------------------------------------------------------------------------------------------------

    def sign_in_by_form(self, user: User) -> None:
        """The sign-in page, with name and password; ends on 我的待办."""
        user.set_password(PASSWORD)
        user.save()
        self.page.goto(reverse("login"))
        self.page.get_by_label("用户名").fill(user.username)
        self.page.get_by_label("密码").fill(PASSWORD)
        follow(self.page, self.page.get_by_role("button", name="登录"))
        expect(self.page.get_by_role("heading", name="我的待办")).to_be_visible()
        cookies = {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies()}
        self.sessions[user.pk], self.sitting = cookies[settings.SESSION_COOKIE_NAME], user

    def sit(self, user: User) -> None:
        """That person sits down before the browser."""
        self.acted.add(user.name)
        if self.sitting == user:
            return
        if user.pk not in self.sessions:
            self.client.cookies.clear()  # else the sign-in of the next person ends the session of the one before
            self.client.force_login(user)
            self.sessions[user.pk] = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.clear_cookies()
        value = {"value": self.sessions[user.pk], "url": self.live_server.url}
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME} | value])
        self.sitting = user

    def leave(self) -> None:
        """Nobody is signed in."""
        self.page.context.clear_cookies()
        self.sitting = None

    def go(self, name: str, *args) -> None:
        self.page.goto(reverse(name, args=args))

    def take_up(self, register: Register, user: User) -> None:
        """To the register that waits for that person: from 我的待办, where he looks once for each kind of step."""
        self.sit(user)
        step = engine.step_of(register)
        if (user.pk, step.kind) in self.looked:
            self.go("register_fill" if step.kind == "fill" else "register", register.pk)
            return
        self.looked.add((user.pk, step.kind))
        self.go("home")
        scope = spec_of(register.scheme).scope(register.scope).name
        row = self.page.get_by_role("row").filter(has_text=re.compile(f"{register.subject_name}\\s*{scope}登记表"))
        assert row.count(), f"{user} finds no {register} at home: {self.page.inner_text('body')}"
        follow(self.page, row.get_by_role("link", name=re.compile("^(填写|修改|办理)")))

    def press(self, name: str | re.Pattern, within: Locator | None = None) -> None:
        """A button or a link that looks like one."""
        place = within or self.page.get_by_role("main")
        follow(self.page, place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name)).first)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(f"^{label}(必填)?$"))

    def next_number(self, pattern: str) -> str:
        self.numbers += 1
        return pattern.format(self.numbers)

    # The road ---------------------------------------------------------------------------------------------------------

    def walk(self, register: Register) -> Register:
        """Everybody acts in turn until the register is in force."""
        for _ in range(PATIENCE):
            register = fresh(register)
            if register.road_key is None:
                return register
            before = (register.step, register.round, register.waiting, self._open(register))
            self.act(register)
            register = fresh(register)
            after = (register.step, register.round, register.waiting, self._open(register))
            told = self.page.get_by_role("main").inner_text()[:1500]
            assert before != after, f"{register} stays at {before}: {self.page.url}\n{told}"
        raise AssertionError(f"{register} never comes into force")

    def _open(self, register: Register) -> list[int]:
        return sorted(Task.objects.filter(register=register, open=True).values_list("pk", flat=True))

    def act(self, register: Register) -> None:
        """One person's act that the register waits for."""
        tasks = {task.kind: task for task in Task.objects.filter(register=register, open=True).order_by("-pk")}
        if TaskKind.FILE in tasks:
            self.hand_in(register, sitting_at(tasks[TaskKind.FILE].desk))
        elif TaskKind.RECEIPT in tasks:
            self.give_receipt(register, sitting_at(tasks[TaskKind.RECEIPT].desk))
        elif TaskKind.PAIR in tasks:
            self.choose_pair(register, sitting_at(tasks[TaskKind.PAIR].desk))
        elif register.waiting == "notice":
            self.end_notice(register, sitting_at(tasks[TaskKind.ACT].desk))
        else:
            step = engine.step_of(register)
            {
                "fill": self.fill,
                "opinions": self.opine,
                "meeting": self.meet,
                "notice": self.publish,
                "issue": self.issue,
            }.get(step.kind, self.judge)(register, step)

    def sends_back(self, register: Register, step) -> bool:
        """Once on each road, at the first step of the kind that is best at it."""
        if register.pk in self.returned or not step.returns:
            return False
        kinds = [one.kind for one in spec_of(register.scheme).route(register.scope).steps if one.returns]
        if step.kind != next((kind for kind in BACK_FIRST if kind in kinds), ""):
            return False
        self.returned[register.pk] = step.key
        return True

    def say(self, register: Register, step, text: str) -> str:
        """An opinion that is looked for on the papers later."""
        self.said.setdefault(register.pk, {}).setdefault(step.key, []).append(text)
        return text

    def forget(self, register: Register, step, target: str) -> None:
        """What a send-back sets aside is not on the papers."""
        keys = [one.key for one in spec_of(register.scheme).route(register.scope).steps]
        direct = any(back.to == target and back.resume == "direct" for back in step.returns)
        self.back_at[register.pk] = target
        here, there = keys.index(step.key), keys.index(target)
        said = self.said.get(register.pk, {})
        for key in list(said):
            at = keys.index(key)
            if at >= there and not (direct and there < at < here):
                del said[key]

    # What people do at their steps ------------------------------------------------------------------------------------

    def fill(self, register: Register, step) -> None:
        """自查: rows typed in, points of others answered, what is below compiled, handed in."""
        by = actor_of(register, Action.SUBMIT)
        if step.mode == "compile":
            after = spec_of(register.scheme).scope(register.scope).compiles_after
            for child in compiling.missing_children(register):
                _past(child, after)
        self.take_up(register, by)
        if self.back_at.pop(register.pk, "") == step.key:
            expect(self.page.get_by_text("已退回，请修改后重新提交")).to_be_visible()
        if step.mode == "compile":
            self.press(re.compile("^(重新)?汇总$"))
        while self.page.get_by_role("button", name="采纳，写入登记表").count():
            self.press("采纳，写入登记表")
            self.go("register_fill", register.pk)
        complete(self.page, register, step)
        self.shot(self.page, f"{register.scheme.key}-{register.scope}-{step.key}")
        self.press("查看登记表")
        self.press("核对并提交")
        self.field("说明（可不填）").fill(self.say(register, step, f"{by.name}已对照职责逐项查找"))
        self.press("提交")

    def opine(self, register: Register, step) -> None:
        by = actor_of(register, Action.OPINE)
        self.take_up(register, by)
        self.press("提出意见")
        self.field("意见").fill(self.say(register, step, f"{by.name}认为查找属实第{register.round}轮"))
        self.propose(register, step)
        self.press("提出意见")

    def propose(self, register: Register, step) -> None:
        """One point that the filler has overlooked, said once on each road."""
        if not step.proposes or register.round > 1 or register.proposals.exists():
            return
        self.page.get_by_text("建议增加的风险点 1").click()
        self.field("风险点").first.fill("现场踏勘走过场")
        self.field("表现形式").first.fill("不到现场，凭材料出具踏勘意见")
        self.field("建议措施").first.fill("两人到场，影像留存")

    def judge(self, register: Register, step) -> None:
        """审核、会签、互查、上级决定: agreement with marks and levels, or once a send-back."""
        if self.sends_back(register, step):
            self.send_back(register, step)
            return
        by = actor_of(register, Action.AGREE)
        self.take_up(register, by)
        self.press(re.compile("^同意"))
        self.field("意见").fill(self.say(register, step, f"{by.name}在{step.name}同意"))
        for mark in spec_of(register.scheme).marks if step.marks else ():
            self.page.get_by_role("checkbox", name=re.compile(f"^{mark.name}")).check()
        if step.determines:
            self.determine(register, self.page.get_by_role("main").locator("select[name^=level_]"))
        if step.proposes:
            self.propose(register, step)
        self.press(re.compile("^同意"))

    def determine(self, register: Register, selects: Locator) -> None:
        """The body gives the gravest level, whatever was declared."""
        gravest = spec_of(register.scheme).levels[0].label
        assert selects.count(), "nothing to determine"
        for select in selects.all():
            select.select_option(label=gravest)

    def send_back(self, register: Register, step) -> None:
        by = actor_of(register, Action.SEND_BACK)
        self.take_up(register, by)
        self.press("退回…")
        reason = spec_of(register.scheme).return_reasons[0]
        self.page.get_by_role("checkbox", name=re.compile(f"^{reason.name}")).check()
        target = step.returns[0].to
        self.field("退回到").select_option(value=target)
        self.field("限期").fill(str(timezone.localdate() + datetime.timedelta(days=7)))
        self.field("意见").fill("自由裁量环节没有查到")
        self.page.get_by_text("逐行写明（可不填）").click()
        self.page.locator("details input[name^=remark_]").first.fill("这一行的措施要写明由谁落实")
        self.press("退回")
        expect(self.page.get_by_text(reason.name).first).to_be_visible()
        self.forget(register, step, target)

    def choose_pair(self, register: Register, by: User) -> None:
        """互查: the office names who checks whom."""
        self.sit(by)
        self.go("register", register.pk)
        self.press("确定互查对象")
        unit = register.section or register.unit
        self.press(re.compile(f"^确定\\s*：{unit.name}"))
        self.field("被查单位").select_option(value=str(unit.pk))
        options = self.field("检查单位").locator("option")
        self.field("检查单位").select_option(
            label=next(text for text in options.all_inner_texts() if "建筑管理股" in text)
        )
        self.press("确定", self.page.get_by_role("complementary"))

    def meet(self, register: Register, step) -> None:
        """会议: agenda, minutes, attendance, levels, outcome."""
        by = actor_of(register, Action.MEETING)
        returns = self.sends_back(register, step)
        self.take_up(register, by)
        self.press("记录会议决定")
        self.page.locator(f"input[name=r][value='{register.pk}']").check()
        self.press("下一步")
        self.field("纪要编号").fill(self.next_number("会议纪要〔2026〕{}号"))
        present = self.page.get_by_role("group", name="出席人员").get_by_role("checkbox")
        present.nth(0).check()
        present.nth(1).check()
        topic = self.page.locator(f"#topic-{register.pk}")
        if topic.get_attribute("open") is None:
            topic.locator("summary").click()
        if topic.locator("select[name^=level-]").count():
            self.determine(register, topic.locator("select[name^=level-]"))
        if returns:
            topic.get_by_role("radio", name="退回").check()
            topic.get_by_role("checkbox", name=spec_of(register.scheme).return_reasons[0].name).check()
            topic.get_by_label("限期").fill(str(timezone.localdate() + datetime.timedelta(days=7)))
            topic.get_by_label("意见", exact=True).fill("再查一遍岗位职责")
            self.forget(register, step, step.returns[0].to)
        else:
            topic.get_by_label("意见", exact=True).fill(self.say(register, step, f"会议研究通过第{register.round}轮"))
        self.press("记录会议决定")
        expect(self.page.get_by_role("heading", name="会议记录")).to_be_visible()

    def hand_in(self, register: Register, by: User) -> None:
        """备案: reported to the body above."""
        self.sit(by)
        self.go("register", register.pk)
        self.press("报送备案")
        self.press(re.compile("^报送"))

    def give_receipt(self, register: Register, by: User) -> None:
        self.sit(by)
        self.go("register", register.pk)
        self.press("出具备案回执")
        follow(self.page, self.page.get_by_role("row").filter(has_text="等回执").first.get_by_role("link").first)
        self.page.get_by_role("checkbox", name=register.subject_name).check()
        self.field("备案号").fill(self.next_number("县备〔2026〕{}号"))
        self.press("接收备案")
        expect(self.page.get_by_text("已接收1张登记表的备案")).to_be_visible()

    # Notice and force -------------------------------------------------------------------------------------------------

    def publish(self, register: Register, step) -> None:
        """公示: drafted, previewed, published; and somebody who reads it has something to say."""
        self.take_up(register, actor_of(register, Action.PUBLISH))
        self.press("拟定公示")
        rule = spec_of(register.scheme).notice(step.notice)
        self.press(re.compile(f"^拟公示\\s*：{rule.name}"))
        self.field("联系方式").fill("局纪检组，信箱设在一楼大厅")
        for box in self.page.get_by_role("group", name="登记表").get_by_role("checkbox").all():
            box.set_checked(box.get_attribute("value") == str(register.pk))
        self.press("保存并预览")
        expect(self.page.get_by_text("下面就是发布后看到的全部内容。")).to_be_visible()
        preview = self.page.locator(".notice-table").inner_text()
        self.press("发布公示")
        notice = Notice.objects.latest("pk")
        self.notices.setdefault(register.pk, []).append(notice.pk)
        self.press("看公示页")
        assert self.page.locator(".notice-table").inner_text() == preview
        if register.pk not in self.commented:
            self.comment(register, notice)

    def comment(self, register: Register, notice: Notice) -> None:
        """Somebody comments, the recipient answers, and the receipt code leads to the answer."""
        if notice.audience == "society":
            self.leave()
            self.go("public_notice", notice.pk)
        else:
            self.sit(self.world.people["建筑管理股股长"])
            self.go("notice_read", notice.pk)
        self.press("提意见")
        item = notice.items.get()
        self.field("针对哪一项").select_option(value=str(item.pk))
        self.field("意见").fill("规划许可现场踏勘一个人去，应当两人。")
        if notice.audience == "society":
            self.page.locator("#id_answer").fill(str(solved(self.page.content())))
        self.press("提交意见")
        code = self.page.locator(".receipt").inner_text().strip()
        self.commented[register.pk] = code
        comment = notice.comments.latest("pk")
        self.handle(comment)
        self.leave()
        self.go("public_receipt")
        self.field("查询码").fill(code)
        self.press("查询")
        expect(self.page.get_by_text("已核对现场记录，均为两人。")).to_be_visible()

    def handle(self, comment) -> None:
        self.sit(recipients.recipients_of(comment)[0].user)
        self.go("home")
        follow(self.page, self.page.get_by_role("link", name=re.compile("公示意见")).first)
        self.press(re.compile("规划许可现场踏勘"))
        self.page.get_by_role("radio", name="不属实，或者不予采纳").check()
        self.field("答复").fill("已核对现场记录，均为两人。")
        self.press("答复")

    def end_notice(self, register: Register, by: User) -> None:
        notice = Notice.objects.get(pk=self.notices[register.pk][-1])
        end_period(notice)  # the one thing that is not done in the browser: days go by
        self.sit(by)
        self.go("notices")
        follow(self.page, self.page.get_by_role("row").filter(has_text="已期满，待结束").get_by_role("link").first)
        self.press("结束公示")

    def issue(self, register: Register, step) -> None:
        self.take_up(register, actor_of(register, Action.ISSUE))
        self.press(re.compile("^印发"))
        for box in self.page.locator("input[name=r], input[name=g]").all():
            box.set_checked(box.get_attribute("name") == "r" and box.get_attribute("value") == str(register.pk))
        self.press("印发并生效")
        expect(self.page.get_by_text("起生效").first).to_be_visible()
