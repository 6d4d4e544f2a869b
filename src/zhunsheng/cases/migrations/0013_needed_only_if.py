"""What has to be done only if people find it needed (通知补正) makes no case overdue: such cases are due by their next limit."""

from django.db import migrations

AT_ONCE = 500


def name_the_next_limit(apps, schema_editor):
    from zhunsheng.catalogue.loading import systems

    case, deadline = (apps.get_model("cases", name) for name in ("Case", "Deadline"))
    for slug, system in systems().items():
        keys = {key for p in system.procedures for key, declared in p.deadlines.items() if declared.if_needed}
        if not keys:
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
                owed = system.procedure_of(row.version).owed
                row.next_due = min((one.due_on for one in limits[row.pk] if one.key in owed), default=None)
            case.objects.bulk_update(some, ["next_due"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_recounted_clocks")]

    operations = [migrations.RunPython(name_the_next_limit, migrations.RunPython.noop)]
