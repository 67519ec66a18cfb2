"""A form for any kind of record, made from its declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from trustkeep.kernel.texts import Texts
from trustkeep.records.kinds import Field, FieldType, RecordKind


class RecordForm(forms.Form):
    """The fields of a record kind; the record's own rules speak through `show_errors`."""

    def __init__(self, kind: RecordKind, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in kind.fields:
            self.fields[field.name] = _form_field(field, language)

    def values(self) -> dict[str, Any]:
        """Return what was typed, without the fields that were left empty."""
        return {
            name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])
        }

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Put each error beside its field."""
        for name, error in errors.items():
            self.add_error(name if name in self.fields else None, error)


def _form_field(field: Field, language: str) -> forms.Field:
    common: dict[str, Any] = {
        "label": _in(field.label, language),
        "help_text": _in(field.help, language) if field.help else "",
        "required": field.required,
    }
    choices = [(choice.value, choice.label[language]) for choice in field.choices]
    match field.type:
        case FieldType.LONG_TEXT:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **common)
        case FieldType.DATE:
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
        case FieldType.INSTANT:
            widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
            return forms.DateTimeField(widget=widget, **common)
        case FieldType.INTEGER:
            return forms.IntegerField(**common)
        case FieldType.YES_NO:
            return forms.BooleanField(**{**common, "required": False})
        case FieldType.CHOICE:
            empty = [] if field.required else [("", "–")]
            return forms.ChoiceField(choices=[*empty, *choices], **common)
        case FieldType.CHOICES:
            widget_many = forms.CheckboxSelectMultiple()
            return forms.MultipleChoiceField(choices=choices, widget=widget_many, **common)
        case FieldType.EMAIL:
            return forms.EmailField(**common)
        case FieldType.URL:
            return forms.URLField(**common)
        case _:
            return forms.CharField(**common)


def _in(texts: Texts, language: str) -> str:
    return texts[language]
