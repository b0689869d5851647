"""The forms that pages offer for the steps of a case ask for what the steps need."""

from __future__ import annotations

import inspect

import pytest

from geo_registry.api import case_forms
from geo_registry.domain.case import Act
from geo_registry.services.cases.case_acts import DECIDE, WORK
from geo_registry.services.cases.case_words import FIELDS

MODELS = {
    str(act): model
    for _, model in inspect.getmembers(case_forms, inspect.isclass)
    if issubclass(model, case_forms.StepForm) and model is not case_forms.StepForm
    for act in model.model_fields["act"].annotation.__args__  # type: ignore[union-attr]
}
COMMON = set(case_forms.StepForm.model_fields) | {"act"}


@pytest.mark.parametrize("act", [*WORK, *DECIDE])
def test_a_form_has_the_fields_that_the_interface_takes(act: Act) -> None:
    fields = {f.name: f for f in FIELDS.get(act, ())}
    model = MODELS[str(act)].model_fields
    assert set(fields) == set(model) - COMMON
    required = {name for name in fields if model[name].is_required()}
    assert required <= {name for name, field in fields.items() if field.required}


def test_fields_are_of_steps_that_people_take() -> None:
    assert set(FIELDS) <= {*WORK, *DECIDE}
