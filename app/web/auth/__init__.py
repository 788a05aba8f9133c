"""The doors of the desks: the first account, signing in and out, invitations, one's own account."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.domain.errors import AnswersRefused, DomainError
from app.links.tokens import TokenInvalid
from app.queries import health
from app.queries.accounts import Viewer
from app.services import accounts, teams
from app.web import desk, faults, language, limits
from app.web.access import account, public, server
from app.web.auth.forms import AccountForm, NameForm, PasswordForm, SignInForm

blueprint = Blueprint("auth", __name__, template_folder="templates")


# --- the first account ---


@blueprint.route("/setup/<token>", methods=["GET", "POST"])
@public
def setup(token: str) -> ResponseReturnValue:
    """The first account is made here, by whoever has the link from the command line."""
    try:
        accounts.open_setup(token)
    except DomainError:
        flash(faults.refusal(DomainError("already_set_up")))
        return redirect(url_for("auth.sign_in"))
    except TokenInvalid:
        return closed_door()
    form = AccountForm(data={"locale": language.current()}) if request.method == "GET" else AccountForm()
    if form.validate_on_submit():
        try:
            desk.keep(accounts.set_up(token, form.answers))
            return redirect(url_for("install.connect"))
        except AnswersRefused as error:
            faults.show(form, error.faults)
    return render_template("auth/setup.html", form=form)


def closed_door() -> ResponseReturnValue:
    """The page for a link that is not ours, was used, or is too old."""
    return render_template("auth/closed.html"), 404


# --- signing in and out ---


@blueprint.get("/")
@public
def front() -> ResponseReturnValue:
    """Whoever comes to the bare address is on the way to a desk."""
    return redirect(url_for("auth.home"))


@blueprint.get("/desk")
@account
def home(viewer: Viewer) -> ResponseReturnValue:
    """The way to one's work: straight to the only store, else a choice."""
    if len(viewer.workplaces) == 1:
        return redirect(_first_page(viewer.workplaces[0].slug, viewer.workplaces[0].role))
    places = [(place, _first_page(place.slug, place.role)) for place in viewer.workplaces]
    return render_template("auth/home.html", viewer=viewer, places=places)


def _first_page(slug: str, role: str) -> str:
    return url_for("owner.overview" if role == "owner" else "support.home", slug=slug)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """E-mail and password; a wrong one and an unknown one are answered alike."""
    form = SignInForm()
    going_to = desk.safe_next(request.args.get("next")) or url_for("auth.home")
    if desk.viewer() is not None and request.method == "GET":
        return redirect(going_to)
    if form.validate_on_submit():
        if not (limits.within("sign_ins", limits.visitor()) and limits.within("sign_ins_to", form.address_hash)):
            abort(429)
        signed_in = accounts.sign_in(form.email.data or "", form.password.data or "")
        if signed_in is not None:
            desk.keep(signed_in)
            return redirect(going_to)
        form.password.errors = [_("Address and password do not belong together. Look at both once more.")]
    return render_template("auth/sign_in.html", form=form), 200 if request.method == "GET" else 422


@blueprint.get("/sign-in/<token>")
@public
def sign_in_link(token: str) -> ResponseReturnValue:
    """A button: programs that look at links before people do must not use them up."""
    try:
        accounts.open_sign_in_link(token)
    except TokenInvalid:
        return closed_door()
    return render_template("auth/sign_in_link.html", token=token)


@blueprint.post("/sign-in/<token>")
@public
def use_sign_in_link(token: str) -> ResponseReturnValue:
    """Signed in, once; whoever came this way may choose a password without knowing the old one."""
    try:
        desk.keep(accounts.use_sign_in_link(token), by_link=True)
    except TokenInvalid:
        return closed_door()
    return redirect(url_for("auth.home"))


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Signed out in this browser."""
    desk.forget()
    return redirect(url_for("auth.sign_in"))


# --- invitations ---


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    """Joining a store: with a new account here, or with the one that is signed in."""
    try:
        offered = teams.open_invitation(token)
    except TokenInvalid:
        return closed_door()
    if offered.has_password:
        return _join_as_known(token, offered)
    form = NameForm(data={"locale": offered.locale}) if request.method == "GET" else NameForm()
    if form.validate_on_submit():
        try:
            new = {"name": form.name.data, "password": form.password.data, "locale": form.locale.data}
            desk.keep(teams.accept_as_new(token, **new))
            return redirect(_first_page(offered.store_slug, offered.role))
        except AnswersRefused as error:
            faults.show(form, error.faults)
    return render_template("auth/invitation.html", form=form, offered=offered)


def _join_as_known(token: str, offered: teams.Invitation) -> ResponseReturnValue:
    viewer = desk.viewer()
    if viewer is None:
        return redirect(url_for("auth.sign_in", next=url_for("auth.invitation", token=token)))
    if request.method == "POST":
        try:
            desk.keep(teams.accept(token, viewer.account_id))
            return redirect(_first_page(offered.store_slug, offered.role))
        except DomainError as error:
            flash(faults.refusal(error), "bad")
    return render_template("auth/join.html", offered=offered, viewer=viewer)


# --- one's own account, and the server ---


@blueprint.route("/account", methods=["GET", "POST"])
@account
def own(viewer: Viewer) -> ResponseReturnValue:
    """Name, language and password of whoever is signed in."""
    form = NameForm(prefix="self", data={"name": viewer.name, "locale": viewer.locale})
    del form.password
    if "self-name" in request.form and form.validate_on_submit():
        try:
            accounts.change_self(viewer.account_id, name=form.name.data or "", locale=form.locale.data)
            flash(_("Saved."), "good")
            return redirect(url_for("auth.own"))
        except AnswersRefused as error:
            faults.show(form, error.faults)
    return _own_page(viewer, form, PasswordForm(formdata=None))


@blueprint.post("/account/password")
@account
def change_password(viewer: Viewer) -> ResponseReturnValue:
    """A new password; every other session of the account is over."""
    form = PasswordForm()
    if form.validate_on_submit():
        current = None if desk.came_by_link() or not viewer.has_password else form.current_password.data or ""
        try:
            desk.keep(accounts.change_password(viewer.account_id, current, form.new_password.data or ""))
            flash(_("The password is changed, and every other session has ended."), "good")
            return redirect(url_for("auth.own"))
        except AnswersRefused as error:
            faults.show(form, error.faults)
    named = NameForm(formdata=None, prefix="self", data={"name": viewer.name, "locale": viewer.locale})
    del named.password
    return _own_page(viewer, named, form)


def _own_page(viewer: Viewer, form: NameForm, password: PasswordForm) -> ResponseReturnValue:
    knows = viewer.has_password and not desk.came_by_link()
    status = 422 if form.errors or password.errors else 200
    page = render_template("auth/own.html", viewer=viewer, form=form, password=password, asks_current=knows)
    return page, status


@blueprint.get("/server")
@server
def server_health(viewer: Viewer) -> ResponseReturnValue:
    """How the stores of this server fare; nobody's name, nobody's order."""
    return render_template("auth/server.html", viewer=viewer, stores=health.server())
