"""A customer's addresses, below ``/app/``."""

from django.urls import path

from trustkeep.workspace.views import (
    contract,
    exports,
    files,
    home,
    links,
    looked,
    programs,
    records,
    team,
    uploads,
)

app_name = "workspace"
urlpatterns = [
    path("", home.home, name="home"),
    path("files/", files.files, name="files"),
    path("files/in/<uuid:folder_id>/", files.files, name="files-in"),
    path("files/upload/", files.upload, name="upload"),
    path("files/folder/", files.make_folder, name="make-folder"),
    path("files/folder/<uuid:folder_id>/", files.folder, name="folder"),
    path("files/trash/", files.thrown_away, name="trash"),
    path("files/trash/<uuid:trash_id>/", files.take_back, name="take-back"),
    path("files/<uuid:file_id>/", files.file, name="file"),
    path("files/<uuid:file_id>/act/", files.act, name="file-act"),
    path("files/<uuid:file_id>/versions/<int:number>/", files.content, name="content"),
    path("files/<uuid:file_id>/links/", links.of_file, name="links-of-file"),
    path("links/", links.links, name="links"),
    path("links/<uuid:link_id>/end/", links.end, name="link-end"),
    path("uploads/", uploads.begin, name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.piece, name="upload-piece"),
    path("uploads/<uuid:upload_id>/finish/", uploads.finish, name="upload-finish"),
    path("records/", records.records, name="records"),
    path("records/new/", records.enter, name="record-enter"),
    path("records/<uuid:record_id>/", records.change, name="record"),
    path("records/<uuid:record_id>/throw/", records.throw, name="record-throw"),
    path("looked/", looked.looked, name="looked"),
    path("export/", exports.exports, name="exports"),
    path("export/archive/", exports.export, name="export"),
    path("members/", team.members, name="team"),
    path("members/<uuid:member_id>/", team.act, name="team-act"),
    path("programs/", programs.programs, name="programs"),
    path("programs/<uuid:token_id>/revoke/", programs.revoke, name="program-revoke"),
    path("contract/", contract.contract, name="contract"),
    path("contract/end/", contract.end, name="contract-end"),
    path("contract/call-off/", contract.call_off, name="contract-call-off"),
    path("contract/receipts/<uuid:receipt_id>/<str:name>", contract.receipt, name="receipt"),
]
