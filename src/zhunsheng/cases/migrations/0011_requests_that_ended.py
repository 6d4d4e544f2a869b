"""What was asked on a case that has come to its end and nobody answered ends with it."""

from django.db import migrations


def end(apps, schema_editor):
    Assignment, Case = apps.get_model("cases", "Assignment"), apps.get_model("cases", "Case")
    waiting = Assignment.objects.filter(state="open", case__closed_on__isnull=False)
    numbers = {}
    for case, number in waiting.values_list("case", "number"):
        numbers.setdefault(case, set()).add(number)
    for case, course in Case.objects.filter(pk__in=numbers).values_list("pk", "course").iterator():
        course["requests"] = [
            [*request[:3], "ended", *request[4:]] if request[0] in numbers[case] else request
            for request in course["requests"]
        ]
        Case.objects.filter(pk=case).update(course=course)
    waiting.update(state="ended", answer="随案件办结结束")


class Migration(migrations.Migration):

    dependencies = [("cases", "0010_lists_as_evidence")]

    operations = [migrations.RunPython(end, migrations.RunPython.noop)]
