"""办件: the cases app; tells the ledger who recomputes the postings of cases, the law and local settings who
projects their dates, reforms of organs what they touch of them, the search what of them is found, security what of
them is sealed and which rows are never edited."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """办件."""

    name = "zhunsheng.cases"
    label = "cases"

    def ready(self) -> None:
        from zhunsheng.cases import finding, models, reforming, reprojecting, resting, revaluing
        from zhunsheng.cases.models import Case, Draft, Event
        from zhunsheng.cases.retracing import CASES
        from zhunsheng.cases.verification import verify_cases
        from zhunsheng.law.projection import Projection, register_projection
        from zhunsheng.law.usage import register_resting
        from zhunsheng.ledger.owing import register_poster
        from zhunsheng.ledger.verification import register_verifier
        from zhunsheng.local.limits import Counting, register_counting
        from zhunsheng.orgs.reforming import register_touch
        from zhunsheng.search.asking import register_kind
        from zhunsheng.search.proving import register_keeper
        from zhunsheng.security import resealing
        from zhunsheng.security.guards import protect

        register_verifier("case", verify_cases)
        register_poster(CASES)
        register_touch("cases", reforming.touched, reforming.move)
        register_projection("cases", Projection(reprojecting.preview, reprojecting.write))
        register_resting("cases", resting.resting)
        register_counting("cases", Counting(revaluing.preview, revaluing.write_moves))
        register_keeper(finding.KEEPER)
        register_kind(finding.CASES)
        register_kind(finding.PAPERS)
        resealing.register(
            resealing.Column(Case, "fields", "system", finding.CASE),
            resealing.Column(Event, "values", "case__system"),
            resealing.Column(Draft, "typed"),
        )
        protect(Event)
        protect(models.ClockEntry)
        protect(models.Urging)
        protect(models.OpinionUse)
        protect(models.ListEvidence, once=("voided_at", "voided_by_id"))
        protect(models.Material, once=("voided_at", "voided_by_id", "void_reason"))
        named = {"id", "system", "version", "number", "opened_on"}  # the rest follows from the events
        protect(Case, free=[field.column for field in Case._meta.concrete_fields if field.column not in named])
