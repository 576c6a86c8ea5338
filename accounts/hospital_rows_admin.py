"""Admin pages of rows that belong to a hospital: none is listed or looked up without it.

A row's page has the address "12-345", hospital and id, so that a query reads one partition. The
hospital is known by its id and by the model's own foreign key: its app stands above this one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model, QuerySet
from django.http import (  # noqa: TID251 (the admin is HTTP)
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.access import Access, platform_access
from accounts.service_admin import (
    Question,
    SearchQuestion,
    ServiceAdmin,
    ServiceForm,
    VersionedForm,
)
from scheduler.errors import Invalid

LARGEST_ID = 2**63 - 1
CHOICES = 20
_ADDRESS = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")


def link_to_list(name: str, text: str, **question: object) -> SafeString:
    """A link to a list of the admin, as `doctors_doctor`, and what it is asked for."""
    url = reverse(f"admin:{name}_changelist")
    return format_html('<a href="{}?{}">{}</a>', url, urlencode(question), text)


class Addressed:
    """A row whose `pk` is the address of its page and whose name is what the page calls it.

    Django's own pages and log link a row by its `pk`.
    """

    def __init__(self, row: Model, address: str, name: str) -> None:
        self._row, self.pk, self._name = row, address, name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)

    def __str__(self) -> str:
        return self._name


class RowChoice(AutocompleteSelect):
    """Chooses one row of a hospital by typing: no page lists them all."""

    def __init__(self, model: type[Model], hospital_id: int) -> None:
        super().__init__(model._meta.get_field("hospital"), admin.site)
        self.rows: HospitalRowAdmin = admin.site.get_model_admin(model)  # type: ignore[assignment]
        self.hospital_id = hospital_id

    def get_url(self) -> str:
        return reverse(f"admin:{self.rows._page}_choices", args=(self.hospital_id,))

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> list[Any]:
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        row = self.rows.row(self.hospital_id, value[0]) if value else None
        if row is not None:
            label = self.rows.choice_label(row)
            options.append(self.create_option(name, row.pk, label, True, len(options)))
        return [(None, options, 0)]


class RowField(forms.IntegerField):
    """The id of a row of the hospital that the form is about; the service says if it is there."""

    def __init__(self, model: str, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)
        self.model = model

    def choose_in(self, hospital_id: int) -> None:
        self.widget = RowChoice(apps.get_model(self.model), hospital_id)
        self.widget.is_required = self.required

    @property
    def rows(self) -> HospitalRowAdmin:
        """The admin of the rows among which it chooses."""
        return admin.site.get_model_admin(apps.get_model(self.model))  # type: ignore[return-value]


class HospitalRowForm(ServiceForm):
    """A form about a row of `hospital`, which a new row does not know yet."""

    hospital: ClassVar[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.hospital_id is None:
            self.instance.hospital = self.hospital
        for field in self.fields.values():
            if isinstance(field, RowField):
                field.choose_in(self.instance.hospital_id)


class VersionedHospitalRowForm(HospitalRowForm, VersionedForm):
    """Also knows which version of the row somebody saw."""


class HospitalQuestion(Question):
    """Which hospital's rows; what subclasses ask on is asked once there is a hospital."""

    def __init__(self, data: Mapping[str, Any], model: type[Model]) -> None:
        super().__init__(data)
        field: Any = model._meta.get_field("hospital")
        chooser = AutocompleteSelect(field, admin.site)
        self.fields = {"hospital": field.formfield(required=False, widget=chooser), **self.fields}

    @property
    def hospital(self) -> Any:
        """The hospital that was chosen."""
        return self.cleaned_data.get("hospital")

    def clean(self) -> dict[str, Any] | None:
        if self.hospital is None:
            self.hint = "Choose a hospital."
            self.fields = {"hospital": self.fields["hospital"]}
            # Django's chooser looks for whatever is left here, be it no number.
            self.data = {name: text for name, text in self.data.items() if name != "hospital"}
            return super().clean()
        for name, field in self.fields.items():
            if isinstance(field, RowField):
                field.choose_in(self.hospital.pk)
                # Kept from another hospital, it asks for nothing here.
                if field.rows.row(self.hospital.pk, self.cleaned_data.get(name)) is None:
                    self.cleaned_data[name] = None
        return super().clean()


class HospitalSearchQuestion(HospitalQuestion, SearchQuestion):
    """A text, too."""


class HospitalRowAdmin(ServiceAdmin):
    """The admin of a model whose rows belong to a hospital."""

    form = HospitalRowForm
    question_class: ClassVar[type[HospitalQuestion]] = HospitalSearchQuestion
    readonly_fields: ClassVar[tuple[str, ...]] = ("hospital",)
    # Whether other forms choose one of these rows.
    chosen = False
    # What the page of a row needs of others.
    row_select_related: ClassVar[Sequence[str]] = ("hospital",)

    @property
    def media(self) -> forms.Media:
        # For the choosers of the list's question; those of a form bring it themselves.
        return super().media + RowChoice(self.model, 0).media

    def access(self, request: HttpRequest, form: Any) -> Access:
        """The administrator's standing in the hospital that the form is about."""
        return platform_access(request.user, form.instance.hospital_id)

    def ask(self, request: HttpRequest) -> Question:
        return self.question_class(request.GET, self.model)

    def found(self, rows: QuerySet[Any], question: Any) -> QuerySet[Any]:
        rows = rows.filter(hospital_id=question.hospital.pk)
        return self.search_in(question.hospital.pk, rows, question.cleaned_data["q"])

    def search_in(self, hospital_id: int, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Those rows of the hospital that a text finds; all where it is empty. Raises `Invalid`."""
        raise NotImplementedError

    def choice_label(self, row: Any) -> str:
        """What a chooser calls a row."""
        return str(row)

    def name_of(self, row: Any) -> str:
        """What a page calls a row; its hospital is loaded."""
        return str(row)

    def row(self, hospital_id: int, id_: object) -> Any:
        """The row of that id (of any text), or None."""
        if not re.fullmatch("[0-9]{1,19}", str(id_)) or int(str(id_)) > LARGEST_ID:
            return None
        return self.model._default_manager.filter(hospital_id=hospital_id, pk=id_).first()

    def address_of(self, row: Any) -> str:
        return f"{row.hospital_id}-{row.pk}"

    def url_of(self, row: Model) -> str:
        return reverse(f"admin:{self._page}_change", args=(self.address_of(row),))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        match = _ADDRESS.fullmatch(object_id)
        if match is None or max(int(part) for part in match.groups()) > LARGEST_ID:
            return None
        hospital_id, id_ = match.groups()
        rows = self.get_queryset(request).select_related(*self.row_select_related)
        return rows.filter(hospital_id=hospital_id, pk=id_).first()

    def get_urls(self) -> list[URLPattern]:
        if not self.chosen:
            return super().get_urls()
        view = self.admin_site.admin_view(self.choices_view)
        name = f"{self._page}_choices"
        return [path("choices/<int:hospital_id>/", view, name=name), *super().get_urls()]

    def choices_view(self, request: HttpRequest, hospital_id: int) -> HttpResponse:
        """What a chooser offers for the text typed so far, as Select2 wants it."""
        rows = self.model._default_manager.none()
        if hospital_id <= LARGEST_ID:
            rows = self.model._default_manager.filter(hospital_id=hospital_id)
        try:
            text = request.GET.get("term", "").replace("\0", "")
            found = self.search_in(hospital_id, rows, text)
        except Invalid:
            found = rows.none()
        results = [
            {"id": str(row.pk), "text": self.choice_label(row)}
            for row in found.order_by(*(self.ordering or ()))[:CHOICES]
        ]
        return JsonResponse({"results": results, "pagination": {"more": False}})

    # -- pages --------------------------------------------------------------------------------

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the list was asked for, whence one came."""
        kept = dict(parse_qsl(request.GET.get("_changelist_filters", "")))
        return {**kept, **request.GET.dict()}

    def _asked_hospital(self, request: HttpRequest) -> Any:
        asked = self.get_changeform_initial_data(request).get("hospital", "")
        question = HospitalQuestion({"hospital": asked}, self.model)
        return question.hospital if question.is_valid() else None

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.hospital = obj.hospital if obj else self._asked_hospital(request)
        return form  # type: ignore[no-any-return]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if self._asked_hospital(request) is None:
            self.message_user(request, "Choose a hospital first.", messages.WARNING)
            return HttpResponseRedirect(reverse(f"admin:{self._page}_changelist"))
        return super().add_view(request, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is not None:
            extra_context = {**(extra_context or {}), "object": self._addressed(row)}
        return super().delete_view(request, object_id, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is not None:
            named = {
                "object": self._addressed(row),
                "title": f"Change history: {self.name_of(row)}",
            }
            extra_context = {**(extra_context or {}), **named}
        return super().history_view(request, object_id, extra_context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context["original"] = self._addressed(obj)
            context["subtitle"] = self.name_of(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        names = [self.name_of(row) for row in objs]
        return names, {str(self.opts.verbose_name): len(names)}, set(), []

    def _addressed(self, row: Any) -> Any:
        return Addressed(row, self.address_of(row), self.name_of(row))

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return super().response_add(request, self._addressed(obj), post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, self._addressed(obj))
        if "_addanother" in request.POST and isinstance(response, HttpResponseRedirect):
            page, _, query = response.url.partition("?")
            asked = QueryDict(query, mutable=True)
            asked["hospital"] = str(obj.hospital_id)  # the same one's
            response = HttpResponseRedirect(f"{page}?{asked.urlencode()}")
        return response

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return super().log_addition(request, self._addressed(obj), message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return super().log_change(request, self._addressed(obj), message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return super().log_deletions(request, [self._addressed(row) for row in queryset])  # type: ignore[arg-type]
