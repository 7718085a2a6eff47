from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Puts together what apps that do not know each other need from each other."""

    name = "config"

    def ready(self) -> None:
        from analytics.desk import set_desk
        from config.desk import waits

        set_desk(waits)
