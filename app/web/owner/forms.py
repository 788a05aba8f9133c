"""The program's form: what an owner types, in their own digits and whole units, to Rules and back."""

from __future__ import annotations

from typing import cast

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, StringField

from app.domain import money, text
from app.domain.programs import (
    AMOUNTS,
    IN_WORDS,
    AdvocateReward,
    Approval,
    Audience,
    BudgetPeriod,
    Exclusions,
    FriendOffer,
    InWords,
    Named,
    OfferKind,
    RewardKind,
    Rules,
    Touch,
    Trigger,
    Unproven,
)
from app.web.owner.fields import FigureField, LinesField, Unit, WordsField
from app.web.owner.ladders import LADDER_NAMES, LadderForm

# Where the domain's names for fields differ from the form's.
NAMES = LADDER_NAMES | {
    "friend.basis_points": "friend_percent",
    "friend.amount_minor": "friend_amount",
    "friend.valid_days": "friend_days",
    "reward.basis_points": "reward_percent",
    "reward.amount_minor": "reward_amount",
    "reward.causes": "reward_causes",
    "reward.gift.en": "reward_gift_en",
    "reward.gift.ar": "reward_gift_ar",
    "reward.gift.fa": "reward_gift_fa",
    "reward.minimum_minor": "reward_minimum",
    "reward.valid_days": "reward_days",
    "minimum_minor": "minimum",
    "approval_above_minor": "approval_above",
    "doubt_release_minor": "doubt_release",
    "margin_limit_points": "margin_limit",
    "gross_margin_points": "gross_margin",
    "budget_minor": "budget",
    "budget_order_minor": "budget_order",
    "currency": "name",
    "excluded.sale_items": "excluded_sale",
    "excluded.categories": "excluded_categories",
    "excluded.products": "excluded_products",
    "excluded.roles": "excluded_roles",
    "excluded.email_domains": "excluded_domains",
}
_CODES = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}


class ProgramForm(LadderForm):
    """Every rule of a program. Defaults are the safe ones of PRODUCT.md."""

    name = StringField(_l("Name of the program"), render_kw={"required": True, "maxlength": 80})
    audience = RadioField(
        _l("Who recommends"),
        choices=[
            SelectChoice("customers", _l("Customers")),
            SelectChoice("staff", _l("People who work for the shop")),
            SelectChoice("partners", _l("Partners")),
            SelectChoice("influencers", _l("Influencers")),
        ],
        default="customers",
    )

    friend_kind = RadioField(
        _l("A friend gets"),
        choices=[
            SelectChoice("percent", _l("Percent off")),
            SelectChoice("fixed", _l("A fixed amount off")),
            SelectChoice("free_shipping", _l("Free shipping")),
        ],
        default="percent",
    )
    friend_percent = FigureField(_l("Percent off"), places=2)
    friend_amount = FigureField(_l("Amount off"))
    minimum = FigureField(_l("On orders from"))
    friend_days = FigureField(_l("The code is valid for"))
    friend_combines = BooleanField(_l("Goes together with other codes"))
    friend_not_on_sale = BooleanField(_l("Not on sale items"))

    reward_kind = RadioField(
        _l("Your customer gets"),
        choices=[
            SelectChoice("fixed", _l("A coupon of a fixed amount")),
            SelectChoice("order_share", _l("A coupon worth a share of the friend’s order")),
            SelectChoice("percent", _l("A coupon for percent off")),
            SelectChoice("free_shipping", _l("A coupon for free shipping")),
            SelectChoice("money", _l("Money that you pay out")),
            SelectChoice("donation", _l("A donation to a cause that they choose")),
            SelectChoice("gift", _l("Something else that you hand over")),
            SelectChoice("bank_code", _l("A code that you bring, such as a gift card")),
        ],
        default="fixed",
    )
    reward_amount = FigureField(_l("Amount"))
    reward_percent = FigureField(_l("Percent"), places=2)
    reward_causes = LinesField(_l("Causes to choose from"))
    reward_gift_en = StringField(_l("What it is, in English"), render_kw={"dir": "ltr", "maxlength": 80})
    reward_gift_ar = StringField(_l("What it is, in Arabic"), render_kw={"dir": "rtl", "maxlength": 80})
    reward_gift_fa = StringField(_l("What it is, in Persian"), render_kw={"dir": "rtl", "maxlength": 80})
    reward_minimum = FigureField(_l("To spend on orders from"))
    reward_days = FigureField(_l("The coupon is valid for"))
    reward_combines = BooleanField(_l("Goes together with other codes"))
    reward_not_on_sale = BooleanField(_l("Not on sale items"))

    trigger = RadioField(
        _l("An order counts when it is"),
        choices=[SelectChoice("paid", _l("Paid")), SelectChoice("completed", _l("Completed or delivered"))],
        default="paid",
    )
    hold_days = FigureField(_l("The reward waits for returns"))
    window_days = FigureField(_l("An order counts for so long after the code was taken"))
    new_customers_only = BooleanField(_l("Only for people who are new to the shop"), default=True)
    unproven = RadioField(
        _l("Where nobody can know whether somebody is new"),
        choices=[
            SelectChoice("ask", _l("Somebody looks before the reward is sent")),
            SelectChoice("refuse", _l("It does not count")),
            SelectChoice("accept", _l("It counts")),
        ],
        default="ask",
    )
    touch = RadioField(
        _l("Where several people recommended"),
        choices=[SelectChoice("first", _l("The first one counts")), SelectChoice("last", _l("The last one counts"))],
        default="first",
    )
    personal_codes = BooleanField(_l("Each customer’s own code counts too"))
    cap_rewards = FigureField(_l("At most so many rewards for one customer"))
    cap_days = FigureField(_l("Within"))
    approval = RadioField(
        _l("Somebody approves a reward before it is sent"),
        choices=[
            SelectChoice("never", _l("Never")),
            SelectChoice("above", _l("Above an amount")),
            SelectChoice("always", _l("Always")),
        ],
        default="never",
    )
    approval_above = FigureField(_l("Amount above which somebody approves"))
    doubt_days = FigureField(_l("A reward that looks odd waits for a look"))
    doubt_release = FigureField(_l("Where nobody has looked by then, it is sent up to"))
    crowd_limit = FigureField(_l("So many codes from one link in a day look odd"))
    budget = FigureField(_l("Budget for codes and their rewards"))
    budget_period = RadioField(
        _l("The budget is meant"),
        choices=[SelectChoice("whole", _l("In all")), SelectChoice("month", _l("For each calendar month"))],
        default="whole",
    )
    budget_order = FigureField(_l("A friend’s order usually comes to"))
    margin_limit = FigureField(_l("At most so much of an order for both together"), places=2)
    gross_margin = FigureField(_l("What the shop earns of its goods"), places=2)
    excluded_sale = BooleanField(_l("Sale items do not count"))
    excluded_categories = LinesField(_l("Categories that do not count"))
    excluded_products = LinesField(_l("Products that do not count"))
    excluded_roles = WordsField(_l("Roles of accounts whose orders do not count"), render_kw=_CODES)
    excluded_domains = WordsField(_l("E-mail domains whose orders do not count"), render_kw=_CODES)

    def speak(self, currency: str, own: str = "", zone: str = "UTC") -> None:
        """Amounts are typed in units of this currency, or of the shop's own code for a multiple of it (toman); days are
        those of this zone."""
        self.currency = currency
        unit = Unit(money.exponent(currency), money.units(own, currency))
        for field in self._amounts():
            field.unit = unit
        self.speak_ladder(unit, zone)

    def _amounts(self) -> tuple[FigureField, ...]:
        amounts = (self.friend_amount, self.minimum, self.reward_amount, self.reward_minimum, self.approval_above)
        return (*amounts, self.doubt_release, self.budget, self.budget_order)

    def show(self, name: str, rules: Rules) -> None:
        """The form stands as the rules do; amounts of another currency are left for the owner to write anew."""
        friend, reward = rules.friend, rules.reward
        self.name.data = name
        self.friend_kind.data, self.reward_kind.data = friend.kind.value, reward.kind.value
        self.audience.data, self.touch.data = rules.audience.value, rules.touch.value
        self.trigger.data, self.approval.data = rules.trigger.value, rules.approval.value
        self.friend_combines.data, self.friend_not_on_sale.data = friend.combines, friend.excludes_sale_items
        self.reward_combines.data, self.reward_not_on_sale.data = reward.combines, reward.excludes_sale_items
        self.reward_causes.data = "\n".join(reward.causes)
        for locale, field in self._gift_fields().items():
            field.data = getattr(reward.gift, locale)
        self.new_customers_only.data, self.personal_codes.data = rules.new_customers_only, rules.personal_codes
        self.unproven.data, self.budget_period.data = rules.unproven.value, rules.budget_period.value
        for field, value in self._figures(rules).items():
            cast(FigureField, self[field]).write(value)
        self.hold_days.data = str(rules.hold_days)  # zero is an answer here
        if rules.currency != self.currency:
            for field in self._amounts():
                field.write(0)
        self._show_exclusions(rules.excluded)
        self.show_ladder(rules, knows_amounts=rules.currency == self.currency)

    def _gift_fields(self) -> dict[str, StringField]:
        return {"en": self.reward_gift_en, "ar": self.reward_gift_ar, "fa": self.reward_gift_fa}

    def _show_exclusions(self, excluded: Exclusions) -> None:
        self.excluded_sale.data = excluded.sale_items
        self.excluded_categories.data = "\n".join(dict.fromkeys(each.name for each in excluded.categories))
        self.excluded_products.data = "\n".join(dict.fromkeys(each.name for each in excluded.products))
        self.excluded_roles.data = " ".join(excluded.roles)
        self.excluded_domains.data = " ".join(excluded.email_domains)

    def _figures(self, rules: Rules) -> dict[str, int]:
        friend, reward = rules.friend, rules.reward
        return {
            "friend_percent": friend.basis_points,
            "friend_amount": friend.amount_minor,
            "friend_days": friend.valid_days,
            "reward_percent": reward.basis_points,
            "reward_amount": reward.amount_minor,
            "reward_minimum": reward.minimum_minor,
            "reward_days": reward.valid_days,
            "minimum": rules.minimum_minor,
            "window_days": rules.window_days,
            "cap_rewards": rules.cap_rewards,
            "cap_days": rules.cap_days,
            "approval_above": rules.approval_above_minor,
            "doubt_days": rules.doubt_days,
            "doubt_release": rules.doubt_release_minor,
            "crowd_limit": rules.crowd_limit,
            "budget": rules.budget_minor,
            "budget_order": rules.budget_order_minor,
            "margin_limit": rules.margin_limit_points,
            "gross_margin": rules.gross_margin_points,
        }

    def _read_gift(self) -> InWords:
        return InWords(**{locale: text.one_line(field.data or "") for locale, field in self._gift_fields().items()})

    def read(self) -> Rules:
        """The rules that the answers describe; amounts of a kind that was not chosen are left out."""
        approval = Approval(self.approval.data)
        friend, reward = OfferKind(self.friend_kind.data), RewardKind(self.reward_kind.data)
        rules = Rules(
            currency=self.currency,
            friend=FriendOffer(
                kind=friend,
                basis_points=self.friend_percent.read() if friend is OfferKind.PERCENT else 0,
                amount_minor=self.friend_amount.read() if friend is OfferKind.FIXED else 0,
                combines=self.friend_combines.data,
                excludes_sale_items=self.friend_not_on_sale.data,
                valid_days=self.friend_days.read(),
            ),
            reward=AdvocateReward(
                kind=reward,
                basis_points=self.reward_percent.read()
                if reward in (RewardKind.PERCENT, RewardKind.ORDER_SHARE)
                else 0,
                amount_minor=self.reward_amount.read() if reward in AMOUNTS else 0,
                causes=self.reward_causes.read() if reward is RewardKind.DONATION else (),
                gift=self._read_gift() if reward in IN_WORDS else InWords(),
                minimum_minor=self.reward_minimum.read(),
                combines=self.reward_combines.data,
                excludes_sale_items=self.reward_not_on_sale.data,
                valid_days=self.reward_days.read(),
            ),
            minimum_minor=self.minimum.read(),
            window_days=self.window_days.read(),
            hold_days=self.hold_days.read(),
            trigger=Trigger(self.trigger.data),
            touch=Touch(self.touch.data),
            audience=Audience(self.audience.data),
            personal_codes=self.personal_codes.data,
            new_customers_only=self.new_customers_only.data,
            unproven=Unproven(self.unproven.data),
            cap_rewards=self.cap_rewards.read(),
            cap_days=self.cap_days.read() or 365,
            approval=approval,
            approval_above_minor=self.approval_above.read() if approval is Approval.ABOVE else 0,
            doubt_days=self.doubt_days.read(),
            doubt_release_minor=self.doubt_release.read(),
            crowd_limit=self.crowd_limit.read(),
            budget_minor=self.budget.read(),
            budget_period=BudgetPeriod(self.budget_period.data),
            budget_order_minor=self.budget_order.read(),
            margin_limit_points=self.margin_limit.read(),
            gross_margin_points=self.gross_margin.read(),
            excluded=Exclusions(
                sale_items=self.excluded_sale.data,
                categories=tuple(Named("", name) for name in self.excluded_categories.read()),
                products=tuple(Named("", name) for name in self.excluded_products.read()),
                roles=self.excluded_roles.read(),
                email_domains=self.excluded_domains.read(),
            ),
        )
        return self.read_ladder(rules)
