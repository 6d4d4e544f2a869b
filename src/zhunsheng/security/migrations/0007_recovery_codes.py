"""Recovery codes that are kept as they were given out become keyed digests; they are good as before."""

from django.db import migrations


def digest(apps, schema_editor):
    from zhunsheng.security.second_factor import kept

    for token in apps.get_model("otp_static", "StaticToken").objects.select_related("device"):
        if len(token.token) < 16:
            token.token = kept(token.device.user_id, token.token)
            token.save(update_fields=("token",))


class Migration(migrations.Migration):

    dependencies = [
        ("security", "0006_passkey"),
        ("otp_static", "0003_add_timestamps"),
    ]

    operations = [migrations.RunPython(digest, migrations.RunPython.noop)]
