"""The program's form: what an owner types, in their own digits and whole units, to Rules and back."""

from __future__ import annotations

from typing import cast

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, StringField

from app.domain import money
from app.domain.programs import (
    Approval,
    Audience,
    BudgetPeriod,
    Exclusions,
    Named,
    Rules,
    Touch,
    Trigger,
    Unproven,
)
from app.web.owner.fields import FigureField, LinesField, Unit, WordsField
from app.web.owner.friend_fields import FRIEND_NAMES, FriendForm
from app.web.owner.ladders import LADDER_NAMES, LadderForm
from app.web.owner.reward_fields import REWARD_NAMES, RewardForm

# Where the domain's names for fields differ from the form's.
NAMES = (
    LADDER_NAMES
    | FRIEND_NAMES
    | REWARD_NAMES
    | {
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
)
_CODES = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}


class ProgramForm(FriendForm, RewardForm, LadderForm):
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
        own = (self.approval_above, self.doubt_release, self.budget, self.budget_order)
        return self.friend_amounts() + self.reward_amounts() + own

    def show(self, name: str, rules: Rules) -> None:
        """The form stands as the rules do; amounts of another currency are left for the owner to write anew."""
        self.name.data = name
        self.audience.data, self.touch.data = rules.audience.value, rules.touch.value
        self.trigger.data, self.approval.data = rules.trigger.value, rules.approval.value
        self.show_friend(rules)
        self.show_reward(rules.reward)
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

    def _show_exclusions(self, excluded: Exclusions) -> None:
        self.excluded_sale.data = excluded.sale_items
        self.excluded_categories.data = "\n".join(dict.fromkeys(each.name for each in excluded.categories))
        self.excluded_products.data = "\n".join(dict.fromkeys(each.name for each in excluded.products))
        self.excluded_roles.data = " ".join(excluded.roles)
        self.excluded_domains.data = " ".join(excluded.email_domains)

    def _figures(self, rules: Rules) -> dict[str, int]:
        return {
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

    def read(self) -> Rules:
        """The rules that the answers describe; amounts of a kind that was not chosen are left out."""
        approval = Approval(self.approval.data)
        rules = Rules(
            currency=self.currency,
            friend=self.read_friend(),
            friend_reward=self.read_friend_reward(),
            reward=self.read_reward(),
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
