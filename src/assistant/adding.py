"""Whether words want goods added to an order, which a placed order does not allow."""

from __future__ import annotations

from assistant.saying import says

RULE_ON_ADDING = "adding goods to an order that was placed, 下单后加购商品"
"""What the policies are searched for."""

asks_to_add = says(
    r"\badd(?:ing|ed)?\b(?! (?:\w+ ){0,3}(?:address|name|number|phone|note|comment|apartment|flat"
    r"|floor|postcode|zip|card|code)\b)"
    r"|\b(?:one|two|some|a few) (?:more|extra)\b"
    r"|\ban? (?:extra|additional)\b(?! (?:charge|cost|fee|day|week))"
    r"|\b(?:put|throw|chuck|pop|stick|slip|include|pack|get|have|order)(?: in)?"
    r" (?:an?|another|some|two|three|one)\b"
    r"[^.?!]{0,40}\b(?:in(?:to)?|to|with|on) (?:it|(?:the|that|this|my) (?:same )?(?:order|box"
    r"|parcel|package|shipment|delivery)|there|as well)\b(?! with\b)"
    r"|再(?:[加添]|[来來](?![找问問看]))|多[加拿]|加[一个個件几幾購购上进進]|追加|添[一个個件上]"
)
