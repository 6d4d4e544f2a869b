"""An invented city with the figures of a year, posted one by one; the sums asserted in tests are worked out by hand."""

from datetime import date
from decimal import Decimal

from zhunsheng.ledger.postings import PostingRow, forget_accounts, post, state_figure
from zhunsheng.orgs.models import Organ, Region

CODE = "419900"
YEAR = 2020


def found_city(name: str = "示例市", code: str = CODE) -> Organ:
    """The city's government; nothing is posted yet."""
    forget_accounts()
    region = Region.objects.create(code=code, name=name)
    return Organ.objects.create(region=region, name=f"{name}人民政府", mark="示政", kind="government")


def record(organ: Organ, account: str, value: int, year: int = YEAR) -> None:
    """Post to an account as a record would."""
    post([PostingRow(account, organ.pk, date(year, 6, 1), Decimal(value), source_id=1)])


def post_year(organ: Organ) -> None:
    """Some figures of every kind: counted, a ratio, a count of organs, stated with and without a qualifier."""
    for account, value in (
        ("administrative_reconsideration.received", 98),
        ("administrative_reconsideration.accepted", 89),
        ("administrative_reconsideration.refused", 9),
        ("litigation_response.cases", 30),
        ("litigation_response.after_reconsideration", 27),
        ("hotline_workorder.orders_assigned", 30381),
        ("hotline_workorder.orders_done", 30209),
        ("power_list.items", 3149),
    ):
        record(organ, account, value)
    record(organ, "litigation_response.after_reconsideration", 39, YEAR - 1)
    state_figure("info_disclosure.portal_items_published", organ, YEAR, 22400, "示例文件一", qualifier="余")
    state_figure("online_service_rate.no_visit_item_share_rank_province", organ, YEAR, 99, "=1+1")
