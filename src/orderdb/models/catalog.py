"""What the shop sells, where it lies, and who carries it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, false, text
from sqlmodel import Field, SQLModel

from orderdb.columns import Json, Minor, one_of
from orderdb.statuses import ReturnClass
from orderdb.text import Text


class Product(SQLModel, table=True):
    __tablename__ = "products"

    id: int | None = Field(default=None, primary_key=True)
    sku: str = Field(unique=True, max_length=64)
    name_en: str = Field(max_length=200)
    name_zh: str = Field(max_length=200)
    category: str = Field(index=True, max_length=40)
    return_class: ReturnClass = Field(
        default=ReturnClass.STANDARD, sa_type=one_of(ReturnClass, "product_return_class")
    )

    @property
    def name(self) -> Text:
        return Text(en=self.name_en, zh=self.name_zh)


class Review(SQLModel, table=True):
    """What a customer wrote about a product: words that nobody checked, ``stars`` of five."""

    __tablename__ = "reviews"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="ck_reviews_stars"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id", index=True)
    stars: int
    text: str = Field(default="", max_length=2000)
    written_on: date | None = None


class Variant(SQLModel, table=True):
    """One buyable form of a product; ``options`` are its traits, such as colour and size."""

    __tablename__ = "variants"

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id", index=True)
    sku: str = Field(unique=True, max_length=64)
    name_en: str = Field(default="", max_length=200)
    name_zh: str = Field(default="", max_length=200)
    options: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    available: bool = True

    @property
    def name(self) -> Text:
        return Text(en=self.name_en, zh=self.name_zh)


class VariantPrice(SQLModel, table=True):
    __tablename__ = "variant_prices"
    __table_args__ = (CheckConstraint("price_minor >= 0", name="ck_variant_prices_price"),)

    variant_id: int = Field(foreign_key="variants.id", primary_key=True)
    currency: str = Field(primary_key=True, max_length=3)
    price_minor: int = Field(sa_type=Minor)


class Warehouse(SQLModel, table=True):
    """A place goods leave from; an order before ``cutoff_hour`` (local) leaves the same day.

    ``region`` tells its public holidays, beside those of the country. It rests at weekends unless
    told otherwise.
    """

    __tablename__ = "warehouses"
    __table_args__ = (CheckConstraint("cutoff_hour BETWEEN 0 AND 23", name="ck_warehouses_cutoff"),)

    code: str = Field(primary_key=True, max_length=16)
    name: str = Field(max_length=80)
    country: str = Field(max_length=2)
    region: str = Field(default="", max_length=100, sa_column_kwargs={"server_default": text("''")})
    time_zone: str = Field(max_length=40)
    cutoff_hour: int = 14
    works_saturday: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    works_sunday: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Stock(SQLModel, table=True):
    """Pieces of a variant in a warehouse; ``reserved`` ones are promised to orders."""

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("on_hand >= 0 AND reserved >= 0", name="ck_stock_not_negative"),
        CheckConstraint("reserved <= on_hand", name="ck_stock_reserved"),
    )

    variant_id: int = Field(foreign_key="variants.id", primary_key=True)
    warehouse_code: str = Field(foreign_key="warehouses.code", primary_key=True)
    on_hand: int = 0
    reserved: int = 0
    restock_on: date | None = None


class Carrier(SQLModel, table=True):
    __tablename__ = "carriers"

    code: str = Field(primary_key=True, max_length=24)
    name: str = Field(max_length=80)
    delivers_saturday: bool = False
    delivers_sunday: bool = False


class CarrierTransit(SQLModel, table=True):
    """Service days from hand-over to door that a carrier states between two countries."""

    __tablename__ = "carrier_transits"
    __table_args__ = (
        CheckConstraint("min_days >= 0 AND max_days >= min_days", name="ck_transits_days"),
    )

    carrier_code: str = Field(foreign_key="carriers.code", primary_key=True)
    origin: str = Field(primary_key=True, max_length=2)
    destination: str = Field(primary_key=True, max_length=2)
    min_days: int
    max_days: int
