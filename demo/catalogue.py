"""What the tea shop sells. Written into an empty store once; prices in cents."""

from __future__ import annotations

from demo.records import Product
from demo.shop import Shop

CATEGORIES = {"Green": 16, "Oolong": 17, "Black": 18, "Herbal": 19, "Teaware": 20}

# slug, title, category, price, usual price, weight or size, where from, a sentence
GOODS = (
    ("uji-sencha", "Uji Sencha", "Green", 1450, 1450, "100 g", "Uji, Japan",
     "First flush, deep-steamed for half a minute. Cut grass, sea air, and a clean sweet finish."),
    ("jasmine-pearls", "Jasmine Pearls", "Green", 1890, 1890, "80 g", "Fuding, China",
     "Hand-rolled buds scented over seven nights with fresh jasmine. Watch them open."),
    ("high-mountain-oolong", "High Mountain Oolong", "Oolong", 2400, 2400, "75 g", "Alishan, Taiwan",
     "Grown in the clouds at 1,500 metres. Orchid, warm milk, and seven steepings if you let it."),
    ("rock-oolong", "Charcoal Rock Oolong", "Oolong", 2150, 2650, "75 g", "Wuyi, China",
     "Slow-roasted over longan charcoal. Toasted hazelnut, stone fruit, a long mineral echo."),
    ("second-flush-darjeeling", "Second Flush Darjeeling", "Black", 1680, 1680, "100 g", "Margaret's Hope, India",
     "The muscatel of early June: ripe grapes, a little honey, bright as copper."),
    ("breakfast-in-kandy", "Breakfast in Kandy", "Black", 990, 990, "125 g", "Kandy, Sri Lanka",
     "Our house breakfast blend. Malt and orange peel; takes milk without losing its temper."),
    ("evening-garden", "Evening Garden", "Herbal", 1120, 1120, "60 g", "Gelderland, Netherlands",
     "Lemon balm, lime blossom and verbena from a garden an hour from here. No caffeine at all."),
    ("little-clay-kettle", "Little Clay Kettle", "Teaware", 4200, 4200, "450 ml", "Tokoname, Japan",
     "Unglazed red clay, a steel strainer, and a lid that sits. Turned by hand, so no two are the same."),
)  # fmt: skip


def stock_shelves(shop: Shop) -> None:
    """The shop has its goods; a shop that has any is left as it is."""
    with shop.store.transaction():
        if shop.store.count(Product):
            return
        now = shop.clock.now()
        for number, (slug, title, category, price, usual, size, origin, sentence) in enumerate(GOODS, start=1):
            shop.store.save(
                Product(
                    id=shop.store.next(Product.sequence),
                    created=now,
                    modified=now,
                    status="publish",
                    slug=slug,
                    title=f"{title} {size}",
                    price=price,
                    regular_price=usual,
                    sku=f"LK-{number:02d}",
                    description=sentence,
                    category=category,
                    origin=origin,
                    art=slug,
                )
            )
