"""Where the demo shop's customers live, where goods leave from, and who carries them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class City:
    country: str
    name: str
    region: str
    postal_code: str
    time_zone: str
    share: int


@dataclass(frozen=True, slots=True)
class DemoWarehouse:
    code: str
    name: str
    city: str
    country: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class DemoCarrier:
    """``tracking`` is the form of a parcel number: # stands for its digits."""

    code: str
    name: str
    saturday: bool
    sunday: bool
    tracking: str


@dataclass(frozen=True, slots=True)
class Route:
    """How parcels go from a warehouse to a country; ``hub`` lies on the way when abroad."""

    country: str
    warehouse: str
    carrier: str
    min_days: int
    max_days: int
    share: int
    hub: str = ""

    @property
    def is_far(self) -> bool:
        """Whether it leaves from another continent."""
        return self.max_days > 8


CUTOFF_HOUR = 14

WAREHOUSES = (
    DemoWarehouse("LEJ", "Leipzig", "Leipzig", "DE", "Europe/Berlin"),
    DemoWarehouse("RNO", "Reno", "Reno", "US", "America/Los_Angeles"),
    DemoWarehouse("SZV", "Suzhou", "Suzhou", "CN", "Asia/Shanghai"),
)

CARRIERS = (
    DemoCarrier("dhl", "DHL", True, False, "JJD0003##########"),
    DemoCarrier("ups", "UPS", False, False, "1Z5R8E03##########"),
    DemoCarrier("fedex", "FedEx", True, False, "77##########"),
    DemoCarrier("sf", "SF Express 顺丰", True, True, "SF13##########"),
    DemoCarrier("zto", "ZTO Express 中通", True, True, "7855##########"),
    DemoCarrier("royal-mail", "Royal Mail", True, False, "QB##########GB"),
    DemoCarrier("yamato", "Yamato ヤマト運輸", True, True, "48##########"),
)

ROUTES = (
    Route("DE", "LEJ", "dhl", 2, 3, 75),
    Route("DE", "LEJ", "ups", 2, 4, 20),
    Route("DE", "SZV", "dhl", 8, 15, 5, "Shanghai"),
    Route("AT", "LEJ", "dhl", 3, 4, 80),
    Route("AT", "LEJ", "ups", 3, 5, 20),
    Route("FR", "LEJ", "dhl", 3, 5, 60),
    Route("FR", "LEJ", "ups", 3, 4, 40),
    Route("NL", "LEJ", "dhl", 2, 4, 70),
    Route("NL", "LEJ", "ups", 2, 4, 30),
    Route("GB", "LEJ", "royal-mail", 3, 5, 75, "Dover"),
    Route("GB", "LEJ", "dhl", 3, 5, 20, "East Midlands"),
    Route("GB", "SZV", "royal-mail", 8, 15, 5, "Shanghai"),
    Route("US", "RNO", "ups", 3, 5, 50),
    Route("US", "RNO", "fedex", 2, 5, 44),
    Route("US", "SZV", "fedex", 8, 14, 6, "Anchorage"),
    Route("CA", "RNO", "ups", 3, 5, 60, "Seattle"),
    Route("CA", "RNO", "fedex", 3, 5, 40, "Memphis"),
    Route("CN", "SZV", "sf", 1, 3, 60),
    Route("CN", "SZV", "zto", 2, 5, 40),
    Route("HK", "SZV", "sf", 2, 4, 100, "Shenzhen"),
    Route("JP", "SZV", "yamato", 3, 5, 100, "Osaka"),
    Route("SG", "SZV", "sf", 4, 6, 70, "Shenzhen"),
    Route("SG", "SZV", "dhl", 3, 5, 30, "Hong Kong"),
    Route("AU", "SZV", "dhl", 5, 8, 100, "Hong Kong"),
)

CURRENCY_OF = {
    "DE": "EUR",
    "AT": "EUR",
    "FR": "EUR",
    "NL": "EUR",
    "GB": "GBP",
    "US": "USD",
    "CA": "USD",
    "CN": "CNY",
    "HK": "USD",
    "JP": "JPY",
    "SG": "USD",
    "AU": "USD",
}

CITIES = (
    City("DE", "Berlin", "", "10115", "Europe/Berlin", 50),
    City("DE", "Hamburg", "", "20095", "Europe/Berlin", 35),
    City("DE", "München", "", "80331", "Europe/Berlin", 35),
    City("DE", "Köln", "", "50667", "Europe/Berlin", 25),
    City("DE", "Freiburg", "", "79098", "Europe/Berlin", 12),
    City("AT", "Wien", "", "1010", "Europe/Vienna", 20),
    City("AT", "Graz", "", "8010", "Europe/Vienna", 8),
    City("FR", "Paris", "", "75011", "Europe/Paris", 30),
    City("FR", "Lyon", "", "69002", "Europe/Paris", 15),
    City("NL", "Amsterdam", "", "1012", "Europe/Amsterdam", 15),
    City("NL", "Utrecht", "", "3511", "Europe/Amsterdam", 8),
    City("GB", "London", "", "SE1 7AB", "Europe/London", 60),
    City("GB", "Manchester", "", "M1 2WD", "Europe/London", 25),
    City("GB", "Edinburgh", "", "EH1 1YZ", "Europe/London", 20),
    City("US", "New York", "NY", "10011", "America/New_York", 60),
    City("US", "Boston", "MA", "02116", "America/New_York", 25),
    City("US", "Chicago", "IL", "60607", "America/Chicago", 35),
    City("US", "Austin", "TX", "78704", "America/Chicago", 25),
    City("US", "Denver", "CO", "80202", "America/Denver", 20),
    City("US", "Seattle", "WA", "98101", "America/Los_Angeles", 25),
    City("US", "Los Angeles", "CA", "90012", "America/Los_Angeles", 40),
    City("CA", "Toronto", "ON", "M5V 2T6", "America/Toronto", 20),
    City("CA", "Vancouver", "BC", "V6B 1A1", "America/Vancouver", 15),
    City("CN", "上海市", "上海", "200040", "Asia/Shanghai", 70),
    City("CN", "北京市", "北京", "100020", "Asia/Shanghai", 60),
    City("CN", "杭州市", "浙江省", "310012", "Asia/Shanghai", 40),
    City("CN", "深圳市", "广东省", "518052", "Asia/Shanghai", 45),
    City("CN", "成都市", "四川省", "610021", "Asia/Shanghai", 35),
    City("CN", "武汉市", "湖北省", "430070", "Asia/Shanghai", 25),
    City("CN", "西安市", "陕西省", "710061", "Asia/Shanghai", 20),
    City("CN", "哈尔滨市", "黑龙江省", "150010", "Asia/Shanghai", 12),
    City("HK", "Hong Kong", "", "", "Asia/Hong_Kong", 25),
    City("JP", "Tokyo", "", "150-0002", "Asia/Tokyo", 40),
    City("JP", "Osaka", "", "530-0001", "Asia/Tokyo", 25),
    City("JP", "Sapporo", "Hokkaido", "060-0042", "Asia/Tokyo", 10),
    City("SG", "Singapore", "", "238823", "Asia/Singapore", 25),
    City("AU", "Sydney", "NSW", "2000", "Australia/Sydney", 20),
    City("AU", "Perth", "WA", "6000", "Australia/Perth", 10),
)
