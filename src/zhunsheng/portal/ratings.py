"""好差评: the party's evaluation of a matter that is finished, once, by the number and code of its receipt.

A good one is closed at once; a bad one opens a follow-up for the organ that handled the matter, as ``service_evaluation`` declares.
Matters of systems that ask for satisfaction themselves are not asked about here a second time.
"""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhunsheng.cases.actions import open_case
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import system
from zhunsheng.desk.wording import name_of, say
from zhunsheng.intake import applying, guarding, receipts
from zhunsheng.intake.applying import Followed
from zhunsheng.intake.guarding import Held
from zhunsheng.intake.models import Receipt
from zhunsheng.kernel.fields import clean_text
from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.refusals import Refused
from zhunsheng.portal.acts import evaluation_of
from zhunsheng.portal.pages import Crumb, language, show
from zhunsheng.portal.passes import pass_of, passed
from zhunsheng.portal.public_forms import guarded, public_form, told, why

EVALUATION, OWN_FIELD = "service_evaluation", "satisfaction"
RATE = "rate"
BAD = ("bad", "very_bad")
LONGEST = 1000


def may_be_rated(found: Followed) -> Refusal | None:
    """Why a matter cannot be evaluated here; None where it can."""
    if OWN_FIELD in found.compiled.all_fields:
        return Refusal("own", Words("这类事项由承办单位回访或者在“看办理”里评价，不在这里评价",
                                    "satisfaction with such matters is asked for by the unit or under “Follow”, not here"))  # fmt: skip
    if found.case.closed_on is None:
        return Refusal(
            "state",
            Words(
                "这件事还没有办结，办结以后可以评价", "the matter is not finished yet; it can be evaluated afterwards"
            ),
        )
    if evaluation_of(_number(found)) is not None:
        return Refusal(
            "once",
            Words("这件事已经评价过，一件事评价一次", "the matter was evaluated already, which is possible once"),
        )
    return None


def _number(found: Followed) -> str:
    return found.case.number or found.receipt.number


@transaction.atomic
def rate(found: Followed, grade: str, reason: str) -> Case:
    """Enter an evaluation. Raises ``Refused``."""
    Receipt.objects.select_for_update().get(pk=found.receipt.pk)  # two at once are one after the other
    refusal = may_be_rated(found)
    if refusal is not None:
        raise Refused(refusal)
    values = {
        "matter": found.service.words.zh, "matter_number": _number(found), "channel": "website", "grade": grade,
        **({"reason": reason} if reason else {}),
    }  # fmt: skip
    action = "rate_badly" if grade in BAD else "rate_well"
    return open_case(EVALUATION, action, organ=found.case.organ, on=timezone.localdate(), values=values)


@public_form()
def evaluate(request: HttpRequest) -> HttpResponse:
    """评价: the form, and thanks with what follows."""
    grades = system(EVALUATION).procedures[-1].fields["grade"].choices
    typed = {name: clean_text(request.POST.get(name, "")) for name in ("number", "code", "grade", "reason")}
    found = passed(request)
    context = {"guard": guarding.guard(RATE), "grades": grades.items(), "typed": typed}
    if found is not None:
        context |= {"pass": pass_of(found.receipt), "matter": say(found.service)}
    if request.method != "POST" or (found is not None and "reason" not in request.POST):
        return show(request, "rate", context, Crumb(_("评价办理情况")))
    problems: list[tuple[str, str]] = []
    held = guarded(request, RATE, quickest=0)
    if isinstance(held, Held):
        problems.append((held.field, why(held)))
        context["guard"] = held.guard
    else:
        if found is None and (receipt := receipts.find(typed["number"], typed["code"])) is not None:
            found = applying.followed(receipt)
        problems += _problems(typed, grades, is_known=found is not None)
    if not problems and found is not None:
        try:
            case = rate(found, typed["grade"], typed["reason"])
        except Refused as error:
            problems.append(("", error.sentence(language())))
        else:
            thanked = {
                "is_bad": typed["grade"] in BAD,
                "organ": name_of(found.case.organ),
                "number": case.number,
                "matter": say(found.service),
            }
            return show(request, "rated", thanked, Crumb(_("评价办理情况")))
    return show(request, "rate", context | told(problems), Crumb(_("评价办理情况")), status=422)


def _problems(typed: dict[str, str], grades: dict[str, Words], *, is_known: bool) -> list[tuple[str, str]]:
    found = []
    if not is_known:
        found.append(("number", _("编号或者查询码不对，请核对回执")))
    if typed["grade"] not in grades:
        found.append(("grade", _("请选择一档评价")))
    if typed["grade"] in BAD and not typed["reason"]:
        found.append(("reason", _("不满意、非常不满意的，请写明原因")))
    if len(typed["reason"]) > LONGEST:
        found.append(("reason", _("这一栏最多 %(most)s 字") % {"most": LONGEST}))
    return found
