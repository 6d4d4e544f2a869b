"""Mutations (变异试验): mistakes somebody could make in what guards the platform, each with the test that has to notice it:
``python -m tools.mutations [NAME …]``. Each is made in a copy of the sources, never in the working tree. 1 when one goes unnoticed.

The list alone lives here; tests/security/test_mutations.py holds it to the sources.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Mutation(NamedTuple):
    """What is wrong, in which file, what stands there and what is put in its place, and the test that fails then."""

    wrong: str
    file: str
    stands: str
    instead: str
    test: str


MUTATIONS = (
    # --- who may see and do what
    Mutation(
        "a duty reaches every organ", "orgs/access.py",
        "return covers and (path.startswith(self.path) if self.whole_tree else path == self.path)", "return covers",
        "tests/security/test_policy.py::test_every_relation_role_state_and_step_of_every_procedure_is_as_declared",
    ),
    Mutation(
        "the filter on rows forgets the organ", "orgs/access.py",
        "where = below(self.path, path_field) if self.whole_tree else Q(**{path_field: self.path})", "where = ~Q(pk__in=())",
        "tests/security/test_policy.py::test_the_filter_on_rows_and_the_check_say_the_same",
    ),
    Mutation(
        "a duty counts on the day it is over", "orgs/access.py", "(d.valid_to IS NULL OR d.valid_to > %s)", "(d.valid_to IS NULL OR d.valid_to >= %s)",
        "tests/security/test_policy.py::test_what_somebody_was_or_is_for_another_counts_on_its_days_alone",
    ),
    Mutation(
        "a delegation counts after its last day", "orgs/access.py", "g.first_day <= %s AND g.last_day >= %s", "g.first_day <= %s AND g.first_day <= %s",
        "tests/security/test_policy.py::test_what_somebody_was_or_is_for_another_counts_on_its_days_alone",
    ),
    Mutation(
        "a page reads past visible", "desk/reach.py", 'Case.visible.to(request.access).select_related("organ__region", "handler")',
        'Case.objects.select_related("organ__region", "handler")', "tests/desk/test_reading_and_writing.py::test_no_page_reads_past_visible",
    ),
    Mutation(
        "two of the three administrators in one person", "orgs/refusals.py", "if system == ROOM and administrators - {(ROOM, role)}:", "if False:",
        "tests/security/test_administrators.py::test_nobody_is_two_of_the_three_or_one_of_them_and_works_on_cases",
    ),
    Mutation(
        "somebody admits his own operator session", "security/operating.py", "if asked.officer_id == officer.pk:", "if False:",
        "tests/security/test_administrators.py::test_who_admits_is_never_who_asked_even_with_both_roles_in_old_rows",
    ),
    Mutation(
        "an operator session never ends", "security/operating.py", "admitted=True, ends_at__gt=at, ", "admitted=True, ",
        "tests/security/test_administrators.py::test_the_command_line_opens_only_in_a_session_that_somebody_else_admitted",
    ),
    Mutation(
        "a linked case that was broken off serves a gate", "kernel/checking.py",
        'if wanted.outcome else not (link.outcome or "").startswith(BROKEN_OFF)', "if wanted.outcome else True",
        "tests/kernel/test_linked_cases.py::test_a_case_broken_off_by_the_office_serves_no_gate",
    ),
    Mutation(
        "whoever accepted a case is put down among those who try it", "kernel/checking.py",
        "if gate.named and command.facts.get(gate.named_fact):", "if False:",
        "tests/desk/test_hard_rules_in_bulk.py::test_whoever_accepted_a_case_is_not_put_down_among_those_who_try_it",
    ),
    Mutation(
        "a list takes in what its gates refuse", "kernel/register.py",
        "if not changed.isdisjoint(gate.asked) and not gate.opens(after)", "if False",
        "tests/registers/test_entry_gates.py::test_minutes_are_no_basis_of_a_power_whoever_writes_it",
    ),
    Mutation(
        "a department passes what its government decides", "cases/facts.py", "if wanted.own:", "if False:",
        "tests/systems/test_decision_chain.py::test_a_decision_types_nothing_that_meeting_experts_and_executing_unit_have_said",
    ),
    # --- personal data
    Mutation(
        "a workbook of whole cases is not masked", "cases/workbook.py", "shown[target] = mask(declared, cell)", "shown[target] = cell",
        "tests/security/test_masking.py::test_a_workbook_of_whole_cases_shows_them_only_unmasked",
    ),
    Mutation(
        "an exported list of entries is not masked", "registers/exporting.py", "if not self.unmasked:", "if False:",
        "tests/security/test_masking.py::test_no_page_and_no_file_shows_them_until_somebody_asks",
    ),
    Mutation(
        "programs are told what is masked", "api/reading.py", "shown[name] = mask(declared, value)", "shown[name] = value",
        "tests/api/test_routes.py::test_persons_are_masked_until_a_purpose_is_given_and_that_is_written_down",
    ),
    Mutation(
        "a sealed value opens in another field", "security/sealing.py", "used.seal(text.encode(), name.encode())", "used.seal(text.encode(), b'')",
        "tests/security/test_sealing.py::test_a_value_opens_in_no_other_field_and_no_changed_one_opens",
    ),
    Mutation(
        "a log quotes what was put into a message", "security/logs.py", "if isinstance(value, int | float)]", "if value]",
        "tests/security/test_logs.py::test_a_line_quotes_nobody",
    ),
    Mutation(
        "one reviewer destroys a file", "retention/actions.py", "REVIEWERS = 2", "REVIEWERS = 1",
        "tests/retention/test_destruction.py::test_two_others_review_and_nothing_of_the_file_remains_but_what_may",
    ),
    Mutation(
        "a hold stops nothing", "retention/ended.py", "for case, reason in Hold.objects.filter(record__in=cases, lifted_at=None)",
        "for case, reason in Hold.objects.filter(record__in=[], lifted_at=None)",
        "tests/retention/test_destruction.py::test_what_stands_against_destruction_is_said_and_stops_it",
    ),
    Mutation(
        "papers are opened by who looks on by line", "desk/reach.py", "if not may_reveal(case, request.access):", "if False:",
        "tests/desk/test_case_print.py::test_who_looks_on_by_line_reads_of_papers_and_files_that_they_are_there",
    ),
    Mutation(
        "what stays masked goes into a case of one's own", "cases/matters.py", " or _stays(case, source, access):", ":",
        "tests/systems/test_handing_on.py::test_what_is_masked_for_who_looks_on_by_line_goes_into_no_case_of_his_own",
    ),
    # --- signing in
    Mutation(
        "nobody is locked out", "settings.py", '"axes.backends.AxesStandaloneBackend", ', "",
        "tests/desk/test_signing_in.py::test_five_failures_lock_the_account_and_say_until_when",
    ),
    Mutation(
        "the second factor is not asked for", "desk/signing_in.py", "if not second_factor.is_on(person):", "if True:",
        "tests/desk/test_signing_in.py::test_with_a_second_factor_the_password_alone_opens_nothing",
    ),
    Mutation(
        "the session of before goes on after signing in", "desk/signing_in.py", "    login(request, person, backend)\n",
        "    request.session.cycle_key = request.session.save\n    login(request, person, backend)\n",
        "tests/security/test_browsers.py::test_signing_in_gives_a_new_session_and_signing_out_ends_it",
    ),
    Mutation(
        "a session lasts although nobody is there", "security/sessions.py", 'UNATTENDED not in request.headers', "True",
        "tests/desk/test_signing_in.py::test_what_a_page_asks_by_itself_keeps_no_session_alive",
    ),
    Mutation(
        "any provider is believed", "security/openid.py", 'if issuer.rstrip("/") != settings.OPENID_ISSUER.rstrip("/"):', "if False:",
        "tests/security/test_provider_tokens.py::test_a_provider_that_calls_itself_another_is_not_believed",
    ),
    Mutation(
        "addresses before our proxies are believed", "security/lockout.py", '.split(",")[-settings.PROXIES :]', '.split(",")[: settings.PROXIES]',
        "tests/desk/test_signing_in.py::test_behind_a_proxy_the_address_is_the_one_the_proxy_has_seen",
    ),
    Mutation(
        "a passkey need not know who holds it", "security/passkeys.py",
        "credential_current_sign_count=key.uses, require_user_verification=True,", "credential_current_sign_count=key.uses, require_user_verification=False,",
        "tests/security/test_other_sign_ins.py::test_an_answer_of_a_passkey_counts_once_for_this_site_and_from_its_holder_alone",
    ),
    Mutation(
        "a challenge may be answered twice", "security/passkeys.py", "request.session.pop(CHALLENGE,", "request.session.get(CHALLENGE,",
        "tests/security/test_other_sign_ins.py::test_an_answer_of_a_passkey_counts_once_for_this_site_and_from_its_holder_alone",
    ),
    # --- browsers
    Mutation(
        "forged forms are taken", "settings.py", '    "django.middleware.csrf.CsrfViewMiddleware",\n', "",
        "tests/security/test_browsers.py::test_a_form_without_the_token_of_its_page_writes_nothing",
    ),
    Mutation(
        "scripts within pages run", "settings.py", '"default-src": [SELF],', '"default-src": [SELF, "\'unsafe-inline\'"],',
        "tests/security/test_browsers.py::test_an_address_that_is_none_carries_its_headers_too",
    ),
    Mutation(
        "what was typed is written as markup", "settings.py", '        "APP_DIRS": True,\n        "OPTIONS": {\n',
        '        "APP_DIRS": True,\n        "OPTIONS": {\n            "autoescape": False,\n',
        "tests/desk/test_injection.py::test_no_page_holds_a_mark_somebody_typed",
    ),
    Mutation(
        "a cell that would run is not marked", "spreadsheets.py", 'FORMULA = ("=", "+", "-", "@", "\\t", "\\r")', 'FORMULA = ("+", "-", "@", "\\t", "\\r")',
        "tests/desk/test_injection.py::test_no_file_holds_a_formula",
    ),
    Mutation(
        "it leads on to other sites", "desk/other_sign_ins.py", 'return wanted if is_ours else "/"', "return wanted",
        "tests/security/test_other_sign_ins.py::test_it_leads_to_no_other_site_and_a_provider_that_is_away_is_said_so",
    ),
    # --- programs
    Mutation(
        "a token opens every scope", "api/calls.py", "if self.scope and self.scope not in caller.scopes:", "if False:",
        "tests/api/test_calls.py::test_every_route_asks_for_a_token_and_for_its_scope",
    ),
    Mutation(
        "a token that has expired opens", "api/accounts.py", "AND ended_at IS NULL AND expires_at > %s RETURNING", "AND ended_at IS NULL AND expires_at <> %s RETURNING",
        "tests/api/test_calls.py::test_nobody_gets_in_without_a_token_that_holds",
    ),
    Mutation(
        "calls are not limited", "api/calls.py", "if caller.calls > settings.API_CALLS:", "if False:",
        "tests/api/test_calls.py::test_calls_above_the_limit_are_put_off",
    ),
    Mutation(
        "a write sent twice is done twice", "api/once.py", "key=key, digest=digest, at=timezone.now()", "key=key[:60] + str(timezone.now()), digest=digest, at=timezone.now()",
        "tests/api/test_routes.py::test_a_case_is_opened_once_however_often_it_is_sent",
    ),
    Mutation(
        "a key used for something else is answered", "api/once.py", "if earlier.digest != digest:", "if False:",
        "tests/api/test_routes.py::test_a_case_is_opened_once_however_often_it_is_sent",
    ),
    Mutation(
        "the time of a message is not signed", "api/webhooks.py", 'signed = f"{key}.{at}.".encode() + body', 'signed = f"{key}.".encode() + body',
        "tests/api/test_webhooks.py::test_what_was_done_is_told_signed_and_without_contents",
    ),
    Mutation(
        "messages go inside", "api/addresses.py", 'return scheme == "https" and found.is_global and not found.is_multicast', 'return scheme == "https"',
        "tests/api/test_webhooks.py::test_nothing_is_sent_inside",
    ),
    Mutation(
        "anybody signs a data package", "api/package.py", "public_key_of(public_key).verify(base64.b64decode(found.signature, validate=True), found.head)", "pass",
        "tests/api/test_packages.py::test_a_package_that_was_changed_on_the_way_is_refused",
    ),
    Mutation(
        "a data package may say something else than was signed", "api/package.py", 'if found.told.get("sha256") != hashlib.sha256(found.data).hexdigest():', "if False:",
        "tests/api/test_packages.py::test_a_package_that_was_changed_on_the_way_is_refused",
    ),
    # --- the public
    Mutation(
        "the number of a receipt suffices", "intake/receipts.py", "fits = compare_digest(hash_of(cleaned_number(number), cleaned_code(code)), kept)", "fits = True",
        "tests/intake/test_shared_ground.py::test_a_receipt_is_found_by_number_and_code_together_only",
    ),
    Mutation(
        "an answer counts again and again", "intake/guarding.py", "tally(_QUESTIONS, once, QUESTION_LASTS) == 1", "tally(_QUESTIONS, once, QUESTION_LASTS)",
        "tests/intake/test_shared_ground.py::test_who_sends_at_once_is_asked_and_goes_on_by_answering",
    ),
    Mutation(
        "a file is believed by its name", "intake/uploads.py", "    check_kind(path, name, kind)\n", "",
        "tests/intake/test_shared_ground.py::test_files_that_are_not_taken",
    ),
    Mutation(
        "a file may carry a program", "intake/uploads.py", 'elif b"macroenabled" in listed.lower():', "elif False:",
        "tests/intake/test_shared_ground.py::test_files_that_are_not_taken",
    ),
    # --- nothing changed unseen, nothing lost
    Mutation(
        "a file is released from the chain without a decision", "security/verifying.py", "for ground in chain.unfounded():", "for ground in ():",
        "tests/retention/test_destruction.py::test_a_row_released_without_a_decision_or_beside_one_is_found",
    ),
    Mutation(
        "the trail can be edited", "security/apps.py", "guards.protect(AuditEntry)", "pass",
        "tests/security/test_chain.py::test_the_database_refuses_what_edits_or_removes",
    ),
    Mutation(
        "the chain does not look at rows", "security/verifying.py", "if digest is None or digest[: chain.MARK] != mark:", "if digest is None:",
        "tests/security/test_chain.py::test_a_changed_a_removed_and_a_put_in_row_are_named",
    ),
    Mutation(
        "a link need not follow the one before", "security/verifying.py", "elif link.previous != proof.digest:", "elif False:",
        "tests/security/test_chain.py::test_a_changed_link_a_new_chain_and_a_cut_end_are_noticed",
    ),
    Mutation(
        "anchor files are not looked at", "security/verifying.py", "if anchor.digest != link.digest:", "if False:",
        "tests/security/test_chain.py::test_a_changed_link_a_new_chain_and_a_cut_end_are_noticed",
    ),
    Mutation(
        "a part of a backup may say something else", "durability/restoring.py", "if stream.content.hexdigest() != expected.get(part.name):", "if False:",
        "tests/durability/test_backup.py::test_a_part_that_is_not_what_the_manifest_says_is_refused",
    ),
    Mutation(
        "a place in use is restored over", "durability/restoring.py", "    if held:\n", "    if False:\n",
        "tests/durability/test_backup.py::test_a_backup_made_while_others_write_is_restored_and_comes_to_the_same",
    ),
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutations", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="words of those to try; all without")
    asked = parser.parse_args().names
    chosen = [one for one in MUTATIONS if not asked or any(name in one.wrong for name in asked)]
    unnoticed = []
    with tempfile.TemporaryDirectory(prefix="zhunsheng-mutations-") as folder:
        sources = Path(folder) / "src"
        shutil.copytree(ROOT / "src", sources)
        if _run(sources, *dict.fromkeys(one.test for one in chosen)) != 0:
            raise SystemExit("a test of these fails on the sources as they are")
        for one in chosen:
            is_noticed = _is_noticed(one, sources)
            print(f"{'noticed  ' if is_noticed else 'UNNOTICED'}  {one.wrong}", flush=True)
            unnoticed += [] if is_noticed else [one]
    print(f"{len(chosen)} mutations, {len(unnoticed)} unnoticed")
    return 1 if unnoticed or not chosen else 0


def _is_noticed(one: Mutation, sources: Path) -> bool:
    """Whether the test fails on the mistake."""
    file = sources / "zhunsheng" / one.file
    right = file.read_text(encoding="utf-8")
    if right.count(one.stands) != 1:
        raise SystemExit(f"{one.file}: {one.stands!r} stands there {right.count(one.stands)} times")
    file.write_text(right.replace(one.stands, one.instead), encoding="utf-8")
    try:
        if (ended := _run(sources, one.test)) not in (0, 1):
            raise SystemExit(
                f"{one.wrong}: its test does not run (pytest ends with {ended}), the mistake is none that can be made"
            )
        return ended == 1
    finally:
        file.write_text(right, encoding="utf-8")


def _run(sources: Path, *tests: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(sources)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
