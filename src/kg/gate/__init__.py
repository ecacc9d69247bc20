"""The gate: what others send is checked, and written only when it is sound.

``checking`` lays a submission over the graph and validates it, ``keeper`` does so in a process that can be ended,
``tokens`` knows who may write, ``names`` which graph is which file, ``changes`` makes the new state of a graph,
``desk`` writes it so that it lasts, ``audit`` keeps who wrote what, and ``proposals`` keeps what visitors suggest.
"""
