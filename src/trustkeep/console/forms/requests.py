"""Forms for what the staff does with requests; each list of choices is a closed one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from trustkeep.accounts.customers import accounts, members
from trustkeep.kernel.texts import LANGUAGES, Texts
from trustkeep.lifecycle.deadlines import EXTENSION_MONTHS
from trustkeep.lifecycle.progress import ErasureShown
from trustkeep.lifecycle.request_letters import RequestKind, right_name
from trustkeep.lifecycle.requests import kinds
from trustkeep.lifecycle.requests.gathering import Part
from trustkeep.lifecycle.requests.receiving import LONGEST_NAME, MOST_WORDS
from trustkeep.ui.one_line import one_line
from trustkeep.ui.words import LANGUAGE_NAMES

BY_HAND = tuple(one for one in kinds.Channel if one is not kinds.Channel.PUBLIC_FORM)
ROLES = {
    kinds.OurRole.CONTROLLER.value: _("Ours: data of staff, contacts, visitors or members"),
    kinds.OurRole.PROCESSOR.value: _("The customer’s: data that they keep with us"),
    kinds.OurRole.INSTRUCTED.value: _("The customer’s, and the customer is who asks"),
}
_DAY = {"type": "date"}


def _of(
    texts: Mapping[Any, Texts], only: Iterable[StrEnum] | None = None
) -> Callable[[], list[tuple[str, str]]]:
    def choices() -> list[tuple[str, str]]:
        language = get_language()
        return [(one.value, texts[one][language]) for one in (only or texts)]

    return choices


def _rights() -> list[tuple[str, str]]:
    return [(one.value, right_name(one)[get_language()]) for one in RequestKind]


def _accounts() -> list[tuple[str, str]]:
    return [("", "–"), *((str(one.id), one.legal_name) for one in accounts())]


def _words(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class NewForm(forms.Form):
    """What came by mail, by telephone or in conversation."""

    channel = forms.ChoiceField(label=_("Came by"), choices=_of(kinds.CHANNEL_TEXTS, BY_HAND))
    received = forms.DateField(
        label=_("Received on"),
        help_text=_("The clock starts on this day, whoever received it."),
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Asked for"), choices=_rights, widget=forms.CheckboxSelectMultiple
    )
    name = forms.CharField(
        label=_("Name"), required=False, max_length=LONGEST_NAME, validators=[one_line]
    )
    email = forms.EmailField(label=_("E-mail address"))
    about = forms.CharField(
        label=_("About"), required=False, max_length=LONGEST_NAME, validators=[one_line]
    )
    text = _words(_("In their words"))
    language = forms.ChoiceField(
        label=_("Language of the answer"), choices=[(one, LANGUAGE_NAMES[one]) for one in LANGUAGES]
    )


class IdentityForm(forms.Form):
    """How it was checked who asks."""

    means = forms.ChoiceField(label=_("Checked by"), choices=_of(kinds.MEANS_TEXTS))
    words = _words(
        _("What was asked and answered"),
        required=False,
        help_text=_("Never a copy or a number of an identity card."),
    )


class AssessForm(forms.Form):
    """Whose decision it is, and what it is about."""

    role = forms.ChoiceField(
        label=_("Whose decision is it?"), choices=list(ROLES.items()), widget=forms.RadioSelect
    )
    scope = forms.ChoiceField(label=_("What it is about"), choices=_of(kinds.SCOPE_TEXTS))
    account = forms.ChoiceField(label=_("Account"), choices=_accounts, required=False)
    member = forms.ChoiceField(label=_("Member"), required=False)
    subject = forms.CharField(
        label=_("Reference of the person or object"),
        help_text=_("As the customer’s systems know it."),
        required=False,
        max_length=64,
    )

    things = forms.CharField(
        label=_("Single files and records"),
        help_text=_("file: or record: and the id, one a line, as the customer named them."),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["member"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = lazy(self._members, list)()

    def _members(self) -> list[tuple[str, str]]:
        found = [("", "–")]
        for one in accounts():
            found += [(str(who.id), f"{one.legal_name}: {who.name}") for who in members(one.id)]
        return found

    @property
    def account_id(self) -> uuid.UUID | None:
        """Return the account that was chosen."""
        chosen = self.cleaned_data["account"]
        return uuid.UUID(chosen) if chosen else None


class QuestionForm(forms.Form):
    """A question to who asked."""

    words = _words(_("Question"))


class ReasonedForm(forms.Form):
    """Words that explain an act."""

    words = _words(_("What happened"))


class ExtendForm(forms.Form):
    """More time, for a reason that the law knows."""

    reason = forms.ChoiceField(label=_("Reason"), choices=_of(kinds.EXTENSION_TEXTS))
    months = forms.TypedChoiceField(
        label=_("Further months"),
        coerce=int,
        choices=[(one, str(one)) for one in range(1, EXTENSION_MONTHS + 1)],
    )


class DecideForm(forms.Form):
    """What is done with one category of data."""

    category = forms.ChoiceField(label=_("Data"), choices=_of(kinds.CATEGORY_TEXTS))
    ground = forms.ChoiceField(label=_("Decision"), required=False)
    until = forms.DateField(
        label=_("Kept until"),
        help_text=_("Where the law makes us keep it."),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )

    def __init__(self, asked: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = {RequestKind(one) for one in asked}
        language = get_language()
        fitting = [one for one in kinds.GROUNDS.values() if one.types & wanted]
        field = self.fields["ground"]
        assert isinstance(field, forms.ChoiceField)
        refused = [(one.code, one.text[language]) for one in fitting]
        field.choices = [("", _("done as asked")), (_("Refused, because"), refused)]


class ApproveForm(forms.Form):
    """Which refusal somebody else approves."""

    category = forms.ChoiceField(label=_("Data"))

    def __init__(self, waiting: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _of(kinds.CATEGORY_TEXTS, [kinds.Category(one) for one in waiting])()


class ConfirmForm(forms.Form):
    """What the customer wrote."""

    typed = forms.CharField(
        label=_("Name of the organisation, as the letter says"), max_length=LONGEST_NAME
    )


class PlanForm(forms.Form):
    """Which plan is approved: the one that was shown."""

    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, shown: ErasureShown | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["digest"].initial = shown.plan.digest if shown and shown.plan else ""


class RecipientForm(forms.Form):
    """For which key a whole account is sealed."""

    recipient = forms.CharField(
        label=_("The customer’s public key of age"),
        help_text=_(
            "It begins with age1. Take it by another way than the mail to which the link goes, "
            "such as the call back."
        ),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ReviewForm(forms.Form):
    """Which rows are about somebody else."""

    leave_out = forms.MultipleChoiceField(
        label=_("Leave out what is about somebody else"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, parts: Iterable[Part], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["leave_out"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (f"{part['table']}/{number}", f"{part['table']} – {_read_out(row)}")
            for part in parts
            for number, row in enumerate(part["rows"])
        ]


def _read_out(row: Mapping[str, Any]) -> str:
    """Return a row as somebody reads it; what is nested stays as it is written."""
    told = (
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in row.items()
    )
    return " · ".join(f"{name}: {value}" for name, value in told if value)


class AnswerForm(forms.Form):
    """The words of the answer, beside what follows from the decisions."""

    words = _words(
        _("Explanation"),
        required=False,
        help_text=_("Needed where something is refused: why, in plain words."),
    )


class EmptyForm(forms.Form):
    """An act that needs nothing but a click."""
