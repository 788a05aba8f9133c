"""Which service runs which effect. A job gets (store id, subject) and may answer with the time of its next run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.services import (
    advocates,
    banks,
    coupon_calls,
    coupon_checks,
    coupon_returns,
    debts,
    departures,
    goods_looks,
    grant_calls,
    installations,
    mail,
    readback,
    reconciliation,
    restored_rewards,
    retention,
    shelf,
)

Job = Callable[[int, str], datetime | None]


def _number(subject: str) -> int:
    return int(subject.partition(":")[2])


JOBS: dict[str, Job] = {
    "push_coupons": lambda store_id, _: coupon_calls.push(store_id),
    "revoke_coupons": lambda store_id, _: coupon_returns.revoke(store_id),
    "narrow_coupon": lambda _, subject: coupon_calls.narrow(_number(subject)),
    "withdraw_coupon": lambda _, subject: coupon_returns.withdraw(_number(subject)),
    "give_grant": lambda _, subject: grant_calls.give(_number(subject)),
    "take_grant_back": lambda _, subject: grant_calls.take_back(_number(subject)),
    "give_again": lambda _, subject: coupon_calls.give_again(_number(subject)),
    "ask_for_reward": lambda _, subject: restored_rewards.ask(_number(subject)),
    "check_coupon": coupon_checks.check,
    "refill_shelf": lambda _, subject: shelf.refill_now(_number(subject)),
    "retire_shelf": lambda store_id, subject: shelf.retire_now(store_id, subject.partition(":")[2]),
    "send_mail": lambda _, subject: mail.send(_number(subject)),
    "tell_reward": lambda store_id, subject: advocates.tell_reward(store_id, _number(subject)),
    "read_back_order": readback.read_back,
    "settle_order": readback.settle,
    "look_at_goods": goods_looks.look,
    "release_reward": lambda store_id, subject: readback.release(store_id, _number(subject)),
    "subscribe_webhooks": lambda _, subject: installations.subscribe(_number(subject)),
    "leave_store": lambda _, subject: departures.leave(_number(subject)),
    "load_history": lambda store_id, _: reconciliation.load_history(store_id),
    "reconcile": lambda store_id, _: reconciliation.reconcile(store_id),
    "serve_bank": lambda store_id, subject: banks.serve(store_id, _number(subject)),
    "write_off": lambda _, subject: debts.write_off(_number(subject)),
    "delete_raw_messages": lambda store_id, _: retention.delete_raw_messages(store_id),
}
