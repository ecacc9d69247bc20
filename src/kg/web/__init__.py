"""The site: the one place where its rooms are wired together."""

from flask import Flask

from kg import __version__
from kg.settings import Settings
from kg.store import Store
from kg.web import cell, errors, headers, health, language, map, questions, resources, sparql  # noqa: A004
from kg.web.dates import say
from kg.web.site import Site


def create_app(config: Settings, store: Store, generation_name: str) -> Flask:
    """Make the site over one generation.

    Args:
        config: the settings.
        store: the loaded generation; nothing is written to it.
        generation_name: its name.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = config.query_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = config.query_bytes
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    Site(config, store, generation_name).init_app(app)
    for part in (headers, language, errors):
        part.init_app(app)
    for noun in (map, cell, questions, sparql, resources, health):
        app.register_blueprint(noun.room)
    app.jinja_env.filters["address"] = resources.address
    app.jinja_env.filters["say"] = say
    app.jinja_env.globals.update(version=__version__, generation=generation_name)
    return app
