"""Several programs of one shop: who is shown which."""

from __future__ import annotations

from dataclasses import replace

from app.domain.programs import AdvocateReward, Audience, RewardKind
from app.models import Program, Store
from tests import factories
from tests.web.conftest import Stand
from tests.web.walks import PEOPLE, join, mailed_path, sign_in, tap


def another(stand: Stand, audience: Audience = Audience.CUSTOMERS) -> int:
    """One more live program of the shop, with a reward of 25 euros."""
    rules = replace(
        factories.RULES,
        reward=AdvocateReward(kind=RewardKind.FIXED, amount_minor=2500),
        minimum_minor=9000,
        audience=audience,
    )
    with stand.db.begin() as session:
        store = session.get_one(Store, stand.store_id)
        return factories.program(session, store, rules, fingerprint="a" * 16).program_id


def page(stand: Stand, path: str = "") -> str:
    return stand.friend().get(f"/join/{stand.slug}{path}", headers=PEOPLE).text


def test_programs_for_customers_lead_to_each_other(stand: Stand) -> None:
    assert "another offer" not in page(stand)
    newer = another(stand)
    assert "€25" in page(stand).split("another offer")[0], "the newest is the shop's own"
    assert f"/join/{stand.slug}/{stand.program_id}" in page(stand)
    assert f"/join/{stand.slug}/{newer}" in page(stand, f"/{stand.program_id}")


def test_a_program_for_others_is_known_only_by_its_address(stand: Stand) -> None:
    staff = another(stand, Audience.STAFF)
    for path in ("", f"/{stand.program_id}"):
        assert "€25" not in page(stand, path)
    assert "€25" in page(stand, f"/{staff}")
    assert "another offer" not in page(stand, f"/{staff}")
    words = stand.friend().get(f"/join/{stand.slug}/offer.json").get_json()["words"]["en"]
    assert "€10" in words["promise"]


def test_a_shop_without_a_program_for_customers_shows_none(stand: Stand) -> None:
    staff = another(stand, Audience.STAFF)
    with stand.db.begin() as session:
        session.get_one(Program, stand.program_id).state = "ended"
    assert stand.friend().get(f"/join/{stand.slug}/offer.json").get_json() == {"is_open": False, "words": {}}
    assert "€25" not in page(stand)
    assert "€25" in page(stand, f"/{staff}")


def test_r17_whoever_is_in_two_programs_sees_both(stand: Stand) -> None:
    newer = another(stand)
    client = stand.friend()
    sign_in(stand, client)
    join(stand, client, "lea@mail.shop", program_id=stand.program_id)
    assert tap(client, mailed_path(stand)).status_code == 303
    text = client.get("/me", headers=PEOPLE).text
    assert "€10" in text
    assert "€25" in text
    assert newer != stand.program_id
