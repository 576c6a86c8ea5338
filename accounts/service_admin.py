"""Admin pages over services: a service writes, and what it refuses becomes the form's errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core import exceptions
from django.core import paginator as paginators
from django.db import models
from django.db.models import Model, QuerySet
from django.http import (  # noqa: TID251 (the admin is HTTP)
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.access import SignedIn
from scheduler.errors import Invalid, Refusal, VersionConflict

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
    Paginator = paginators.Paginator[Any]
else:
    ModelAdmin = admin.ModelAdmin
    ModelForm = forms.ModelForm
    Paginator = paginators.Paginator

# No list counts its rows, and nobody reads on so far: a narrower question is the way there.
LAST_PAGE = MOST_COUNTED = 1000


def lines(texts: Iterable[str]) -> SafeString:
    """Texts one below the other."""
    return format_html_join("", "<div>{}</div>", ((text,) for text in texts))


# As a browser's own chooser sends it. Django would also take 01/02/2001, for January.
ISO_DATE: Any = {
    "widget": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    "input_formats": ["%Y-%m-%d"],
    "error_messages": {"invalid": "Enter a valid date. Write it as 2026-11-30."},
}


def plain_lines(text: str) -> str:
    """A text whose line ends are not those of a form."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class LinesField(forms.CharField):
    """A text of several lines, which is the APIs' as well: blanks and line ends stay as they are.

    A form sends two characters for the end of a line, which are neither counted nor a change.
    """

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea({"rows": 2, "class": "vLargeTextField"})
        super().__init__(required=False, strip=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        return plain_lines(super().to_python(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(plain_lines(initial or ""), data)


class ServiceForm(ModelForm):
    """Collects values and leaves the judging to the service; the row stays as it was read.

    `refused` holds what the service said of these values, by the fields of the service;
    `called` how such a field is called here, where the names differ.
    """

    refused: ClassVar[Sequence[tuple[str, str]]] = ()
    called: ClassVar[Mapping[str, str]] = {}
    # Of a row without a version: these fields also send back what the page showed.
    remembered: ClassVar[Sequence[str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            for name in self.remembered:
                self.fields[name].show_hidden_initial = True

    def changed_values(self) -> dict[str, Any]:
        """Those of the remembered fields that were changed on the page, with their new values.

        The others may have been changed by somebody else since it was opened: they stay as they
        are now. Whoever does not say what a field was means its value.
        """
        return {
            name: self.cleaned_data[name]
            for name in self.remembered
            if name in self.changed_data or self[name].html_initial_name not in self.data
        }

    def clean(self) -> dict[str, Any] | None:
        for name, message in dict.fromkeys(self.refused):
            # days.0.shifts.1.start is about `shifts`, and days.0.date about `date`.
            parts = (self.called.get(part, part) for part in reversed(name.split(".")))
            self.add_error(next((part for part in parts if part in self.fields), None), message)
        return super().clean()

    def _post_clean(self) -> None:
        """Here Django would judge the row by the model's rules, with queries of its own."""


class VersionedForm(ServiceForm):
    """Also knows which version of the row somebody saw when they opened the page."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["expected_version"]
        else:
            self.fields["expected_version"].initial = self.instance.version


class Question(forms.Form):
    """What a list is asked for. `hint` says what it needs before it shows anything."""

    hint = ""


class SearchQuestion(Question):
    q = forms.CharField(
        label="Search", required=False, max_length=200, widget=forms.TextInput({"size": 30})
    )


class Rows(ChangeList):
    """A list that answers a `Question`, one page at a time, without counting.

    Nothing of the query string becomes a lookup or an order: only what an index serves is asked.
    """

    model_admin: ServiceAdmin
    question: Question

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        return {}

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        return list(self.model_admin.ordering or ())

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        self.query = ""  # the question's, not Django's own search
        rows = super().get_queryset(request, exclude_parameters)
        self.question = self.model_admin.ask(request)
        if not self.question.is_valid() or self.question.hint:
            return rows.none()
        try:
            return self.model_admin.found(rows, self.question)
        except Invalid as refusal:
            for error in refusal.errors:
                self.question.add_error(None, error.detail)
            return rows.none()

    def get_results(self, request: HttpRequest) -> None:
        self.page_num = min(max(self.page_num, 1), LAST_PAGE)
        self.first = (self.page_num - 1) * self.list_per_page
        found = list(self.queryset[self.first : self.first + self.list_per_page + 1])
        self.show_page(found[: self.list_per_page], more=len(found) > self.list_per_page)

    def show_page(self, rows: Sequence[Model], *, more: bool) -> None:
        """Show these rows, and a way to the next page if there are more."""
        self.result_list = self.model_admin.completed(rows, self.question)
        self.result_count = len(rows)
        self.full_result_count = None
        self.can_show_all = self.show_admin_actions = False
        more = more and self.page_num < LAST_PAGE
        pages = {"previous": self.page_num - 1, "next": self.page_num + 1 if more else 0}
        self.pages = {
            way: self.get_query_string({PAGE_VAR: number})
            for way, number in pages.items()
            if number
        }

    def url_for_result(self, result: Model) -> str:
        return self.model_admin.url_of(result)


class FirstRows(Paginator):
    """Pages of the first thousand rows, for those pages of Django's admin that count."""

    @cached_property
    def count(self) -> int:
        # One query for all pages: what searches for rows need not search twice.
        self.object_list = list(self.object_list[:MOST_COUNTED])
        return len(self.object_list)


class ServiceAdmin(ModelAdmin):
    """The admin of a model whose rows are written by services alone.

    `write` calls the service. What it refuses is raised through Django's transaction, which takes
    back everything, and is shown at the fields of the form.
    """

    form = ServiceForm
    # For a new row, where they differ.
    add_form: ClassVar[type[ServiceForm] | None] = None
    add_fieldsets: ClassVar[Any] = None
    question_class: ClassVar[type[Question]] = SearchQuestion
    deletes = False
    change_list_template = "admin/rows.html"
    actions = None
    list_per_page = 50
    paginator = FirstRows
    show_full_result_count = False
    sortable_by = ()
    list_display: tuple[str, ...] = ("__str__",)
    readonly_fields: ClassVar[tuple[str, ...]] = ()
    view_on_site = False
    formfield_overrides: ClassVar[Mapping[type[models.Field[Any, Any]], Mapping[str, Any]]] = {
        models.DateField: ISO_DATE,
        models.TimeField: {"widget": forms.TimeInput({"type": "time"}, "%H:%M")},
    }

    def write(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Have the service add the row of the form, or change it, and return the row."""
        raise NotImplementedError

    def ask(self, request: HttpRequest) -> Question:
        """The question that the list answers."""
        return self.question_class(request.GET)

    def found(self, rows: QuerySet[Any], question: Any) -> QuerySet[Any]:
        """The rows that a valid question asks for. Raises `Invalid`."""
        return self.search(rows, question.cleaned_data["q"])

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """The rows that a text finds; all of them where it is empty. Raises `Invalid`."""
        raise NotImplementedError

    def completed(self, rows: Sequence[Any], question: Any) -> Sequence[Any]:
        """The rows of a page with everything that its columns show."""
        return rows

    def url_of(self, row: Model) -> str:
        """The page of a row."""
        return reverse(f"admin:{self._page}_change", args=(row.pk,))

    @property
    def _page(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def caller(self, request: HttpRequest) -> SignedIn:
        """Who calls a service that concerns no single hospital; signed in without tokens."""
        return SignedIn(request.user.pk or 0, 0, request.user.is_superuser)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Rows

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.deletes and super().has_delete_permission(request, obj)

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Just these: what else goes is for the service to know, and Django's search reads all."""
        return [str(row) for row in objs], {str(self.opts.verbose_name): len(objs)}, set(), []

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj is None and self.add_fieldsets is not None:
            return self.add_fieldsets
        return super().get_fieldsets(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        if obj is None and self.add_form is not None:
            kwargs.setdefault("form", self.add_form)
        form: Any = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        if refusal is not None:
            form.refused = self._errors(request, refusal)
        return form  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        row = self.write(request, form, change)
        # Django names and links the row by what it has in hand.
        for field in obj._meta.concrete_fields:
            if hasattr(row, field.attname):
                setattr(obj, field.attname, getattr(row, field.attname))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if "_saveasnew" in request.POST:
            # No page offers it, but Django would add a row by the form for changing one.
            raise exceptions.PermissionDenied
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            if request.method != "POST" or hasattr(request, "refusal"):
                raise
            # The transaction is undone. Once more: now the form knows, and is shown again.
            request.refusal = refusal  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # The log is of no hospital, unlike every other time on these pages.
        said = {"subtitle": "Times are UTC.", **(extra_context or {})}
        return super().history_view(request, object_id, said)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refusal as refusal:
            if request.method != "POST":
                raise
            for _, message in self._errors(request, refusal):
                self.message_user(request, message, messages.ERROR)
        return HttpResponseRedirect(reverse(f"admin:{self._page}_change", args=(object_id,)))

    def _errors(self, request: HttpRequest, refusal: Refusal) -> list[tuple[str, str]]:
        if isinstance(refusal, Invalid):
            return [(error.field, error.detail) for error in refusal.errors]
        return [("", self.explain(request, refusal))]

    def explain(self, request: HttpRequest, refusal: Refusal) -> str:
        """What a refusal says to a person, with the facts that it bears."""
        if isinstance(refusal, VersionConflict):
            return format_html(
                '{} It is now: {}. <a href="{}">Open it again</a> to change that.',
                refusal.detail,
                self.described(refusal.members["current"]),
                request.get_full_path(),
            )
        return refusal.detail

    def described(self, row: Any) -> str:
        """A row in words."""
        fields = (
            field
            for field in self.opts.concrete_fields
            if field.editable and not (field.primary_key or field.remote_field)
        )
        return ", ".join(f"{f.verbose_name} “{getattr(row, f.attname)}”" for f in fields)
