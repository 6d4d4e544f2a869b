"""What has to be done only if people find it needed (通知补正) makes no case overdue: such cases are due by their next limit."""

from django.db import migrations

AT_ONCE = 500
IF_NEEDED = {
    "info_disclosure_request": ["supplement_request"],
    "administrative_compensation": ["missing"],
    "administrative_reconsideration": ["supplement_notice", "correction_notice_period"],
}


def name_the_next_limit(apps, schema_editor):
    from zhunsheng.catalogue.loading import systems

    case, deadline = (apps.get_model("cases", name) for name in ("Case", "Deadline"))
    for slug, keys in IF_NEEDED.items():
        if slug not in systems():
            continue
        running = deadline.objects.filter(state="running", due_on__isnull=False)
        concerned = running.filter(key__in=keys, case__system=slug).values_list("case_id", flat=True)
        last = 0
        while some := list(case.objects.filter(pk__in=concerned, pk__gt=last).order_by("pk")[:AT_ONCE]):
            last = some[-1].pk
            limits = {}
            for one in running.filter(case__in=[row.pk for row in some]):
                limits.setdefault(one.case_id, []).append(one)
            for row in some:
                owed = systems()[slug].procedure_of(row.version).owed
                row.next_due = min((one.due_on for one in limits[row.pk] if one.key in owed), default=None)
            case.objects.bulk_update(some, ["next_due"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_recounted_clocks")]

    operations = [migrations.RunPython(name_the_next_limit, migrations.RunPython.noop)]
