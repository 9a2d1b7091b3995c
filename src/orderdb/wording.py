"""The words for kinds that the shop's own texts name."""

from __future__ import annotations

from orderdb.statuses import PaymentMethod
from orderdb.text import Text

PAYMENT_METHOD = {
    PaymentMethod.CARD: Text(en="card", zh="银行卡"),
    PaymentMethod.PAYPAL: Text(en="PayPal", zh="PayPal"),
    PaymentMethod.ALIPAY: Text(en="Alipay", zh="支付宝"),
    PaymentMethod.WECHAT: Text(en="WeChat Pay", zh="微信支付"),
    PaymentMethod.BANK_TRANSFER: Text(en="bank transfer", zh="银行转账"),
    PaymentMethod.GIFT_CARD: Text(en="gift card", zh="礼品卡"),
    PaymentMethod.OTHER: Text(en="other means", zh="其他方式"),
}
