import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from wugang_audit.audit.append_only import protect


class Migration(migrations.Migration):

    dependencies = [
        ('drawings', '0002_protect_more_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name='draw',
            name='salt',
        ),
        migrations.AddField(
            model_name='draw',
            name='under',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='frozen_under', to='drawings.draw'),
        ),
        migrations.AddField(
            model_name='plan',
            name='substitutes',
            field=models.CharField(choices=[('pl5', '申报之后的下一期排列5（每天开奖）'), ('fc3d', '申报之后的下一期福彩3D（每天开奖）'), ('ssq', '申报之后的下一期双色球（每周二、四、日开奖）'), ('seed', '本次抽签原来的号码')], default='pl5', help_text='用申报之后才开奖的号码，申报的时候谁也不知道会由谁替补。', max_length=10, verbose_name='替补按哪组号码产生'),
        ),
        migrations.AlterField(
            model_name='logentry',
            name='subject',
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name='selection',
            name='name',
            field=models.CharField(blank=True, max_length=200, verbose_name='单位名称'),
        ),
        migrations.AlterField(
            model_name='teammember',
            name='name',
            field=models.CharField(blank=True, max_length=200, verbose_name='姓名'),
        ),
        migrations.CreateModel(
            name='DrawNames',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.TextField()),
                ('draw', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='names', to='drawings.draw')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('unit', '单位名称'), ('officer', '人员姓名'), ('entry', '外部名册里的名称')], max_length=10, verbose_name='撤下的')),
                ('count', models.PositiveIntegerField(verbose_name='这一次撤下的个数')),
                ('total', models.PositiveIntegerField(verbose_name='累计撤下的个数')),
                ('reason', models.CharField(help_text='会公开。', max_length=500, verbose_name='原因')),
                ('digest', models.CharField(help_text='日志里的指纹：到这一次为止撤下的全部编号。', max_length=64)),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='drawings.draw')),
            ],
            options={
                'verbose_name': '撤下的名称',
                'verbose_name_plural': '撤下的名称',
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        # SQLite has rebuilt the log's table; in the other two a name may be emptied from now on.
        protect("drawings_logentry", "drawings_selection", "drawings_teammember", "drawings_withdrawal"),
    ]
