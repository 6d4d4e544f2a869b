from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("retention", "0001_initial")]

    operations = [migrations.RenameModel("Line", "ListedFile")]
