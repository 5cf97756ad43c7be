from django.apps import AppConfig


class DrawingsConfig(AppConfig):
    name = "drawings"
    verbose_name = "抽查事项与清单"

    def ready(self) -> None:
        from . import undo_guard  # noqa: F401 - registers what an import's undoing must ask
