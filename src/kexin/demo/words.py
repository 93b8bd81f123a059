"""The words the simulated company is made of: names, places, products. Nobody and nothing real is meant."""

from __future__ import annotations

from typing import NamedTuple

COMPANY = "澄湖汽车集团"
CITIES = {  # city: letter of its plates, districts
    "苏州": ("苏E", ("园区", "吴中", "姑苏", "相城", "高新区")),
    "昆山": ("苏E", ("玉山", "花桥", "周市")),
    "无锡": ("苏B", ("滨湖", "梁溪", "新吴", "锡山")),
    "江阴": ("苏B", ("澄江", "华士", "周庄")),
    "常州": ("苏D", ("天宁", "钟楼", "新北", "武进")),
    "南通": ("苏F", ("崇川", "通州", "海门")),
}
STREETS = ("中山路", "人民路", "解放路", "建设路", "湖滨路", "学士街", "运河路", "星湖街", "太湖大道", "青年路", "文昌路", "振兴路")

# Surname and its weight: the hundred or so most frequent carry nine in ten people. The last ones are those that
# dictionaries misread: 曾 Zēng, 单 Shàn, 解 Xiè, 查 Zhā, 区 Ōu, 仇 Qiú; they are here on purpose, and more often than in life.
SURNAMES = dict(
    zip(
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭潘肖蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤",
        [750, 730, 690, 540, 470, 320, 260, 240, 210, 200]
        + [160, 150, 140, 130, 125, 120, 115, 110, 105, 100]
        + [90] * 20
        + [45] * 30
        + [22] * 40,
        strict=False,
    )
) | {"曾": 60, "单": 30, "解": 25, "查": 25, "区": 20, "仇": 20, "欧阳": 15, "诸葛": 6, "上官": 5, "司马": 5}
MALE = (
    "伟 强 磊 军 勇 杰 涛 超 明 刚 平 辉 鹏 华 飞 鑫 波 斌 宇 浩 凯 健 俊 帆 帅 旭 宁 龙 "
    "林 浩然 子轩 宇轩 浩宇 志强 建国 建军 文博 俊杰 志远 天宇 嘉伟 国强 海涛 晓东 永康 家豪 子涵 "
    "思远 振华 立新 广平 学文 少华 成龙 庆丰 一鸣 博文 瑞祥 德胜 树林"
).split()
FEMALE = (
    "芳 娜 敏 静 丽 娟 艳 玲 婷 雪 霞 燕 红 梅 琳 洁 颖 倩 欣 萍 莉 璐 佳 慧 秀英 桂英 雨欣 "
    "梓涵 诗涵 欣怡 思琪 雅婷 晓燕 海燕 美玲 淑芬 婉清 文静 晓雯 嘉怡 佩珊 若曦 雨桐 可馨 静怡 春梅 "
    "月娥 玉兰 丽华 慧敏 佳琪 梦瑶 诗琪 秋月 小红 冬梅 兰芳 金凤 素珍 彩霞"
).split()
FLEETS = ("物流", "运输", "租赁", "建设", "食品", "电子", "纺织", "环保", "贸易", "装饰")
GARAGES = ("汽修厂", "汽车维修中心", "汽车服务", "轮胎行", "汽配商行", "快修", "汽车养护")
TRADE_NAMES = (
    "锦程 顺达 宏远 安捷 鼎盛 永固 恒通 联创 金诚 华瑞 新城 天成 万里 平安 五洲 东方 长江 太湖 吉祥 "
    "信达 德邦 嘉禾 美锦 兴业 润泽 博远 中正 和顺 祥云 远航 飞腾 启明 雅致 众合 同德 力行 昌隆 庆丰 "
    "富康 泰和"
).split()

# What a hurried hand writes for a character: another of the same sound, or nearly the same shape.
SLIPS = dict(
    zip(
        "伟强军勇杰涛超明刚平辉鹏华飞波宇浩凯健俊旭宁龙芳娜敏静丽娟艳玲婷雪霞燕红梅琳洁颖倩欣萍莉佳慧锦程顺达宏远安捷鼎永恒通联创金诚瑞新城天成里洲长江吉祥信德禾美兴业润博中正和云航启雅众同力行昌隆富康泰",
        "卫墙君永洁滔朝名钢苹晖朋画非坡雨昊楷建骏序柠隆方那民婧莉绢燕灵亭血侠艳虹美林杰影茜心平丽家惠景城舜大洪元案婕顶咏衡同连窗今成锐心程添城理州常姜集详新得和镁星叶闰搏忠政合芸杭起稚仲桐立型倡龙付糠太",
        strict=True,
    )
)
JOBS = ("教师", "医生", "工程师", "公务员", "个体经营", "企业管理", "会计", "设计师", "司机", "退休", "自由职业", "销售")
HOBBIES = {
    "sports": ("打羽毛球", "跑步", "钓鱼", "骑行", "打篮球", "爬山"),
    "arts": ("书法", "摄影", "听评弹", "看电影", "收藏"),
    "drinking": ("爱喝黄酒", "懂白酒", "品红酒"),
    "mahjong": ("周末打麻将", "爱打掼蛋"),
    "other": ("养猫", "种花", "自驾游", "做饭"),
}
FAMILIES = ("孩子上小学", "孩子今年中考", "刚有了二宝", "父母同住", "新婚", "孩子在外地上大学")
CREDITS = ("月结 30 天，从不拖欠", "货到付款", "月结 60 天，偶有拖延", "预付款客户", "资信良好，额度 20 万元")
WISHES = {
    "想换一辆七座车": "家里刚有二宝，现在的车是五座",
    "在看新能源车": "两次到店都问了充电桩",
    "希望上门取送车": "每次都说没空等",
    "想要按月对账": "三次来电都在问上月明细",
    "可能要扩车队": "招聘司机的消息",
}
CALLS = (
    "回访上次保养，客户说等待时间有点长，其余满意。",
    "提醒保养到期，客户说下周来。",
    "客户来电问轮胎价格，已报价。",
    "约好周六上午到店，做大保养。",
    "问配件什么时候到，答应到货当天打电话。",
    "说空调有异味，建议来店免费检查。",
    "没有接通，改天再打。",
)
VISITS = (
    "到店保养，顺便看了新车。",
    "上门拜访，店里生意不错，打算再开一间。",
    "到店取车，满意。",
    "参加自驾活动，带了孩子。",
    "到仓库看货，对价格有意见。",
)
MESSAGES = ("微信发来里程照片，请帮忙看看该不该保养。", "发了到货通知，客户回复收到。", "问周末开不开门，已答复。")


class Product(NamedTuple):
    """What the company sells. `cost` None: nobody wrote it down, as in many real systems."""

    code: str
    name: str
    category: str
    price: float
    cost: float | None


PRODUCTS = (
    Product("V-S3", "澄湖 S3 轿车 1.5T", "整车", 108800, 104200),
    Product("V-S5", "澄湖 S5 轿车 2.0T", "整车", 158800, 151600),
    Product("V-X5", "澄湖 X5 运动型 2.0T", "整车", 186800, 177900),
    Product("V-X7", "澄湖 X7 七座 2.0T", "整车", 228800, 217300),
    Product("V-E5", "澄湖 E5 纯电", "整车", 168800, 163500),
    Product("V-E7", "澄湖 E7 纯电长续航", "整车", 238800, 229800),
    Product("S-OIL", "机油机滤套装", "保养", 328, 168),
    Product("S-OILF", "全合成机油套装", "保养", 528, 285),
    Product("S-AIR", "空气滤芯", "保养", 98, 42),
    Product("S-CAB", "空调滤芯", "保养", 128, 48),
    Product("S-PLUG", "火花塞一组", "保养", 360, 195),
    Product("L-SM", "工时 小保养", "工时", 120, 60),
    Product("L-LG", "工时 大保养", "工时", 320, 150),
    Product("L-REP", "工时 维修", "工时", 260, 120),
    Product("L-BODY", "钣金喷漆一面", "钣喷", 650, 270),
    Product("R-BRK", "前刹车片", "维修", 460, 255),
    Product("R-DISC", "刹车盘一对", "维修", 880, 520),
    Product("R-BAT", "蓄电池 60Ah", "维修", 680, 465),
    Product("R-AC", "空调清洗加注", "维修", 398, 150),
    Product("T-16", "轮胎 205/55R16", "轮胎", 520, 402),
    Product("T-18", "轮胎 235/50R18", "轮胎", 860, 668),
    Product("A-MAT", "脚垫一套", "精品", 398, None),
    Product("A-FILM", "太阳膜全车", "精品", 2680, 1180),
    Product("A-DASH", "行车记录仪", "精品", 598, None),
    Product("W-EXT", "延保两年", "延保", 3280, 1150),
    Product("P-OIL", "机油 4L 箱装", "配件批发", 168, 118),
    Product("P-FILT", "机滤 十只装", "配件批发", 180, 121),
    Product("P-AIR", "空滤 十只装", "配件批发", 260, 172),
    Product("P-BRK", "刹车片 批发", "配件批发", 235, 168),
    Product("P-PLUG", "火花塞 批发", "配件批发", 150, 104),
    Product("P-BELT", "皮带组", "配件批发", 190, 131),
    Product("P-LAMP", "前大灯总成", "配件批发", 1180, 935),
    Product("P-BUMP", "保险杠", "配件批发", 620, 455),
    Product("P-COMP", "空调压缩机", "配件批发", 1350, 1085),
    Product("P-TYRE", "轮胎 批发", "配件批发", 395, 352),
)

# What firms add to a name that is taken in their town. No two of them sound alike.
MARKS = tuple(first + second for first in "东南西北春夏秋梅" for second in "海山林田云月星石")


def mark(number: int) -> str:
    """The mark of the firms of one chunk of customers, the first of which has number 1."""
    words = ""
    while number:
        number, at = divmod(number - 1, len(MARKS))
        words = MARKS[at] + words
    return words
