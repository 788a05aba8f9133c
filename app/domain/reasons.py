"""Reason codes: why a referral or a reward is where it is. Every code has its sentence in app/web/words.py, in three
languages."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Stable slugs, stored beside each decision."""

    # waiting
    WAITING_PAYMENT = "waiting_payment"
    WAITING_COMPLETION = "waiting_completion"
    WAITING_HISTORY = "waiting_history"
    WAITING_GOODS = "waiting_goods"  # the store is asked what was bought, and by whom
    # good
    QUALIFIED = "qualified"
    ON_HOLD = "on_hold"
    LOOKED_AT = "looked_at"  # something looks odd (R9): somebody looks until the deadline
    WAITING_APPROVAL = "waiting_approval"
    DUE = "due"
    TO_HAND_OUT = "to_hand_out"  # a person keeps the promise
    WAITING_STOCK = "waiting_stock"  # the bank of codes is empty
    WAITING_ACCOUNT = "waiting_account"  # the store can only give it to an account, and there is none yet
    ISSUED = "issued"
    APPROVED_BY_PERSON = "approved_by_person"
    TEST_ORDER = "test_order"
    # refusals
    BELOW_MINIMUM = "below_minimum"
    COUNTED_BELOW_MINIMUM = "counted_below_minimum"  # what is left of it without the goods that do not count
    EXCLUDED_GOODS = "excluded_goods"  # none of them count
    EXCLUDED_BUYER = "excluded_buyer"
    WRONG_CURRENCY = "wrong_currency"
    NOT_NEW = "not_new"
    NEWNESS_UNPROVEN = "newness_unproven"
    SELF_REFERRAL = "self_referral"
    NOT_COLLECTED = "not_collected"
    NOT_DELIVERED = "not_delivered"
    CANCELLED = "cancelled"
    ORDER_GONE = "order_gone"
    EXCLUDED_CHANNEL = "excluded_channel"
    RENEWAL = "renewal"
    CAP_REACHED = "cap_reached"
    REJECTED_BY_PERSON = "rejected_by_person"
    EVIDENCE_WITHDRAWN = "evidence_withdrawn"  # what tied the order to the advocate was undone
    # evidence passed over
    BEFORE_CLAIM = "before_claim"
    WINDOW_PASSED = "window_passed"
    CLAIM_ALREADY_PAID = "claim_already_paid"
    WEAKER_EVIDENCE = "weaker_evidence"
    LATER_TOUCH = "later_touch"
    EARLIER_TOUCH = "earlier_touch"  # where the last touch wins
    UNVERIFIED = "unverified"  # the address was not verified before the order
    SMALLER_DISCOUNT = "smaller_discount"
    # reversals
    REFUNDED_IN_PART = "refunded_in_part"
    REFUNDED = "refunded"
    REVERSED_AFTER_USE = "reversed_after_use"
    REVERSED_AFTER_GIVING = "reversed_after_giving"
    NETTED = "netted"
    # what the store is asked for
    COUPON_REFUSED = "coupon_refused"
    POINTS_CAME_BACK = "points_came_back"  # the store refused the coupon that they had bought
    STORE_REFUSED = "store_refused"
