"""The card of Settings that says who sees what, and lets an admin look as somebody else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd
import streamlit as st

from clockify.app.shell.looking_as import start_looking_as
from clockify.desk.roles import Rights
from clockify.desk.visit import Visit
from clockify.desk.who import may_know, rule_problems, who_sees
from clockify.directory import Kind, told_apart
from clockify.render.formats import format_count
from clockify.render.markdown import escape_markdown, one_line
from clockify.roles import Role

CHOSEN = "look-person"
# More names would be a wall; the number says how many there are.
NAMES_SHOWN = 60


def draw_who_sees(visit: Visit) -> None:
    """List the active people with their roles; choose one to see the names, and to look with his eyes. Admins alone have it."""
    if not may_know(visit):
        return
    rights = who_sees(visit)
    with st.container(border=True, key="who-sees"):
        st.markdown(f"**Who sees what** :gray[:small[· {format_count(len(rights), 'person', 'people')}]]")
        st.caption(_said(visit))
        for problem in rule_problems(visit):
            st.warning(f"In the secrets: {escape_markdown(problem)}", icon=":material/person_off:")
        if not rights:
            return
        names = visit.access.known().names
        st.dataframe(_rows(rights, names), hide_index=True, width="stretch", alt="Who sees what in this workspace", key="who-sees-table")
        # With his own eyes he looks as it is.
        _draw_choice([one for one in rights if one.person and one.person.id != visit.viewer.user_id], names)


def _said(visit: Visit) -> str:
    if visit.rules is None:
        return (
            "Nobody signs in here, so whoever opens this page sees all that the key sees. "
            "This is what each would see after signing in, by the roles that Clockify gave."
        )
    return "By the address that somebody signs in with. Roles come from Clockify, and from [access] in the secrets."


def _rows(rights: Sequence[Rights], names: Mapping[Kind, Mapping[str, str]]) -> pd.DataFrame:
    rows = [
        {
            "Person": one_line(one.person.name if one.person else ""),
            "Role": one.role.value,
            "Address": one.person.email if one.person else "",
            "All time of": _people_words(one, names[Kind.USER]),
            "Everybody on": _projects_words(one, names[Kind.PROJECT]),
            "Money": "with cost" if one.role is Role.ADMIN else "yes" if one.sees_money else "no",
            "Role from": _source_words(one),
        }
        for one in rights
    ]
    return pd.DataFrame(rows)


def _draw_choice(rights: Sequence[Rights], names: Mapping[Kind, Mapping[str, str]]) -> None:
    by_id = {one.person.id: one for one in rights if one.person}
    labels = told_apart({one: one_line(found.person.name) for one, found in by_id.items() if found.person})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox("Person", list(labels), format_func=labels.__getitem__, key=CHOSEN, width=260)
        if chosen is None:
            return
        label = f"Look as {escape_markdown(labels[chosen])}"
        st.button(label, icon=":material/visibility:", key="look-start", on_click=start_looking_as, args=(chosen,))
    found = by_id[chosen]
    if found.role is Role.ADMIN:
        st.caption("Sees everybody's time, money and cost, and may change what is written down here.")
        return
    st.caption(f"All time of: {_names(found.people or (), names[Kind.USER])}")
    if found.projects:
        st.caption(f"Everybody's time on: {_names(found.projects, names[Kind.PROJECT])}")


def _names(ids: Collection[str], names: Mapping[str, str]) -> str:
    known = sorted((one_line(names[one]) for one in ids if names.get(one)), key=str.casefold)
    more = f" and {len(known) - NAMES_SHOWN} more" if len(known) > NAMES_SHOWN else ""
    return escape_markdown(", ".join(known[:NAMES_SHOWN])) + more


def _people_words(one: Rights, names: Mapping[str, str]) -> str:
    if one.people is None:
        return "everybody"
    known = one.people.intersection(names)
    own = one.person is not None and one.person.id in known
    others = len(known) - own
    return " + ".join([*(["own"] if own else []), *([format_count(others, "person", "people")] if others else [])]) or "nobody"


def _projects_words(one: Rights, names: Mapping[str, str]) -> str:
    if one.people is None:
        return "every project"
    count = len(one.projects.intersection(names))
    return format_count(count, "project") if count else "–"


def _source_words(one: Rights) -> str:
    sources = [word for word, holds in (("Clockify", one.by_clockify), ("secrets", one.by_secrets), ("key", one.by_key)) if holds]
    return ", ".join(sources) or "–"
