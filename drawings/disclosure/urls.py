"""The public addresses, at the root of the site. Only the forms that exist are matched: all else is 404."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import (
    figure_views,
    guide_views,
    openness,
    periods,
    photo_views,
    public_figures,
    result_files,
    result_views,
    site_views,
    views,
)

app_name = "disclosure"


class FileName(StringConverter):
    regex = "|".join(name.replace(".", r"\.") for name in openness.FILES)


class Token(StringConverter):
    """What only the inspected firm and its officers know."""

    regex = "[0-9A-Za-z_-]{43}"


class PhotoDigest(StringConverter):
    """The SHA-256 of a public copy, in hex."""

    regex = "[0-9a-f]{64}"


class Period(StringConverter):
    """A year, or a quarter of one."""

    regex = periods.PATTERN


class FileKind(StringConverter):
    regex = "|".join(result_files.KINDS)


class Figure(StringConverter):
    """A figure whose rows have a page."""

    regex = "|".join(sorted(public_figures.LINKED))


class FigureFile(StringConverter):
    regex = "|".join(figure_views.FILES)


register_converter(Figure, "figure")
register_converter(FigureFile, "figure_file")
register_converter(Period, "result_period")
register_converter(FileKind, "result_kind")
register_converter(PhotoDigest, "photo_digest")
register_converter(FileName, "protocol_file")
register_converter(Token, "visit_token")

urlpatterns = [
    path("", views.home, name="home"),
    path("items/", views.items, name="items"),
    path("plans/", views.plans, name="plans"),
    path("plans/<year:year>/", views.plan, name="plan"),
    path("plans/<year:year>/<version:version>/", views.plan, name="plan_version"),
    path("plans/<year:year>/<version:version>/plan.txt", views.plan_record, name="plan_record"),
    path("draws/", views.draws, name="draws"),
    path("draws/<draw_code:code>/", views.draw, name="draw"),
    path("draws/<draw_code:code>/observer/", views.observer, name="observer"),
    path("draws/<draw_code:code>/poster/", guide_views.draw_poster, name="poster"),
    path("draws/<draw_code:code>/notice.txt", guide_views.draw_notice, name="draw_notice"),
    path("draws/<draw_code:code>/bundle.zip", views.bundle, name="bundle"),
    path("draws/<draw_code:code>/<protocol_file:name>", views.draw_file, name="draw_file"),
    path(
        "draws/<draw_code:code>/findings/<registry_number:number>.txt",
        views.finding_record,
        name="finding_record",
    ),
    path(
        "draws/<draw_code:code>/findings/<registry_number:number>/",
        result_views.finding_meaning,
        name="finding_meaning",
    ),
    path(
        "draws/<draw_code:code>/findings/<registry_number:number>/photos.txt",
        photo_views.photos_record,
        name="photos_record",
    ),
    path(
        "draws/<draw_code:code>/findings/<registry_number:number>/photos/<photo_digest:digest>.txt",
        photo_views.hidden_photo,
        name="hidden_photo",
    ),
    path(
        "draws/<draw_code:code>/findings/<registry_number:number>/photos/<photo_digest:digest>.jpg",
        photo_views.photo,
        name="photo",
    ),
    path(
        "draws/<draw_code:code>/findings/<registry_number:number>/photos/<photo_digest:digest>/small.jpg",
        photo_views.small_photo,
        name="small_photo",
    ),
    path("draws/<draw_code:code>/deposits/<serial:serial>.tsr", views.timestamp, name="timestamp"),
    path("organisers/", views.organisers, name="organisers"),
    path("verify/", views.verify_page, name="verify"),
    path("verify/verify.mjs", views.verifier, name="verifier"),
    path("verify/PROTOCOL.md", views.protocol, name="protocol"),
    path("log/", views.log, name="log"),
    path("log/log.tsv", views.log_file, name="log_file"),
    path("results/", result_views.results, name="results"),
    path("results/results.<result_kind:kind>", result_views.results_file, name="results_file"),
    path("results/files/", result_views.files, name="result_files"),
    path("results/files/objections.csv", result_views.objections_file, name="objections_file"),
    path(
        "results/files/<result_period:period>.<result_kind:kind>",
        result_views.period_file,
        name="period_file",
    ),
    path("results/dictionary/", result_views.dictionary, name="result_dictionary"),
    path("statistics/", figure_views.statistics, name="statistics"),
    path("statistics/<result_period:period>/", figure_views.statistics_period, name="statistics_period"),
    path(
        "statistics/<result_period:period>/places/", figure_views.statistics_places, name="statistics_places"
    ),
    path(
        "statistics/<result_period:period>/rows/<figure:figure>/",
        figure_views.statistics_rows,
        name="statistics_rows",
    ),
    path(
        "statistics/<result_period:period>/rows/<figure:figure>.csv",
        figure_views.statistics_rows_file,
        name="statistics_rows_file",
    ),
    path(
        "statistics/<result_period:period>/<figure_file:table>.csv",
        figure_views.statistics_file,
        name="statistics_file",
    ),
    path("units/", views.units, name="units"),
    path("units/suggest/", views.suggest, name="suggest"),  # before the units: none has this for its number
    path("units/<registry_number:number>/", views.unit, name="unit"),
    path("visit/<visit_token:token>/", views.visit, name="visit"),
    path("glossary/", guide_views.glossary, name="glossary"),
    path("firms/", guide_views.firms, name="firms"),
    path("about/", views.about, name="about"),
    path("robots.txt", site_views.robots, name="robots"),
    path("favicon.ico", site_views.favicon, name="favicon"),
    path("sitemap.xml", site_views.sitemap_index, name="sitemap_index"),
    path("sitemap-pages.xml", site_views.sitemap_pages, name="sitemap_pages"),
    path("sitemap-units-<version:part>.xml", site_views.sitemap_units, name="sitemap_units"),
]
