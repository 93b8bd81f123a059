"""What the columns of customer and contact files may mean, in the words people use. docs/reference/imports.md is checked against this."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.ground.imports.loaders import Field
from kexin.loop.customers.choices import Kind, PointKind, Source

FILE, REACH, CONTACT, ENTRY, ASSET, DAY = _("Customer"), _("Ways to reach"), _("Contact"), _("File entry"), _("Asset"), _("Occasion")
CREDIT = _("Credit and finances")

CODE = (
    "客户编号",
    "客户编码",
    "客户代码",
    "客户号",
    "会员号",
    "会员编号",
    "编号",
    "编码",
    "customer code",
    "customer id",
    "customer no",
    "code",
    "id",
    "account no",
    "client id",
)
NAME = (
    "客户名称",
    "客户姓名",
    "客户",
    "姓名",
    "名称",
    "单位名称",
    "公司名称",
    "企业名称",
    "单位",
    "公司",
    "车主",
    "车主姓名",
    "name",
    "customer name",
    "full name",
    "customer",
    "company",
    "company name",
    "account name",
)
PHONES = (
    "手机",
    "手机号",
    "手机号码",
    "电话",
    "电话号码",
    "联系电话",
    "移动电话",
    "客户电话",
    "phone",
    "phone number",
    "mobile",
    "mobile phone",
    "tel",
    "telephone",
    "cell",
)
EMAILS = ("邮箱", "电子邮箱", "电子邮件", "邮件", "邮箱地址", "email", "e-mail", "mail", "email address")
WECOMS = ("企业微信", "企微", "企微ID", "企业微信号", "微信", "微信号", "wecom", "wechat", "wecom id", "wechat id")

FIELDS = (
    Field("code", _("Customer code"), CODE, group=FILE, help=_("The key: a customer with this code is updated.")),
    Field("name", _("Name or company"), NAME, required=True, group=FILE),
    Field("kind", _("Person or organisation"), ("客户类型", "类型", "性质", "客户性质", "kind", "type", "customer type"), parse="choice", group=FILE),
    Field("salutation", _("Salutation"), ("称呼", "称谓", "尊称", "salutation", "title"), group=FILE),
    Field("tax_number", _("Tax number"), ("税号", "统一社会信用代码", "信用代码", "纳税人识别号", "社会信用代码", "tax number", "tax id", "vat number", "uscc"), group=FILE),
    Field("owner", _("Owner"), ("负责人", "客户经理", "业务员", "销售顾问", "服务顾问", "归属人", "跟进人", "owner", "account manager", "sales rep", "salesperson"), group=FILE, help=_("By sign-in name or name.")),
    Field("branch", _("Branch"), ("网点", "门店", "分店", "分公司", "所属门店", "归属网点", "所属网点", "店铺", "branch", "store", "shop", "outlet"), group=FILE, help=_("By code or name.")),
    Field("source", _("Collected by"), ("来源", "客户来源", "收集途径", "来源渠道", "获客渠道", "source", "lead source", "collected by"), parse="choice", group=FILE),
    Field("region", _("Region"), ("地区", "区域", "省市", "省份", "城市", "所在地", "国家", "region", "city", "province", "country", "state"), group=FILE),
    Field("address", _("Address"), ("地址", "联系地址", "通讯地址", "详细地址", "住址", "address", "street", "street address"), group=FILE),
    Field("latitude", _("Latitude"), ("纬度", "lat", "latitude", "y坐标"), parse="number", group=FILE, help=_("Degrees, north positive: 31.23. With the longitude.")),
    Field("longitude", _("Longitude"), ("经度", "lng", "lon", "longitude", "x坐标"), parse="number", group=FILE, help=_("Degrees, east positive: 121.47. With the latitude.")),
    Field("coordinate_system", _("Coordinate system"), ("坐标系", "坐标系统", "地图", "coordinate system", "crs", "datum"), group=FILE, help=_("wgs84 (GPS), gcj02 (Amap, Tencent) or bd09 (Baidu). Without it: wgs84.")),
    Field("preferred_channel", _("Preferred way"), ("首选方式", "偏好渠道", "首选联系方式", "preferred channel", "preferred contact"), parse="choice", group=REACH),
    Field("preferred_hours", _("Preferred hours"), ("首选时段", "方便时间", "联系时段", "方便联系时间", "preferred hours", "best time to call"), group=REACH),
    Field("phone", _("Phone"), PHONES, parse="phone", group=REACH),
    Field("phone2", _("Second phone"), ("电话2", "手机2", "备用电话", "其他电话", "座机", "固定电话", "办公电话", "phone 2", "second phone", "other phone", "landline", "work phone", "home phone"), parse="phone", group=REACH),
    Field("email", _("E-mail"), EMAILS, parse="email", group=REACH),
    Field("wecom", _("WeCom"), WECOMS, group=REACH),
    Field("contact_name", _("Contact: name"), ("联系人", "联系人姓名", "主要联系人", "contact", "contact name", "contact person"), group=CONTACT, help=_("Several rows with one code give several contacts.")),
    Field("contact_role", _("Contact: role"), ("联系人职务", "职务", "职位", "岗位", "联系人职位", "contact role", "job title", "position", "contact title"), group=CONTACT),
    Field("contact_phone", _("Contact: phone"), ("联系人电话", "联系人手机", "联系人手机号", "联系人联系方式", "contact phone", "contact mobile"), parse="phone", group=CONTACT),
    Field("contact_email", _("Contact: e-mail"), ("联系人邮箱", "联系人电子邮箱", "contact email", "contact e-mail"), parse="email", group=CONTACT),
    Field("contact_wecom", _("Contact: WeCom"), ("联系人企业微信", "联系人微信", "contact wecom", "contact wechat"), group=CONTACT),
    Field("hobby", _("Hobbies"), ("爱好", "兴趣", "兴趣爱好", "hobby", "hobbies", "interests"), group=ENTRY),
    Field("credit", _("Finances and credit standing"), ("信用", "信用状况", "资信", "资信状况", "财务状况", "credit", "credit standing"), group=ENTRY),
    Field("credit_limit", _("Credit limit"), ("信用额度", "授信额度", "赊销额度", "额度", "credit limit", "credit line"), parse="number", group=CREDIT),
    Field("payment_days", _("Days to pay"), ("账期", "账期天数", "付款天数", "付款期限", "信用期", "payment days", "payment terms", "terms", "days to pay"), parse="number", group=CREDIT),
    Field("credit_rating", _("Credit rating"), ("信用等级", "信用评级", "资信等级", "credit rating", "rating"), group=CREDIT),
    Field("overdue_amount", _("Overdue amount"), ("逾期金额", "欠款", "逾期欠款", "超期金额", "overdue amount", "overdue", "amount overdue"), parse="number", group=CREDIT),
    Field("overdue_days", _("Days overdue"), ("逾期天数", "超期天数", "overdue days", "days overdue"), parse="number", group=CREDIT),
    Field("occupation", _("Occupation"), ("职业", "行业", "occupation", "profession", "industry"), group=ENTRY),
    Field("family", pgettext_lazy("topic", "Family"), ("家庭", "家庭情况", "家庭成员", "family"), group=ENTRY),
    Field("project", _("Project cycle"), ("项目周期", "项目", "项目阶段", "project", "project cycle"), group=ENTRY),
    Field("wish", pgettext_lazy("topic", "Wish"), ("需求", "意向", "心愿", "期望", "wish", "needs", "wants"), group=ENTRY),
    Field("note", pgettext_lazy("topic", "Note"), ("备注", "说明", "附注", "note", "notes", "remark", "remarks", "comment"), group=ENTRY),
    Field("plate", _("Plate"), ("车牌", "车牌号", "车牌号码", "牌照", "plate", "license plate", "plate number", "registration"), group=ASSET),
    Field("vin", _("VIN"), ("车架号", "VIN码", "车辆识别码", "底盘号", "vin", "chassis number"), group=ASSET),
    Field("asset_name", _("Asset"), ("车型", "车系", "车辆", "车辆型号", "设备", "设备型号", "model", "vehicle", "asset", "vehicle model", "equipment"), group=ASSET),
    Field("acquired_on", _("Acquired on"), ("购车日期", "交车日期", "提车日期", "购买日期", "安装日期", "acquired on", "purchase date", "delivery date"), parse="date", group=ASSET),
    Field("birthday", _("Birthday"), ("生日", "出生日期", "生日(公历)", "生日(阳历)", "阳历生日", "公历生日", "birthday", "date of birth", "birth date", "dob"), parse="birthday", group=DAY),
    Field("lunar_birthday", _("Lunar birthday"), ("农历生日", "阴历生日", "生日(农历)", "生日(阴历)", "旧历生日", "lunar birthday"), parse="lunar", group=DAY),
)  # fmt: skip

CONTACT_FIELDS = (
    Field("code", _("Customer code"), CODE, group=FILE),
    Field("customer_name", _("Customer name"), ("客户名称", "客户姓名", "客户", "单位名称", "公司名称", "企业名称", "单位", "公司", "customer name", "customer", "company", "company name", "account name"), group=FILE, help=_("Used where there is no code; it must fit exactly one customer.")),
    Field("contact_name", _("Contact: name"), ("联系人", "联系人姓名", "姓名", "名字", "主要联系人", "contact", "contact name", "contact person", "name", "full name"), required=True, group=CONTACT),
    Field("contact_role", _("Contact: role"), ("职务", "职位", "岗位", "联系人职务", "联系人职位", "部门", "contact role", "role", "job title", "position", "title"), group=CONTACT),
    Field("contact_phone", _("Contact: phone"), ("联系人电话", "联系人手机", *PHONES, "contact phone", "contact mobile"), parse="phone", group=CONTACT),
    Field("contact_email", _("Contact: e-mail"), ("联系人邮箱", *EMAILS, "contact email"), parse="email", group=CONTACT),
    Field("contact_wecom", _("Contact: WeCom"), ("联系人企业微信", "联系人微信", *WECOMS, "contact wecom"), group=CONTACT),
)  # fmt: skip

# Columns that customer lists often have and that are never taken: they are computed here.
DERIVED = (
    "级别",
    "等级",
    "客户等级",
    "客户级别",
    "客户分类",
    "分类",
    "RFM",
    "ABC",
    "tier",
    "grade",
    "customer tier",
    "customer grade",
    "class",
    "segment",
    "累计消费",
    "消费总额",
    "total spend",
    "lifetime value",
)


def _words(words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {word.casefold(): value for value, several in words.items() for word in (value, *several)}


KINDS = _words({
    Kind.PERSON.value: ("个人", "自然人", "私人", "个人客户", "individual", "private"),
    Kind.ORGANISATION.value: ("单位", "公司", "企业", "机构", "企业客户", "单位客户", "组织", "组织机构", "法人", "organization", "company", "business", "corporate"),
})  # fmt: skip
SOURCES = _words({
    Source.RESEARCH.value: ("市场调研", "调研", "market research"),
    Source.DEALINGS.value: ("过往交流", "交流", "过往往来", "门店", "到店", "自然到店", "转介绍", "老客户", "past dealings", "walk-in", "referral"),
    Source.EVENTS.value: ("户外活动", "活动", "车友会", "展会", "车展", "outdoor activities", "outdoor activities and events", "event"),
    Source.PROJECTS.value: ("过往项目", "项目", "past projects", "project"),
    Source.CUSTOMER.value: ("客户本人", "客户提供", "本人提供", "told by the customer", "the customer"),
    Source.IMPORT.value: ("导入", "系统导入", "imported"),
})  # fmt: skip
CHANNELS = _words({
    PointKind.PHONE.value: ("电话", "手机", "tel", "mobile"),
    PointKind.EMAIL.value: ("邮箱", "邮件", "e-mail", "mail"),
    PointKind.WECOM.value: ("企业微信", "企微", "微信", "wechat"),
})  # fmt: skip
