"""Files: folders, uploads, versions, previews, downloads and the trash."""

from __future__ import annotations

import re
import uuid

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from trustkeep.holdings import files as keeping
from trustkeep.holdings import folders as foldering
from trustkeep.holdings import queries, sharing, trash
from trustkeep.holdings.files import NewFile
from trustkeep.holdings.folders import FolderInItself, FolderTooDeep
from trustkeep.holdings.places import NameInvalid, NameTaken
from trustkeep.kernel.clock import now
from trustkeep.ui.bodies import Body
from trustkeep.ui.contents import content_of
from trustkeep.ui.downloads import download, may_be_shown
from trustkeep.ui.pages import told
from trustkeep.ui.scripts import WITH_SCRIPTS
from trustkeep.workspace.forms.files import FolderForm, PlaceForm, UploadForm
from trustkeep.workspace.permits import MemberRequest, actor, member
from trustkeep.workspace.rendering import page

TEXT_TYPES = ("text/plain", "text/csv", "text/markdown", "application/json")
UNPROCESSABLE = 422
MOST_SHOWN_BYTES = 64 * 1024
"""How much of a text is shown on its page; the whole is in the download."""


@csp_override(WITH_SCRIPTS)
@require_safe
@member()
def files(request: MemberRequest, folder_id: uuid.UUID | None = None) -> HttpResponse:
    """List a folder, or what a search finds in all of them."""
    return _listed(request, folder_id, FolderForm())


@require_POST
@member()
def upload(request: MemberRequest) -> HttpResponse:
    """Keep a file from a form; where the folder has its name, as a new version."""
    form = UploadForm(request.POST, request.FILES)
    folder_id = _folder(request.POST.get("folder", ""))
    if form.is_valid():
        given = form.cleaned_data["file"]
        keeping.keep_file(
            passage=request.passage,
            new=NewFile(given.name, folder_id, given.content_type, given.size),
            source=Body(given.file),
            by=actor(request),
            clock=now,
        )
    return redirect(_place(folder_id))


@csp_override(WITH_SCRIPTS)
@require_POST
@member()
def make_folder(request: MemberRequest) -> HttpResponse:
    """Make a folder in the one that is open; what was typed stays where it cannot be one."""
    parent_id = _folder(request.POST.get("folder", ""))
    form = FolderForm(request.POST)
    if form.is_valid() and _folder_made(request, parent_id, form):
        return redirect(_place(parent_id))
    return _listed(request, parent_id, form, UNPROCESSABLE)


@member()
def file(request: MemberRequest, file_id: uuid.UUID) -> HttpResponse:
    """Show a file with its versions, and let it be renamed or moved."""
    shown = queries.file(request.account_id, file_id)
    versions = queries.versions(request.account_id, file_id)
    folders = queries.folders(request.account_id)
    place = PlaceForm(request.POST or None, folders, name=shown.name, folder=shown.folder_id or "")
    if place.is_valid() and _moved(request, file_id, place):
        return redirect("workspace:file", file_id=file_id)
    context = {
        "file": shown,
        "versions": versions,
        "open_links": len(sharing.links(request.account_id, file_id=file_id, now=now())),
        "place": place,
        **_preview(request.account_id, shown, versions),
        "room": "files",
    }
    return page(request, "file.html", context)


@require_safe
@member()
def content(request: MemberRequest, file_id: uuid.UUID, number: int) -> HttpResponseBase:
    """Give a version, or a range of it; shown in the browser only where that is safe."""
    found = content_of(request.account_id, file_id, number)
    return download(request, found, inline="show" in request.GET)


@require_POST
@member()
def act(request: MemberRequest, file_id: uuid.UUID) -> HttpResponse:
    """Throw a file away, or make an older version the current one."""
    shown = queries.file(request.account_id, file_id)
    if "version" in request.POST:
        keeping.take_back_version(
            passage=request.passage,
            file_id=file_id,
            number=_number(request.POST["version"]),
            by=actor(request),
            clock=now,
        )
        return redirect("workspace:file", file_id=file_id)
    thrown = trash.throw_file(passage=request.passage, file_id=file_id, now=now())
    return redirect(f"{_place(shown.folder_id)}?thrown={thrown}")


@member()
def folder(request: MemberRequest, folder_id: uuid.UUID) -> HttpResponse:
    """Rename, move or throw away a folder."""
    trail = queries.listing(request.account_id, folder_id).trail
    folders = [one for one in queries.folders(request.account_id) if one.id != folder_id]
    parent_id = trail[-1].parent_id
    place = PlaceForm(request.POST or None, folders, name=trail[-1].name, folder=parent_id or "")
    if "throw" in request.POST:
        thrown = trash.throw_folder(passage=request.passage, folder_id=folder_id, now=now())
        return redirect(f"{_place(parent_id)}?thrown={thrown}")
    if place.is_valid() and _folder_moved(request, folder_id, place):
        return redirect(_place(folder_id))
    return page(request, "folder.html", {"trail": trail, "place": place, "room": "files"})


@require_safe
@member()
def thrown_away(request: MemberRequest) -> HttpResponse:
    """List the trash."""
    context = {
        "thrown": queries.trashed(request.account_id),
        "days": trash.KEPT_FOR.days,
        "room": "files",
    }
    return page(request, "trash.html", context)


@require_POST
@member()
def take_back(request: MemberRequest, trash_id: uuid.UUID) -> HttpResponse:
    """Put back what was thrown away, or delete it for good."""
    if "for_good" in request.POST:
        trash.delete_for_good(passage=request.passage, trash_id=trash_id, now=now())
        return redirect("workspace:trash")
    trash.take_back(passage=request.passage, trash_id=trash_id, now=now())
    return redirect("workspace:files")


def _listed(
    request: MemberRequest, folder_id: uuid.UUID | None, form: FolderForm, status: int = 200
) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    context = {
        "listing": queries.listing(request.account_id, folder_id),
        "here": folder_id,
        "found": queries.search(request.account_id, text) if text else None,
        "q": text,
        "upload": UploadForm(),
        "folder": form,
        "thrown": _known_id(request.GET.get("thrown", "")),
        "room": "files",
    }
    return page(request, "files.html", context, status)


def _folder_made(request: MemberRequest, parent_id: uuid.UUID | None, form: FolderForm) -> bool:
    try:
        foldering.make_folder(
            passage=request.passage,
            name=form.cleaned_data["name"],
            parent_id=parent_id,
            by=actor(request),
            now=now(),
        )
    except (NameInvalid, NameTaken, FolderTooDeep) as error:
        form.add_error("name", told(error))
        return False
    return True


def _moved(request: MemberRequest, file_id: uuid.UUID, form: PlaceForm) -> bool:
    try:
        keeping.change_file(
            passage=request.passage,
            file_id=file_id,
            name=form.cleaned_data["name"],
            folder_id=_folder(form.cleaned_data["folder"]),
            now=now(),
        )
    except (NameInvalid, NameTaken) as error:
        form.add_error("name", told(error))
        return False
    return True


def _folder_moved(request: MemberRequest, folder_id: uuid.UUID, form: PlaceForm) -> bool:
    try:
        foldering.change_folder(
            passage=request.passage,
            folder_id=folder_id,
            name=form.cleaned_data["name"],
            parent_id=_folder(form.cleaned_data["folder"]),
            now=now(),
        )
    except (NameInvalid, NameTaken, FolderInItself, FolderTooDeep) as error:
        form.add_error("name" if isinstance(error, (NameInvalid, NameTaken)) else None, told(error))
        return False
    return True


def _preview(
    account_id: uuid.UUID, shown: queries.FileShown, versions: list[queries.VersionShown]
) -> dict[str, object]:
    """Return what of a file's content its page may show."""
    if not versions:
        return {}
    kind, shows = versions[0].content_type, may_be_shown(content_of(account_id, shown.id))
    return {
        "shows": shows,
        "is_picture": shows and kind.startswith("image/"),
        "text": _text(account_id, shown) if kind in TEXT_TYPES else None,
    }


def _text(account_id: uuid.UUID, shown: queries.FileShown) -> str:
    with queries.content(account_id, shown.version_id) as reader:
        return reader.read(MOST_SHOWN_BYTES).decode("utf-8", errors="replace")


def _folder(text: str) -> uuid.UUID | None:
    found = _known_id(text)
    if text and found is None:
        raise queries.NoSuchFolder
    return found


def _known_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise queries.NoSuchFile
    return int(text)


def _place(folder_id: uuid.UUID | None) -> str:
    if folder_id is None:
        return reverse("workspace:files")
    return reverse("workspace:files-in", kwargs={"folder_id": folder_id})
