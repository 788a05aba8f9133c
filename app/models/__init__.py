"""Tables and constraints, a file an aggregate."""

from app.models.base import Base
from app.models.grants import Grant
from app.models.orders import Order, OrderBackground, OrderKey, OrderSighting
from app.models.people import Person, PersonKey, SearchKey, SignInLink
from app.models.programs import Advocate, Program, ProgramVersion
from app.models.queues import Attempt, Effect, InboxMessage, Mail
from app.models.referrals import Attribution, Claim, Coupon, Decision, ReplacedCoupon, SecondLook, Visit
from app.models.rewards import BankCode, LedgerEntry, Reward
from app.models.stores import Account, AuditEntry, Authorization, Installation, Membership, Store, Task
from app.models.walks import OrderWalk, StoreDay, StoreLook

__all__ = [
    "Account",
    "Advocate",
    "Attempt",
    "Attribution",
    "AuditEntry",
    "Authorization",
    "BankCode",
    "Base",
    "Claim",
    "Coupon",
    "Decision",
    "Effect",
    "Grant",
    "InboxMessage",
    "Installation",
    "LedgerEntry",
    "Mail",
    "Membership",
    "Order",
    "OrderBackground",
    "OrderKey",
    "OrderSighting",
    "OrderWalk",
    "Person",
    "PersonKey",
    "Program",
    "ProgramVersion",
    "ReplacedCoupon",
    "Reward",
    "SearchKey",
    "SecondLook",
    "SignInLink",
    "Store",
    "StoreDay",
    "StoreLook",
    "Task",
    "Visit",
]
