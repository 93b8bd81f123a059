"""Names as they are compared: a firm's without its legal form and town, a person's by sound, both by likeness."""

from __future__ import annotations

import re
from functools import lru_cache

from kexin.kit import text

# The legal form at the end of a firm's name, the longest first; and words that say only that it is one.
FORMS = (
    *("股份有限公司", "有限责任公司", "有限公司", "股份公司", "集团公司", "总公司", "分公司", "公司", "集团", "股份"),
    *("corporation", "incorporated", "limited", "company", "gmbh", "corp", "inc", "llc", "ltd", "plc", "co"),
)
CHINESE_FORMS = re.compile("|".join(form for form in FORMS if not form.isascii()))
LATIN_FORMS = re.compile(rf"(?:[\s,]+(?:{'|'.join(form for form in FORMS if form.isascii())})\.?)+\s*$")
FIRM = re.compile(
    r"(?:公司|集团|股份|学校|大学|医院|银行|中心|酒店|协会|委员会|局|厂|店|行|部|合作社|事务所|物流|运输|商贸|贸易|汽修|\bltd|\binc|\bllc|\bgmbh|\bco)\.?$",
    re.IGNORECASE,
)
LEGAL = re.compile(r"(?:公司|集团|\bltd\.?|\binc\.?|\bllc|\bgmbh)$", re.IGNORECASE)
# Provinces and towns a firm's name begins with. Those of the file's own region are taken off besides.
PLACES = re.compile(
    "^(?:(?:北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|"
    "台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|中国|广州|深圳|南京|苏州|杭州|宁波|成都|武汉|西安|青岛|大连|厦门|沈阳|长春|哈尔滨|济南|郑州|长沙|"
    "合肥|福州|南昌|昆明|贵阳|太原|石家庄|兰州|乌鲁木齐|无锡|常州|南通|温州|佛山|东莞)(?:省|市|县|区)?)+"
)
PLACE_ENDINGS = re.compile(r"(?:省|市|自治区|特别行政区|区|县|镇|街道)$")
REGION_PARTS = re.compile(r"[/\s,，、·>|\-]+")
RUN_TOGETHER = re.compile(r"(.+?(?:省|自治区))?(.+?市)?(.*)")
TITLES = (*("先生", "小姐", "女士", "太太", "经理", "师傅", "老板", "老师", "医生", "主任", "总"),)
NICKNAMES = ("小", "老", "阿")
COMPOUND = frozenset({"欧阳", "诸葛", "上官", "司马", "夏侯", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "长孙", "宇文"})
# Traditional characters frequent in names of people and firms; a whole table would be a dictionary of its own.
SIMPLE = str.maketrans(
    "東華國龍張陳劉黃趙吳孫馬羅鄭謝許韓馮鄧蕭葉蘇呂盧鍾譚陸範賈韋鄒閻陽偉強軍濤飛鑫賓傑麗艷靜婷潔穎瓊蓮鳳蘭雲風電業廠車輪機場貿進實義興聯豐達遠"
    "萬長島灣廣蘇錫貴慶寧衛紅綠銀銅鋼鐵紡織環節電訊網絡運輸術師傅經濟區縣鎮鄉號樓門",
    "东华国龙张陈刘黄赵吴孙马罗郑谢许韩冯邓萧叶苏吕卢钟谭陆范贾韦邹阎阳伟强军涛飞鑫宾杰丽艳静婷洁颖琼莲凤兰云风电业厂车轮机场贸进实义兴联丰达远"
    "万长岛湾广苏锡贵庆宁卫红绿银铜钢铁纺织环节电讯网络运输术师傅经济区县镇乡号楼门",
)
LEAST_CORE = 2  # characters; a shorter core says nothing
ALIKE_FROM = 0.72  # share of common pairs of characters, of firms


@lru_cache(maxsize=200_000)
def plain(name: str) -> str:
    """Simplified, lower case, without punctuation: what two writings of one name have in common."""
    return re.sub(r"[\W_]+", "" if not name.isascii() else " ", text.normalise(name).lower().translate(SIMPLE)).strip()


@lru_cache(maxsize=100_000)
def region_parts(region: str) -> tuple[str, ...]:
    """江苏省苏州市园区 and 江苏 / 苏州 / 园区 are one: (江苏, 苏州, 园)."""
    parts = [part for part in REGION_PARTS.split(text.normalise(region).translate(SIMPLE)) if part]
    if len(parts) == 1:
        found = RUN_TOGETHER.fullmatch(parts[0])
        parts = [part for part in (found.groups() if found else parts) if part]
    return tuple(PLACE_ENDINGS.sub("", part) or part for part in parts)


def town(region: str) -> str:
    """Province and town, without the district: where a firm's name is its own."""
    return "/".join(region_parts(region)[:2])


@lru_cache(maxsize=200_000)
def is_firm(name: str, kind: str = "") -> bool:
    """By what the file says it is; a legal form in the name says it too, where nobody changed what a new file begins with."""
    return kind == "organisation" or bool(LEGAL.search(name)) or (kind != "person" and bool(FIRM.search(name)))


@lru_cache(maxsize=200_000)
def core(name: str, region: str = "") -> str:
    """苏州锦程物流（集团）有限公司 → 锦程物流; Smith & Sons Co., Ltd. → smith sons."""
    whole = text.normalise(name).lower().translate(SIMPLE)
    short = LATIN_FORMS.sub("", whole) if whole.isascii() else CHINESE_FORMS.sub("", whole)
    short = re.sub(r"[\W_]+", " " if whole.isascii() else "", short).strip()
    before = ""
    while before != short:  # a town may stand before or behind its province
        before = short
        for part in (*region_parts(region), ""):
            rest = re.sub(rf"^{re.escape(part)}(?:省|市|县|区)?", "", short) if part else PLACES.sub("", short)
            short = rest if len(rest) >= LEAST_CORE else short
    return short or plain(name)


@lru_cache(maxsize=200_000)
def sound(name: str) -> str:
    return text.pinyin_of(name) or name


def likeness(one: str, other: str) -> float:
    """Share of common pairs of neighbouring characters (Dice), 0 to 1; the ends of a name count as characters."""
    if one == other:
        return 1.0
    first, second = _pairs(one), _pairs(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def one_apart(one: str, other: str) -> bool:
    """Whether one character was replaced, left out, added, or two neighbours changed places."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:] and len(a) > 1)


def surname(name: str) -> str:
    return name[:2] if name[:2] in COMPOUND else name[:1]


def is_address(name: str) -> bool:
    """王先生, 王总, 小王: a surname and how one calls its bearer, not a name."""
    for title in TITLES:
        if len(name) > len(title) and name.endswith(title) and surname(name) == name[: -len(title)]:
            return True
    return name[:1] in NICKNAMES and len(name) == 2  # noqa: PLR2004 -- 小王


def called(name: str) -> str:
    """The surname of somebody who is only addressed: 小王 → 王."""
    return name[1:] if name[:1] in NICKNAMES and len(name) == 2 else surname(name)  # noqa: PLR2004 -- as above


@lru_cache(maxsize=100_000)
def _pairs(name: str) -> frozenset[str]:
    whole = f"^{name}$"
    return frozenset(whole[at : at + 2] for at in range(len(whole) - 1))


# How two names are to each other.
SAME, CORE, ALIKE, NEAR, ADDRESSED, OTHER, UNKNOWN = "same", "core", "alike", "near", "addressed", "other", ""


def compare(one: str, other: str, *, firms: bool, region: str = "", other_region: str = "") -> str:
    """Symmetric. `firms`: both are organisations."""
    a, b = plain(one), plain(other)
    if not a or not b:
        return UNKNOWN
    if a == b:
        return SAME
    return _of_firms(core(one, region), core(other, other_region)) if firms else _of_persons(a, b)


def _of_firms(one: str, other: str) -> str:
    if one == other:
        return CORE
    if sound(one) == sound(other):
        return ALIKE
    near = min(len(one), len(other)) > LEAST_CORE + 1 and one_apart(one, other)
    return NEAR if near or likeness(one, other) >= ALIKE_FROM else OTHER


def _of_persons(one: str, other: str) -> str:
    if is_address(one) or is_address(other):
        return ADDRESSED if called(one) == called(other) else OTHER
    spoken = sound(one) == sound(other) or sorted(one.split()) == sorted(other.split())
    return ALIKE if spoken or (min(len(one), len(other)) > LEAST_CORE and one_apart(one, other)) else OTHER
