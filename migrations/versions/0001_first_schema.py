"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# A commit that leaves work in a queue wakes the workers that listen.
NOTIFY = """
CREATE FUNCTION goodword_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('goodword', ''); RETURN NULL; END $$
"""


def upgrade() -> None:

    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("runs_server", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "stores",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("home_url", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("currency_decimals", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("accent", sa.String(length=7), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("digest_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stores")),
        sa.UniqueConstraint("slug", name=op.f("uq_stores_slug")),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("program_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("advocate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index("ix_visits_advocate", ["store_id", "advocate_id", "at"], unique=False)

    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effect_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_attempts_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index("ix_attempts_effect", ["effect_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempts_store_id"), ["store_id"], unique=False)

    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=191), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("undoes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_audit_entries_account_id")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_audit_entries_store_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["audit_entries.id"], name=op.f("fk_audit_entries_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_audit_entries_undoes_id")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_store_id"), ["store_id"], unique=False)

    op.create_table(
        "effects",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lane", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=191), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'stopped')", name=op.f("ck_effects_state")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_effects_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effects")),
        sa.UniqueConstraint("store_id", "kind", "subject", name=op.f("uq_effects_store_id_kind_subject")),
    )
    with op.batch_alter_table("effects", schema=None) as batch_op:
        batch_op.create_index("ix_effects_queue", ["state", "due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_effects_store_id"), ["store_id"], unique=False)

    op.create_table(
        "installations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.Column("credentials", sa.LargeBinary(), nullable=False),
        sa.Column("webhook_secret", sa.LargeBinary(), nullable=False),
        sa.Column("previous_secret", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uninstalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('active', 'uninstalled')", name=op.f("ck_installations_state")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_installations_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_installations_public_id")),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_installations_store_id_id")),
    )
    with op.batch_alter_table("installations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_installations_store_id"), ["store_id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'agent')", name=op.f("ck_memberships_role")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_memberships_account_id")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_memberships_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("store_id", "account_id", name=op.f("uq_memberships_store_id_account_id")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_store_id"), ["store_id"], unique=False)

    op.create_table(
        "order_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_ref", sa.String(length=191), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('email', 'phone', 'customer', 'name_address')", name=op.f("ck_order_keys_kind")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_order_keys_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_keys")),
        sa.UniqueConstraint(
            "store_id", "order_ref", "kind", "digest", name=op.f("uq_order_keys_store_id_order_ref_kind_digest")
        ),
    )
    with op.batch_alter_table("order_keys", schema=None) as batch_op:
        batch_op.create_index("ix_order_keys_digest", ["store_id", "kind", "digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_keys_store_id"), ["store_id"], unique=False)

    op.create_table(
        "order_sightings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_ref", sa.String(length=191), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_order_sightings_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_sightings")),
        sa.UniqueConstraint(
            "store_id", "order_ref", "digest", name=op.f("uq_order_sightings_store_id_order_ref_digest")
        ),
    )
    with op.batch_alter_table("order_sightings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_sightings_store_id"), ["store_id"], unique=False)

    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_people_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_people_store_id_id")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_store_id"), ["store_id"], unique=False)

    op.create_table(
        "programs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'paused', 'ended')", name=op.f("ck_programs_state")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_programs_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programs")),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_programs_store_id_id")),
    )
    with op.batch_alter_table("programs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programs_store_id"), ["store_id"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=191), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_tasks_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("store_id", "kind", "subject", name=op.f("uq_tasks_store_id_kind_subject")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_store_id"), ["store_id"], unique=False)

    op.create_table(
        "advocates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("program_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'blocked')", name=op.f("ck_advocates_state")),
        sa.ForeignKeyConstraint(
            ["store_id", "person_id"], ["people.store_id", "people.id"], name=op.f("fk_advocates_store_id_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "program_id"],
            ["programs.store_id", "programs.id"],
            name=op.f("fk_advocates_store_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_advocates_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advocates")),
        sa.UniqueConstraint("store_id", "code", name=op.f("uq_advocates_store_id_code")),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_advocates_store_id_id")),
        sa.UniqueConstraint(
            "store_id", "program_id", "person_id", name=op.f("uq_advocates_store_id_program_id_person_id")
        ),
    )
    with op.batch_alter_table("advocates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advocates_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advocates_store_id"), ["store_id"], unique=False)

    op.create_table(
        "coupons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("program_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("minimum_minor", sa.BigInteger(), nullable=False),
        sa.Column("combines", sa.Boolean(), nullable=False),
        sa.Column("excludes_sale_items", sa.Boolean(), nullable=False),
        sa.Column("coupon_ref", sa.String(length=191), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by_order", sa.String(length=191), nullable=True),
        sa.CheckConstraint("kind IN ('percent', 'fixed', 'free_shipping')", name=op.f("ck_coupons_kind")),
        sa.CheckConstraint("purpose IN ('shelf', 'reward')", name=op.f("ck_coupons_purpose")),
        sa.CheckConstraint(
            "state IN ('planned', 'pushing', 'ready', 'claimed', 'used', 'revoking', 'revoked', 'refused')",
            name=op.f("ck_coupons_state"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "program_id"],
            ["programs.store_id", "programs.id"],
            name=op.f("fk_coupons_store_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_coupons_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
        sa.UniqueConstraint("store_id", "code", name=op.f("uq_coupons_store_id_code")),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_coupons_store_id_id")),
    )
    with op.batch_alter_table("coupons", schema=None) as batch_op:
        batch_op.create_index("ix_coupons_ref", ["store_id", "coupon_ref"], unique=False)
        batch_op.create_index("ix_coupons_shelf", ["store_id", "fingerprint", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coupons_store_id"), ["store_id"], unique=False)

    op.create_table(
        "inbox_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("installation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_key", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=True),
        sa.Column("order_ref", sa.String(length=191), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'ignored', 'failed')", name=op.f("ck_inbox_messages_state")),
        sa.ForeignKeyConstraint(
            ["store_id", "installation_id"],
            ["installations.store_id", "installations.id"],
            name=op.f("fk_inbox_messages_store_id_installation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_messages")),
        sa.UniqueConstraint(
            "installation_id", "delivery_key", name=op.f("uq_inbox_messages_installation_id_delivery_key")
        ),
    )
    with op.batch_alter_table("inbox_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_messages_order_ref"), ["order_ref"], unique=False)
        batch_op.create_index("ix_inbox_messages_queue", ["state", "due_at", "id"], unique=False)
        batch_op.create_index("ix_inbox_messages_store", ["store_id", "received_at"], unique=False)

    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("subject_ref", sa.String(length=191), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("heading", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("html", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("ck_mails_state")),
        sa.ForeignKeyConstraint(
            ["store_id", "person_id"], ["people.store_id", "people.id"], name=op.f("fk_mails_store_id_person_id")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_mails_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("store_id", "template", "subject_ref", name=op.f("uq_mails_store_id_template_subject_ref")),
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mails_store_id"), ["store_id"], unique=False)

    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_ref", sa.String(length=191), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("base_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "person_id"], ["people.store_id", "people.id"], name=op.f("fk_orders_store_id_person_id")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_orders_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("store_id", "order_ref", name=op.f("uq_orders_store_id_order_ref")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index("ix_orders_number", ["store_id", "number"], unique=False)
        batch_op.create_index("ix_orders_placed", ["store_id", "placed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_store_id"), ["store_id"], unique=False)

    op.create_table(
        "person_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('email', 'phone', 'customer')", name=op.f("ck_person_keys_kind")),
        sa.ForeignKeyConstraint(
            ["store_id", "person_id"], ["people.store_id", "people.id"], name=op.f("fk_person_keys_store_id_person_id")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_person_keys_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_keys")),
        sa.UniqueConstraint("store_id", "kind", "digest", name=op.f("uq_person_keys_store_id_kind_digest")),
    )
    with op.batch_alter_table("person_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_keys_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_keys_store_id"), ["store_id"], unique=False)

    op.create_table(
        "program_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("program_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "program_id"],
            ["programs.store_id", "programs.id"],
            name=op.f("fk_program_versions_store_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_program_versions_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_versions")),
        sa.UniqueConstraint("program_id", "number", name=op.f("uq_program_versions_program_id_number")),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_program_versions_store_id_id")),
    )
    with op.batch_alter_table("program_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_program_versions_store_id"), ["store_id"], unique=False)

    op.create_table(
        "search_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "person_id"], ["people.store_id", "people.id"], name=op.f("fk_search_keys_store_id_person_id")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_search_keys_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_keys")),
        sa.UniqueConstraint("store_id", "digest", "person_id", name=op.f("uq_search_keys_store_id_digest_person_id")),
    )
    with op.batch_alter_table("search_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_keys_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_search_keys_store_id"), ["store_id"], unique=False)

    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("intent", sa.String(length=40), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=True),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("intent IN ('join', 'sign_in', 'claim')", name=op.f("ck_sign_in_links_intent")),
        sa.ForeignKeyConstraint(
            ["store_id", "person_id"],
            ["people.store_id", "people.id"],
            name=op.f("fk_sign_in_links_store_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_sign_in_links_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
    )
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_links_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_links_store_id"), ["store_id"], unique=False)

    op.create_table(
        "claims",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("program_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("advocate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("coupon_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'revoked')", name=op.f("ck_claims_state")),
        sa.ForeignKeyConstraint(
            ["store_id", "advocate_id"],
            ["advocates.store_id", "advocates.id"],
            name=op.f("fk_claims_store_id_advocate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "coupon_id"], ["coupons.store_id", "coupons.id"], name=op.f("fk_claims_store_id_coupon_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "person_id"], ["people.store_id", "people.id"], name=op.f("fk_claims_store_id_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "program_id"], ["programs.store_id", "programs.id"], name=op.f("fk_claims_store_id_program_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "version_id"],
            ["program_versions.store_id", "program_versions.id"],
            name=op.f("fk_claims_store_id_version_id"),
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_claims_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("store_id", "coupon_id", name=op.f("uq_claims_store_id_coupon_id")),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_claims_store_id_id")),
        sa.UniqueConstraint("store_id", "nonce", name=op.f("uq_claims_store_id_nonce")),
    )
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claims_advocate_id"), ["advocate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claims_store_id"), ["store_id"], unique=False)
        batch_op.create_index("ix_claims_waiting", ["store_id", "state", "id"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_ref", sa.String(length=191), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("advocate_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("verb IN ('link', 'approve', 'reject', 'release')", name=op.f("ck_decisions_verb")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_decisions_account_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "advocate_id"],
            ["advocates.store_id", "advocates.id"],
            name=op.f("fk_decisions_store_id_advocate_id"),
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_decisions_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_order", ["store_id", "order_ref"], unique=False)
        batch_op.create_index(batch_op.f("ix_decisions_store_id"), ["store_id"], unique=False)

    op.create_table(
        "rewards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cause_kind", sa.String(length=40), nullable=False),
        sa.Column("cause_ref", sa.String(length=191), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("advocate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("program_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("worth_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("hold_word", sa.String(length=40), nullable=False),
        sa.Column("hold_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("coupon_id", sa.Integer(), nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cause_kind IN ('order')", name=op.f("ck_rewards_cause_kind")),
        sa.CheckConstraint("side IN ('advocate')", name=op.f("ck_rewards_side")),
        sa.CheckConstraint("state IN ('held', 'due', 'issued', 'revoked', 'failed')", name=op.f("ck_rewards_state")),
        sa.ForeignKeyConstraint(
            ["store_id", "advocate_id"],
            ["advocates.store_id", "advocates.id"],
            name=op.f("fk_rewards_store_id_advocate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "coupon_id"], ["coupons.store_id", "coupons.id"], name=op.f("fk_rewards_store_id_coupon_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "version_id"],
            ["program_versions.store_id", "program_versions.id"],
            name=op.f("fk_rewards_store_id_version_id"),
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_rewards_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewards")),
        sa.UniqueConstraint(
            "store_id", "cause_kind", "cause_ref", "side", name=op.f("uq_rewards_store_id_cause_kind_cause_ref_side")
        ),
        sa.UniqueConstraint("store_id", "coupon_id", name=op.f("uq_rewards_store_id_coupon_id")),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_rewards_store_id_id")),
    )
    with op.batch_alter_table("rewards", schema=None) as batch_op:
        batch_op.create_index("ix_rewards_advocate", ["store_id", "advocate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rewards_store_id"), ["store_id"], unique=False)

    op.create_table(
        "attributions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_ref", sa.String(length=191), nullable=False),
        sa.Column("program_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("advocate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rule IN ('0', 'a', 'b', 'c', 'd')", name=op.f("ck_attributions_rule")),
        sa.CheckConstraint(
            "state IN ('open', 'qualified', 'rejected', 'reversed')", name=op.f("ck_attributions_state")
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "advocate_id"],
            ["advocates.store_id", "advocates.id"],
            name=op.f("fk_attributions_store_id_advocate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "claim_id"], ["claims.store_id", "claims.id"], name=op.f("fk_attributions_store_id_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "version_id"],
            ["program_versions.store_id", "program_versions.id"],
            name=op.f("fk_attributions_store_id_version_id"),
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_attributions_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attributions")),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_attributions_store_id_id")),
        sa.UniqueConstraint("store_id", "order_ref", name=op.f("uq_attributions_store_id_order_ref")),
    )
    with op.batch_alter_table("attributions", schema=None) as batch_op:
        batch_op.create_index("ix_attributions_advocate", ["store_id", "advocate_id", "placed_at"], unique=False)
        batch_op.create_index("ix_attributions_claim", ["store_id", "claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attributions_store_id"), ["store_id"], unique=False)

    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("advocate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=191), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('earned', 'adjusted', 'reversed', 'restored', 'issued', 'returned', 'netted', 'written_off')",
            name=op.f("ck_ledger_entries_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "advocate_id"],
            ["advocates.store_id", "advocates.id"],
            name=op.f("fk_ledger_entries_store_id_advocate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "reward_id"],
            ["rewards.store_id", "rewards.id"],
            name=op.f("fk_ledger_entries_store_id_reward_id"),
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_ledger_entries_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint(
            "store_id",
            "reward_id",
            "advocate_id",
            "kind",
            "cause",
            name=op.f("uq_ledger_entries_store_id_reward_id_advocate_id_kind_cause"),
        ),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entries_advocate", ["store_id", "advocate_id", "currency"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entries_store_id"), ["store_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NOTIFY)
        for table in ("inbox_messages", "effects"):
            op.execute(
                f"CREATE TRIGGER {table}_wake AFTER INSERT OR UPDATE OF state, due_at ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION goodword_wake()"
            )


def downgrade() -> None:

    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entries_store_id"))
        batch_op.drop_index("ix_ledger_entries_advocate")

    op.drop_table("ledger_entries")
    with op.batch_alter_table("attributions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attributions_store_id"))
        batch_op.drop_index("ix_attributions_claim")
        batch_op.drop_index("ix_attributions_advocate")

    op.drop_table("attributions")
    with op.batch_alter_table("rewards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rewards_store_id"))
        batch_op.drop_index("ix_rewards_advocate")

    op.drop_table("rewards")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_store_id"))
        batch_op.drop_index("ix_decisions_order")

    op.drop_table("decisions")
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.drop_index("ix_claims_waiting")
        batch_op.drop_index(batch_op.f("ix_claims_store_id"))
        batch_op.drop_index(batch_op.f("ix_claims_advocate_id"))

    op.drop_table("claims")
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_links_store_id"))
        batch_op.drop_index(batch_op.f("ix_sign_in_links_person_id"))

    op.drop_table("sign_in_links")
    with op.batch_alter_table("search_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_keys_store_id"))
        batch_op.drop_index(batch_op.f("ix_search_keys_person_id"))

    op.drop_table("search_keys")
    with op.batch_alter_table("program_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_program_versions_store_id"))

    op.drop_table("program_versions")
    with op.batch_alter_table("person_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_keys_store_id"))
        batch_op.drop_index(batch_op.f("ix_person_keys_person_id"))

    op.drop_table("person_keys")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_orders_store_id"))
        batch_op.drop_index("ix_orders_placed")
        batch_op.drop_index("ix_orders_number")

    op.drop_table("orders")
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mails_store_id"))

    op.drop_table("mails")
    with op.batch_alter_table("inbox_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_messages_store")
        batch_op.drop_index("ix_inbox_messages_queue")
        batch_op.drop_index(batch_op.f("ix_inbox_messages_order_ref"))

    op.drop_table("inbox_messages")
    with op.batch_alter_table("coupons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coupons_store_id"))
        batch_op.drop_index("ix_coupons_shelf")
        batch_op.drop_index("ix_coupons_ref")

    op.drop_table("coupons")
    with op.batch_alter_table("advocates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advocates_store_id"))
        batch_op.drop_index(batch_op.f("ix_advocates_person_id"))

    op.drop_table("advocates")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tasks_store_id"))

    op.drop_table("tasks")
    with op.batch_alter_table("programs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programs_store_id"))

    op.drop_table("programs")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_store_id"))

    op.drop_table("people")
    with op.batch_alter_table("order_sightings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_sightings_store_id"))

    op.drop_table("order_sightings")
    with op.batch_alter_table("order_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_keys_store_id"))
        batch_op.drop_index("ix_order_keys_digest")

    op.drop_table("order_keys")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_store_id"))
        batch_op.drop_index(batch_op.f("ix_memberships_account_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("installations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_installations_store_id"))

    op.drop_table("installations")
    with op.batch_alter_table("effects", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_effects_store_id"))
        batch_op.drop_index("ix_effects_queue")

    op.drop_table("effects")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_store_id"))

    op.drop_table("audit_entries")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempts_store_id"))
        batch_op.drop_index("ix_attempts_effect")

    op.drop_table("attempts")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_index("ix_visits_advocate")

    op.drop_table("visits")
    op.drop_table("stores")
    op.drop_table("accounts")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION goodword_wake()")
