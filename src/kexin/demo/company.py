"""The simulated group: its branches with their hours, and the people who work there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from kexin.demo.words import COMPANY

# code, name, code of the branch above
TREE = (
    ("CH", COMPANY, ""),
    ("CH-SZ", "苏州大区", "CH"),
    ("SZ01", "苏州园区店", "CH-SZ"),
    ("SZ02", "苏州吴中店", "CH-SZ"),
    ("KS01", "昆山店", "CH-SZ"),
    ("CH-WX", "无锡大区", "CH"),
    ("WX01", "无锡滨湖店", "CH-WX"),
    ("JY01", "江阴店", "CH-WX"),
    ("CZ01", "常州武进店", "CH-WX"),
    ("CH-PJ", "配件分销中心", "CH"),
    ("PJ01", "苏州配件仓", "CH-PJ"),
    ("PJ02", "南通配件仓", "CH-PJ"),
)
SHOPS = ("SZ01", "SZ02", "KS01", "WX01", "JY01", "CZ01")
DEPOTS = ("PJ01", "PJ02")
CITY_OF = {"SZ01": "苏州", "SZ02": "苏州", "KS01": "昆山", "WX01": "无锡", "JY01": "江阴", "CZ01": "常州", "PJ01": "苏州", "PJ02": "南通"}
# How many of a hundred deliveries come late: branches differ, which is what a service manager looks for.
LATE_PERCENT = {"SZ01": 6, "SZ02": 9, "KS01": 7, "WX01": 8, "JY01": 19, "CZ01": 10, "PJ01": 7, "PJ02": 12}

MORNING, AFTERNOON, WEEKEND = (time(8, 30), time(12)), (time(13), time(17, 30)), (time(9), time(17))
SHOP_WEEK = {day: [MORNING, AFTERNOON] for day in range(5)} | {5: [WEEKEND], 6: [WEEKEND]}
DEPOT_WEEK = {day: [(time(8), time(12)), (time(13), time(18))] for day in range(6)}


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    role: str
    sees: str
    branch: str


FRONT = {
    "SZ01": (("shenwei", "沈薇"), ("luming", "陆明"), ("zenglei", "曾磊")),
    "SZ02": (("guyun", "顾芸"), ("zhouqi", "周琦")),
    "KS01": (("shandan", "单丹"), ("xujie", "徐杰")),
    "WX01": (("qianhao", "钱浩"), ("huajing", "华静")),
    "JY01": (("wuyue", "吴越"), ("maoyan", "毛妍")),
    "CZ01": (("tangbo", "汤波"), ("pengxue", "彭雪")),
    "PJ01": (("zhugang", "朱刚"), ("linmei", "林梅")),
    "PJ02": (("jiangtao", "蒋涛"),),
}
PEOPLE = (
    Person("admin", "管理员", "administrator", "all", "CH"),
    Person("zonglan", "宗岚", "executive", "all", "CH"),
    Person("fangzhi", "方知", "analyst", "all", "CH"),
    Person("heping", "何平", "manager", "branch", "CH-SZ"),
    Person("dulin", "杜琳", "manager", "branch", "SZ01"),
    Person("yaoqiang", "姚强", "manager", "branch", "CH-WX"),
    Person("songwen", "宋文", "manager", "branch", "CH-PJ"),
    *(Person(username, name, "front_line", "branch", branch) for branch, names in FRONT.items() for username, name in names),
)
# Whom the terminal suggests to sign in as: one of each role.
SUGGESTED = ("admin", "shenwei", "dulin", "fangzhi", "zonglan")
