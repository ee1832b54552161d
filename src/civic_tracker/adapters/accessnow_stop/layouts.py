"""The three layouts of Access Now's tables of shutdowns, each told by a column that only it has."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Layout:
    """Which columns of one layout say what; an empty name means that the layout has no such column.

    ``kind`` gives the type of an entry. Its title is put together from ``details``, from ``services`` (the name for
    each column of yes and no) and, where single services are hit, from the free words of ``other_services``.
    ``key_of`` goes before the keys, which begin anew in each layout.
    """

    told_by: str
    end: str
    kind: str
    details: tuple[str, ...]
    other_services: str
    justification: str
    texts: tuple[str, ...]
    links: tuple[str, ...]
    services: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    key_of: str = ""
    status: str = ""
    date_type: str = ""
    decided_by: str = ""

    @property
    def columns(self) -> list[str]:
        named = [self.end, self.kind, self.other_services, self.justification, self.key]
        named += [self.status, self.date_type, self.decided_by]
        return [*_EVERYWHERE, *filter(None, named), *self.details, *self.services, *self.texts, *self.links]


_EVERYWHERE = ("start_date", "country", "geo_scope", "area_name", "ordered_by", "actual_cause")
_SERVICES = ("Facebook", "Twitter", "WhatsApp", "Instagram", "Telegram")
LAYOUTS = (
    Layout(
        told_by="shutdown_status",
        end="end_date",
        status="shutdown_status",
        date_type="start_date_type",
        kind="shutdown_type",
        details=("shutdown_extent", "affected_network"),
        services={f"{name.lower()}_affected": name for name in _SERVICES}
        | {"sms_affected": "SMS", "phonecall_affected": "phone calls"},
        other_services="other_affected",
        decided_by="decision_maker",
        justification="gov_justification",
        texts=("event", "actual_cause_details", "gov_just_details", "legal_method", "gov_ack_quote"),
        links=("info_source_link", "gov_ack_source", "telco_ack_source", "an_link"),
    ),
    Layout(
        told_by="shutdown_type_new",
        key="ID",
        key_of="2019",
        end="end_date",
        kind="shutdown_type_new",
        details=("full or service-based", "affected_network", "SMS_and_phone_call_affected"),
        services={f"{name}_affected": name for name in _SERVICES},
        other_services="other_service_details (specify)",
        decided_by="decision_maker",
        justification="official_just",
        texts=("event", "other_cause_details", "other_just_details", "legal_method", "off_statement", "notes"),
        links=("news_link", "an_link"),
    ),
    Layout(
        told_by="shutdown_type_group",
        key="id",
        key_of="2016-2018",
        end="end_date",
        kind="shutdown_type_group",
        details=("shutdown_type_group", "shutdown_type"),
        other_services="service_details",
        justification="official_just",
        texts=("event", "notes"),
        links=("news_link", "an_link"),
    ),
)
