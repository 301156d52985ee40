"""What a client needs to draw forms, lists and filters, for one viewer in one language (OBJ, FLD).

A pure view of the snapshot: fields the viewer may not see are left out, the rest say how they
may be used. Owns no rule; sight is `engine/access/fields.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from engine.access.fields import Sight, sight
from engine.access.model import Access, AccessProfile, Scope
from engine.access.principals import confirm_principal
from metadata.field_types.registry import field_type
from metadata.model import ACTIONS, FieldDef, ObjectKind, RollUpDef
from metadata.number_rule import NumberRule
from metadata.snapshot import ManyKind, ObjectIndex, RelationMany, Snapshot
from resolvers.context import RequestContext
from resolvers.staleness import again_when_stale


@dataclass(frozen=True, slots=True)
class ChoiceView:
    value: str
    label: str
    color: str | None
    retired: bool
    group: str | None
    shows: Sequence[str]


@dataclass(frozen=True, slots=True)
class NumberPartView:
    kind: str
    text: str | None
    format: str | None
    field: str | None


@dataclass(frozen=True, slots=True)
class NumberRuleView:
    parts: Sequence[NumberPartView]
    start: int
    step: int
    digits: int
    reset: str
    manual: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field; `masked`: the viewer sees it masked, so it takes part in no filter or sort."""

    name: str
    type: str
    type_label: str
    kind: str
    label: str
    help: str | None
    placeholder: str | None
    group: str | None
    width: int | None
    required: bool
    unique: bool
    read_only: bool
    custom: bool
    access: str
    masked: bool
    default: str | None
    position: int
    max_length: int | None
    minimum: Decimal | None
    maximum: Decimal | None
    scale: int | None
    choices: Sequence[ChoiceView]
    target: str | None
    targets: Sequence[str]
    inverse: str | None
    operators: Sequence[str]
    searchable: bool
    sortable: bool
    groupable: bool
    aggregates: Sequence[str]
    rows: Sequence["FieldView"]
    number_rule: NumberRuleView | None
    formula: str | None
    roll_up: RollUpDef | None


@dataclass(frozen=True, slots=True)
class RelationView:
    name: str
    label: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectView:
    """One object; `actions` is what the viewer's roles allow on it at all."""

    name: str
    plural: str
    type_name: str
    label: str
    kind: str
    title: str
    custom: bool
    capabilities: Sequence[str]
    totals: Sequence[str]
    actions: Sequence[str]
    fields: Sequence[FieldView]
    relations: Sequence[RelationView]


@dataclass(frozen=True, slots=True)
class MetadataView:
    version: int
    language: str
    objects: Sequence[ObjectView]


@dataclass(frozen=True)
class _Eyes:
    """Who looks: compared by the profile's key, which is equal for equal rights."""

    profile: AccessProfile
    language: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Eyes) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str]:
        return self.profile.key, self.language


async def metadata(context: RequestContext) -> MetadataView:
    """The metadata as the viewer sees it now. Raises Unauthenticated."""

    async def work() -> MetadataView:
        eyes = _Eyes(context.viewer().profile, context.language)
        return await context.in_thread(_confirmed_view, context, eyes)

    return await again_when_stale(context, work)


def _confirmed_view(context: RequestContext, eyes: "_Eyes") -> MetadataView:
    confirm_principal(context.place.engine, context.viewer())
    return _view(_Version(context.company.schema, context.snapshot), eyes)


class _Version:
    """A snapshot compared by company and version, never by contents."""

    def __init__(self, schema: str, snapshot: Snapshot) -> None:
        self.key = (schema, snapshot.version)
        self.snapshot = snapshot

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Version) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=64)
def _view(version: _Version, eyes: _Eyes) -> MetadataView:
    return view_metadata(version.snapshot, eyes.profile, eyes.language)


def view_metadata(snapshot: Snapshot, profile: AccessProfile, language: str) -> MetadataView:
    """The whole view; `language` is "zh" or "en"."""
    eyes = _Eyes(profile, language)
    objects = [_object(snapshot, index, eyes) for index in snapshot.by_name.values()]
    return MetadataView(snapshot.version, language, objects)


def _object(snapshot: Snapshot, index: ObjectIndex, eyes: _Eyes) -> ObjectView:
    definition = index.definition
    fields = [
        _field(index, each, eyes)
        for each in sorted(definition.fields, key=lambda each: each.position)
        if sight(eyes.profile, index.name, each) is not Sight.HIDDEN
    ]
    clear = {each.name for each in fields if not each.masked}
    return ObjectView(
        name=definition.name,
        plural=definition.plural,
        type_name=definition.type_name,
        label=definition.label.of(eyes.language),
        kind=definition.kind.value,
        title=definition.title,
        custom=definition.custom,
        capabilities=sorted(each.value for each in definition.capabilities),
        totals=[name for name in definition.totals if name in clear],
        actions=_actions(index, eyes.profile),
        fields=fields,
        relations=[_relation(snapshot, index, each, eyes) for each in index.many.values()],
    )


def _actions(index: ObjectIndex, profile: AccessProfile) -> list[str]:
    open_to_all = index.definition.kind is ObjectKind.ORGANISATION and index.name != "role"
    return [
        action
        for action in ACTIONS
        if profile.scope(index.name, action) > Scope.NONE or (open_to_all and action == "read")
    ]


def _field(index: ObjectIndex, field: FieldDef, eyes: _Eyes) -> FieldView:
    type_ = field_type(field.type)
    masked = sight(eyes.profile, index.name, field) is Sight.MASKED
    access = eyes.profile.field(index.name, field.name).access
    return FieldView(
        name=field.name,
        type=field.type,
        type_label=type_.label.of(eyes.language),
        kind=type_.kind.value,
        label=field.label.of(eyes.language),
        help=field.help.of(eyes.language) if field.help else None,
        placeholder=field.placeholder.of(eyes.language) if field.placeholder else None,
        group=field.group or None,
        width=field.width,
        required=field.required,
        unique=field.unique,
        read_only=field.read_only or field.is_numbered or access < Access.WRITE,
        custom=field.custom,
        access=max(access, Access.READ).name,
        masked=masked,
        default=field.default,
        position=field.position,
        max_length=field.max_length,
        minimum=field.minimum,
        maximum=field.maximum,
        scale=field.scale,
        choices=_choices(index, field, eyes),
        target=field.target,
        targets=field.targets,
        inverse=field.inverse,
        operators=() if masked else type_.operators,
        searchable=field.searchable and not masked,
        sortable=type_.sortable and not masked,
        groupable=type_.groupable and not masked,
        aggregates=[] if masked else sorted(each.value for each in type_.aggregates),
        rows=[_field(index, each, eyes) for each in field.rows],
        number_rule=_number_rule(field.number_rule),
        formula=field.formula or None,
        roll_up=field.roll_up,
    )


def _choices(index: ObjectIndex, field: FieldDef, eyes: _Eyes) -> list[ChoiceView]:
    """The options; of the fields that they show those that the viewer may see."""
    shown = dict(field.shows)
    return [
        ChoiceView(
            value=each.value,
            label=each.label.of(eyes.language),
            color=each.color or None,
            retired=each.retired,
            group=each.group.of(eyes.language) if each.group else None,
            shows=[
                name
                for name in shown.get(each.value, ())
                if sight(eyes.profile, index.name, index.fields[name]) is not Sight.HIDDEN
            ],
        )
        for each in field.choices
    ]


def _number_rule(rule: NumberRule | None) -> NumberRuleView | None:
    if rule is None:
        return None
    parts = [
        NumberPartView(p.kind.value, p.text or None, p.format or None, p.field or None)
        for p in rule.parts
    ]
    return NumberRuleView(parts, rule.start, rule.step, rule.digits, rule.reset.value, rule.manual)


def _relation(
    snapshot: Snapshot, index: ObjectIndex, relation: RelationMany, eyes: _Eyes
) -> RelationView:
    if relation.kind is ManyKind.LINK:
        link = next(each for each in index.definition.links if each.name == relation.name)
        return RelationView(relation.name, link.label.of(eyes.language), relation.target)
    target = snapshot.object(relation.target)
    label = target.fields[relation.field].inverse_label or target.definition.label
    return RelationView(relation.name, label.of(eyes.language), relation.target)
