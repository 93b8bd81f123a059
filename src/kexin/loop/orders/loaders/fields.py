"""What the columns of an order file may mean, in the words people use for them. docs/reference/imports.md is checked against this."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.ground.imports.loaders import BuiltinMapping, Field
from kexin.loop.orders.choices import OrderKind

ORDER, LINE, CUSTOMER, PRODUCT = _("Order"), _("Order line"), _("Customer"), _("Product")

FIELDS = (
    Field("order_number", _("Order number"), ("订单号", "订单编号", "单号", "单据号", "单据编号", "销售单号", "工单号", "发票号", "流水号", "order number", "order no", "order id", "order", "invoice", "invoice no", "invoice number", "InvoiceNo", "bill no"), required=True, group=ORDER),
    Field("ordered_at", _("Date of order"), ("下单时间", "下单日期", "订单日期", "订单时间", "日期", "时间", "交易时间", "交易日期", "销售日期", "开单日期", "结算日期", "单据日期", "购买日期", "成交日期", "date", "order date", "ordered at", "ordered on", "invoice date", "InvoiceDate", "transaction date", "purchase date", "occurred at", "created at"), parse="datetime", required=True, group=ORDER),
    Field("line_number", _("Line number"), ("行号", "行项目", "明细号", "明细行号", "项次", "line", "line no", "line number", "item no", "line id"), group=LINE, help=_("Without it, a line is known by its content.")),
    Field("customer_code", _("Customer code"), ("客户编号", "客户编码", "客户代码", "客户号", "会员号", "会员编号", "客户ID", "customer code", "customer id", "CustomerID", "customer no", "customer number", "customer", "client id", "account no"), group=CUSTOMER),
    Field("customer_name", _("Customer name"), ("客户名称", "客户姓名", "客户", "客户名", "购买方", "单位名称", "customer name", "client", "client name", "account name"), group=CUSTOMER, help=_("Only used for customers that are created.")),
    Field("customer_region", _("Region of the customer"), ("地区", "区域", "省份", "国家", "客户地区", "country", "region", "province", "state"), group=CUSTOMER, help=_("Only used for customers that are created.")),
    Field("product_code", _("Product code"), ("商品编码", "商品编号", "商品代码", "产品编码", "产品编号", "产品代码", "物料编码", "物料号", "货号", "配件编码", "配件号", "SKU", "product code", "product id", "product no", "item code", "stock code", "StockCode", "part number"), group=PRODUCT),
    Field("description", _("Product or description"), ("商品名称", "商品", "产品名称", "产品", "品名", "货品名称", "物料名称", "配件名称", "项目名称", "项目", "描述", "说明", "摘要", "description", "product", "product name", "item", "item name"), group=PRODUCT),
    Field("category", _("Product category"), ("类别", "品类", "分类", "商品类别", "商品分类", "产品类别", "产品分类", "大类", "category", "product category", "product group"), group=PRODUCT),
    Field("quantity", _("Quantity"), ("数量", "件数", "销售数量", "购买数量", "qty", "quantity", "units", "count"), parse="number", group=LINE),
    Field("unit_price", _("Unit price"), ("单价", "价格", "售价", "成交单价", "销售单价", "含税单价", "price", "unit price", "UnitPrice", "sale price"), parse="number", group=LINE),
    Field("amount", _("Amount of the line"), ("金额", "小计", "销售额", "行金额", "总价", "合计", "实付金额", "成交金额", "含税金额", "amount", "line total", "total", "subtotal", "sales"), parse="number", group=LINE, help=_("Used where there is no unit price.")),
    Field("unit_cost", _("Unit cost"), ("成本", "成本价", "单位成本", "进价", "采购价", "cost", "unit cost", "cost price"), parse="number", group=LINE),
    Field("currency", pgettext_lazy("field", "Currency"), ("币种", "货币", "币别", "currency", "currency code"), parse="currency", group=ORDER),
    Field("channel", _("Channel"), ("渠道", "销售渠道", "来源渠道", "下单渠道", "平台", "channel", "sales channel", "platform"), group=ORDER),
    Field("branch", _("Branch"), ("网点", "门店", "店铺", "分店", "分公司", "所属门店", "销售网点", "branch", "store", "shop", "outlet"), group=ORDER, help=_("By code or name.")),
    Field("kind", _("Kind of order"), ("单据类型", "订单类型", "类型", "业务类型", "order type", "type", "kind", "document type"), parse="choice", group=ORDER),
    Field("status", _("State of the order"), ("状态", "订单状态", "单据状态", "status", "order status", "state"), parse="choice", group=ORDER),
    Field("cancelled_on", _("Called off on"), ("取消日期", "取消时间", "作废日期", "cancelled on", "cancelled at", "cancellation date", "canceled on"), parse="date", group=ORDER),
    Field("promised_on", _("Delivery promised for"), ("承诺交期", "承诺交付日期", "约定交货日期", "约定交车日期", "预计交货", "预计交付日期", "交期", "要求交货日期", "promised on", "promised date", "promise date", "due date", "delivery due"), parse="date", group=ORDER),
    Field("delivered_on", _("Delivered on"), ("交付日期", "交货日期", "实际交货日期", "交车日期", "实际交付日期", "发货日期", "送达日期", "delivered on", "delivery date", "delivered date", "delivered at", "shipped on"), parse="date", group=ORDER),
    Field("undoes", _("Undoes order"), ("原订单号", "原单号", "冲红单号", "关联订单号", "被取消订单", "original order", "undoes", "reverses", "original invoice"), group=ORDER),
)  # fmt: skip

KINDS = {
    word.casefold(): kind
    for kind, words in {
        OrderKind.SALE: ("sale", "sales", "order", "invoice", "销售", "销售单", "销售订单", "正常", "普通", "出库", "蓝字"),
        OrderKind.CANCELLATION: ("cancellation", "cancel", "cancelled", "canceled", "credit note", "reversal", "取消", "作废", "冲红", "红字", "红冲", "撤销", "取消单"),
        OrderKind.RETURN: ("return", "returned", "refund", "退货", "退款", "退货单", "退单", "销售退货", "退换货"),
    }.items()
    for word in words
}  # fmt: skip
CANCELLED, OPEN = "cancelled", "open"
STATUSES = {
    word.casefold(): state
    for state, words in {
        CANCELLED: ("cancelled", "canceled", "void", "voided", "已取消", "取消", "作废", "已作废", "已撤销", "交易关闭", "已关闭"),
        OPEN: ("open", "new", "paid", "completed", "complete", "done", "delivered", "shipped", "closed", "confirmed", "processing", "active", "invoiced", "已完成", "完成", "已付款", "已支付", "已发货", "已交付", "已交车", "待发货", "待付款", "待交付", "待交车", "已确认", "处理中", "进行中", "已结算", "正常", "已签收", "已开票", "交易成功"),
    }.items()
    for word in words
}  # fmt: skip

MAPPINGS = (
    BuiltinMapping(
        "online-retail",
        {
            "order_number": "InvoiceNo",
            "product_code": "StockCode",
            "description": "Description",
            "quantity": "Quantity",
            "ordered_at": "InvoiceDate",
            "unit_price": "UnitPrice",
            "customer_code": "CustomerID",
            "customer_region": "Country",
        },
        {"cancellation_prefix": "C", "currency": "GBP"},
    ),
)
