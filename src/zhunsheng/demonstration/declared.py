"""The figures of the demonstration year that have no records in the platform: stated from the city's published report."""

from __future__ import annotations

from decimal import Decimal

from zhunsheng.demonstration.places import City
from zhunsheng.ledger.postings import state_figure

SOURCE = "平政文〔2021〕33号"

FIGURES: tuple[tuple[str, str, str], ...] = (
    ("mobile_service.mobile_portal_progress_rank_province", "2", ""),
    ("self_service_items.window_service_days_per_week", "7", ""),
    ("online_service_rate.no_visit_item_share_rank_province", "4", ""),
    ("online_service_rate.promised_time_cut_rank_province", "5", ""),
    ("normative_document.normdoc_notice_aspects", "12", ""),
    ("decision_expert_argument.expert_argument_meetings", "20", "余"),
    ("enterprise_legal_checkup.enterprises_legal_checkup", "180", "余"),
    ("info_disclosure.portal_items_published", "22400", "余"),
)


def state_figures(city: City) -> None:
    """State each of them for 2020, with the report as its source."""
    for account, value, qualifier in FIGURES:
        state_figure(account, city.government, 2020, Decimal(value), SOURCE, qualifier=qualifier)
