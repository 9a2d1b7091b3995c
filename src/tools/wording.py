"""The words for states and kinds, as customers read them."""

from __future__ import annotations

from orderdb.eligibility import Action
from orderdb.statuses import (
    CaseStatus,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
    ShipmentStatus,
)
from orderdb.text import Language, Text
from orderdb.views import CaseKind

ORDER_STATUS = {
    OrderStatus.PENDING_PAYMENT: Text(en="awaiting payment", zh="待付款"),
    OrderStatus.PAID: Text(en="paid, not yet prepared", zh="已付款，等待备货"),
    OrderStatus.PROCESSING: Text(en="being prepared", zh="备货中"),
    OrderStatus.PACKED: Text(en="packed, not yet shipped", zh="已打包，等待发货"),
    OrderStatus.PARTIALLY_SHIPPED: Text(en="partly shipped", zh="部分发货"),
    OrderStatus.SHIPPED: Text(en="shipped", zh="已发货"),
    OrderStatus.OUT_FOR_DELIVERY: Text(en="out for delivery", zh="派送中"),
    OrderStatus.DELIVERED: Text(en="delivered", zh="已送达"),
    OrderStatus.EXCEPTION: Text(en="problem with the delivery", zh="配送异常"),
    OrderStatus.CANCELLED: Text(en="cancelled", zh="已取消"),
    OrderStatus.RETURNED: Text(en="returned", zh="已退货"),
    OrderStatus.PARTIALLY_RETURNED: Text(en="partly returned", zh="部分退货"),
}
SHIPMENT_STATUS = {
    ShipmentStatus.LABEL_CREATED: Text(en="label created, not yet handed over", zh="已生成运单"),
    ShipmentStatus.HANDED_OVER: Text(en="handed to the carrier", zh="已交快递公司"),
    ShipmentStatus.IN_TRANSIT: Text(en="in transit", zh="运输中"),
    ShipmentStatus.OUT_FOR_DELIVERY: Text(en="out for delivery", zh="派送中"),
    ShipmentStatus.DELIVERED: Text(en="delivered", zh="已签收"),
    ShipmentStatus.DELAYED: Text(en="delayed", zh="运输延误"),
    ShipmentStatus.HELD: Text(en="held", zh="滞留"),
    ShipmentStatus.LOST: Text(en="lost", zh="丢失"),
    ShipmentStatus.DAMAGED: Text(en="damaged", zh="破损"),
    ShipmentStatus.RETURNED_TO_SENDER: Text(en="returned to sender", zh="已退回寄件人"),
}
PAYMENT_STATUS = {
    PaymentStatus.PENDING: Text(en="pending", zh="待支付"),
    PaymentStatus.CAPTURED: Text(en="paid", zh="已支付"),
    PaymentStatus.FAILED: Text(en="failed", zh="支付失败"),
    PaymentStatus.VOIDED: Text(en="voided", zh="已撤销"),
}
REFUND_STATUS = {
    RefundStatus.PENDING: Text(en="under way", zh="处理中"),
    RefundStatus.SUCCEEDED: Text(en="done", zh="已到账"),
    RefundStatus.FAILED: Text(en="failed", zh="失败"),
}
ACTION: dict[Action, Text] = {
    "cancel": Text(en="cancellation", zh="取消订单"),
    "return": Text(en="return", zh="退货"),
    "exchange": Text(en="exchange", zh="换货"),
    "refund": Text(en="refund", zh="退款"),
    "change_address": Text(en="change of address", zh="修改地址"),
    "change_payment": Text(en="change of payment", zh="更换付款方式"),
    "change_items": Text(en="change of items", zh="修改商品"),
    "report_damaged": Text(en="damage report", zh="破损报告"),
    "report_missing": Text(en="report of a missing item or parcel", zh="少件或丢失报告"),
}
CASE_KIND: dict[CaseKind, Text] = {
    "return": Text(en="Return", zh="退货"),
    "exchange": Text(en="Exchange", zh="换货"),
    "claim": Text(en="Report of damage or loss", zh="破损或缺失报告"),
}
CASE_STATUS = {
    CaseStatus.REQUESTED: Text(en="requested", zh="已申请"),
    CaseStatus.APPROVED: Text(en="approved", zh="已同意"),
    CaseStatus.IN_TRANSIT: Text(en="on its way back", zh="寄回途中"),
    CaseStatus.RECEIVED: Text(en="received by the shop", zh="仓库已收到"),
    CaseStatus.COMPLETED: Text(en="completed", zh="已完成"),
    CaseStatus.REJECTED: Text(en="rejected", zh="已驳回"),
}


def language_of(code: str) -> Language:
    """The shop's language for a code such as ``zh-CN``; English for all it does not speak."""
    return "zh" if code.lower().startswith("zh") else "en"
