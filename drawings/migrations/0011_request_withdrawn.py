from django.db import migrations, models


class Migration(migrations.Migration):
    """Who asked may take a request back: one more way in which it is closed. No column changes."""

    dependencies = [
        ('drawings', '0010_checklist_version_name'),
    ]

    operations = [
        migrations.AlterField(
            model_name='problem',
            name='decision',
            field=models.CharField(blank=True, choices=[('granted', '同意'), ('refused', '不同意'), ('answered', '已答复'), ('withdrawn', '已撤回')], max_length=10, verbose_name='处理结果'),
        ),
        migrations.AlterField(
            model_name='recusalrequest',
            name='decision',
            field=models.CharField(blank=True, choices=[('granted', '同意'), ('refused', '不同意'), ('answered', '已答复'), ('withdrawn', '已撤回')], max_length=10, verbose_name='处理结果'),
        ),
    ]
