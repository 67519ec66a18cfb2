import django.db.models.deletion
from django.db import migrations, models


def find_by_handle(apps, schema_editor):
    """Give everybody who could sign in by an address a handle; the keyed digest needs the vault."""
    from trustkeep.identity.handles import handle_of

    users = apps.get_model("identity", "User").objects.filter(handle__isnull=True)
    for user in users.iterator():
        user.handle = handle_of(user.email)
        user.save(update_fields=["handle"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_customers'),
        ('identity', '0002_own_sessions'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='member',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member'),
        ),
        migrations.AlterField(
            model_name='user',
            name='person',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person'),
        ),
        migrations.AddField(
            model_name='user',
            name='handle',
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.RunPython(find_by_handle, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='user',
            name='handle',
            field=models.CharField(max_length=64, unique=True),
        ),
        migrations.RemoveConstraint(model_name='user', name='user_email_once'),
        migrations.RemoveField(model_name='user', name='email'),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('member__isnull', True), ('person__isnull', False)) | models.Q(('member__isnull', False), ('person__isnull', True)), name='user_of_staff_or_customer'),
        ),
    ]
