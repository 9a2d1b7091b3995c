"""Mends slips of the keyboard before a text is read: ``wen wil my oder ariv``."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORD = re.compile(r"(?<![\w{'])[a-z]{3,}(?![\w}'])")
_SOUND_ALIKE = {
    slip: meant
    for meant, slips in {
        "退货": "腿货 推货 退活", "退款": "腿款 推款 退宽 推宽", "换货": "换活 唤货",
        "发货": "发活 法货", "收货": "收活", "确认收货": "确认收获",
        "快递": "快弟 块递 快底 筷递", "付款": "付宽 负款 副款 富款",
        "订单": "订旦 丁单 订丹 钉单 顶单", "物流": "物留 物刘 勿流 物柳",
        "地址": "地纸 地止 弟址 递址", "取消": "取销 取肖 曲消 取晓 娶消",
        "发票": "发漂 发飘 法票 发瓢 罚票", "包裹": "包果 包国 报裹 保裹",
        "客服": "可服 课服", "到账": "到仗 到帐", "运费": "运废 云费 晕费 孕费",
        "包邮": "包油 保邮", "签收": "千收 牵收", "支付": "支负 支富",
        "积分": "积份", "会员": "会圆 惠员", "礼品卡": "里品卡 理品卡", "优惠": "优会 优汇",
        "投诉": "头诉 投素", "尺码": "尺马 齿码", "派送": "派宋",
    }.items()
    for slip in slips.split()
}  # fmt: skip
"""Words of the trade as a Chinese keyboard gets them wrong: the same sound, another character.

Only what means nothing else where it stands, within names of streets and people, too: 退或换 is
"return or swap", 上海观澜路 no customs.
"""
_SOUNDS = re.compile(rf"(?:{'|'.join(_SOUND_ALIKE)})(?![亮动际腻炸渍着下给在])")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def mended(text: str, rarity: Mapping[str, float]) -> str:
    """A lower-case text with each unknown word as the commonest known one that is a slip away.

    ``rarity``: known words, the commoner the lower.
    """

    def known(match: re.Match[str]) -> str:
        word = match[0]
        if word in rarity:
            return word
        near = [one for one in _slips(word) if one in rarity]
        return min(near, key=lambda one: rarity[one], default=word)

    return _WORD.sub(known, text)


def sounded(text: str) -> str:
    """A text with Chinese words of the same sound put right."""
    return _SOUNDS.sub(lambda match: _SOUND_ALIKE[match[0]], text)


def _slips(word: str) -> set[str]:
    """All that one letter left out, put in, changed or swapped with the next makes of it."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    return {
        *(left + right[1:] for left, right in cuts if right and len(word) > 3),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS),
        *(left + letter + right for left, right in cuts for letter in _LETTERS),
    }
