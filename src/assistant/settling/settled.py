"""The ranking of a reading with what only the conversation can tell."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.listening import Ranked
from assistant.memory import ConversationMemory
from assistant.order_numbers import mask, plain
from assistant.purchases import Purchase
from assistant.references import Resolution
from assistant.settling import changes, goods, orders, reports, returns, rules
from assistant.settling.said import AS_RANKED, SURELY, Rule, Said, names_one_order, same_matter

RULES: tuple[Rule, ...] = (
    changes.reason_for_the_wish,
    changes.way_named,
    changes.recipient_told,
    changes.address_told,
    changes.sent_elsewhere,
    orders.told_to_obey,
    orders.still_comes,
    changes.let_go,
    changes.waits_no_longer,
    changes.cancelled_by_when,
    reports.another_came,
    reports.looked_in_vain,
    reports.nothing_came,
    reports.faulty,
    reports.broken,
    changes.money_instead,
    rules.whether_it_matters,
    changes.used_already,
    rules.answer_awaited,
    rules.card_is_gone,
    rules.money_elsewhere,
    reports.photos_sent,
    returns.time_left,
    orders.who_answers,
    changes.cancelled_by_a_no,
    returns.new_one,
    returns.fetched,
    reports.photos_spoken_of,
    returns.same_of_others,
    returns.state_of_the_goods,
    returns.more_told,
    returns.no_longer_wanted,
    orders.unpaid,
    rules.protested,
    rules.less_than_paid,
    rules.money_back,
    orders.sent_abroad,
    orders.of_somebody_else,
    orders.owed,
    orders.compared,
    orders.came_back,
    reports.remedy,
    reports.lost_made_good,
    orders.what_to_do,
    goods.for_sale,
    goods.quality,
    changes.goods_added,
    orders.sent_together,
    rules.rule_named,
    orders.why,
    changes.too_many_ordered,
    changes.which_can,
    returns.until_when,
    orders.how_much_longer,
    rules.what_if,
    rules.more_of_the_rule,
    orders.number_of_nobody,
    goods.in_another_variant,
    goods.looked_at,
    goods.priced,
    orders.named_by_a_word,
    goods.chosen,
    goods.agreed_by_name,
    goods.named,
)
"""What leaves no doubt about a label; the first that says one wins."""

_KNOWN = 0.35
"""Below it the likeliest label is a guess; in a conversation the matter at hand is likelier."""

_LIKELY = 0.2
_SEVERAL = re.compile(
    r"\b(?:recent|latest|last|newest|past) (?:\w+ )?(?:orders|purchases)\b|\blately\b"
    r"|最近的?(?:订单|訂單|几|購買|购买)(?!到)|[所全]有"
)


def settled(
    ranked: Ranked,
    text: str,
    resolution: Resolution,
    memory: ConversationMemory,
    purchase: Callable[[], Purchase | None],
) -> Ranked:
    """The ranking with what only the conversation can tell. ``purchase`` is the order meant."""
    if resolution.orders and _only_names_orders(text):
        return [(same_matter(memory, pointed=True), 1.0)]
    said = Said(ranked, text, resolution, memory, purchase)
    outright = next((label for rule in RULES if (label := rule(said))), AS_RANKED)
    if outright != AS_RANKED:
        return [(outright, 1.0)]
    if memory.matter and ranked[0][1] < _KNOWN:  # "so what now" says nothing by itself
        ranked = [("followup", 1.0)]
    found: dict[str, float] = {}
    for label, probability in _of_an_order(ranked, resolution):
        meant = _meant(label, said)
        found[meant] = found.get(meant, 0.0) + probability
    return sorted(found.items(), key=lambda item: -item[1])


def _meant(label: str, said: Said) -> str:
    """What a label of words that lean on the conversation stands for."""
    memory, pointed = said.memory, said.names_order
    if label == "followup":
        label = same_matter(memory, pointed=pointed) if memory.matter or pointed else "orders"
    elif label == "yes" and memory.offered:
        label = memory.offered
    elif label == "no" and memory.matter and pointed:
        label = same_matter(memory, pointed=True)  # "no, the one from Monday"
    several = label == "orders" and _SEVERAL.search(plain(said.text).lower())
    if label in ("orders", "greeting") and pointed and not several:
        return "order.where"
    return label


def _of_an_order(ranked: Ranked, resolution: Resolution) -> Ranked:
    """Without the list, or a rule hardly asked for, where the words say which order they mean."""
    label, probability = ranked[0]
    others = [
        one
        for one in ranked[1:]
        if one[0].startswith(("order.", "may.", "do.")) and one[1] >= _LIKELY
    ]
    pointed = names_one_order(resolution) and resolution.how != "product"
    doubtful = label == "orders" or (label == "policy" and probability < SURELY)
    if not (doubtful and pointed and others):
        return ranked
    likeliest, share = others[0]
    rest = [one for one in ranked[1:] if one[0] != likeliest]
    return sorted([(likeliest, share + probability), *rest], key=lambda one: -one[1])


def _only_names_orders(text: str) -> bool:
    rest = mask(text, placeholder="")
    return not any(character.isalnum() for character in rest)
