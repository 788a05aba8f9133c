"""Who lives in a town, and how they write themselves: three languages, two alphabets, digits of any script, spelling
left to the day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from integrations.events import Buyer

# As written in Latin letters, and as at home; the Latin spellings of one name differ as they do on real orders.
GIVEN = (
    (("Mohammad", "Mohammed", "Muhammad"), "محمد"), (("Sara", "Sarah"), "سارا"), (("Karim", "Kareem"), "کریم"),
    (("Fatima", "Fatemeh", "Fatimah"), "فاطمة"), (("Ali",), "علي"), (("Maryam", "Mariam"), "مریم"),
    (("Yusuf", "Yousef", "Youssef"), "یوسف"), (("Layla", "Leila"), "ليلى"), (("Reza",), "رضا"),
    (("Noor", "Nour"), "نور"), (("Hassan", "Hasan"), "حسن"), (("Zahra",), "زهرا"), (("Omar", "Umar"), "عمر"),
    (("Kaveh",), "کاوه"), (("Huda", "Hoda"), "هدى"), (("Anna",), ""), (("Peter",), ""), (("Jürgen", "Juergen"), ""),
    (("Claudia",), ""), (("Tom",), ""), (("Lena",), ""), (("Mark", "Marc"), ""), (("Ines",), ""), (("Felix",), ""),
)  # fmt: skip
FAMILY = (
    (("Mahdavi", "Mahdawi"), "مهدوی"), (("Saleh", "Salih"), "صالح"), (("Ahmadi", "Ahmady"), "احمدی"),
    (("Al-Harbi", "Alharbi"), "الحربي"), (("Hosseini", "Husseini"), "حسینی"), (("Karimi",), "کریمی"),
    (("Al Najjar", "Alnajjar"), "النجار"), (("Rahimi",), "رحیمی"), (("Haddad",), "حداد"), (("Kazemi",), "کاظمی"),
    (("Shamsi",), "شمسی"), (("Mansour", "Mansur"), "منصور"), (("Müller", "Mueller"), ""), (("Schmidt",), ""),
    (("Weber",), ""), (("Fischer",), ""), (("Smith",), ""), (("Jones",), ""), (("Keller",), ""), (("Brandt",), ""),
)  # fmt: skip
Name = tuple[tuple[str, ...], str]
SHAPES = ("{first}.{last}{n}", "{first}{last}{n}", "{last}{n}", "{first}_{n}", "{first[0]}.{last}.{n}")
STREETS = {
    "DE": ("Hauptstraße", "Lindenweg", "Bahnhofstraße", "Am Markt", "Gartenstraße", "Schulstraße", "Mühlenweg"),
    "IR": ("خیابان ولیعصر", "کوچه گلستان", "بلوار کشاورز", "خیابان آزادی", "خیابان شریعتی"),
    "SA": ("شارع الملك فهد", "شارع العليا", "طريق مكة", "شارع التحلية"),
    "AE": ("Al Wasl Road", "Jumeirah Street", "Sheikh Zayed Road", "Hamdan Street"),
}
CITIES = {
    "DE": ("Berlin", "Köln", "Mainz"),
    "IR": ("تهران", "شیراز"),
    "SA": ("الرياض", "جدة"),
    "AE": ("Dubai", "Sharjah"),
}
PHONES = {"DE": ("+49", "0", 10), "IR": ("+98", "0", 10), "SA": ("+966", "0", 9), "AE": ("+971", "0", 9)}
FIRST_DIGITS = {"DE": "151", "IR": "912", "SA": "50", "AE": "50"}
PROVIDERS = (
    *("gmail.com", "gmail.com", "gmail.com", "outlook.com", "hotmail.com", "icloud.com"),
    *("yahoo.com", "gmx.de", "proton.me"),
)
OWN_DOMAINS = ("müller-tee.de", "haus-keller.de", "karimi.me", "mansur.ae", "najjar.sa")
THROWAWAY = (
    "mailinator.com",
    "yopmail.com",
    "guerrillamail.com",
    "sharklasers.com",
    "10minutemail.com",
    "trashmail.com",
)
PERSIAN_DIGITS, ARABIC_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"), str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
OTHER_LETTERS = (("ي", "ی"), ("ی", "ي"), ("ك", "ک"), ("ک", "ك"), ("ة", "ه"))
STREET_WORDS = (("straße", "str."), ("Street", "St"), ("Road", "Rd."), ("خیابان", "خ"), ("شارع", "ش"))


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives, works or studies."""

    street: str
    number: int
    flat: int  # 0: nobody writes one
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person, whatever they write."""

    given: Name
    family: Name
    home: Home
    phone: str  # digits after the country's prefix; empty: they give none
    email: str
    account: str | None = None


class Registry:
    """Makes people who are nobody twice."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._number = 0

    def home(self, country: str | None = None, *, flats: bool = True) -> Home:
        """Some address."""
        rng = self.rng
        where = country or rng.choice(("DE", "DE", "IR", "IR", "SA", "AE"))
        digits = {"DE": 5, "IR": 10, "SA": 5, "AE": 0}[where]
        postcode = "".join(rng.choice("123456789") for _ in range(digits))
        flat = rng.randint(1, 60) if flats and rng.random() < 0.4 else 0
        return Home(rng.choice(STREETS[where]), rng.randint(1, 240), flat, postcode, rng.choice(CITIES[where]), where)

    def phone(self, country: str) -> str:
        """Some mobile number."""
        digits = FIRST_DIGITS[country]
        return digits + "".join(self.rng.choice("0123456789") for _ in range(PHONES[country][2] - len(digits)))

    def somebody(self, home: Home | None = None, *, family: Name | None = None,
                 domain: str | None = None) -> Somebody:  # fmt: skip
        """A new person, with a telephone more often than not."""
        rng, home = self.rng, home or self.home()
        given, family = rng.choice(GIVEN), family or rng.choice(FAMILY)
        phone = self.phone(home.country) if rng.random() < 0.7 else ""
        return Somebody(given, family, home, phone, self.email(given, family, domain))

    def email(self, given: Name, family: Name, domain: str | None = None) -> str:
        """A mailbox that nobody else has."""
        rng = self.rng
        self._number += 1
        if domain is None:
            domain = rng.choice(OWN_DOMAINS) if rng.random() < 0.06 else rng.choice(PROVIDERS)
        first, last = ("".join(filter(str.isalnum, each[0][0])).lower() for each in (given, family))
        shape = rng.choice(SHAPES)
        local = shape.format(first=first, last=last, n=self._number * 7 + rng.randint(0, 6))
        return f"{local.translate(str.maketrans('üäößé', 'uaose'))}@{domain}"

    def throwaway(self) -> str:
        """A mailbox that lasts for minutes."""
        self._number += 1
        return f"q{self.rng.randint(1000, 9999)}x{self._number}@{self.rng.choice(THROWAWAY)}"

    def account(self) -> str:
        """A number that the shop gave to somebody."""
        self._number += 1
        return str(40_000 + self._number)

    # --- how they write themselves on one day ---

    def buyer(self, who: Somebody, **given: str | None) -> Buyer:
        """The person on an order, spelled as it happened to be."""
        written = Buyer(
            email=who.email if self.rng.random() > 0.1 else who.email.upper(),
            phone=self.spelled_phone(who.phone, who.home.country) if who.phone else None,
            name=self.spelled_name(who),
            address=self.spelled_home(who.home),
            country=who.home.country,
            customer_ref=who.account,
        )
        return replace(written, **given)

    def spelled_name(self, who: Somebody) -> str:
        """Mostly one alphabet for one person, now and then the other."""
        rng = self.rng
        at_home = bool(who.given[1] and who.family[1]) and who.home.country in ("IR", "SA")
        if (at_home and rng.random() < 0.93) or (who.given[1] and who.family[1] and rng.random() < 0.04):
            words = [who.given[1], who.family[1]]
            text = self._letters(" ".join(words))
        else:
            # The first spelling is the passport's; people keep to it, mostly.
            words = [each[0] if rng.random() < 0.9 else rng.choice(each) for each in (who.given[0], who.family[0])]
            text = " ".join(reversed(words) if rng.random() < 0.08 else words)
            text = text.upper() if rng.random() < 0.05 else text
        return f" {text} " if rng.random() < 0.05 else text

    def spelled_home(self, home: Home) -> str:
        """The address in one line."""
        rng = self.rng
        street = home.street
        if rng.random() < 0.12:
            for long, short in STREET_WORDS:
                street = street.replace(long, short)
        flat = rng.choice((f", Apt {home.flat}", f" / {home.flat}", f", {home.flat}")) if home.flat else ""
        text = f"{street} {home.number}{flat}, {home.postcode} {home.city}"
        return self._digits(self._letters(text), home.country)

    def spelled_phone(self, digits: str, country: str) -> str:
        """The same number as five people would write it."""
        rng = self.rng
        prefix, trunk, _ = PHONES[country]
        shape = rng.choice((f"{prefix}{digits}", f"{prefix} {digits[:3]} {digits[3:]}", f"{trunk}{digits}",
                            f"00{prefix[1:]}{digits}", f"{trunk}{digits[:2]}-{digits[2:5]}-{digits[5:]}"))  # fmt: skip
        return self._digits(shape, country)

    def _letters(self, text: str) -> str:
        for one, other in OTHER_LETTERS:
            if self.rng.random() < 0.15:
                text = text.replace(one, other)
        return text

    def _digits(self, text: str, country: str) -> str:
        if self.rng.random() < 0.35 and country in ("IR", "SA"):
            return text.translate(PERSIAN_DIGITS if country == "IR" else ARABIC_DIGITS)
        return text
