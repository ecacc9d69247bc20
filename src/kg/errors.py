"""Every error that a person sees.

::

    KgError (500)
    ├── UsageProblem (400)        the call itself is wrong
    │   ├── BadQuery              SPARQL that the engine cannot read
    │   └── BadParameter          a question's parameter is missing or ill-typed
    ├── Unauthorised (401)        no token, or none that holds
    ├── FederationRefused (403)   a query that would make the server call out
    ├── UpdateRefused (403)       an update, where only queries are answered
    ├── NotFound (404)            no such question, concept or resource
    ├── NotAcceptable (406)       no format that the client takes
    ├── Withdrawn (410)           what was here and is no more
    ├── StateChanged (412)        another has written since
    ├── PayloadTooLarge (413)     more than the limit
    ├── UnsupportedMediaType (415)
    ├── StateUnknown (428)        who writes must say which state is meant
    ├── TooManyQueries (429)      this visitor's queries are still running
    ├── InvalidGraph (422)        files that do not parse or do not conform
    ├── EngineFailed (422)        a query on which the engine itself fails
    ├── CannotBeChecked (422)     a submission on which the check itself fails
    ├── NotWritten (500)          what was sent cannot be kept
    │   └── NoRoom (507)          because the disk is full
    ├── NotSupported (501)        what this site, as it is set up, cannot do
    ├── VisitorGone (499)         nobody waits for the answer any more
    ├── StoreUnavailable (503)    the engine behind the site does not answer
    │   └── StoreUnusable (502)   what answers there cannot be used
    ├── Busy (503)                too many queries wait
    ├── TooSlow (504)             a query passed its time
    ├── TooMuchMemory (507)       a query passed its memory
    ├── ResultTooLarge (507)      an answer passed its size
    └── NoGeneration (503)        nothing built to serve, or what was built is damaged
"""


class KgError(Exception):
    """Something that a person can mend; the sentence says how."""

    status = 500


class UsageProblem(KgError):
    """The call itself is wrong."""

    status = 400


class BadQuery(UsageProblem):
    """SPARQL that the engine cannot read; carries the engine's message and position."""


class BadParameter(UsageProblem):
    """A question's parameter is unknown, missing or ill-typed."""


class Unauthorised(KgError):
    """No token was shown, or none that holds."""

    status = 401


class FederationRefused(KgError):
    """A query that would make this server call another one."""

    status = 403


class UpdateRefused(KgError):
    """An update, where only queries are answered."""

    status = 403


class NotFound(KgError):
    """No such question, concept or resource."""

    status = 404


class Withdrawn(KgError):
    """What was here and is no more."""

    status = 410


class NotAcceptable(KgError):
    """None of the formats that the client takes can be given."""

    status = 406


class StateChanged(KgError):
    """Another has written since the state that is meant."""

    status = 412


class StateUnknown(KgError):
    """Whoever changes what is there must say which state is meant."""

    status = 428


class NotWritten(KgError):
    """What was sent cannot be kept; all is as it was."""

    status = 500


class NoRoom(NotWritten):
    """What was sent cannot be kept, because there is no room."""

    status = 507


class PayloadTooLarge(KgError):
    """The request is larger than the limit."""

    status = 413


class UnsupportedMediaType(KgError):
    """The request's body is of a type that is not read here."""

    status = 415


class TooManyQueries(KgError):
    """This visitor's queries are still running."""

    status = 429


class EngineFailed(KgError):
    """A query that can be read, and on which the engine itself fails; the same query will fail again."""

    status = 422


class CannotBeChecked(KgError):
    """A submission that can be read, and on which the check itself fails."""

    status = 422


class NotSupported(KgError):
    """What this site, as it is set up, cannot do."""

    status = 501


class VisitorGone(KgError):
    """Nobody waits for the answer any more."""

    status = 499


class StoreUnavailable(KgError):
    """The engine behind the site does not answer, or is in trouble."""

    status = 503


class StoreUnusable(StoreUnavailable):
    """What answers behind the site is no engine as it needs one, or gives broken answers."""

    status = 502


class Busy(KgError):
    """Too many queries wait."""

    status = 503


class TooSlow(KgError):
    """A query passed its time and was stopped."""

    status = 504


class TooMuchMemory(KgError):
    """A query passed its memory and was stopped."""

    status = 507


class ResultTooLarge(KgError):
    """An answer passed its size and was given up."""

    status = 507


class InvalidGraph(KgError):
    """Files that do not parse or do not conform to the shapes."""

    status = 422


class NoGeneration(KgError):
    """Nothing has been built to serve, or what was built is damaged."""

    status = 503
