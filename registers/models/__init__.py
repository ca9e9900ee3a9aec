"""Tables of the register side: organisation, powers, schemes and cycles, registers with their rows."""

from registers.models.catalogue import Cycle, CycleDate, FormLayout, Scheme
from registers.models.content import Block, Control, Rating, Responsibility, RiskPoint
from registers.models.exchange import HeadingMemory, OfflineForm
from registers.models.organisation import Appointment, Charge, Post, RoleGrant, Unit
from registers.models.passing import DataPass
from registers.models.powers import Power, Procedure, ProcedureStep, Regulation
from registers.models.redaction import Redaction
from registers.models.register import Register

__all__ = [
    "Appointment",
    "Block",
    "Charge",
    "Control",
    "Cycle",
    "CycleDate",
    "DataPass",
    "FormLayout",
    "HeadingMemory",
    "OfflineForm",
    "Post",
    "Power",
    "Procedure",
    "ProcedureStep",
    "Rating",
    "Redaction",
    "Register",
    "Regulation",
    "Responsibility",
    "RiskPoint",
    "RoleGrant",
    "Scheme",
    "Unit",
]
