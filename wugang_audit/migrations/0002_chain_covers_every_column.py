from django.db import migrations, models

from wugang_audit.audit.append_only import protect


class Migration(migrations.Migration):

    dependencies = [
        ('wugang_audit', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='auditentry',
            name='address',
            field=models.CharField(blank=True, max_length=45, verbose_name='来源地址'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='clock_behind',
            field=models.BooleanField(default=False, verbose_name='时钟慢于上一条'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='request_id',
            field=models.CharField(blank=True, max_length=20, verbose_name='请求编号'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='salt',
            field=models.CharField(blank=True, max_length=32, verbose_name='随机字符（盐）'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='version',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='链值算法版本'),
            preserve_default=False,
        ),
        protect("wugang_audit_auditentry"),  # SQLite builds the table anew, and the triggers go with the old one
    ]
