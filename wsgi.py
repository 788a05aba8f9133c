"""What gunicorn and `flask` load. Commands that need no settings work under `flask` before there are any."""

from app import cli, create_app
from app.config import SettingInvalid

try:
    application = create_app()
except SettingInvalid as error:
    if not cli.is_looking_for_a_command():
        raise
    application = cli.without_settings(error)
