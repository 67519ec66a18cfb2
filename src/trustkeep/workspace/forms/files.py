"""What is typed about files and folders."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from trustkeep.holdings.places import MOST_LETTERS
from trustkeep.holdings.queries import FolderShown


class UploadForm(forms.Form):
    """A file, straight into the folder that is open."""

    file = forms.FileField(label=_("File"), max_length=MOST_LETTERS, allow_empty_file=True)


class FolderForm(forms.Form):
    """A new folder."""

    name = forms.CharField(
        label=_("Name"),
        max_length=MOST_LETTERS,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PlaceForm(FolderForm):
    """Another name or place for a file or folder."""

    folder = forms.ChoiceField(label=_("Folder"), required=False)

    def __init__(self, data: object, folders: list[FolderShown], **initial: object) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        places = [(str(one.id), one.name) for one in sorted(folders, key=lambda one: one.name)]
        self.fields["folder"].choices = [("", _("At the top")), *places]  # type: ignore[attr-defined]
