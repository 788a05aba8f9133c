"""What the support desk calls acts, rules, ledger entries, effects, tasks and statuses: words before slugs."""

from __future__ import annotations

import re

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.web import troubles
from app.web.formats import sentence

VERBS: dict[str, LazyString] = {
    "approve": _l("Approved"),
    "reject": _l("Rejected"),
    "keep": _l("Looked at again: stays refused"),
    "release": _l("Released at once"),
    "link": _l("Linked by hand"),
    "reissue": _l("Coupon replaced"),
    "bring_codes": _l("Codes brought into the bank"),
    "hand_out": _l("Reward handed out"),
    "export_handouts": _l("List of rewards to hand out taken"),
    "block": _l("Customer blocked"),
    "note": _l("Note"),
    "undo": _l("Undone"),
    "reveal": _l("Looked at the addresses"),
    "replay": _l("Message read again"),
    "retry": _l("Tried again"),
    "close_task": _l("Task closed"),
    "invite": _l("Somebody invited"),
    "join": _l("Somebody joined the team"),
    "change_role": _l("Role changed"),
    "remove_member": _l("Somebody left the team"),
    "create_program": _l("Program made"),
    "change_program": _l("Program changed"),
    "set_program_state": _l("Program switched"),
    "unlooked": _l("Released at its deadline: nobody had looked"),
    "test_order": _l("Test order begun"),
    "connected": _l("Shop connected"),
    "disconnect": _l("Disconnecting the shop begun"),
    "disconnected": _l("Shop disconnected"),
    "mend_webhooks": _l("The shop’s messages were put right"),
    "restore": _l("Server restored from a backup"),
}
SUBJECTS: dict[str, LazyString] = {
    "order": _l("Order"),
    "person": _l("Person"),
    "advocate": _l("Customer"),
    "program": _l("Program"),
    "account": _l("Account"),
    "message": _l("Message"),
    "effect": _l("Work"),
    "task": _l("Task"),
    "installation": _l("Connection"),
    "coupon": _l("Coupon"),
    "reward": _l("Reward"),
    "store": _l("Shop"),
}
RULES: dict[str, LazyString] = {
    "0": _l("Somebody at the shop linked the order by hand."),
    "a": _l("A code that was given to one friend only was used on the order."),
    "b": _l("The friend came to the shop through the link, and the order carries its mark."),
    "c": _l("The buyer’s confirmed address is the one that took the code."),
    "d": _l("The customer’s own code was used on the order."),
}
ENTRIES: dict[str, LazyString] = {
    "earned": _l("Promised"),
    "adjusted": _l("Adjusted: the order was changed"),
    "reversed": _l("Taken back"),
    "restored": _l("Given again: what took it back was undone"),
    "issued": _l("Given"),
    "returned": _l("Came back, or was not given after all"),
    "netted": _l("Settled against an earlier reward"),
    "written_off": _l("Written off"),
    "spent": _l("Exchanged for a coupon, or come back from there"),
}
ORDER_STATUSES: dict[str, LazyString] = {
    "pending": _l("Waiting for payment"),
    "on_hold": _l("On hold"),
    "processing": _l("In progress"),
    "completed": _l("Completed"),
    "cancelled": _l("Cancelled"),
    "failed": _l("Failed"),
    "refunded": _l("Refunded"),
    "trashed": _l("In the shop’s bin"),
    "draft": _l("Draft"),
}
SOURCES: dict[str, LazyString] = {
    "webhook": _l("message from the shop"),
    "readback": _l("read from the shop"),
    "reconcile": _l("found when comparing"),
}
EFFECTS: dict[str, LazyString] = {
    "push_coupons": _l("Make coupons in the shop"),
    "revoke_coupons": _l("Take coupons out of the shop"),
    "narrow_coupon": _l("Set a coupon’s last day"),
    "withdraw_coupon": _l("Take a sent coupon back"),
    "give_again": _l("Give a reward again"),
    "ask_for_reward": _l("Look whether a reward was sent already"),
    "check_coupon": _l("Look whether a coupon still stands"),
    "refill_shelf": _l("Fill the shelf of codes"),
    "retire_shelf": _l("Clear the shelf of codes"),
    "read_back_order": _l("Read an order from the shop"),
    "settle_order": _l("Decide about an order again"),
    "look_at_goods": _l("Ask what kind of goods were bought"),
    "release_reward": _l("Release a reward"),
    "tell_reward": _l("Tell a customer about a reward"),
    "send_mail": _l("Send a mail"),
    "subscribe_webhooks": _l("Ask the shop for messages"),
    "delete_raw_messages": _l("Delete old messages"),
    "load_history": _l("Read the shop’s earlier orders"),
    "reconcile": _l("Compare with the shop"),
    "leave_store": _l("Take our things out of the shop"),
    "give_grant": _l("Give what the shop keeps for a customer"),
    "take_grant_back": _l("Take back what the shop keeps for a customer"),
    "serve_bank": _l("Give codes of the bank"),
    "write_off": _l("Write off what nobody settles"),
}
TASKS: dict[str, LazyString] = {
    "unclaimed_coupon_used": _l(
        "A code was used that nobody had taken. Its shelf was cleared and filled anew; look how the code got out."
    ),
    "coupon_edited": _l(
        "A friend’s coupon was changed in the shop. The friend was given another one, as promised, and the changed one "
        "was removed."
    ),
    "coupon_used_unseen": _l(
        "A coupon counts as used in the shop, but no order there used it. See whether its order was deleted, and give "
        "a new one if it was."
    ),
    "reward_coupon_edited": _l(
        "The coupon of a reward was changed in the shop, so it is no longer what was promised. If that was a mistake, "
        "give the reward a new coupon."
    ),
    "product_gone": _l(
        "The shop does not sell a product any more that a program gives for free, so its codes cannot be made. Publish "
        "the product again, or name another one in the program; then give rewards that failed a new coupon."
    ),
    "bank_low": _l("Few codes are left in a program’s bank, or none. Bring more on the program’s page."),
    "grant_refused": _l(
        "The shop did not give a customer their credit, gift card or tag. Look into their account there; if it is not "
        "in it, give the reward anew on the order’s page."
    ),
    "coupon_refused": _l("The shop refused a coupon. See whether coupons are allowed there, then replace it."),
    "coupon_not_revoked": _l(
        "A code should be taken back, and the shop refuses. Delete the coupon in the shop by hand."
    ),
    "reward_coupon_deleted": _l(
        "The coupon of a reward was deleted in the shop. If that was a mistake, give the reward a new coupon."
    ),
}
MAILS: dict[str, LazyString] = {
    "join": _l("Link to join"),
    "sign_in": _l("Link to sign in"),
    "claim": _l("Link to a code"),
    "welcome": _l("Welcome"),
    "reward_issued": _l("The reward was sent"),
    "points_spent": _l("Coupon for points"),
    "friend_reward": _l("What a friend gets beside the code"),
    "reward_handed_out": _l("The reward was handed out"),
    "look_answered": _l("Answer after a second look"),
}


STALLED: dict[str, LazyString] = {
    "not_connected": _l("The shop is not connected. Connect it again, then this goes on."),
    "webhook_differs": _l("The shop set up its messages otherwise than asked. A plugin may be changing them."),
    "order_list_unreadable": _l("The shop’s list of orders cannot be read. A plugin may be changing it."),
    "order_list_unsorted": _l("The shop does not sort its orders as asked. A plugin may be changing the list."),
    "coupon_gone": _l("The coupon is no longer in the shop."),
    "not_ours": _l("The coupon in the shop is not one that we made, so it is left alone."),
    "mismatch": _l("The shop stored the coupon otherwise than asked. A plugin for coupons may be changing it."),
    "amount_invalid": _l(
        "The shop takes no coupon of this amount. See whether the program’s amounts are what you meant."
    ),
    "amount_too_fine": _l(
        "The shop’s currency cannot show so small a part of an amount. Round the program’s amounts, then try again."
    ),
    "code_invalid": _l("The shop does not take this code. A plugin for coupons may be changing codes."),
    "code_taken": _l("The shop has another coupon with this code; a new code is made."),
    "currency_differs": _l(
        "The shop counts in another currency now. Connect it once more, then write the program’s amounts in that one."
    ),
    "no_coupons_here": _l("This shop’s platform has no coupons, so nothing can be made there."),
    "no_order_api": _l("This shop’s platform cannot be asked for orders."),
    "parameter_invalid": _l(
        "The shop does not take the coupon as it was asked for. A plugin may be changing its rules."
    ),
    "platform_unknown": _l("This server does not know the shop’s platform any more."),
    "product_gone": _l(
        "The shop does not sell the product any more. Publish it again, or name another one in the program."
    ),
    "not_kept_here": _l("This shop’s platform keeps nothing of this kind, so it cannot be given there."),
    "outcome_unclear": _l("The shop does not tell whether it was given. Look into the customer’s account there."),
    "ref_invalid": _l("A product or category that the program leaves out is not known to the shop. Name it anew."),
    "refused": _l(
        "The shop refuses, without a reason. See its error log, and whether a security plugin is in the way."
    ),
    "server_error": _l("The shop answers with an error of its own. See its error log if that lasts."),
    "no_mail_relay": _l("No mail server is set up. Whoever runs this server sets MAIL_URL."),
    "mail_relay_unreachable": _l("The mail server does not answer."),
    "mail_login_refused": _l("The mail server does not accept the name and password in MAIL_URL."),
    "mail_refused": _l("The mail server refused this mail. See whether the address is right."),
    "mail_interrupted": _l("The mail server broke off in the middle; perhaps the mail went out all the same."),
}


# Why something was done that nobody gave a reason for.
ACT_REASONS: dict[str, LazyString] = {
    "disconnected": _l("The shop was disconnected."),
    "connected": _l("The shop is connected again."),
    "currency_changed": _l("The shop counts in another currency now."),
}


def act_reason(written: str) -> LazyString | str:
    """Why something was done: what a person wrote, or ours in words."""
    return ACT_REASONS.get(written) or written


# What became of a message from the shop, where it was not simply done.
UNUSED: dict[str, LazyString] = {
    "no_use": _l("It says nothing that matters here."),
    "draft": _l("The order is still a draft; it counts once it has been placed."),
    "draft_order": _l("The order is still a draft; it counts once it has been placed."),
    "topic_not_needed": _l("Messages of this kind are not needed."),
    "sender_sees_nothing": _l(
        "It came empty: whoever set up the shop’s messages may not see orders any more. They are set up anew, and the "
        "shop is asked for what was missed."
    ),
    "error_object": _l(
        "The shop sent an error in place of the order; perhaps it was deleted first. The shop is asked for what was "
        "missed."
    ),
    "shop_differs": _l("What it says is of another shop than the one it names as its sender, so it is left alone."),
    "raw_deleted": _l("It was deleted after its time, before it could be read again."),
    "unreadable": _l(
        "It cannot be read; a plugin may be changing what the shop sends. The shop is asked for the order instead."
    ),
}
_UNREADABLE = {
    "amount_unreadable", "customer_missing", "date_unreadable", "headers_unreadable", "http_unreadable", "id_missing",
    "json_unreadable", "not_a_customer", "order_incomplete", "order_undated", "request_missing", "shape_unexpected",
    "topic_unreadable",
}  # fmt: skip
_BUG = _l("This server made a mistake of its own (%(word)s). Its log says more.")
_OWN_WORDS = _l("The shop refuses, in words of its own: %(word)s. A plugin there may say what it means.")


def trouble(reason: str) -> LazyString | Markup:
    """What keeps something from being done, or a message from being used; with the mend where one is known."""
    kind = kind_of(reason)
    if kind in STALLED or kind in UNUSED:
        return STALLED.get(kind) or UNUSED[kind]
    if kind in troubles.TROUBLE:
        return troubles.trouble(kind)
    said = _BUG if kind[:1].isupper() else _OWN_WORDS
    return sentence(said, word=Markup('<bdi dir="ltr">{}</bdi>').format(reason.replace("_", " ")))


def kind_of(reason: str) -> str:
    """The reason without what differs from case to case: server_error_503, error_object:…, mismatch_amount."""
    kind = re.sub(r"_\d{3}$", "", reason).partition(":")[0]
    if kind.startswith("mismatch_"):
        return "mismatch"  # the field is the platform's own word
    return "unreadable" if kind in _UNREADABLE else kind


def cause(of_entry: str) -> str:
    """What a ledger entry came from, such as `order:62`, in words."""
    kind, _colon, ref = of_entry.partition(":")
    return f"{named(SUBJECTS | CAUSES, kind)} {ref}"


CAUSES: dict[str, LazyString] = {
    "refund": _l("Refund"),
    "hand": _l("By hand"),
    "bank": _l("Code of the bank"),
    "points": _l("Balance"),
    "redemption": _l("Exchange of points"),
    "refused": _l("Refused by the shop"),
}


def named(table: dict[str, LazyString], slug: str) -> LazyString | str:
    """What the slug is called; one that has no name yet shows as itself."""
    return table.get(slug) or slug.replace("_", " ")
