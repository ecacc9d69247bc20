"""The site: the one place where its rooms are wired together."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kg import __version__
from kg.publication import Published
from kg.settings import Settings
from kg.store import Store
from kg.web import (
    addresses,
    api,
    browse,
    cell,
    changes,
    checks,
    compare,
    connections,
    dataset,
    description,
    differences,
    downloads,
    editor,
    encoding,
    errors,
    feed,
    feedback,
    gap,
    gaps,
    gate,
    headers,
    health,
    language,
    line,
    linkset,
    map,  # noqa: A004
    ontology,
    proposals,
    questions,
    resources,
    rules,
    search,
    security,
    since,
    sitemap,
    sparql,
    validate,
)
from kg.web.cache import AnswerCache
from kg.web.dates import say
from kg.web.explain import explained
from kg.web.metrics import Metrics
from kg.web.mounting import Mounted
from kg.web.site import Site
from kg.web.text import lower_first, upper_first
from kg.web.watching import Watched


def create_app(
    config: Settings,
    store: Store,
    generation_name: str,
    metrics: Metrics | None = None,
    published: Published | None = None,
) -> Flask:
    """Make the site over one generation.

    Args:
        config: the settings.
        store: the loaded generation; nothing is written to it.
        generation_name: its name.
        metrics: where requests are counted; made here when none is given.
        published: what can be downloaded, and the releases; None where the graph comes from an engine elsewhere.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = config.body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = config.body_bytes
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    Site(config, store, generation_name, published).init_app(app)
    for part in (
        encoding,
        headers,
        language,
        addresses,
        errors,
        editor,
        connections,
        feedback,
        search,
        dataset,
        sitemap,
        checks,
        gate,
        proposals,
    ):
        part.init_app(app)
    for noun in (
        map,
        line,
        cell,
        gaps,
        differences,
        gap,
        since,
        questions,
        sparql,
        editor,
        description,
        downloads,
        changes,
        feed,
        dataset,
        resources,
        ontology,
        rules,
        linkset,
        browse,
        compare,
        search,
        api,
        sitemap,
        security,
        health,
        validate,
        gate,
        proposals,
    ):
        app.register_blueprint(noun.room)
    app.jinja_env.filters.update(explained=explained, say=say, upper_first=upper_first, lower_first=lower_first)
    app.jinja_env.globals.update(version=__version__, generation=generation_name)
    app.wsgi_app = AnswerCache(app.wsgi_app, config.cache_bytes)  # type: ignore[method-assign]
    metrics = metrics or Metrics()
    metrics.init_app(app)
    app.wsgi_app = Watched(app, metrics)  # type: ignore[method-assign]
    app.wsgi_app = Mounted(app.wsgi_app, config.public_url)  # type: ignore[method-assign]
    if config.proxies:
        trusted = {"x_for": config.proxies, "x_proto": config.proxies, "x_prefix": config.proxies}
        app.wsgi_app = ProxyFix(app.wsgi_app, **trusted)  # type: ignore[method-assign]
    return app
