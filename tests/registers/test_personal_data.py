"""What counts as personal data, what does not, and that what is shown of it gives nothing away."""

import pytest

from registers import personal_data
from registers.personal_data import find, of_contact, secrecy_mark, to_be_confirmed


def kinds(text: str) -> list[str]:
    return [one.kind for one in find(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("身份证号110105194912310021", "id"),
        ("身份证号１１０１０５１９４９１２３１００２１", "id"),
        ("11010519491231002x", "id"),
        ("110105 19491231 0021", "id"),
        ("110105491231002", "id"),
        ("一一〇一〇五一九四九一二三一〇〇二一", "id"),
        ("138-0013-8000", "mobile"),
        ("138\n0013 8000", "mobile"),
        ("1\u200b3800138000", "mobile"),
        ("+86 13800138000", "mobile"),
        ("一三八零零一三八零零零", "mobile"),
        ("（0762）8334567", "landline"),
        ("6222021234567890128", "card"),
        ("6222 0212 3456 7890 128", "card"),
        ("苏A·12345", "plate"),
        ("粤BD12345", "plate"),
        ("苏A1234警", "plate"),
        ("粤Z1234港", "plate"),
        ("li.x＠qq．com", "mail"),
        ("护照E12345678", "passport"),
        ("港澳通行证C12345678", "permit"),
        ("仙塘镇黄沙村3组12号", "address"),
        ("黄沙村三组", "address"),
        ("建设路12号阳光花园3幢2单元501室", "address"),
        ("阳光花园3-2-501", "address"),
        ("家住建设路12号", "address"),
    ],
)
def test_it_is_found_however_it_is_written(text, kind):
    assert kinds(f"擅自放宽条件，{text}，造成损失") == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "GB/T 22239-2019、GB 50300-2013",
        "东建发〔2026〕12号，《建筑法》第一百三十八条第二款",
        "预算1,380,012,345.67元，13800138000元",
        "第1、3、5、6、7、8、9、10、11项",
        "统一社会信用代码91320100134778901P",
        "2026年3月18日18时30分，二〇二六年三月",
        "192.168.100.123",
        "拨打12388，分机8012，转305",
        "县建设局三楼会议室，行政服务中心2楼8号窗口",
        "各村民小组、驻村3组、建设路至中山路段",
        "泄露国家秘密和工作秘密",
        "项目代码2603-441625-04-01-138123",
        "",
    ],
)
def test_honest_texts_of_offices_are_left_alone(text):
    assert kinds(text) == []


def test_a_wrong_check_digit_is_a_doubtful_finding_but_a_serial_number_of_this_year_is_none():
    (one,) = find("身份证110105194912310022")
    assert not one.sure
    assert one.name == "疑似身份证号"
    assert kinds("受理编号441625202603180001") == []


@pytest.mark.parametrize("text", ["110105194912310021", "13800138000", "6222021234567890128", "苏A12345", "li@qq.com"])
def test_what_is_shown_of_it_does_not_tell_it(text):
    (one,) = find(f"号码{text}。")
    assert text not in one.shown
    assert "*" in one.shown


def test_a_mask_keeps_what_says_where_it_stands():
    assert personal_data.mask("mobile", "13800138000") == "138****8000"
    assert personal_data.mask("id", "110105194912310021") == "11*************021"
    assert personal_data.mask("address", "黄沙村三组") == "黄沙***"


def test_the_place_of_a_finding_is_that_in_the_text_as_it_was_typed():
    text = "电话１３８\u200b００１３８０００，"
    (one,) = find(text)
    assert text[one.start : one.end] == "１３８\u200b００１３８０００"


def test_an_office_may_name_its_telephone_its_house_and_its_mail_as_contact():
    text = "县纪检组（建设路12号301室），0762-8334567，jjz@example.gov.cn，举报电话12388"
    assert len(find(text)) == 3
    assert of_contact(text) == []


def test_a_mobile_phone_or_a_private_mail_in_a_contact_has_to_be_confirmed_and_an_id_number_cannot_be():
    phone, mail, card = of_contact("电话13800138000，wang@qq.com，110105194912310021")
    assert to_be_confirmed(phone)
    assert to_be_confirmed(mail)
    assert not to_be_confirmed(card)


@pytest.mark.parametrize(
    "text",
    ["机密★10年", "秘 密★", "绝密☆", "密级：机密", "关于某事的通知\n机密\n正文", "【秘密】", "机密★长期", "ﾠ机密＊"],
)
def test_a_mark_of_secrecy_is_seen(text):
    assert secrecy_mark(text)


@pytest.mark.parametrize("text", ["泄露国家秘密", "违反保密规定，机密文件管理不严", "秘密级以上文件登记", "★重点岗位"])
def test_the_risk_of_giving_secrets_away_is_no_mark(text):
    assert not secrecy_mark(text)
