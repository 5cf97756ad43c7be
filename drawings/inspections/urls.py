from django.urls import path

from .aftercare import views as aftercare
from .case_file import views as case_file
from .evidence import views as evidence
from .field import record_views, sampling_views
from .field import views as field
from .handover import views as handover
from .offline import views as offline
from .review import views as review
from .tasks import request_views as requests
from .tasks import views as tasks

app_name = "inspections"
urlpatterns = [
    path("", tasks.tasks, name="tasks"),
    path("worker.mjs", offline.worker, name="worker"),
    path("offline.json", offline.to_hold, name="offline"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("handover/", handover.handover, name="handover"),
    path("print/", tasks.print_list, name="print"),
    path("board/", tasks.board, name="board"),
    path("problems/", requests.problem_list, name="problems"),
    path("problems/<serial:pk>/", requests.problem, name="problem"),
    path("problems/<serial:pk>/mark/", requests.mark, name="mark_problem"),
    path("objections/", aftercare.objection_list, name="objections"),
    path("objections/<serial:pk>/", aftercare.objection, name="objection"),
    path("objections/<serial:pk>/decide/", aftercare.objection_decide, name="objection_decide"),
    path("objections/<serial:pk>/hide/", aftercare.objection_hide, name="objection_hide"),
    path("all/", tasks.everything, name="all"),
    path("waiting/", review.waiting, name="waiting"),
    path("units/<registry_number:number>/", tasks.unit, name="unit"),
    path("<serial:pk>/", review.detail, name="detail"),
    path("<serial:pk>/dossier/", tasks.dossier, name="dossier"),
    path("<serial:pk>/postpone/", requests.postpone, name="postpone"),
    path("<serial:pk>/problem/", requests.report, name="report_problem"),
    path("<serial:pk>/recuse/", requests.recuse, name="recuse"),
    path("<serial:pk>/problem/<serial:serial>/withdraw/", requests.withdraw_problem, name="withdraw_problem"),
    path("<serial:pk>/recuse/<serial:serial>/withdraw/", requests.withdraw_recusal, name="withdraw_recusal"),
    path("<serial:pk>/edit/", field.edit, name="edit"),
    path("<serial:pk>/submit/", field.submit, name="submit"),
    path("<serial:pk>/freeze/", field.freeze, name="freeze"),
    path("<serial:pk>/record/", record_views.record, name="record"),
    path("<serial:pk>/record/signature.png", record_views.signature, name="signature"),
    path("<serial:pk>/record/reopen/", record_views.reopen, name="reopen"),
    path("<serial:pk>/record/cosign/", record_views.cosign, name="cosign"),
    path("<serial:pk>/record/sign/", record_views.sign, name="sign"),
    path("<serial:pk>/record/supplement/", record_views.supplement, name="supplement"),
    path(
        "<serial:pk>/record/supplement/<serial:serial>/",
        record_views.decide_supplement,
        name="decide_supplement",
    ),
    path("<serial:pk>/case.zip", case_file.case, name="case_file"),
    path("<serial:pk>/versions/<serial:serial>/", review.version, name="version"),
    path("<serial:pk>/sampling/", sampling_views.sampling, name="sampling"),
    path("<serial:pk>/sampling/<serial:serial>/", sampling_views.sampling_result, name="sampling_result"),
    path(
        "<serial:pk>/sampling/<serial:serial>/withdraw/",
        sampling_views.sampling_withdraw,
        name="sampling_withdraw",
    ),
    path("<serial:pk>/evidence/", evidence.evidence, name="evidence"),
    path("<serial:pk>/evidence/<uuid:key>/", evidence.copy, name="evidence_copy"),
    path("<serial:pk>/evidence/<uuid:key>/small/", evidence.small, name="evidence_small"),
    path("<serial:pk>/evidence/<uuid:key>/original/", evidence.original, name="evidence_original"),
    path("<serial:pk>/evidence/<uuid:key>/caption/", evidence.caption, name="evidence_caption"),
    path("<serial:pk>/evidence/<uuid:key>/remove/", evidence.remove, name="evidence_remove"),
    path("<serial:pk>/evidence/<uuid:key>/public/", evidence.public, name="evidence_public"),
    path("<serial:pk>/review/", review.review, name="review"),
    path("<serial:pk>/publish/", review.publish, name="publish"),
    path("<serial:pk>/correct/", review.correct, name="correct"),
    path("publish/<serial:draw_pk>/", review.publish_all, name="publish_all"),
]
