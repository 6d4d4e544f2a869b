"""办件: the cases app; tells the ledger who recomputes the postings of cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """办件."""

    name = "zhunsheng.cases"
    label = "cases"

    def ready(self) -> None:
        from zhunsheng.cases.verification import verify_cases
        from zhunsheng.ledger.verification import register_verifier

        register_verifier("case", verify_cases)
